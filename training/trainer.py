"""Training on ids: TRL's trainer underneath, our order, our losses.

The loss is that of `training.objectives`: the likelihood of answers, or a preference. Prompts that
rows have in common are computed once (`training.shared_prefix`), which changes the time and not the
loss. A run can be killed at any moment: it goes on from its newest whole checkpoint and ends with
the weights of an uninterrupted run.
"""

from __future__ import annotations

import contextlib
import math
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from envs.common.errors import UserError
from envs.common.optional import need
from envs.common.runs import JsonlLog, RunFolder, disk_errors
from training import processes
from training.examples import Example
from training.objectives import Likelihood, Objective
from training.plan import Update, plan_updates

LOG, CHECKPOINTS, PARTS, ADAPTER = "log.jsonl", "checkpoints", "parts", "adapter"
_WHOLE = "whole"
"""A file in a checkpoint that was written to its end."""
_TORCH_WRITER = "inline_container.cc"
"""The place in torch that fails when a file cannot be written; all that its error says."""


@dataclass(frozen=True)
class TrainSettings:
    """How a model is trained, whatever the loss."""

    method: Literal["lora", "full", "qlora"] = "lora"
    rank: int = 8
    alpha: int = 16
    """The LoRA update is scaled by alpha / rank."""
    dropout: float = 0.0
    epochs: int = 1
    batch_size: int = 16
    """Rows of an update, over all devices."""
    learning_rate: float = 1e-3
    schedule: Literal["linear", "cosine", "constant"] = "cosine"
    warmup: float = 0.05
    """Share of the updates over which the learning rate rises."""
    weight_decay: float = 0.01
    max_grad_norm: float = 1.0
    dtype: Literal["float32", "bfloat16"] | None = None
    """What is computed in; ``None``: bfloat16 on a GPU that can, else float32."""
    pass_tokens: int = 4096
    """Tokens of a forward pass; bounds the memory."""
    save_every: int = 25
    """Updates between checkpoints."""
    seed: int = 0
    report_to: tuple[str, ...] = ()
    """Trackers of transformers."""


@dataclass(frozen=True)
class Trained:
    """What came of a run."""

    folder: Path
    """The trained adapter, or the model where all of it was trained."""
    parts: Mapping[str, Path]
    """Name of a part -> what the model was after it."""
    updates: int
    tokens: int
    """Prompt and answer tokens of all rows that were trained on, repeats included."""
    seconds: float
    """Over all sittings."""
    losses: tuple[float, ...] = field(default=(), repr=False)
    """Of each update."""


class NotFinite(UserError):
    """The loss is not a number any more; says where."""


def train(
    model: Any,
    tokenizer: Any,
    examples: Sequence[Example],
    settings: TrainSettings,
    folder: Path,
    *,
    parts: Sequence[str] = ("all",),
    on_update: Callable[[Mapping[str, Any]], None] | None = None,
    save: Callable[[Any, Path], None] | None = None,
    objective: Objective | None = None,
) -> Trained:
    """Train, or go on where a killed run stopped.

    Args:
        model: of transformers, or a peft model whose adapter is trained on.
        tokenizer: of transformers.
        examples: what is trained on; `Example.part` is an index into `parts`.
        settings: how.
        folder: where checkpoints, the log and the results go.
        parts: names of the parts.
        on_update: called with the log's record after each update.
        save: writes what is trained into a folder; weights as they are by default.
        objective: the loss; by default the likelihood of the answers.

    Raises:
        UserError: there is nothing to train on, the loss is not finite, the disk is full, or a
            package is missing.
    """
    need("trl", extra="train")
    need("peft", extra="train")
    _check(examples, parts)
    from training.trl_trainer import make_trainer

    with disk_errors(folder):
        (folder / CHECKPOINTS).mkdir(parents=True, exist_ok=True)
    updates = plan_updates(
        examples, settings.batch_size, epochs=settings.epochs, seed=settings.seed
    )
    run = TrainingRun(examples, updates, settings, folder, tuple(parts), on_update, save, objective)
    if not (folder / ADAPTER).is_dir():
        trainer = make_trainer(model, tokenizer, run)
        with disk_errors(folder), _full_disks(folder):
            checkpoint = run.newest_checkpoint()
            if trainer.is_world_process_zero():
                run.forget_after(checkpoint)
            trainer.accelerator.wait_for_everyone()
            trainer.prepare()
            run.start_clock()
            trainer.train(resume_from_checkpoint=checkpoint and str(checkpoint))
            run.save_model(trainer, folder / ADAPTER)
            trainer.accelerator.wait_for_everyone()
    if processes.is_first():
        shutil.rmtree(folder / CHECKPOINTS, ignore_errors=True)
    return run.trained()


def _check(examples: Sequence[Example], parts: Sequence[str]) -> None:
    if not examples:
        raise UserError("there is no row to train on")
    for number, name in enumerate(parts):
        if not any(example.part == number for example in examples):
            raise UserError(f"the part {name!r} has no row: {len(examples)} rows are too few")


