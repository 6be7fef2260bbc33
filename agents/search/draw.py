"""A search tree in the terminal: text, or coloured with rich.

One line a node: the step, then N, Q, p, and the parts of the reward, O, C and r. Where the lines do
not fit, the widest subtrees are folded. Model text is shown with all that could drive a terminal as
escapes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.search.tree import Node, SearchTree
from envs.common.text import one_line

if TYPE_CHECKING:
    from rich.text import Text

HEAD = f"{'N':>5} {'Q':>6} {'p':>4} {'O':>5} {'C':>4} {'r':>6}"
NARROW = 12
"""Columns of N and Q, where the rest finds no room."""
LEAST = 12
"""Columns that the steps have at least."""


@dataclass(frozen=True, slots=True)
class _Row:
    branches: str
    mark: str
    text: str
    numbers: str
    style: str


def draw_tree(tree: SearchTree, *, width: int = 80, max_rows: int = 40) -> str:
    """The tree as plain text.

    Args:
        tree: between two waves or finished.
        width: columns of a line at most.
        max_rows: nodes shown at most; the widest subtrees are folded to get there.
    """
    lines = [_head(tree, width), _columns(width)]
    return "\n".join([*lines, *(_line(row, width)[0] for row in _rows(tree, max_rows))]) + "\n"


def tree_text(tree: SearchTree, *, width: int = 80, max_rows: int = 40) -> Text:
    """The same for rich: right answers green, wrong ones red, cut ones and numbers dim."""
    from rich.text import Text

    text = Text(_head(tree, width) + "\n", style="bold", no_wrap=True, end="")
    text.append(_columns(width) + "\n", style="not bold dim")
    for row in _rows(tree, max_rows):
        line, step, numbers = _line(row, width)
        text.append(line[:step], style="not bold dim")
        text.append(line[step:numbers], style=f"not bold {row.style}".rstrip())
        text.append(line[numbers:] + "\n", style="not bold dim")
    text.rstrip()
    return text


def _head(tree: SearchTree, width: int) -> str:
    right, finished = tree.verdicts()[0]
    parts = [
        one_line(tree.task) or "search",
        tree.stop or "running",
        f"{len(tree.nodes)} nodes",
        f"{right}/{finished} right",
        f"{tree.policy_tokens}+{tree.judge_tokens} tokens",
        f"V {tree.root.value:+.3f}",
    ]
    return _fit(" · ".join(parts), width).rstrip()


def _columns(width: int) -> str:
    return " " * _room(width) + " " + HEAD[: _numbers(width)]


def _room(width: int) -> int:
    return max(LEAST, width - _numbers(width) - 1)


def _numbers(width: int) -> int:
    return len(HEAD) if width > len(HEAD) + LEAST else NARROW


def _rows(tree: SearchTree, max_rows: int) -> list[_Row]:
    hidden = _hidden(tree, max(2, max_rows))
    rows: list[_Row] = []
    stack: list[tuple[Node | int, str, str]] = [(tree.root, "", "")]
    while stack:
        node, branches, lead = stack.pop()
        if isinstance(node, int):
            rows.append(_Row(branches, "", f"… {node} more", "", "dim"))
            continue
        rows.append(_row(node, branches))
        below: list[Node | int] = [c for c in tree.children(node) if c.index not in hidden]
        if len(below) < len(node.children):
            below.append(sum(hidden[c] for c in node.children if c in hidden))
        for child in reversed(below):
            last = child is below[-1]
            lines = ("└─ ", "   ") if last else ("├─ ", "│  ")
            stack.append((child, lead + lines[0], lead + lines[1]))
    return rows


def _hidden(tree: SearchTree, max_rows: int) -> dict[int, int]:
    """Tops of folded subtrees -> their sizes, so that the rest takes `max_rows` lines.

    The lowest nodes are folded first, of these the widest; of the root's children the least
    visited.
    """
    sizes, lines = [1] * len(tree.nodes), [0] * len(tree.nodes)
    for node in reversed(tree.nodes[1:]):
        sizes[node.parent] += sizes[node.index]
        lines[node.parent] += 1 + lines[node.index]
    hidden: dict[int, int] = {}
    open_ = {node.index for node in tree.nodes[1:] if node.children}
    while open_ and lines[0] + 1 > max_rows:
        lowest = (i for i in open_ if open_.isdisjoint(tree.nodes[i].children))
        widest = max(lowest, key=lambda i: (lines[i], tree.nodes[i].depth, i))
        open_.remove(widest)
        hidden.update((c, sizes[c]) for c in tree.nodes[widest].children)
        saved = lines[widest] - 1  # one line says how many are missing
        for node in tree.upwards(tree.nodes[widest]):
            lines[node.index] -= saved
    for node in sorted(tree.children(tree.root), key=lambda n: (n.visits, -n.index)):
        if lines[0] + 1 + bool(hidden.keys() & set(tree.root.children)) <= max_rows:
            break
        hidden[node.index] = sizes[node.index]
        lines[0] -= 1 + lines[node.index]
    return hidden


def _row(node: Node, branches: str) -> _Row:
    mark, style = "", ""
    if node.truncated:
        mark, style = "✂ ", "dim"
    elif node.terminal and node.score is not None:
        mark, style = ("✓ ", "green") if node.right else ("✗ ", "red")
    elif node.terminal:
        mark = "■ "
    text = one_line(node.text) if node.parent >= 0 else "(start)"
    if node.merged_count > 1:
        mark += f"{node.merged_count}× "
    value = node.q if node.parent >= 0 else node.value
    numbers = (
        f"{node.visits:>5} {value:>+6.2f} {_short(node.prior):>4} "
        f"{_signed(node.outcome):>5} {_short(node.confidence):>4} {node.reward:>+6.2f}"
    )
    return _Row(branches, mark, text, numbers, style)


def _short(value: float) -> str:
    return f"{value:.2f}".removeprefix("0") if value else "·"


def _signed(value: float) -> str:
    return f"{value:+.2g}" if value else "·"


def _line(row: _Row, width: int) -> tuple[str, int, int]:
    """A line, where its step begins, and where its numbers begin."""
    room = _room(width)
    branches = row.branches
    if len(branches) > room - LEAST:  # deep: keep the end of the branches
        branches = "…" + branches[len(branches) - (room - LEAST) + 1 :]
    step = _fit(branches + row.mark + row.text, room)
    return f"{step} {row.numbers[: _numbers(width)]}".rstrip(), len(branches), len(step)


def _fit(text: str, width: int) -> str:
    """Exactly `width` columns, with an ellipsis where it was cut."""
    from rich.cells import cell_len, set_cell_size

    if cell_len(text) > width:
        return set_cell_size(text, width - 1) + "…"
    return set_cell_size(text, width)
