"""Markup that several pages are made of: tables, bars, lists of texts, the frame of item lists.

Every function says which of its arguments are texts, to be escaped here, and which are markup.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence

from envs.common.page.shell import escaped

INTERVAL = "95 %"
"""The column that has a bar beside its text."""


def table(
    label: str, head: Sequence[str], lines: Iterable[str], barred: Sequence[str] = (INTERVAL,)
) -> str:
    """A table that scrolls by itself where it is too wide.

    Args:
        label: text; what the table is, for readers that cannot see it.
        head: texts of the columns.
        lines: markup of its rows.
        barred: titles of columns that have a bar beside their text.
    """
    titles = "".join(
        f'<th scope="col" class="{"interval" if name in barred else ""}">{escaped(name)}</th>'
        for name in head
    )
    return (
        f'<div class="scroll" role="region" aria-label="{escaped(label)}" tabindex="0"><table>'
        f"<thead><tr>{titles}</tr></thead><tbody>{''.join(lines)}</tbody></table></div>"
    )


def row(name: str, cells: Iterable[str], *, group: bool = False) -> str:
    """A row of a table; all of it markup, `cells` as `td` makes them."""
    kind = ' class="group"' if group else ""
    return f'<tr{kind}><th scope="row">{name}</th>{"".join(cells)}</tr>'


def td(markup: str, kind: str = "") -> str:
    """A cell."""
    return f'<td class="{kind}">{markup}</td>' if kind else f"<td>{markup}</td>"


def bullets(texts: Iterable[str], kind: str) -> str:
    """A list of texts; nothing where there are none."""
    lines = "".join(f"<li>{escaped(text)}</li>" for text in texts)
    return f'<ul class="{kind}">{lines}</ul>' if lines else ""


def interval(text: str, share: float | None, ends: tuple[float, float] | None) -> str:
    """The cell of an interval: `text` (markup), and a bar from 0 to 100 % with the share marked."""
    if ends is None or share is None:
        return td(f"<span>{text}</span>", "interval")
    low, high = (100 * end for end in ends)
    return td(f"<span>{text}</span>" + bar(low, high, 98 * share), "interval")


def bar(low: float, high: float, mark: float, *, middle: bool = False) -> str:
    """A span and a mark on a scale from 0 to 100, whose middle may be marked too."""
    centre = '<rect class="zero" x="49.5" width="1" height="8"/>' if middle else ""
    return (
        '<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="scale" y="3.5" width="100" height="1"/>{centre}'
        f'<rect class="span" x="{low:.1f}" y="1" width="{high - low:.1f}" height="6"/>'
        f'<rect class="share" x="{mark:.1f}" width="2" height="8"/></svg>'
    )


def item_list(noun: str, facets: Mapping[str, str], *, hint: str, source: str) -> str:
    """The frame that ``browse.js`` fills.

    Args:
        noun: text; what the items are, such as ``answers``.
        facets: id -> title (text) of each choice.
        hint: text; what a search looks through.
        source: text; the file that has the same.
    """
    title = escaped(noun.capitalize())
    selects = "\n".join(
        f'<label>{escaped(name)} <select id="{key}"></select></label>'
        for key, name in facets.items()
    )
    return f"""<section aria-labelledby="list-title">
<h2 id="list-title">{title}</h2>
<noscript><p>The {escaped(noun)} need JavaScript; they are in <code>{escaped(source)}</code> too.</p></noscript>
<p id="problem" role="alert" hidden></p>
<div id="browser" hidden>
<form id="filters" class="no-print" role="search" aria-label="Filter the {escaped(noun)}">
<fieldset id="verdicts"><legend class="visually-hidden">Verdict</legend></fieldset>
<div class="fields">
<label class="wide">Search <input type="search" id="q" autocomplete="off" spellcheck="false" placeholder="{escaped(hint)}"></label>
{selects}
</div>
</form>
<p class="status"><output id="count" aria-live="polite"></output>
<button type="button" id="clear" class="no-print" hidden>Clear filters</button>
<span class="keys dim small no-print"><kbd>/</kbd> search, <kbd>j</kbd> <kbd>k</kbd> move, <kbd>Enter</kbd> open</span></p>
<ol id="list"></ol>
<nav id="pager" class="no-print" aria-label="Pages" hidden>
<button type="button" id="previous">Previous</button>
<span id="where"></span>
<button type="button" id="next">Next</button>
</nav>
</div>
</section>"""  # noqa: E501


class Numbered:
    """Values by number, each held once."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}

    def add(self, value: Hashable) -> int:
        """The number of a value."""
        return self._numbers.setdefault(value, len(self._numbers))

    @property
    def values(self) -> list[Hashable]:
        """All values, in the order of their numbers."""
        return list(self._numbers)
