"""Accuracy against generated tokens: greedy, best of n, and tree search while answering.

    python -m benchmarks.search_accuracy [--engine vllm] [--out FOLDER]   # from the repository
    python -m benchmarks.search_accuracy --resume FOLDER

Every agent answers the same generated rows, of a generator seed that the warm-up has not seen; no
agent sees the gold. The picture shows the share of right answers against the mean number of tokens
that an answer cost, the judge's included, with Wilson's 95 % intervals.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from agents.policies import Agent, Policy, Sampling, policy_for
from agents.search.agents import agent_named
from benchmarks.search.report import portable
from benchmarks.search.tasks import MULTI, SINGLE, held_back, row_trials, trials_hash
from envs.common import flags
from envs.common.cli import run_command
from envs.common.errors import UserError
from envs.common.optional import need
from envs.common.progress import progress, timed
from envs.common.runs import RunFolder, default_out, versions
from envs.episode import Episode
from eval.metrics import Share, percent

PROG, COMMAND = "python -m benchmarks.search_accuracy", "benchmarks.search_accuracy"
RESULTS = Path(__file__).parent / "results"
GREEDY = "greedy"


@dataclass(frozen=True)
class Config:
    """Draw accuracy against tokens."""

    model: str = "demo:warmup"
    """The policy: demo:ADAPTER or a folder."""
    engine: Literal["vllm", "hf"] = "vllm"
    """What runs it."""
    single: int = 60
    """Rows with one call."""
    multi: int = 60
    """Rows with several calls."""
    n: tuple[int, ...] = (2, 4, 8)
    """Of best-of-n."""
    simulations: tuple[int, ...] = (2, 4, 8, 16)
    """Of mcts."""
    rows_seed: int = 1
    """Of the generator; 0 is the warm-up's own."""
    seed: int = 0
    """Of the run and of the choice of rows."""
    concurrency: int = 48
    """Episodes in flight at a time."""
    out: Path | None = None
    """Where the run is written (default: runs/accuracy-TIME)."""
    result: Path = RESULTS / "search_accuracy.json"
    """Where the numbers go; the picture goes beside it."""
    resume: Path | None = None
    """Finish this run; everything else is taken from its manifest."""


@dataclass(frozen=True)
class Point:
    """An agent in the picture."""

    family: str
    agent: str
    budget: int
    """n, or simulations."""
    right: int
    n: int
    tokens: float
    """Generated for an answer, in the mean."""

    def to_json(self) -> dict[str, Any]:
        """With share and interval."""
        share = Share(self.right, self.n)
        return {**self.__dict__, "accuracy": share.value, "interval": share.interval}


def draw(config: Config) -> int:
    """Play, count, draw; 0."""
    manifest: dict[str, Any] = {}
    if config.resume is not None:
        folder, config, manifest = flags.resume_run(config, COMMAND)
    with timed("choose the rows"):
        counts = {SINGLE: config.single, MULTI: config.multi}
        trials = row_trials(held_back(config.rows_seed), counts, config.seed)
    rows = trials_hash(trials)
    if manifest and manifest["rows"] != rows:
        raise UserError(f"{config.resume}: its rows are not what its flags give now")
    if not manifest:
        manifest = {
            "command": COMMAND,
            "config": flags.to_json(config),
            "versions": versions(),
            "rows": rows,
        }
        folder = RunFolder.create(config.out or default_out("accuracy"), manifest)
    with folder.locked():
        episodes = _played(config, trials, folder)
    points = points_of(config, {trial.id: trial.family for trial in trials}, episodes)
    shown = [point.to_json() for point in points]
    result = {"manifest": portable(manifest), "points": shown}
    folder.write_json("points.json", result)
    config.result.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", "utf-8")
    picture(points, config.result.with_suffix(".png"))
    print(markdown(points))
    return 0


def agents_of(config: Config, policy: Policy) -> dict[tuple[str, int], Agent]:
    """The agents by name and budget."""
    agents: dict[tuple[str, int], Agent] = {(GREEDY, 1): policy}
    for n in config.n:
        agents["best-of-n", n] = agent_named("best-of-n", policy, samples=n)
    for n in config.simulations:
        agents["mcts", n] = agent_named("mcts", policy, samples=min(8, n), simulations=n)
    return agents