def too_long(examples: Sequence[Example], max_length: int) -> tuple[list[Example], list[Example]]:
    """Examples that fit into `max_length` tokens, and those that do not.

    Raises:
        UserError: none fits.
    """
    fit = [example for example in examples if len(example) <= max_length]
    if examples and not fit:
        shortest = min(examples, key=len)
        raise UserError(
            f"--max-length {max_length}: no row fits; the shortest ({shortest.id}) has "
            f"{len(shortest)} tokens"
        )
    return fit, [example for example in examples if len(example) > max_length]


class TrainingRun:
    """What a trainer has to know of its run, and what it leaves on disk."""

    def __init__(
        self,
        examples: Sequence[Any],
        updates: Sequence[Update],
        settings: TrainSettings,
        folder: Path,
        parts: tuple[str, ...],
        on_update: Callable[[Mapping[str, Any]], None] | None,
        save: Callable[[Any, Path], None] | None,
        objective: Objective | None = None,
    ) -> None:
        self.examples, self.updates, self.settings = examples, updates, settings
        self.folder, self.parts = folder, parts
        self.objective = objective or Likelihood()
        self.log = JsonlLog(folder / LOG)
        self._on_update, self._save = on_update, save
        self.start_clock()

    def newest_checkpoint(self) -> Path | None:
        """The newest checkpoint that was written to its end."""
        checkpoints = (self.folder / CHECKPOINTS).glob("checkpoint-*")
        return max(
            (path for path in checkpoints if (path / _WHOLE).is_file()), key=_step_of, default=None
        )

    def forget_after(self, checkpoint: Path | None) -> None:
        """Remove the other checkpoints, and later updates from the log: they come again."""
        for path in (self.folder / CHECKPOINTS).iterdir():
            if path != checkpoint:
                shutil.rmtree(path, ignore_errors=True)
        reached = 0 if checkpoint is None else _step_of(checkpoint)
        rows = [row for row in self.log.read() if row["update"] <= reached]
        RunFolder(self.folder).write_jsonl(LOG, iter(rows))

    def mark_whole(self, step: int) -> None:
        """Say that the checkpoint of an update was written to its end."""
        path = self.folder / CHECKPOINTS / f"checkpoint-{step}"
        (path / _WHOLE).write_text("", encoding="utf-8")

    def start_clock(self) -> None:
        """Count the seconds of the next update from now."""
        self._started = time.monotonic()

    def record(self, update: int, values: Mapping[str, Any]) -> None:
        """Log an update."""
        row = {
            "update": update,
            "part": self.parts[self.updates[update - 1].part],
            **values,
            "seconds": round(time.monotonic() - self._started, 3),
        }
        self.start_clock()
        self.log.append(row)
        if self._on_update is not None:
            self._on_update(row)

    def check_finite(self, update: int, value: float, what: str) -> None:
        """Stop before weights are spoilt.

        Raises:
            NotFinite: the value is none that can be trained on.
        """
        if math.isfinite(value):
            return
        rows = ", ".join(self.examples[n].id for n in self.updates[update - 1].rows)
        raise NotFinite(
            f"update {update}: the {what} is {value}; its rows: {rows}. The last checkpoint is "
            "kept; try a lower --learning-rate"
        )

    def ends_part(self, update: int) -> str | None:
        """The name of the part that ends with an update, if one does."""
        part = self.updates[update - 1].part
        last = update == len(self.updates) or self.updates[update].part != part
        return self.parts[part] if last else None

    def save_model(self, trainer: Any, target: Path) -> None:
        """Write what is trained, whole or not at all."""
        if not trainer.is_world_process_zero():
            return
        temporary = target.with_name(f".{target.name}.new")
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir(parents=True)
        model = trainer.accelerator.unwrap_model(trainer.model)
        if self._save is not None:
            self._save(model, temporary)
        else:
            model.save_pretrained(temporary)
        shutil.rmtree(target, ignore_errors=True)
        temporary.rename(target)

    def trained(self) -> Trained:
        """What came of the run, from what is on disk."""
        rows = list(self.log.read())
        parts = {name: self.folder / PARTS / name for name in self.parts}
        return Trained(
            folder=self.folder / ADAPTER,
            parts={name: path for name, path in parts.items() if path.is_dir()},
            updates=len(rows),
            tokens=sum(row["tokens"] for row in rows),
            seconds=sum(row["seconds"] for row in rows),
            losses=tuple(row["loss"] for row in rows),
        )


def _step_of(checkpoint: Path) -> int:
    return int(checkpoint.name.rpartition("-")[2])


@contextlib.contextmanager
def _full_disks(folder: Path) -> Iterator[None]:
    """Tell a full disk apart from the errors that libraries make of it."""
    try:
        yield
    except Exception as error:
        if any(words in str(error) for words in ("No space left", "os error 28", _TORCH_WRITER)):
            raise UserError(f"{folder}: the disk is full; the last checkpoint is kept") from None
        raise
