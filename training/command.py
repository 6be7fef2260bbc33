"""What the commands that train have in common: a run folder, a model, a run of the trainer.

With several processes (`training.processes`) the first one alone makes the folder and writes.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

from agents.engines.memory import freed_memory_kept
from envs.common.errors import UserError
from envs.common.progress import progress, timed
from envs.common.runs import RunFolder, default_out, versions
from training import models, processes
from training.examples import Example
from training.objectives import Objective
from training.trainer import LOG, Trained, TrainSettings, train

log = logging.getLogger(__name__)

MERGED = "merged"


def check_training(config: Any) -> None:
    """Refuse what cannot be trained with, before anything is loaded.

    Raises:
        UserError: a number out of range, or flags that exclude each other.
    """
    lengths = ("max_length", "pass_tokens")
    for flag in ("rank", "alpha", "epochs", "batch_size", *lengths, "save_every"):
        if getattr(config, flag) < 1:
            raise UserError(f"--{flag.replace('_', '-')}: at least 1 is needed")
    if not config.learning_rate > 0:
        raise UserError("--learning-rate has to be above 0")
    if config.score is not None and not config.score.is_file():
        raise UserError(f"--score {config.score}: no such file")
    if config.method == "full":
        for flag in ("adapter", "merge"):
            if getattr(config, flag):
                raise UserError(f"--{flag}: --method full trains no adapter")


def settings_of(config: Any) -> TrainSettings:
    """The settings that a command's flags of the same names give."""
    names = {field.name for field in fields(TrainSettings)} & {f.name for f in fields(config)}
    return TrainSettings(**{name: getattr(config, name) for name in names})


def new_folder(
    out: Path | None, command: str, manifest: Mapping[str, Any]
) -> tuple[RunFolder, dict[str, Any]]:
    """Start a run: its folder, and its manifest.

    Args:
        out: where, or ``None`` for a new folder in ``runs/``.
        command: as in ``training.sft``.
        manifest: what is to be kept beside the command, versions and time.

    Raises:
        UserError: there is a run already.
    """
    whole = {
        "command": command,
        **manifest,
        "versions": versions(),
        "processes": processes.count(),
        "started": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
    }

    def create() -> Path:
        path = out or default_out(command.rpartition(".")[2])
        return RunFolder.create(path, whole).path

    return RunFolder(processes.agreed(create)), whole


def check_resumed(folder: RunFolder, manifest: Mapping[str, Any], **found: tuple[str, Any]) -> None:
    """Refuse to go on with something else than a run was begun with.

    Args:
        folder: of the run.
        manifest: of the run; what an older version did not write down is not compared.
        found: by name in the manifest: what messages call it, and what there is now.

    Raises:
        UserError: they differ.
    """
    for name, (what, value) in found.items():
        if manifest.get(name, value) != value:
            raise UserError(f"{folder.path}: its {what} not what it was begun with")


def writing(folder: RunFolder, prog: str) -> contextlib.AbstractContextManager[None]:
    """`RunFolder.writing`, for the process that writes."""
    return folder.writing(prog) if processes.is_first() else contextlib.nullcontext()


def run_training(
    config: Any,
    examples: Sequence[Example],
    folder: RunFolder,
    about: Mapping[str, Any],
    *,
    parts: Sequence[str] = ("all",),
    objective: Objective | None = None,
) -> Trained:
    """Train what the flags say on examples, or go on with that.

    Args:
        config: flags that name a model and how it is trained.
        examples: what is trained on.
        folder: of the run.
        about: what the adapter's manifest says beside its settings.
        parts: names of the parts of the examples.
        objective: the loss; by default the likelihood of the answers.
    """
    settings = settings_of(config)
    with freed_memory_kept():
        return _train(config, settings, examples, folder, about, parts, objective)


def _train(
    config: Any,
    settings: TrainSettings,
    examples: Sequence[Example],
    folder: RunFolder,
    about: Mapping[str, Any],
    parts: Sequence[str],
    objective: Objective | None,
) -> Trained:
    with timed("load the model"):
        model = models.model_of(config, method=config.method)
    tokenizer = models.tokenizer_of(config)
    left = 0
    if processes.is_first():
        from training.plan import plan_updates

        updates = plan_updates(
            examples, settings.batch_size, epochs=settings.epochs, seed=settings.seed
        )
        left = len(updates) - len(list(folder.log(LOG).read()))
    with timed("train"), progress("updates", left) as tick:
        return train(
            model,
            tokenizer,
            examples,
            settings,
            folder.path,
            parts=parts,
            on_update=tick,
            save=_saver(config, tokenizer, {"settings": asdict(settings), **about}),
            objective=objective,
        )


def merge(config: Any, trained: Trained, folder: RunFolder) -> None:
    """Write the merged model, where there is none yet."""
    from training import adapters

    if (folder.path / MERGED).exists():
        return
    whole = models.model_of(bare(config))
    merged = adapters.load_adapter(whole, trained.folder)
    adapters.export_merged(merged, models.tokenizer_of(config), folder.path / MERGED)


def bare(config: Any) -> Any:
    """The same flags for the model without any adapter."""
    kind, colon, _ = config.model.partition(":")
    model = kind if colon and kind == "demo" else config.model
    return replace(config, adapter=None, model=model)


def show(counts: Mapping[str, Mapping[str, Any]]) -> None:
    """Log tables of counts."""
    for name, table in counts.items():
        told = ", ".join(f"{key} {n:,}" for key, n in table.items())
        log.info("%s: %s", name, told or "none")


def _saver(config: Any, tokenizer: Any, about: Mapping[str, Any]) -> Callable[[Any, Path], None]:
    from training import adapters

    base = models.name_of(config)

    def save(trained: Any, path: Path) -> None:
        if config.method == "full":
            trained.save_pretrained(path)
            tokenizer.save_pretrained(path)
        else:
            adapters.save_adapter(trained, path, about, base)

    return save
