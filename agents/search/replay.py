"""What the turns of a saved tree did: each is taken again in the environment.

A saved tree has no snapshots; it has the actions of every path. So the states come back by playing
them, and what each call changed is seen on the way. Nothing is scored.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from agents.formats.base import ToolFormat
from agents.search.tree import Node, SearchTree
from envs.common.errors import UserError, suggest
from envs.common.text import visible
from envs.env import Snapshot, ToolEnv
from envs.state import Change
from envs.types import JSON, Message
from envs.world import WorldError


@dataclass(frozen=True)
class Effect:
    """What a turn did."""

    changes: tuple[Change, ...] = ()
    """Of the world's state, call by call."""
    messages: tuple[Message, ...] = ()
    """What followed: tool results, the user's next message."""
    problem: str | None = None
    """Why the turn could not be taken again."""


def effects_of(
    tree: SearchTree, make: Callable[..., ToolEnv], tool_format: ToolFormat
) -> dict[int, Effect]:
    """What the turn did that ends at a node, for all such nodes.

    Args:
        tree: of a task of the environment.
        make: the environment; takes ``diffs=True``.
        tool_format: in which the turns are written.

    Raises:
        UserError: the environment has no such task, or can be neither copied nor replayed.
    """
    from agents.rollout import begin

    env = make(diffs=True, outcome_reward=False)
    if tree.task not in env.tasks:
        near = suggest(tree.task, list(env.tasks))
        raise UserError(f"the environment has no task {tree.task!r}{near}")
    begin(env, env.tasks[tree.task], seed=tree.seed, trial=0)
    effects: dict[int, Effect] = {}
    places = {0: env.snapshot()}
    for node in tree.nodes[1:]:
        parent = tree.nodes[node.parent]
        goes_on = node.prompt != parent.prompt
        if not goes_on and (not node.terminal or node.truncated):
            continue
        start = places.get(_turn_start(tree, parent))
        if start is None:
            continue
        text = "".join(step.text for step in (*tree.turn(parent), node))
        effects[node.index] = _taken(env, start, tool_format, text)
        if goes_on and effects[node.index].problem is None and not env.ended:
            places[node.index] = env.snapshot()
    return effects


def told(effect: Effect) -> dict[str, JSON]:
    """An effect as JSON, for people."""
    return {
        "changes": [visible(change.told()) for change in effect.changes],
        "messages": [
            {"role": message.role, "name": message.name or "", "text": message.content}
            for message in effect.messages
        ],
        "problem": effect.problem,
    }


def _taken(env: ToolEnv, start: Snapshot, tool_format: ToolFormat, text: str) -> Effect:
    try:
        before = env.restore(start)
        after, *_ = env.step(tool_format.parse(text))
    except WorldError as error:
        return Effect(problem=str(error))
    changes = tuple(change for diff in env.diffs for change in diff)
    return Effect(changes, after.messages[len(before.messages) + 1 :])


def _turn_start(tree: SearchTree, node: Node) -> int:
    """Index of the node behind which the running turn of `node` begins."""
    steps = tree.turn(node)
    return steps[0].parent if steps else node.index
