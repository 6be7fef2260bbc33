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
from dataclasses import dataclass, fields, replace
from typing import Any

from agents.engines.base import run
from agents.policies import Agent
from agents.rollout import beside, rollout
from agents.users import UserModel
from envs.common.errors import UserError
from envs.common.runs import RunFolder
from envs.env import ToolEnv
from envs.episode import Episode, read_episode
from envs.types import Outcome, Task
from envs.world import World, WorldError, reward_of
from eval import pages, report_text
from eval import report as reports
from eval.report import Report
from eval.suite import Score, Suite, Verdict

EPISODES, VERDICTS = "episodes.jsonl", "verdicts.jsonl"

OnEpisode = Callable[[Episode], None]
Episodes = dict[tuple[str, str, int], Episode]
"""By agent, task and trial."""


@dataclass(frozen=True)
class EvalConfig:
    """How a run is played."""

    seed: int = 0
    concurrency: int = 32
    """Episodes in flight at a time."""
    trials: int = 1
    """Attempts at each task."""
    prices: tuple[float, float] | None = None
    """What a million prompt tokens and a million completion tokens cost."""
    user: UserModel | None = None
    """Plays the user, in place of the world's own."""


def evaluate(
    suite: Suite | type[World] | str,
    agents: Agent | Sequence[Agent],
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
        suite: what is scored: a suite, or an environment's id or `World` class (its test tasks).
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
    suite = _as_suite(suite)
    agents = [agents] if isinstance(agents, Agent) else agents
    if len({agent.name for agent in agents}) < len(agents):
        raise UserError("two agents have the same name")
    done: Episodes = read_episodes(folder, suite.name) if folder else {}
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
        for task in (*suite.prerequisites, *suite.tasks)
        for trial in range(config.trials)
        for agent in agents
        if (agent.name, task.id, trial) not in done
    ]
    try:
        run(_play_all(suite, wanted, config, done, keep))
    except ExceptionGroup as group:  # the task group's wrapping; the first failure is the cause
        raise group.exceptions[0] from None
    names = [agent.name for agent in agents]
    usage = usage_of(done, names, config.prices)
    seconds = round(time.monotonic() - started, 1)
    usage["run"] = {"episodes played now": len(wanted), "seconds now": seconds}
    return conclude(
        suite,
        done,
        names,
        folder=folder,
        title=title or suite.name,
        model=model,
        notes=notes,
        usage=usage,
        trials=config.trials,
    )


def _as_suite(suite: Suite | type[World] | str) -> Suite:
    if isinstance(suite, Suite):
        return suite
    from envs.registry import make
    from eval.env_suite import EnvSuite

    name = suite if isinstance(suite, str) else suite.__name__
    return EnvSuite(name, lambda: make(suite).world)


async def _play_all(
    suite: Suite,
    wanted: Sequence[tuple[Agent, Task, int]],
    config: EvalConfig,
    done: Mapping[tuple[str, str, int], Episode],
    keep: OnEpisode,
) -> None:
    queue = iter(wanted)
    # Nobody waits for what comes later in the queue, so somebody is always at work.
    played = {(agent.name, task.id, trial): asyncio.Event() for agent, task, trial in wanted}
    unscored = {task.id for task in suite.prerequisites}

    async def worker() -> None:
        for agent, task, trial in queue:
            before = [(agent.name, task_id, trial) for task_id in suite.depends_on(task)]
            for key in before:
                if key in played:
                    await played[key].wait()
            earlier = [done[key] for key in before]
            scored = task.id not in unscored
            keep(await _play(suite, agent, task, trial, config, earlier, scored=scored))
            played[agent.name, task.id, trial].set()

    async with asyncio.TaskGroup() as group:
        for _ in range(min(config.concurrency, len(wanted))):
            group.create_task(worker())


