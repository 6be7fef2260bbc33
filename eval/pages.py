"""A run as one HTML page: scores, and every answer with what was asked and why it is wrong.

The scores are markup, readable without scripts and on paper. The answers are data that a script
shows on demand, each text once however many answers share it. What goes around both, and why
nothing in a text can come alive, is in `envs.common.page.shell`.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from envs.common.page import markup
from envs.common.page.markup import INTERVAL, Numbered, td
from envs.common.page.shell import escaped, page
from envs.episode import Episode
from envs.state import Change
from envs.types import JSON, Message, Task
from eval.metrics import percent
from eval.page import part
from eval.report import Example, Report, Row
from eval.report_text import AGENT_TITLES, cells, columns, headed, legend, remarks, usage_lines
from eval.suite import Extra, Overall, Verdict

CHANGED = "changed"
"""What the page calls changes of a state, where messages have a role."""
FACETS = {"agent": "Agent", "category": "Category", "error": "Error type"}
"""What the answers can be narrowed to, as ``report.js`` knows it."""


@dataclass(frozen=True)
class Item:
    """One answer and its verdict, as a reader sees it."""

    agent: str
    task: str
    category: str
    trial: int = 0
    valid: bool | None = None
    """The verdict; ``None`` where there is none."""
    error_type: str | None = None
    message: str = ""
    """Why it is wrong, or why there is no verdict."""
    lenient: bool | None = None
    overflow: bool = False
    messages: tuple[Message, ...] = ()
    """The prompt."""
    tools: tuple[str, ...] = ()
    """Names of the tools on offer."""
    answer: str = ""
    """The last assistant turn as the model wrote it."""
    transcript: tuple[Message | str, ...] = ()
    """All that followed the prompt; a plain text tells what the call before it changed."""


def to_item(verdict: Verdict, task: Task, episode: Episode, tools: Sequence[str] = ()) -> Item:
    """What the page shows of an episode.

    Args:
        verdict: on the episode.
        task: that was asked.
        episode: what came of it.
        tools: names of the tools on offer.
    """
    return Item(
        agent=verdict.agent,
        task=verdict.task,
        category=verdict.category,
        trial=verdict.trial,
        valid=verdict.valid,
        error_type=verdict.error_type,
        message=verdict.message,
        lenient=verdict.lenient,
        overflow=verdict.overflow,
        messages=task.messages,
        tools=tuple(tools),
        answer=episode.answer,
        transcript=tuple(_transcript(episode)),
    )


def to_html(report: Report, items: Sequence[Item]) -> str:
    """The report as ``report.html``: one file that needs no other and no network.

    Args:
        report: the scores.
        items: all answers of the run, in the order that the page keeps, failures first.
    """
    body = [
        f"<header><h1>{escaped(report.title)}</h1>",
        f'<p>Model: <strong class="mono">{escaped(report.model)}</strong></p>',
        markup.bullets(report.notes, "notes dim"),
        "</header>",
    ]
    for agent in dict.fromkeys(row.agent for row in report.rows):
        body.append(_agent(report, agent))
    body.append(f'<p class="small dim">{escaped(legend(report))}</p>')
    body.append(
        markup.item_list(
            "answers", FACETS, hint="task, prompt, answer, reason", source="episodes.jsonl"
        )
    )
    if used := usage_lines(report):
        body.append(f"<h2>What it took</h2>{markup.bullets(used, 'notes dim')}")
    return page(
        report.title,
        "\n".join(body),
        css=part("scores.css") + part("browse.css"),
        js=part("browse.js") + part("report.js"),
        data=_data(items),
    )


# ---------------------------------------------------------------------------------------------
# Scores


def _agent(report: Report, agent: str) -> str:
    rows = [row for row in report.rows if row.agent == agent]
    title, _, remark = AGENT_TITLES.get(agent, "").partition(" (")
    parts = [f"<section><h2>{escaped(title or agent)}</h2>"]
    if remark:
        parts.append(f'<p class="dim remark">{escaped(remark.removesuffix(")"))}</p>')
    parts += [_overall(score) for score in report.overall.get(agent, ())]
    parts += [_scores(report, rows), markup.bullets(remarks(report, agent), "notes")]
    parts += [_extra(extra) for extra in report.extras.get(agent, ())]
    parts += [_failures(agent, report.failures.get(agent, ())), "</section>"]
    return "\n".join(parts)


def _scores(report: Report, rows: Sequence[Row]) -> str:
    shown = columns(report)
    head = ("", *(headed(name, report) for name in shown))
    lines = []
    for row in rows:
        name, *texts = map(escaped, cells(row, shown))
        if row.kind == "category":
            wrong = "wrong" if row.valid < row.n else "all"
            name = _link(name, agent=row.agent, category=row.name, verdict=wrong)
        values = (
            markup.interval(text, row.accuracy, row.interval) if column == INTERVAL else td(text)
            for column, text in zip(shown, texts, strict=True)
        )
        lines.append(markup.row(name, values, group=row.kind == "group"))
    return markup.table("Scores", head, lines)


def _overall(score: Overall) -> str:
    value = f"{percent(score.value, 2)} %" if score.value is not None else "–"
    head = (
        f'<span class="value">{value}</span> <strong>{escaped(score.formula)}</strong> '
        f'<span class="dim">{escaped(score.note)}</span>'
    )
    if not score.composition:
        return f'<p class="overall">{head}</p>'
    lines = [
        markup.row(
            escaped(str(p["name"])),
            map(td, (f"{p['weight']:.3g}", percent(p["value"], 2), str(p["n"]))),
        )
        for p in score.composition
    ]
    table = markup.table(f"Parts of {score.formula}", ("part", "weight", "right %", "n"), lines)
    return f'<details class="overall"><summary>{head}</summary>{table}</details>'


def _extra(extra: Extra) -> str:
    lines = [
        markup.row(escaped(name), (td(escaped(c)) for c in rest)) for name, *rest in extra.rows
    ]
    note = f'<p class="small dim">{escaped(extra.note)}</p>' if extra.note else ""
    return f"<h3>{escaped(extra.title)}</h3>{markup.table(extra.title, extra.head, lines)}{note}"


def _failures(agent: str, examples: Sequence[Example]) -> str:
    """How often each error type came, each a link to its answers."""
    if not examples:
        return ""
    most = max(example.count for example in examples)
    lines = [
        f"<li><span>{example.count}</span>"
        '<svg class="count" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect width="{100 * example.count / most:.1f}" height="8"/></svg>'
        + _link(escaped(example.error_type), agent=agent, error=example.error_type, verdict="wrong")
        + "</li>"
        for example in examples
    ]
    return f'<h3>Failures by error type</h3><ul class="kinds">{"".join(lines)}</ul>'


def _link(name: str, **state: str) -> str:
    """A link to the answers in a state of the page's filters."""
    query = urlencode(state, errors="replace").replace("&", "&amp;")
    return f'<a href="#{query}">{name}</a>'


