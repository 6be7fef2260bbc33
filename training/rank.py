"""Command ``python -m training.rank``: how hard the policy finds the rows of the replay buffer.

Each row is written as ids by the renderer of all training, and an engine says how probable the
right turn is; complexity is perplexity over the answer and the token that ends it (Eq. 4 of the
paper). What the buffer holds and which share of it is hard is `training.replay`'s; nothing is
searched or trained here.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.engines.base import described
from agents.options import ModelOptions, check_options, open_model
from envs.common import flags
from envs.common.cli import run_command
from envs.common.errors import UserError
from envs.common.progress import progress, timed
from training import command
from training.answers import task_of
from training.data import DataOptions, rows_hash
from training.replay import ALPHA, ReplayBuffer, perplexity
from training.searched import Part, refuse_test, rows_of
from training.start import base_of, start_of

if TYPE_CHECKING:
    from agents.engines.base import Engine
    from envs.common.runs import RunFolder
    from training.examples import Example

PROG = "python -m training.rank"
COMMAND = "training.rank"
BUFFER, SCORES = "buffer.jsonl", "scores.jsonl"
Counts = dict[str, dict[str, int]]


@dataclass(frozen=True)
class Config(DataOptions, ModelOptions):
    """Measure the perplexity of the right answers and write the replay buffer.

    Without flags: the demo model on the kept-back tenth of 2,000 generated rows.
    """

    buffer: Path | None = None
    """Measure the rows of this replay buffer anew, in place of --data."""
    part: Part = "kept-back"
    """Which rows of --data: those that a warm-up with the same flags does not see, those that it
    learns from, or all."""
    prompts: tuple[str, ...] = ("tools",)
    """What the rows are written under, as in training.sft: tools, bfcl."""
    alpha: float = ALPHA
    """Share of hard rows that the report tells of."""
    round: int = 0
    """The round whose policy the model is; the warm-up is 0."""
    max_length: int = 2048
    """Longest row in tokens; longer ones are not measured, and counted."""
    slots: int = 16
    """Rows before the engine at a time."""
    out: Path | None = None
    """Where the run is written (default: runs/rank-TIME)."""
    resume: Path | None = None
    """Finish this run; everything else is taken from its manifest."""
    dry_run: bool = False
    """Show what would be measured, and ask nothing."""
    json: bool = False
    """Print the report as JSON."""


@dataclass(frozen=True)
class Measured:
    """What an engine said of a row; a line of the run's log."""

    id: str
    """Of the row."""
    perplexity: float
    """Eq. 4; `inf` where an answer has no chance at all."""
    tokens: int
    """Of the answer, its end token included."""
    prompt_tokens: int
    seconds: float
    """Since the row that was measured before."""


def rank(config: Config) -> int:
    """Measure all rows, write buffer and report; 0 when all is done."""
    from training import rank_report

    manifest: Mapping[str, Any] = {}
    if config.resume is not None:
        folder, config, manifest = flags.resume_run(config, COMMAND)
    check(config)
    buffer, counts = _buffer(config)
    data, start = rows_hash(entry.row for entry in buffer), start_of(config)
    if config.resume is not None:
        command.check_resumed(folder, manifest, data=("rows are", data), start=("model is", start))
    examples, counts["left out"] = _written(config, buffer)
    if config.dry_run:
        return _show_plan(config, examples, counts)
    with contextlib.ExitStack() as stack:
        engine = None
        if config.resume is None:
            engine = stack.enter_context(_opened(config))
            kept: dict[str, Any] = {"config": flags.to_json(config), "engine": described(engine)}
            kept |= {"data": data, "start": start, "counts": counts}
            folder, manifest = command.new_folder(config.out, COMMAND, kept)
        stack.enter_context(folder.writing(PROG))
        done = read_scores(folder)
        left = [example for example in examples if example.id not in done]
        if left:
            engine = engine or stack.enter_context(_opened(config))
            _measured(engine, left, config.slots, folder)
            done = read_scores(folder)
        if not done:
            raise UserError(f"the context of {manifest['engine']['name']} holds no row of them")
        counts["left out"]["too long"] += len(examples) - len(done)  # for the model's context
        ranked = buffer.refreshed({m.id: m.perplexity for m in done.values()}, config.round)
        ranked.save(folder.path / BUFFER)
        report = rank_report.write(config, ranked, done, counts, manifest["engine"], folder)
    print(json.dumps(report) if config.json else rank_report.to_markdown(report))
    return 0


def measure(
    engine: Engine, examples: Sequence[Example], keep: Callable[[Measured], None], slots: int = 16
) -> None:
    """Take the perplexity of examples (Eq. 4), in the order of their prompts.

    Prompts that begin alike, as those over one list of tools do, come to the engine one behind the
    other, so that it can keep what they share. An example that its context does not hold is passed
    over.

    Args:
        engine: one that scores.
        examples: rows as ids.
        keep: is given each result as soon as it is there, in whatever order they come.
        slots: examples before the engine at a time.

    Raises:
        UserError: the engine does not score, or gives no numbers.
        EngineError: the machine failed; what was kept before is right.
    """
    from agents.engines.base import PromptTooLong, run

    check_scores(engine)
    waiting = iter(sorted(examples, key=lambda example: example.prompt_ids))
    last = time.monotonic()

    async def work() -> None:
        nonlocal last
        for example in waiting:  # one iterator for all
            try:
                logprobs = await engine.score(example.prompt_ids, example.answer_ids)
            except PromptTooLong:
                continue
            now = time.monotonic()
            keep(_told(engine, example, logprobs, now - last))
            last = now

    async def go() -> None:
        await asyncio.gather(*(work() for _ in range(slots)))

    run(go())


