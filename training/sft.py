"""Command ``python -m training.sft``: the warm-up, supervised fine-tuning from easy to hard.

Rows are gathered, ordered (`training.curriculum`), written as ids (`training.render`) and trained
on (`training.trainer`); the adapter after each part is kept and, where asked for, scored on BFCL
(Fig. 4 of the paper). Mixed order is the control: the same rows, shuffled.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from envs.common import flags
from envs.common.cli import run_command
from envs.common.progress import timed
from training import command, models, processes
from training.curriculum import PARTS, parts_of
from training.data import DataOptions, Gathered, gather
from training.rows import write_rows
from training.start import start_of

if TYPE_CHECKING:
    from training.examples import Example

PROG = "python -m training.sft"
COMMAND = "training.sft"
KEPT_BACK = "kept_back.jsonl"


@dataclass(frozen=True)
class Config(DataOptions):
    """Fine-tune a model to call tools, on rows from easy to hard.

    Without flags: the demo model on 2,000 generated rows (an hour and more on two cores; see
    configs/ for presets: --config configs/cpu.toml).
    """

    model: str = "demo"
    """demo, tiny (random, for trying), or a folder or hub id of any causal LM."""
    adapter: Path | None = None
    """Go on from this LoRA adapter."""
    dtype: Literal["float32", "bfloat16"] | None = None
    """What is computed in (default: bfloat16 on a GPU, float32 on a CPU)."""
    order: Literal["curriculum", "mixed"] = "curriculum"
    """curriculum: easy, medium, hard; mixed: the same rows shuffled."""
    prompts: tuple[str, ...] = ("tools",)
    """What the rows are written under: tools (as in environments), bfcl (BFCL's official system
    prompt); each list of tools gets one of them, a name given twice gets twice the share."""
    format: str | None = None
    """How calls are written (default: what the chat template teaches)."""
    method: Literal["lora", "full", "qlora"] = "lora"
    """What is trained; qlora needs bitsandbytes."""
    rank: int = 8
    """Of the LoRA matrices."""
    alpha: int = 16
    """Scale of the LoRA update: alpha / rank."""
    dropout: float = 0.0
    """Of the LoRA input."""
    epochs: int = 1
    """Passes over each part before the next."""
    batch_size: int = 16
    """Rows of one update, over all devices."""
    learning_rate: float = 1e-3
    schedule: Literal["linear", "cosine", "constant"] = "cosine"
    """Of the learning rate, after a warm-up over 5 % of the updates."""
    weight_decay: float = 0.01
    max_length: int = 2048
    """Longest row in tokens; a row whose prompt leaves no room is left out and counted."""
    pass_tokens: int = 4096
    """Tokens of a forward pass at most: more take more memory and on a GPU less time."""
    save_every: int = 25
    """Updates between checkpoints; a killed run goes on from the last one."""
    report_to: tuple[str, ...] = ()
    """Trackers of transformers: tensorboard, wandb, ..."""
    score: Path | None = None
    """A TOML file of eval.bfcl's flags: the model is scored so after each part."""
    merge: bool = False
    """Also write the merged model, which transformers and vLLM load as it is."""
    out: Path | None = None
    """Where the run is written (default: runs/sft-TIME)."""
    resume: Path | None = None
    """Finish this run; everything else is taken from its manifest."""
    dry_run: bool = False
    """Show the rows and the plan, and train nothing."""
    json: bool = False
    """Print the report as JSON."""


def sft(config: Config) -> int:
    """Gather, order, write, train, score; 0 when all is done."""
    with processes.first_speaks():
        return _sft(config)


def _sft(config: Config) -> int:
    from training import sft_report

    if config.resume is not None:
        folder, config, manifest = flags.resume_run(config, COMMAND)
    else:
        command.check_training(config)
    gathered, start = _gathered(config), start_of(config)
    if config.resume is not None:
        command.check_resumed(
            folder, manifest, data=("rows are", gathered.hash), start=("adapter is", start)
        )
    examples, parts, prepared = _prepared(config, gathered)
    counts = {**gathered.counts, **prepared}
    if config.dry_run:
        command.show(counts)
        _show_first(models.tokenizer_of(config), examples)
        print("\nnothing was trained, nothing was written")
        return 0
    if config.resume is None:
        own = flags.to_json(config)
        kept = {"config": own, "data": gathered.hash, "start": start, "counts": counts}
        folder, manifest = command.new_folder(config.out, COMMAND, kept)
        if processes.is_first():
            write_rows(folder.path / KEPT_BACK, gathered.kept_back)
    command.show(counts)
    with command.writing(folder, PROG):
        trained = command.run_training(
            config, examples, folder, _about(config, manifest), parts=parts
        )
        processes.part()
        if not processes.is_first():
            return 0
        if config.merge:
            command.merge(config, trained, folder)
        report = sft_report.write(config, trained, counts, folder)
    print(json.dumps(report) if config.json else sft_report.to_markdown(report))
    return 0


def _gathered(config: Config) -> Gathered:
    with timed("gather the rows"):
        return gather(config)


def _prepared(
    config: Config, gathered: Gathered
) -> tuple[list[Example], tuple[str, ...], dict[str, dict[str, int]]]:
    """The warm-up rows as ids, the names of the parts, and what was left out."""
    from training.render import renderer
    from training.trainer import too_long

    rows = gathered.warmup
    parts = PARTS if config.order == "curriculum" else ("mixed",)
    places = parts_of(rows) if config.order == "curriculum" else [0] * len(rows)
    with timed("write the rows as ids"):
        write = renderer(
            models.tokenizer_of(config),
            config.prompts,
            format=config.format,
            assets=config.assets,
            offline=config.offline,
        )
        written, unwritable = [], 0
        for row, part in zip(rows, places, strict=True):
            try:
                written.append(write(row, part))
            except ValueError:  # a name or a value that the format has no way of writing
                unwritable += 1
    examples, long = too_long(written, config.max_length)
    counts = {
        "left out": {"cannot be written": unwritable, "too long": len(long)},
        "rows": {name: sum(e.part == n for e in examples) for n, name in enumerate(parts)},
        "tokens": {
            name: sum(len(e) for e in examples if e.part == n) for n, name in enumerate(parts)
        },
    }
    return examples, parts, counts


def _about(config: Config, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """What the adapter's manifest says of its making."""
    counts = manifest["counts"]
    return {
        "trained_with": COMMAND,
        "data": {"rows": counts["rows"], "sha256": manifest["data"], "read": counts["read"]},
        "order": config.order,
        "prompts": list(config.prompts),
    }


def _show_first(tokenizer: Any, examples: Sequence[Example]) -> None:
    first = examples[0]
    print(f"the first row, {first.id}:")
    print(tokenizer.decode(first.prompt_ids) + "[" + tokenizer.decode(first.answer_ids) + "]")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command."""
    return run_command(Config, sft, argv, prog=PROG)


if __name__ == "__main__":
    sys.exit(main())