def _played(config: Config, trials: Sequence[Any], folder: RunFolder) -> list[dict[str, Any]]:
    """Episodes in short: agent, budget, task, whether right, tokens."""
    import asyncio

    from agents.engines import open_engine
    from agents.engines.base import run
    from agents.rollout import rollout

    log = folder.log("episodes.jsonl")
    done = list(log.read())
    known = {(row["agent"], row["budget"], row["task"]) for row in done}
    with timed("load the model"):
        prefix = "vllm:" if config.engine == "vllm" else ""
        engine = open_engine(f"{prefix}{config.model}")
    policy = policy_for(engine, sampling=Sampling(max_tokens=192))
    wanted = [
        (name, budget, agent, trial)
        for (name, budget), agent in agents_of(config, policy).items()
        for trial in trials
        if (name, budget, trial.id) not in known
    ]

    async def play() -> None:
        room = asyncio.Semaphore(config.concurrency)

        async def one(name: str, budget: int, agent: Agent, trial: Any) -> None:
            async with room:
                task = replace(trial.subject.task, split="test")
                episode = await rollout(
                    trial.subject.make(), task, agent, env_id="rows", seed=config.seed
                )
            row = {"agent": name, "budget": budget, "task": trial.id, **_told(episode)}
            log.append(row)
            done.append(row)
            tick(row)

        async with asyncio.TaskGroup() as group:
            for entry in wanted:
                group.create_task(one(*entry))

    try:
        with timed("answer"), progress(f"{engine.name}: episodes", len(wanted)) as tick:
            run(play())
    finally:
        run(engine.aclose())
    return done


def _told(episode: Episode) -> dict[str, Any]:
    calls = [call for step in episode.steps for call in step.model_calls]
    tokens = sum(call.completion_tokens for call in calls)
    return {"outcome": str(episode.outcome), "right": episode.reward == 1.0, "tokens": tokens}


def points_of(
    config: Config, families: Mapping[str, str], episodes: Iterable[Mapping[str, Any]]
) -> list[Point]:
    """A point for each agent, budget and family of rows; lost episodes are left out."""
    played: dict[tuple[str, str, int], list[Mapping[str, Any]]] = {}
    for row in episodes:
        if row["outcome"] != "error":
            key = (families[row["task"]], row["agent"], row["budget"])
            played.setdefault(key, []).append(row)
    return [
        Point(
            family,
            agent,
            budget,
            right=sum(row["right"] for row in own),
            n=len(own),
            tokens=sum(row["tokens"] for row in own) / len(own),
        )
        for (family, agent, budget), own in sorted(played.items())
    ]


def markdown(points: Sequence[Point]) -> str:
    """The points as a table."""
    lines = ["| rows | agent | budget | right | accuracy | 95 % | tokens |"]
    lines.append("|" + " --- |" * 7)
    for point in points:
        share = Share(point.right, point.n)
        low, high = share.interval or (0.0, 1.0)
        lines.append(
            f"| {point.family} | {point.agent} | {point.budget} | {point.right} / {point.n} | "
            f"{percent(share.value)} % | {percent(low)} to {percent(high)} % | {point.tokens:.0f} |"
        )
    return "\n".join(lines)


def picture(points: Sequence[Point], file: Path) -> None:
    """Draw the points, a panel for each family."""
    matplotlib = need("matplotlib", extra="train")
    matplotlib.use("Agg")
    plt = need("matplotlib.pyplot", extra="train")
    families = list(dict.fromkeys(point.family for point in points))
    figure, axes = plt.subplots(1, len(families), figsize=(5 * len(families), 4), squeeze=False)
    for panel, family in zip(axes[0], families, strict=True):
        for agent in dict.fromkeys(point.agent for point in points):
            own = sorted(
                (p for p in points if p.family == family and p.agent == agent),
                key=lambda point: point.tokens,
            )
            shares = [Share(p.right, p.n) for p in own]
            middles = [share.value or 0.0 for share in shares]
            ends = [share.interval or (0.0, 1.0) for share in shares]
            spans = [
                [m - low for m, (low, _) in zip(middles, ends, strict=True)],
                [high - m for m, (_, high) in zip(middles, ends, strict=True)],
            ]
            tokens = [p.tokens for p in own]
            panel.errorbar(tokens, middles, yerr=spans, marker="o", capsize=3, label=agent)
        panel.set(title=family, xlabel="generated tokens an answer", ylim=(0, 1), xscale="log")
    axes[0][0].set_ylabel("right answers (95 % intervals)")
    axes[0][0].legend()
    figure.tight_layout()
    figure.savefig(file, dpi=120)
    plt.close(figure)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command."""
    return run_command(Config, draw, argv, prog=PROG)


if __name__ == "__main__":
    sys.exit(main())
