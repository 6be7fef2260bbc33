"""The arms: our searcher in two presets, one of them with coarser steps too, whole samples, and the
published algorithm.

Every arm gets a task and a `Meter`, and gives candidate pairs, one for each point where answers
part: after the turns before and the same beginning, one continuation rather than another. Trees of
ours and the tree of whole samples go through the same code (`agents.search.pairs`); the published
algorithm has a rule of its own (`published`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from agents.formats.base import ToolFormat
from agents.policies import Policy
from agents.search import rules
from agents.search.config import PairConfig, SearchConfig, preset
from agents.search.env_problem import EnvProblem, ProblemConfig, followed
from agents.search.grow import insert
from agents.search.judge import Critic
from agents.search.pairs import StepExample, extract_pairs
from agents.search.problem import Ask, Step, as_samples
from agents.search.scheduler import Gauge, Job, Scheduler
from agents.search.tokens import tokens_of
from agents.search.tree import SearchTree
from benchmarks.search import published
from benchmarks.search.meter import Limited, Meter, Spent
from benchmarks.search.tasks import TURNS, Trial
from training.answers import on_track
from training.rows import Row

OURS, COARSER, PAPER, BEST = "pairs", "pairs, whole calls", "paper", "best-of-n"
ARMS = (OURS, COARSER, PAPER, BEST, published.SHIPPED.name, published.MILD.name)

Record = dict[str, Any]
Keep = Callable[[Record], None]


@dataclass(frozen=True)
class Setting:
    """What all arms share."""

    policy: Policy
    """Draws at temperature 1 from the engine; its engine is replaced by a task's `Meter`."""
    seed: int = 0
    tokens: int = 400
    """Generated tokens of a task at most, those of the judge included."""
    max_pairs: int = 4
    """Pairs of a task."""
    batch: int = 3
    """Whole samples that ``best-of-n`` asks for at a time."""
    pairs: PairConfig = field(default_factory=PairConfig)
    """The rule for pairs; with its ``on_track``, whole samples are followed too."""

    def search(self, arm: str) -> SearchConfig:
        """How our trees grow: for pairs, or as the paper says."""
        return preset("paper" if arm == PAPER else "pairs", max_tokens=self.tokens)


async def run_arm(
    arm: str, trials: Sequence[Trial], gauge: Gauge, setting: Setting, keep: Keep
) -> None:
    """Search the tasks with an arm, all on one engine.

    Args:
        arm: one of `ARMS`.
        trials: the tasks.
        gauge: the engine.
        setting: what all arms share.
        keep: given the record of each task when it is done.
    """
    if arm in (OURS, COARSER, PAPER):
        await _grown(arm, trials, gauge, setting, keep)
        return
    settings = {each.name: each for each in (published.SHIPPED, published.MILD)}

    async def one(trial: Trial) -> None:
        meter = Meter(gauge, setting.tokens)
        policy = replace(setting.policy, engine=meter)
        if arm == BEST:
            tree = await _samples(trial, policy, meter, setting)
            keep(_record(trial, meter, tree_pairs(tree, policy, setting), tree))
        else:
            pairs = await published.search(trial, policy, meter, settings[arm], setting)
            keep(_record(trial, meter, pairs))

    await _all([one(trial) for trial in trials])


async def _all(parts: Sequence[Any]) -> None:
    import asyncio

    try:
        async with asyncio.TaskGroup() as group:
            for part in parts:
                group.create_task(part)
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None


def _record(
    trial: Trial,
    meter: Meter,
    pairs: list[Record],
    tree: SearchTree | None = None,
    error: str | None = None,
) -> Record:
    right, finished = tree.verdicts()[0] if tree is not None else (None, None)
    record: Record = {
        "task": trial.id,
        "family": trial.family,
        "prompt": meter.prompt,
        "tokens": {"policy": meter.policy, "judge": meter.judge},
        "answers": {"right": right, "finished": finished},
        "pairs": pairs,
    }
    return record | ({"error": error} if error else {})


# --- trees of ours