# ---------------------------------------------------------------------------------------------
# Answers


def _data(items: Sequence[Item]) -> dict[str, JSON]:
    """The answers as JSON for ``report.js``.

    ``texts`` holds every text once; ``talks`` holds every conversation and ``lists`` every list of
    tool names once, as numbers of texts; an item holds numbers, and leaves out what is at its
    default.
    """
    texts, talks, lists = Numbered(), Numbered(), Numbered()

    def talk(messages: Sequence[Message | str]) -> int:
        return talks.add(tuple(_message(message, texts) for message in messages))

    def row(item: Item) -> dict[str, JSON]:
        fields: dict[str, JSON] = {
            name: texts.add(getattr(item, name)) for name in ("agent", "task", "category", "answer")
        }
        fields |= {"trial": item.trial, "valid": item.valid, "message": texts.add(item.message)}
        fields |= {"error": texts.add(item.error_type or ""), "prompt": talk(item.messages)}
        if item.tools:
            fields["tools"] = lists.add(tuple(map(texts.add, item.tools)))
        if item.valid is False and item.lenient:
            fields["format"] = True
        if len(item.transcript) > 1:  # more than the answer again
            fields["transcript"] = talk(item.transcript)
        return fields

    rows = [row(item) for item in sorted(items, key=_urgency)]
    return {
        "version": 1,
        "items": rows,
        "texts": texts.values,
        "talks": talks.values,
        "lists": lists.values,
    }


def _message(message: Message | str, texts: Numbered) -> tuple[Hashable, ...]:
    """Role, name, content and calls (name and arguments) as numbers of texts."""
    if isinstance(message, str):
        return (texts.add(CHANGED), texts.add(""), texts.add(message), ())
    calls = tuple(
        (texts.add(call.name), texts.add(_pretty(call.arguments))) for call in message.calls
    )
    named = message.name or ""
    return (texts.add(message.role), texts.add(named), texts.add(message.content), calls)


def _pretty(arguments: Mapping[str, Any]) -> str:
    """Arguments as JSON, on one line where they are short."""
    flat = json.dumps(dict(arguments), ensure_ascii=False, default=str)
    if len(flat) <= 80:
        return flat
    return json.dumps(dict(arguments), ensure_ascii=False, default=str, indent=2)


def _urgency(item: Item) -> int:
    """Wrong answers before those without a verdict before right ones."""
    return {False: 0, None: 1, True: 2}[item.valid]


def _transcript(episode: Episode) -> Iterable[Message | str]:
    for step in episode.steps:
        action = step.action
        said = action.text if action.calls or action.raw is None else action.raw
        yield Message("assistant", said, action.calls)
        diffs = iter(step.diffs)
        called = any(message.role == "tool" for message in step.messages)
        for message in step.messages:
            yield message
            if message.role == "tool" or not called:
                yield from _changes(next(diffs, ()))


def _changes(diff: Sequence[Mapping[str, Any]]) -> Iterable[str]:
    if diff:
        yield "\n".join(Change(**change).told() for change in diff)
