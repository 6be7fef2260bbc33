"""Command ``python -m benchmarks.search``: how many right pairs a search finds, and their price.

All arms search the same generated tasks with the same policy, engine and tokens, block by block in
turns. A judge of its own says which pairs are right (`benchmarks.search.verify`). A run that was
killed goes on with ``--resume``.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from agents.engines.base import Completion, Engine, Request, described
from agents.policies import Policy, Sampling, policy_for
from agents.search.config import PairConfig
from agents.search.scheduler import Gauge
from benchmarks.search import published, report, verify
from benchmarks.search.arms import ARMS, OURS, Setting, run_arm
from benchmarks.search.meter import Meter
from benchmarks.search.tasks import FAMILIES, MULTI, SINGLE, TURNS, Trial, all_trials, trials_hash
from envs.common import flags
from envs.common.cli import run_command
from envs.common.errors import UserError
from envs.common.progress import timed
from envs.common.runs import RunFolder, default_out, versions

log = logging.getLogger(__name__)

PROG, COMMAND = "python -m benchmarks.search", "benchmarks.search"
RESULT = Path(__file__).parents[1] / "results" / "search.json"
FOUND, TIMES, VERDICTS = "found.jsonl", "times.jsonl", "verdicts.jsonl"


@dataclass(frozen=True)
class Config:
    """Measure what searches find."""

    model: str = "demo:warmup"
    """The policy: demo:ADAPTER or a folder; an adapter is merged into the weights."""
    engine: Literal["vllm", "hf"] = "vllm"
    """What runs it."""
    single: int = 40
    """Tasks with one call."""
    multi: int = 40
    """Tasks with several calls in one turn."""
    turns: int = 20
    """Tasks of several turns."""
    tokens: int = 400
    """Generated tokens of a task at most, those of the judge included."""
    arms: tuple[str, ...] = ARMS
    """Which are measured."""
    flat: tuple[str, ...] = (OURS,)
    """Arms whose requests are asked again as one flat batch, to tell how full they kept the
    engine; both times it begins with no prefixes kept. Only these arms are timed."""
    block: int = 50
    """Tasks that an arm searches before the next one's turn."""
    slots: int = 48
    """Sequences that the engine works on at a time."""
    max_pairs: int = 4
    """Pairs of a task."""
    on_track: bool = False
    """Also pairs without a right answer, of a step that one can still follow against one that none
    can follow; not for the published arms and the paper's, which do not look."""
    completions: int = 8
    """Of each side of a pair of a conversation, for the judge."""
    checked: int = 20
    """Pairs of conversations that are completed, for each arm; all pairs of rows are checked."""
    seed: int = 0
    """Of the run and of the choice of tasks."""
    out: Path | None = None
    """Where the run is written (default: runs/search-TIME)."""
    result: Path = RESULT
    """Where the numbers go."""
    resume: Path | None = None
    """Finish this run; everything else is taken from its manifest."""


class Recording(Gauge):
    """A gauge that remembers what it was asked."""

    def __init__(self, engine: Engine, slots: int) -> None:
        super().__init__(engine, slots)
        self.asked: list[tuple[Request, float]] = []

    async def generate(self, request: Request) -> list[Completion]:
        """Ask and remember."""
        self.asked.append((request, published.PENALTY.get()))
        return await super().generate(request)


def measure(config: Config) -> int:
    """Run all arms, judge, report; 0."""
    manifest: dict[str, Any] = {}
    if config.resume is not None:
        folder, config, manifest = flags.resume_run(config, COMMAND)
    _check(config)
    with timed("choose the tasks"):
        counts = {SINGLE: config.single, MULTI: config.multi, TURNS: config.turns}
        trials = all_trials(counts, config.seed)
    tasks = trials_hash(trials)
    if manifest and manifest["tasks"] != tasks:
        raise UserError(f"{config.resume}: its tasks are not what its flags give now")
    with timed("load the model"):
        engine = _open(config)
    try:
        penalty = published.obey_penalty(engine)
        if not manifest:
            manifest = {
                "command": COMMAND,
                "config": flags.to_json(config),
                "versions": versions(),
                "engine": described(engine),
                "repetition penalty": penalty,
                "tasks": tasks,
            }
            folder = RunFolder.create(config.out or default_out("search"), manifest)
        with folder.locked():
            run = Run(config, trials, engine, folder)
            run.search()
            run.verify()
    finally:
        _closed(engine)
    result, text = conclude(config, trials, folder, manifest)
    folder.write_json("report.json", result)
    folder.write_text("report.md", text)
    config.result.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", "utf-8")
    print(text)
    return 0