def check_scores(engine: Engine) -> None:
    """Refuse an engine that cannot say how probable given tokens are.

    Raises:
        UserError: it cannot.
    """
    if not engine.capabilities.score:
        raise UserError(
            f"{engine.name}: it does not say how probable given tokens are; perplexity needs a "
            "local model (a folder, a hub id or vllm:...)"
        )


def read_scores(folder: RunFolder) -> dict[str, Measured]:
    """What a run has measured so far, by row.

    Raises:
        UserError: a line of its log is broken.
    """
    found: dict[str, Measured] = {}
    for number, row in enumerate(folder.log(SCORES).read(), 1):
        try:
            measured = Measured(**row)
        except TypeError:
            names = ", ".join(Measured.__annotations__)
            where = f"{folder.path / SCORES}:{number}"
            raise UserError(f"{where}: a row with {names} is needed") from None
        found[measured.id] = measured
    return found


# --- the run


def check(config: Config) -> None:
    """Refuse what cannot be measured, before anything is loaded.

    Raises:
        UserError: a number out of range, or a model whose tokens are not at hand.
    """
    check_options(config)
    for flag in ("slots", "max_length"):
        if getattr(config, flag) < 1:
            name = flag.replace("_", "-")
            raise UserError(f"--{name} {getattr(config, flag)}: at least 1 is needed")
    if config.round < 0:
        raise UserError(f"--round {config.round}: at least 0 is needed")
    if not 0 < config.alpha <= 1:
        raise UserError(f"--alpha {config.alpha}: has to be above 0 and at most 1")
    if config.model.partition(":")[0] in ("http", "https", "scripted"):
        raise UserError(
            f"--model {config.model}: perplexity needs a model whose tokens are at hand: a folder, "
            "a hub id or vllm:..."
        )


def _buffer(config: Config) -> tuple[ReplayBuffer, Counts]:
    """The rows to measure, and where they come from."""
    if config.buffer is not None:
        buffer = ReplayBuffer.load(config.buffer)
        counts = {"read": {"replay buffer": len(buffer)}}
    else:
        rows, counts = rows_of(config, config.part)
        buffer = ReplayBuffer.of(rows)
    if not len(buffer):
        named = f"--buffer {config.buffer}" if config.buffer else f"--part {config.part}"
        raise UserError(f"{named}: there is no row to rank")
    seen: set[str] = set()
    for entry in buffer:
        if entry.row.id in seen:
            raise UserError(f"--buffer {config.buffer}: two rows have the id {entry.row.id!r}")
        seen.add(entry.row.id)
    refuse_test(task_of(entry.row) for entry in buffer)
    return buffer, dict(counts)


def _written(config: Config, buffer: ReplayBuffer) -> tuple[list[Example], dict[str, int]]:
    """The rows as ids, and how many are left out."""
    from training import models
    from training.render import renderer
    from training.trainer import too_long

    with timed("write the rows as ids"):
        write = renderer(
            models.tokenizer_of(base_of(config)),
            config.prompts,
            format=config.format,
            assets=config.assets,
            offline=config.offline,
        )
        written, unwritable, why = [], 0, ""
        for entry in buffer:
            try:
                written.append(write(entry.row))
            except ValueError as error:  # a name or a value that the format has no way of writing
                unwritable, why = unwritable + 1, str(error)
    if not written:
        raise UserError(f"none of {len(buffer)} rows can be written for this model: {why}")
    examples, long = too_long(written, config.max_length)
    return examples, {"cannot be written": unwritable, "too long": len(long)}


@contextlib.contextmanager
def _opened(config: Config) -> Iterator[Engine]:
    from agents.engines.base import run

    with timed("load the model"):
        engine = open_model(config, concurrency=config.slots)
    try:
        check_scores(engine)
        yield engine
    finally:
        run(engine.aclose())


def _measured(engine: Engine, left: Sequence[Example], slots: int, folder: RunFolder) -> None:
    """Measure the rows that are not measured yet; each is in the log as soon as it is known."""
    from agents.engines.base import EngineError

    scores = folder.log(SCORES)
    with timed("rank"), progress(f"{engine.name}: rows", len(left)) as tick:

        def keep(measured: Measured) -> None:
            scores.append(asdict(measured))
            tick(measured)

        try:
            measure(engine, left, keep, slots)
        except EngineError as error:
            raise UserError(f"the engine failed: {error}") from None


def _told(engine: Engine, example: Example, logprobs: Sequence[float], seconds: float) -> Measured:
    value = perplexity(logprobs)
    if math.isnan(value):
        raise UserError(f"{engine.name}: row {example.id}: its probabilities are no numbers (NaN)")
    answer, prompt = len(example.answer_ids), len(example.prompt_ids)
    return Measured(example.id, value, answer, prompt, round(seconds, 4))


def _show_plan(config: Config, examples: Sequence[Example], counts: Counts) -> int:
    from training import models

    command.show(counts)
    first, decode = examples[0], models.tokenizer_of(base_of(config)).decode
    print(f"{len(examples)} rows, {sum(map(len, examples)):,} tokens; the first, {first.id}:")
    print(decode(list(first.prompt_ids)) + "[" + decode(list(first.answer_ids)) + "]")
    print("\nnothing was asked, nothing was written")
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command."""
    return run_command(Config, rank, argv, prog=PROG)


if __name__ == "__main__":
    sys.exit(main())
