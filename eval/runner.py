"""Score agents on a suite: play every task, keep every episode, judge, report.

Episodes are written as they come, so a run that dies loses what was in flight and no more;
resuming plays the rest. Verdicts and reports are made from the episodes, in task order, so they
do not depend on the order in which answers came.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from agents.engines.base import run
from agents.policies import Agent
from agents.rollout import rollout
from envs.common.errors import UserError
from envs.common.runs import RunFolder
from envs.env import ToolEnv
from envs.episode import Episode
from envs.types import Outcome, Task
from eval import report as reports
from eval.report import Report
from eval.suite import Suite, Verdict

EPISODES, VERDICTS = "episodes.jsonl", "verdicts.jsonl"

OnEpisode = Callable[[Episode], None]


@dataclass(frozen=True)
class EvalConfig:
    """How a run is played."""

    seed: int = 0
    concurrency: int = 32
    """Episodes in flight at a time."""
    trials: int = 1
    """Attempts at each task."""


def evaluate(
    suite: Suite,
    agents: Sequence[Agent],
    config: EvalConfig | None = None,
    *,
    folder: RunFolder | None = None,
    title: str | None = None,
    model: str = "",
    notes: Sequence[str] = (),
    on_episode: OnEpisode | None = None,
) -> Report:
    """Play, judge and report.

    Args:
        suite: what is scored.
        agents: who is scored; names differ.
        config: how the run is played.
        folder: where episodes, verdicts and reports go; episodes found there are not played
            again. Without one, nothing is written.
        title: of the report.
        model: what the report calls the model.
        notes: what a reader of the report has to know.
        on_episode: called after each finished episode.

    Raises:
        UserError: two agents of one name; a folder that cannot be read or written.
    """
    config = config or EvalConfig()
    if len({agent.name for agent in agents}) < len(agents):
        raise UserError("two agents have the same name")
    done = read_episodes(folder, suite.name) if folder else {}
    # What the machine lost may be tried again; everything else is paid for and kept.
    done = {key: e for key, e in done.items() if e.outcome is not Outcome.ERROR}
    started = time.monotonic()

    def keep(episode: Episode) -> None:
        done[episode.key] = episode
        if folder:
            folder.log(EPISODES).append(episode.to_json())
        if on_episode:
            on_episode(episode)

    wanted = [
        (agent, task, trial)
        for task in suite.tasks
        for trial in range(config.trials)
        for agent in agents
        if (agent.name, task.id, trial) not in done
    ]
    try:
        run(_play_all(suite, wanted, config, keep))
    except ExceptionGroup as group:  # the task group's wrapping; the first failure is the cause
        raise group.exceptions[0] from None
    usage = _usage(done, time.monotonic() - started, len(wanted))
    return conclude(
        suite,
        done,
        [agent.name for agent in agents],
        folder=folder,
        title=title or suite.name,
        model=model,
        notes=notes,
        usage=usage,
    )


async def _play_all(
    suite: Suite,
    wanted: Sequence[tuple[Agent, Task, int]],
    config: EvalConfig,
    keep: OnEpisode,
) -> None:
    queue = iter(wanted)

    async def worker() -> None:
        for agent, task, trial in queue:
            env = ToolEnv(suite.world(), outcome_reward=False)
            episode = await rollout(
                env, task, agent, env_id=suite.name, seed=config.seed, trial=trial
            )
            keep(_scored(suite, task, episode))

    async with asyncio.TaskGroup() as group:
        for _ in range(min(config.concurrency, len(wanted))):
            group.create_task(worker())


def _scored(suite: Suite, task: Task, episode: Episode) -> Episode:
    """Settle the outcome of an episode that ended by itself."""
    if episode.outcome is not None:
        return episode
    valid = suite.score(task, episode).valid
    if valid is None:
        return episode
    outcome = Outcome.SUCCESS if valid else Outcome.FAILURE
    return replace(episode, outcome=outcome, reward=float(valid))


def read_episodes(folder: RunFolder, suite: str) -> dict[tuple[str, str, int], Episode]:
    """The episodes of a run by agent, task and trial; the last of a key counts.

    Raises:
        UserError: a broken line, or episodes of another suite.
    """
    found: dict[tuple[str, str, int], Episode] = {}
    log = folder.log(EPISODES)
    for number, record in enumerate(log.read(), 1):
        try:
            episode = Episode.from_json(record)
        except ValueError as error:
            raise UserError(f"{log.path}:{number}: {error}") from None
        if episode.env != suite:
            raise UserError(f"{log.path}:{number}: an episode of {episode.env!r}, not {suite!r}")
        found[episode.key] = episode
    return found


def conclude(
    suite: Suite,
    episodes: Mapping[tuple[str, str, int], Episode],
    agents: Sequence[str],
    *,
    folder: RunFolder | None,
    title: str,
    model: str,
    notes: Sequence[str] = (),
    usage: Mapping[str, Any] | None = None,
) -> Report:
    """Judge the episodes and write verdicts and reports."""
    trials = 1 + max((trial for _, _, trial in episodes), default=0)
    keys = [(a, t, n) for a in agents for t in suite.tasks for n in range(trials)]
    verdicts = [
        judge(suite, task, episodes[agent, task.id, trial])
        for agent, task, trial in keys
        if (agent, task.id, trial) in episodes
    ]
    report = reports.build(
        suite,
        verdicts,
        title=title,
        model=model,
        answers={key: episode.answer for key, episode in episodes.items()},
        machine_failures=Counter(
            v.agent for v in verdicts if v.error_type == str(Outcome.ERROR) and v.valid is None
        ),
        agents=agents,
        notes=notes,
        usage=usage,
    )
    if folder:
        folder.write_jsonl(VERDICTS, (v.to_json() for v in verdicts))
        folder.write_json("report.json", report.to_json())
        folder.write_text("report.md", reports.to_markdown(report))
    return report


def judge(suite: Suite, task: Task, episode: Episode) -> Verdict:
    """The verdict on one episode, the machine's and the context's failures included."""
    own: dict[str, Any] = {
        "agent": episode.agent,
        "task": task.id,
        "category": suite.category(task),
        "trial": episode.trial,
    }
    if episode.outcome is Outcome.ERROR:
        return Verdict(None, str(Outcome.ERROR), episode.error or "", **own)
    if episode.outcome is Outcome.CONTEXT_OVERFLOW:
        kind = str(Outcome.CONTEXT_OVERFLOW)
        return Verdict(False, kind, episode.error or "", lenient=False, overflow=True, **own)
    score = suite.score(task, episode)
    return Verdict(score.valid, score.error_type, score.message, score.lenient, **own)


def _usage(
    episodes: Mapping[tuple[str, str, int], Episode], seconds: float, played: int
) -> dict[str, Any]:
    calls = [c for e in episodes.values() for s in e.steps for c in s.model_calls]
    return {
        "model calls": len(calls),
        "prompt tokens": sum(c.prompt_tokens for c in calls),
        "completion tokens": sum(c.completion_tokens for c in calls),
        "episodes played now": played,
        "seconds now": round(seconds, 1),
    }
