"""A rollout in the terminal: the conversation, calls, errors in place, changes, reward.

Functions from records to what rich prints, so that a live episode and one out of a log look the
same. What models, tools and files say is shown as text and never interpreted. Nothing here plays,
reads or prints.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.console import Group
from rich.rule import Rule
from rich.text import Text

from envs.common.text import one_line, visible
from envs.episode import Episode, ModelCall, Step
from envs.state import Change
from envs.types import JSON, Message, Outcome, ToolCall

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType

Diffs = Sequence[Sequence[Change]]
"""What each call of a turn changed; see `envs.env.ToolEnv.diffs`."""

GUTTER = 10
"""Columns of the labels; texts stand to the right of them, so that no text can pass for one."""
LONG_LINES, LONG_CHARS = 16, 1200
"""Longer texts are cut, and say so."""
ONE_LINE = 66
"""Calls of at most this many characters stand on one line: what 80 columns hold."""
LABELS = {
    "system": "dim",
    "user": "bold cyan",
    "assistant": "bold green",
    "call": "bold blue",
    "result": "yellow",
    "error": "bold red",
    "state": "magenta",
}
OUTCOMES = {Outcome.SUCCESS: "bold green", Outcome.ERROR: "bold red"}


@dataclass(frozen=True)
class Row:
    """A label in the gutter and a text beside it, wrapped to the width there is."""

    label: str
    text: Text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        width = max(options.max_width - GUTTER, GUTTER)
        lines = self.text.wrap(console, width, overflow="fold", tab_size=4)
        for index, line in enumerate(lines or [Text()]):
            head = Text(f"{'' if index else self.label:<{GUTTER}}", LABELS.get(self.label, "bold"))
            head.append_text(line)
            head.rstrip()
            yield head


def opening(title: str, about: Mapping[str, str], messages: Iterable[Message]) -> Group:
    """What is played, and how the conversation begins.

    Args:
        title: environment and task.
        about: label -> what to know, one row each.
        messages: of the task.
    """
    facts = [Row(label, Text(one_line(text))) for label, text in about.items()]
    said = [row for message in messages for row in _message(message)]
    return Group(_rule(title, "bold"), *facts, *said)


def turn(number: int, step: Step, diffs: Diffs = ()) -> Group:
    """One assistant turn: what was said, each call with all that came of it, what followed.

    Args:
        number: of the turn, from 1.
        step: its record.
        diffs: what its calls changed, where that is known.
    """
    action = step.action
    text = action.text
    if action.error is not None and action.raw is not None:
        text = action.raw
    rows: list[RenderableType] = [_rule(_headline(number, step))]
    if text or not action.calls:
        rows.append(Row("assistant", _long(text)))
    rows += _errors(step, None)
    calls = () if action.error is not None else action.calls
    results = [message for message in step.messages if message.role == "tool"]
    for index, call in enumerate(calls):
        rows.append(Row("call", _call(call)))
        rows += _errors(step, index)
        if index < len(results) and not _is_told(results[index], step, index):
            rows.append(Row("result", _long(results[index].content)))
        rows += _changed(diffs[index] if index < len(diffs) else ())
    for message in step.messages:
        if message.role != "tool" and not _is_told(message, step, None):
            rows += _message(message)
    rows += _changed(diffs[0] if diffs and not calls else ())
    if step.reward:
        rows.append(Row("reward", Text(f"{step.reward:g}")))
    return Group(*rows)


def ending(episode: Episode) -> Group:
    """How it ended, the parts of the score, and what it cost."""
    outcome, reward = episode.outcome, episode.reward
    said = "not scored" if outcome is None else str(outcome).replace("_", " ")
    if reward is not None:
        said += f" · reward {reward:g}"
    rows: list[RenderableType] = [_rule(said, OUTCOMES.get(outcome, "bold") if outcome else "bold")]
    if episode.error is not None:
        rows.append(Row("error", _long(episode.error)))
    if episode.parts:
        parts = ", ".join(f"{one_line(name)} {part:g}" for name, part in episode.parts.items())
        rows.append(Row("score", Text(parts)))
    calls = sum(len(step.action.calls) for step in episode.steps)
    errors = sum(len(step.errors) for step in episode.steps)
    spent = _tokens(call for step in episode.steps for call in step.model_calls)
    counts = [_count(len(episode.steps), "turn"), _count(calls, "call"), _count(errors, "error")]
    total = " · ".join([*counts, *spent, f"{episode.seconds:.1f} s"])
    return Group(*rows, Row("total", Text(total)))


def note(text: str) -> Row:
    """Something to know about what is drawn."""
    return Row("note", Text(one_line(text), "italic"))


def _rule(title: str, style: str = "") -> Rule:
    return Rule(Text(one_line(title), style), align="left", style="dim")


def _headline(number: int, step: Step) -> str:
    parts = [f"turn {number}", *_tokens(step.model_calls)]
    if step.seconds:
        parts.append(f"{step.seconds:.1f} s")
    if any(call.finish == "length" for call in step.model_calls):
        parts.append("cut at its token limit")
    return " · ".join(parts)


def _tokens(calls: Iterable[ModelCall]) -> list[str]:
    """What was read and written, or nothing where that was not counted."""
    pairs = [(call.prompt_tokens, call.completion_tokens) for call in calls]
    read, wrote = sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs)
    return [f"{read:,} + {wrote:,} tokens"] if read or wrote else []


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _message(message: Message) -> Iterator[Row]:
    label = "result" if message.role == "tool" else message.role
    if message.content or not message.calls:
        yield Row(label, _long(message.content))
    for call in message.calls:
        yield Row("call", _call(call))


def _call(call: ToolCall) -> Text:
    """Name and arguments, the arguments as JSON: on one line where they fit, else indented."""
    name = one_line(call.name)
    arguments = _json(dict(call.arguments))
    if len(name) + len(arguments) > ONE_LINE:
        arguments = _json(dict(call.arguments), indent=2)
    return Text.assemble((name, "bold"), " ", _long(arguments))


def _errors(step: Step, call: int | None) -> Iterator[Row]:
    """The errors of one call, or (``None``) of the turn as a whole."""
    for error in step.errors:
        if error.get("call") == call:
            kind = str(error.get("kind", "error")).replace("_", " ")
            yield Row("error", _long(f"{kind}: {error.get('text', '')}"))


def _is_told(message: Message, step: Step, call: int | None) -> bool:
    """Whether all that a message says is an error that stands under its call already."""
    texts = (str(e.get("text", "")) for e in step.errors if e.get("call") == call)
    return any(text and message.content.endswith(text) for text in texts)


def _changed(diff: Sequence[Change]) -> Iterator[Row]:
    if diff:
        yield Row("state", _long("\n".join(change.told() for change in diff)))


def _json(value: JSON, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent, default=str)


def _long(text: str) -> Text:
    """A stranger's text, visible and cut; the cut is told."""
    kept = "\n".join(text.split("\n", LONG_LINES)[:LONG_LINES])[:LONG_CHARS]
    shown = Text(visible(kept)) if text else Text("(nothing)", "dim")
    if more := len(text) - len(kept):
        shown.append(f"\n… {more:,} more characters", "dim italic")
    return shown