class Run:
    """The measurement under way: what is in the folder is not done again."""

    def __init__(
        self, config: Config, trials: Sequence[Trial], engine: Engine, folder: RunFolder
    ) -> None:
        self.config, self.trials, self.engine, self.folder = config, trials, engine, folder
        self.setting = Setting(
            policy_of(engine),
            config.seed,
            config.tokens,
            max_pairs=config.max_pairs,
            pairs=PairConfig(on_track=config.on_track),
        )

    def search(self) -> None:
        """All arms, block by block."""
        size, arms = self.config.block, list(self.config.arms)
        blocks = [self.trials[n : n + size] for n in range(0, len(self.trials), size)]
        for number, block in enumerate(blocks):
            first = number % len(arms)
            for arm in (*arms[first:], *arms[:first]):
                self._search(number, block, arm)

    def _search(self, number: int, block: Sequence[Trial], arm: str) -> None:
        done = {row["task"] for row in self.found() if row["arm"] == arm}
        left = [trial for trial in block if trial.id not in done]
        if not left:
            return
        gauge = Recording(self.engine, self.config.slots)
        if arm in self.config.flat:
            forget_prefixes(self.engine)

        def keep(record: dict[str, Any]) -> None:
            if record.get("error", "").startswith("EngineError"):  # nothing the arm did
                raise UserError(f"{record['task']}: {record['error']}; {PROG} --resume goes on")
            self.folder.log(FOUND).append({"block": number, "arm": arm, **record})

        with timed(f"block {number + 1}, {arm}"), self._timing(number, arm, gauge, flat=False):
            asyncio.run(run_arm(arm, left, gauge, self.setting, keep))
        if arm in self.config.flat:
            again = Gauge(self.engine, self.config.slots)
            forget_prefixes(self.engine)
            timing = self._timing(number, arm, again, flat=True)
            with timed(f"block {number + 1}, {arm}, flat"), timing:
                asyncio.run(_flat(again, gauge.asked))

    @contextmanager
    def _timing(self, block: int, arm: str, gauge: Gauge, *, flat: bool) -> Iterator[None]:
        started = time.monotonic()
        yield
        seconds = round(time.monotonic() - started, 3)
        row = {"tokens": gauge.tokens, "requests": gauge.requests, "seconds": seconds}
        self.folder.log(TIMES).append({"block": block, "arm": arm, "flat": flat, **row})

    def found(self) -> Iterator[dict[str, Any]]:
        """What the arms have found so far, a record for each arm and task."""
        yield from self.folder.log(FOUND).read()

    def verify(self) -> None:
        """Judge the pairs: those of rows all, of conversations so many an arm."""
        done = {(r["arm"], r["task"], r["node"]) for r in self.folder.log(VERDICTS).read()}
        trials = {trial.id: trial for trial in self.trials}
        wanted = [
            (row["arm"], trials[row["task"]], pair)
            for row, pair in to_check(self.found(), self.config.checked)
            if (row["arm"], row["task"], pair["node"]) not in done
        ]
        with timed(f"judge {len(wanted)} pairs"):
            asyncio.run(self._verify(wanted))

    async def _verify(self, wanted: Sequence[tuple[str, Trial, dict[str, Any]]]) -> None:
        gauge = Gauge(self.engine, self.config.slots)
        room = asyncio.Semaphore(self.config.slots)

        async def one(arm: str, trial: Trial, pair: dict[str, Any]) -> None:
            meter = Meter(gauge)
            if trial.subject.row is not None:
                verdict = verify.of_row(trial, pair)
            else:
                policy = replace(self.setting.policy, engine=meter)
                async with room:
                    verdict = await verify.of_turns(
                        trial, pair, policy, k=self.config.completions, seed=self.config.seed
                    )
            row = {"arm": arm, "task": trial.id, "node": pair["node"], "verdict": verdict}
            self.folder.log(VERDICTS).append({**row, "tokens": meter.policy})

        async with asyncio.TaskGroup() as group:
            for entry in wanted:
                group.create_task(one(*entry))


