"""How far a wrong answer went right: a little credit, so that the search goes on from there.

Compared are calls with those of the gold. It says nothing about right answers, and is never a
verdict: what counts as right is the world's to say.
"""

from __future__ import annotations

from collections.abc import Iterable

from agents.search.keys import call_key
from envs.types import Action, ToolCall


def share_made(
    actions: Iterable[Action],
    gold: Iterable[Action],
    *,
    in_one_go: bool = False,
    arguments: bool = False,
) -> float:
    """How much of the gold's calls was made, 0 to 1.

    Args:
        actions: the turns taken.
        gold: the right ones.
        in_one_go: the answer is compared as a whole: what counts is how far it could have gone on
            to a right one. Otherwise calls count wherever they stand, of as many as there are or
            were made.
        arguments: with `in_one_go`: of the first wrong call its name and the arguments up to the
            first wrong one count too.
    """
    wanted = [call for turn in gold for call in turn.calls]
    given = [call for turn in actions for call in turn.calls]
    parts = {id(call): 1 + len(call.arguments) * arguments for call in wanted}
    total, count, made = sum(parts.values()), len(wanted), 0
    for call in given:
        same = next((other for other in wanted if _same(call, other)), None)
        if same is not None:
            wanted.remove(same)
            made += parts[id(same)]
        elif in_one_go:
            if arguments:
                made += max((_begun(call, other) for other in wanted), default=0)
            break
    if in_one_go:  # one call too many: it went wrong where it did not end
        made = min(made, total - (len(given) > count))
    elif len(given) > count:
        total = len(given)
    return made / total if total else 0.0


def _same(one: ToolCall, other: ToolCall) -> bool:
    return call_key(one.name, one.arguments) == call_key(other.name, other.arguments)


def _begun(call: ToolCall, right: ToolCall) -> int:
    """The name, and the arguments that are right before one is not or there is one too many."""
    if call.name != right.name:
        return 0
    row = 0
    for name, value in call.arguments.items():
        if name not in right.arguments:
            break
        if call_key("", {name: value}) != call_key("", {name: right.arguments[name]}):
            break
        row += 1
    too_many = row == len(right.arguments) < len(call.arguments)
    return 1 + row - too_many
