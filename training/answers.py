"""Rows as an environment: tools, a conversation, and one assistant turn that is compared.

An answer is right if it makes the calls of the row and no other: the same names with the same
arguments, in any order, each as often as the row has it. Arguments are the same if they have the
same keys and values, where

* numbers are compared by value (5 is 5.0), and a truth value is no number;
* the keys of an object have no order, the items of a list do;
* texts are compared to the letter, white space around them left out;
* an argument that only repeats the default of its schema counts as left out.

A row without calls is answered right by any readable turn without calls. Nothing is executed, and
what a turn says beside its calls is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from agents.formats.base import ToolFormat
from agents.search.marks import Marks
from agents.search.steps import read_call
from envs.common.errors import UserError, suggest
from envs.types import JSON, Action, Task, ToolCall, ToolSpec
from envs.world import World
from training.rows import Row, read_rows

TEST = "test"


class Answers(World):
    """Rows as tasks of one turn.

    Args:
        rows: the rows, or a file of them.
    """

    max_turns = 1
    single_answer = True

    def __init__(self, rows: str | Path | Iterable[Row] = ()) -> None:
        found = read_rows(Path(rows)) if isinstance(rows, str | Path) else rows
        self._rows: dict[str, Row] = {}
        for row in found:
            if row.id in self._rows:
                raise UserError(f"two rows have the id {row.id!r}")
            self._rows[row.id] = row

    def tasks(self) -> Iterable[Task]:
        """One for each row."""
        return map(task_of, self._rows.values())

    def specs(self, task: Task) -> Sequence[ToolSpec]:
        """The row's tools."""
        return self.row(task).tools

    def score(self, task: Task) -> bool:
        """Whether the turn makes the row's calls."""
        row = self.row(task)
        action = self.actions[-1] if self.actions else Action(error="no answer")
        return action.error is None and same_calls(action.calls, row.answer, row.tools)

    def row(self, task: Task) -> Row:
        """The row behind a task.

        Raises:
            UserError: there is none.
        """
        if task.id not in self._rows:
            raise UserError(f"no row {task.id!r}{suggest(task.id, list(self._rows)[:30])}")
        return self._rows[task.id]


def task_of(row: Row) -> Task:
    """The row as a task; of the test split only where the row says so."""
    split = TEST if row.meta.get("split") == TEST else "train"
    task = Task(row.id, row.messages, gold=(row.action,), split=split)
    return replace(task, tags=(kind_of(task),))


def kind_of(task: Task) -> str:
    """What answers a task: ``calls`` or ``no calls``; where no answer is known, calls."""
    answers = task.gold
    return "calls" if answers is None or any(action.calls for action in answers) else "no calls"


def same_calls(
    given: Sequence[ToolCall], wanted: Sequence[ToolCall], tools: Sequence[ToolSpec] = ()
) -> bool:
    """Whether two lists hold the same calls, in whatever order."""
    return len(given) == len(wanted) and left_of(given, wanted, tools) == []


def left_of(
    given: Sequence[ToolCall], wanted: Sequence[ToolCall], tools: Sequence[ToolSpec] = ()
) -> list[ToolCall] | None:
    """The wanted calls that are not given yet; ``None``: one that is given is not wanted."""
    left = list(wanted)
    for call in given:
        at = next((n for n, other in enumerate(left) if same_call(call, other, tools)), None)
        if at is None:
            return None
        del left[at]
    return left


def same_call(given: ToolCall, wanted: ToolCall, tools: Sequence[ToolSpec] = ()) -> bool:
    """Whether two calls are the same, see the module."""
    if given.name != wanted.name:
        return False
    spec = _spec(given.name, tools)
    return same_value(_stated(given.arguments, spec), _stated(wanted.arguments, spec))


def same_value(one: JSON, other: JSON) -> bool:
    """Whether two argument values are the same, see the module."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return one == other
    if isinstance(one, str) and isinstance(other, str):
        return one.strip() == other.strip()
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same_value(one[k], other[k]) for k in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(same_value, one, other))
    return one is None and other is None


def can_be_right(row: Row, tool_format: ToolFormat, text: str, *, ends: bool) -> bool:
    """Whether an answer that begins with `text` makes the row's calls, or still can."""
    if not ends:
        return on_track(row, tool_format, text) is not False
    action = tool_format.parse(text)
    return action.error is None and same_calls(action.calls, row.answer, row.tools)


def on_track(row: Row, tool_format: ToolFormat, text: str) -> bool | None:
    """Whether the beginning of an answer makes calls of the row and no other.

    Every complete call has to be one of the row's, and one under way has to have a name and
    arguments of one that is left. Behind a comma there has to be more to say.

    Returns:
        ``False``: no right answer begins so. ``None``: there is no call yet, or all that could
        follow is an argument that repeats its default.
    """
    marks = Marks(tool_format.name)
    marks.read(text)
    given = [read_call(tool_format, text[start:end]) for start, end in marks.calls]
    left = left_of([call for calls in given for call in calls], row.answer, row.tools)
    if left is None or not all(given):
        return False
    begun = marks.begun()
    if begun is None:
        more = bool(given) and text[marks.calls[-1][1] :].lstrip().startswith(",")
        return False if more and not left else bool(given) or None
    if not begun:
        return False if not left else bool(given) or None
    call = next(iter(read_call(tool_format, begun)), None)
    if call is None:  # in JSON the name may still come
        return False if tool_format.name == "python" else bool(given) or None
    found = [_begins(call, other, row.tools) for other in left]
    return True if True in found else None if None in found else False


def _begins(call: ToolCall, wanted: ToolCall, tools: Sequence[ToolSpec]) -> bool | None:
    """Whether a call becomes a wanted one with more arguments; ``None``: with defaults alone."""
    given = {name: wanted.arguments[name] for name in call.arguments if name in wanted.arguments}
    if not same_call(call, replace(wanted, arguments=given), tools):
        return False
    if not call.arguments or wanted.arguments.keys() - call.arguments.keys():
        return True
    defaults = _defaults(_spec(call.name, tools))
    return None if defaults.keys() - call.arguments.keys() else False


def _stated(arguments: Mapping[str, JSON], spec: ToolSpec | None) -> dict[str, JSON]:
    """The arguments without those that repeat a default."""
    defaults = _defaults(spec)
    return {
        name: value
        for name, value in arguments.items()
        if not (name in defaults and same_value(value, defaults[name]))
    }


def _defaults(spec: ToolSpec | None) -> dict[str, JSON]:
    properties = spec.parameters.get("properties", {}) if spec else {}
    return {
        name: schema["default"]
        for name, schema in properties.items()
        if isinstance(schema, Mapping) and "default" in schema
    }


def _spec(name: str, tools: Sequence[ToolSpec]) -> ToolSpec | None:
    return next((tool for tool in tools if tool.name == name), None)