def to_check(
    records: Iterator[dict[str, Any]], most: int
) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Which pairs are judged: of conversations so many an arm, the first of each task first."""
    chosen = []
    turns: dict[str, list[tuple[int, dict[str, Any], dict[str, Any]]]] = {}
    for record in records:
        for rank, pair in enumerate(record["pairs"]):
            if record["family"] == TURNS:
                turns.setdefault(record["arm"], []).append((rank, record, pair))
            else:
                chosen.append((record, pair))
    for own in turns.values():
        own.sort(key=lambda entry: (entry[0], entry[1]["task"]))
        chosen += [(record, pair) for _, record, pair in own[:most]]
    return chosen


def policy_of(engine: Engine) -> Policy:
    """The model behind our own prompt, drawn from as it is."""
    return policy_for(engine, sampling=Sampling(temperature=1.0, max_tokens=192))


def conclude(
    config: Config, trials: Sequence[Trial], folder: RunFolder, manifest: dict[str, Any]
) -> tuple[dict[str, Any], str]:
    """The numbers and the tables.

    Raises:
        UserError: two arms were asked different prompts.
    """
    records = list(folder.log(FOUND).read())
    prompts: dict[str, str] = {}
    for record in records:
        if (
            record["prompt"]
            and prompts.setdefault(record["task"], record["prompt"]) != (record["prompt"])
        ):
            raise UserError(f"task {record['task']}: the arms' prompts differ")
    lines = report.lines_of(config.arms, records, folder.log(VERDICTS).read(), config.seed)
    usage = report.utilisation(config.flat, folder.log(TIMES).read())
    families = ", ".join(f"{sum(t.family == f for t in trials)} {f}" for f in FAMILIES)
    notes = [
        f"{families} tasks; at most {config.tokens} generated tokens a task, seed {config.seed}",
        f"{manifest['engine']['name']} on {config.engine}; tasks {manifest['tasks'][:12]}",
        f"pairs of rows are judged by the gold's calls, up to {config.checked} of conversations "
        f"an arm by {config.completions} completions of each side",
    ]
    if config.on_track:
        notes.append("with pairs of a step on track against one off track, right answer or not")
    if not manifest["repetition penalty"]:
        notes.append("this engine knows no repetition penalty: the published arms have none")
    failed = [f"{r['arm']}, {r['task']}: {r['error']}" for r in records if r.get("error")]
    result = {
        "manifest": report.portable(manifest),
        "prompts": len(prompts),
        "lines": [line.to_json() for line in lines],
        "engine": usage,
        "failed": failed,
    }
    notes += [f"failed: {line}" for line in failed[:5]]
    return result, report.markdown(lines, usage, notes)


# --- the engine


def _open(config: Config) -> Engine:
    from agents.engines import open_engine

    name = config.model
    if config.engine == "vllm":
        name = f"vllm:{name}"
    return open_engine(name)


def forget_prefixes(engine: Engine) -> None:
    """Empty vLLM's cache of prefixes, so that what is timed profits from nothing before it."""
    running: Any = getattr(engine, "_llm", None)
    if running is not None:
        engine._call(running.reset_prefix_cache()).result()  # type: ignore[attr-defined]


async def _flat(gauge: Gauge, asked: Sequence[tuple[Request, float]]) -> None:
    """The same requests, all at once."""

    async def one(request: Request, penalty: float) -> None:
        published.PENALTY.set(penalty)
        await gauge.generate(request)

    await asyncio.gather(*(one(*entry) for entry in asked))


def _closed(engine: Engine) -> None:
    asyncio.run(engine.aclose())


def _check(config: Config) -> None:
    for name in ("tokens", "block", "slots", "max_pairs", "completions"):
        if getattr(config, name) < 1:
            raise UserError(f"--{name.replace('_', '-')}: at least 1 is needed")
    if min(config.single, config.multi, config.turns) < 0:
        raise UserError("--single, --multi and --turns cannot be negative")
    for arm in (*config.arms, *config.flat):
        if arm not in ARMS:
            raise UserError(f"no arm {arm!r}; there are: {', '.join(ARMS)}")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command."""
    return run_command(Config, measure, argv, prog=PROG)


if __name__ == "__main__":
    sys.exit(main())