async def _grown(
    arm: str, trials: Sequence[Trial], gauge: Gauge, setting: Setting, keep: Keep
) -> None:
    meters: dict[str, Meter] = {}
    trees: dict[str, SearchTree] = {}
    by_id = {trial.id: trial for trial in trials}

    def job(trial: Trial) -> Job:
        def opened() -> Limited:
            meter = meters[trial.id] = Meter(gauge, setting.tokens)
            policy = replace(setting.policy, engine=meter)
            critic = Critic(meter) if arm == PAPER else None
            problem = _problem(trial, policy, critic, setting, arm)
            return Limited(problem, meter)

        size = sum(len(message.content) for message in trial.subject.task.messages)
        return Job(trial.id, opened, size)

    def done(result: Any) -> None:
        trial = by_id[result.task]
        tree = result.tree or trees.pop(result.task, None)
        error = result.error
        if error is not None and error.startswith(Spent.__name__):
            error = None
        meter = meters.get(trial.id) or Meter(gauge, 0)
        pairs = [] if tree is None else tree_pairs(tree, setting.policy, setting)
        keep(_record(trial, meter, pairs, tree, error))

    scheduler = Scheduler(
        gauge,
        setting.search(arm),
        seed=setting.seed,
        on_wave=lambda tree: trees.__setitem__(tree.task, tree),
        on_done=done,
    )
    await scheduler.run([job(trial) for trial in trials])


def _problem(
    trial: Trial, policy: Policy, critic: Critic | None, setting: Setting, arm: str
) -> EnvProblem:
    how = ProblemConfig(
        outcome=True,
        partial=arm in (OURS, COARSER),
        granularity="argument" if arm in (OURS, BEST) else "call",
        tool_seconds=30.0,
    )
    return trial.subject.problem(policy, critic, how, setting.seed)


async def _samples(trial: Trial, policy: Policy, meter: Meter, setting: Setting) -> SearchTree:
    """Whole samples with their verdicts, as a tree: it shows where they part, nothing is chosen."""
    problem = _problem(trial, policy, None, setting, BEST)
    batch = 1 if trial.family == TURNS else setting.batch
    tree = SearchTree(SearchConfig(samples=batch), task=trial.id, seed=setting.seed)
    tree.add_prompt(problem.prompt)
    tree.checked = problem.checked
    asked = 0
    while meter.left:
        ask = Ask(tree, tree.root, "expand", n=batch, to_end=True, k=asked)
        chains, tokens = as_samples(await problem.expand(ask))
        if setting.pairs.on_track and trial.subject.row is not None:
            chains = [_marked(chain, trial.subject.row, policy.format) for chain in chains]
        tree.policy_tokens += tokens
        asked += 1
        fresh, ends = insert(tree, tree.root, chains, ask.seed)
        for node in fresh:
            rules.set_reward(tree, node)
        for end in ends:
            rules.back_up(tree, end)
        if not chains:
            break
    return tree


def _marked(sample: Sequence[Step], row: Row, tool_format: ToolFormat) -> list[Step]:
    """A whole sample, marked as our searches mark their steps; where it goes wrong, it ends."""
    *steps, end = sample
    marked = followed(steps, "", partial(on_track, row, tool_format), 0.0)
    wrong = bool(marked) and marked[-1].on_track is False
    return marked if wrong else [*marked, end]


def tree_pairs(tree: SearchTree, policy: Policy, setting: Setting) -> list[Record]:
    """The pairs of a tree, each with all that a judge needs who has not seen the tree."""
    config = replace(setting.pairs, max_pairs=setting.max_pairs)
    end = tokens_of(policy.engine).end_id
    records = []
    for pair in extract_pairs(tree, config).pairs:
        node = tree.nodes[pair.node]
        running = tree.turn(node)
        records.append(
            {
                "node": pair.node,
                "depth": pair.depth,
                "gap": round(pair.gap, 6),
                "before": _turns_before(tree, pair.node),
                "prefix": "".join(step.text for step in running),
                "prefix_ids": [token for step in running for token in step.ids],
                "chosen": _side(pair.chosen, end),
                "rejected": _side(pair.rejected, end),
            }
        )
    return records


def _side(example: StepExample, end: int) -> Record:
    return {
        "text": example.text,
        "ids": list(example.ids),
        "turn_ends": end in example.ids[-1:],
        "ends": example.ends,
    }


def _turns_before(tree: SearchTree, at: int) -> list[list[int]]:
    """The ids of the turns that are over."""
    turns: list[list[int]] = []
    running: list[int] = []
    for node in tree.path(tree.nodes[at]):
        running += node.ids
        if node.prompt != tree.nodes[node.parent].prompt:
            turns.append(running)
            running = []
    return turns