async def _play(
    suite: Suite,
    agent: Agent,
    task: Task,
    trial: int,
    config: EvalConfig,
    before: Sequence[Episode],
    *,
    scored: bool,
) -> Episode:
    """Play a task after its prerequisites, and settle the outcome."""
    if lost := next((e.task for e in before if e.outcome is Outcome.ERROR), None):
        why = f"{lost}, which it depends on, was lost"
        return Episode(
            suite.name, task.id, agent.name, trial, config.seed, outcome=Outcome.ERROR, error=why
        )
    if before:
        task = suite.resumed(task, {e.task: e.left for e in before if e.left is not None})
    env = ToolEnv(suite.world(task), outcome_reward=False, diffs=suite.shows_diffs)
    episode = await rollout(
        env,
        task,
        agent,
        env_id=suite.name,
        seed=config.seed,
        trial=trial,
        user=config.user,
    )
    if not scored:
        if episode.outcome in (Outcome.ERROR, Outcome.CONTEXT_OVERFLOW):
            return episode
        return replace(episode, left=suite.leaves(task, env.world))
    settle = _by_world if suite.scored_by_world else _by_suite
    return await settle(suite, task, episode, env)


async def _by_suite(suite: Suite, task: Task, episode: Episode, env: ToolEnv) -> Episode:
    """Settle the outcome of an episode that ended by itself, from the record."""
    if episode.outcome is not None:
        return episode
    valid = suite.score(task, episode).valid
    if valid is None:
        return episode
    outcome = Outcome.SUCCESS if valid else Outcome.FAILURE
    return replace(episode, outcome=outcome, reward=float(valid))


async def _by_world(suite: Suite, task: Task, episode: Episode, env: ToolEnv) -> Episode:
    """The same, from the world as the episode left it."""
    if episode.outcome is not None:
        return episode
    try:
        parts = await beside(env, env.score)
    except WorldError as error:
        return replace(episode, outcome=Outcome.ERROR, error=str(error))
    return replace(episode, outcome=env.outcome, reward=reward_of(parts), parts=parts)


def read_episodes(folder: RunFolder, suite: str) -> Episodes:
    """The episodes of a run by agent, task and trial; the last of a key counts.

    Raises:
        UserError: a broken line, or episodes of another suite.
    """
    found: Episodes = {}
    log = folder.log(EPISODES)
    for number, record in enumerate(log.read(), 1):
        episode = read_episode(record, f"{log.path}:{number}")
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
    usage: Mapping[str, Mapping[str, float]] | None = None,
    trials: int | None = None,
) -> Report:
    """Judge the episodes and write verdicts and reports."""
    trials = trials or 1 + max((trial for _, _, trial in episodes), default=0)
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
        trials=trials,
        machine_failures=Counter(
            v.agent for v in verdicts if v.error_type == str(Outcome.ERROR) and v.valid is None
        ),
        agents=agents,
        notes=notes,
        usage=usage,
    )
    if folder:
        tasks = {task.id: task for task in suite.tasks}
        items = [
            pages.to_item(
                v, tasks[v.task], episodes[v.agent, v.task, v.trial], suite.tools(tasks[v.task])
            )
            for v in verdicts
        ]
        folder.write_text("report.html", pages.to_html(report, items))
        folder.write_jsonl(VERDICTS, (v.to_json() for v in verdicts))
        folder.write_json("report.json", report.to_json())
        folder.write_text("report.md", report_text.to_markdown(report))
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
    return Verdict(**{f.name: getattr(score, f.name) for f in fields(Score)}, **own)


def usage_of(
    episodes: Mapping[tuple[str, str, int], Episode],
    agents: Sequence[str],
    prices: tuple[float, float] | None = None,
) -> dict[str, dict[str, float]]:
    """What the answers took, per agent: model calls, tokens, seconds and, with prices, cost.

    A model that played the user has counts of its own; the cost is the agent's alone.
    """
    usage: dict[str, dict[str, float]] = {}
    for agent in agents:
        own = [episode for (name, _, _), episode in episodes.items() if name == agent]
        calls = [c for e in own for s in e.steps for c in s.model_calls]
        prompt = sum(c.prompt_tokens for c in calls)
        completion = sum(c.completion_tokens for c in calls)
        usage[agent] = {
            "model calls": len(calls),
            "prompt tokens": prompt,
            "completion tokens": completion,
            "seconds in episodes": round(sum(e.seconds for e in own), 1),
        }
        if prices is not None:
            cost = (prompt * prices[0] + completion * prices[1]) / 1e6
            usage[agent]["cost"] = round(cost, 6)
        if users := [c for e in own for s in e.steps for c in s.user_calls]:
            usage[agent]["user model calls"] = len(users)
            usage[agent]["user prompt tokens"] = sum(c.prompt_tokens for c in users)
            usage[agent]["user completion tokens"] = sum(c.completion_tokens for c in users)
    return usage
