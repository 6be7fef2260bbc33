"""A search tree as one self-contained HTML page: steps to open, with N, Q, p and the reward parts.

At every edge stands what the prompt went on with, and, where the environment is given, what the
turn changed in it. Without JavaScript the tree is there as text.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from agents.search.draw import draw_tree
from agents.search.pairs import PairReport
from agents.search.replay import Effect, told
from agents.search.tree import Node, SearchTree
from envs.common.page.markup import bullets
from envs.common.page.shell import escaped, page
from envs.common.text import one_line

FIELDS = (
    ("visits", "N"),
    ("q", "Q"),
    ("value", "V"),
    ("prior", "p(a|s)"),
    ("outcome", "O"),
    ("confidence", "C"),
    ("state_reward", "R = O + C"),
    ("reward", "r: R above that of the parent"),
    ("score", "score of the checker"),
    ("logp", "log-probability"),
    ("tokens", "tokens"),
    ("merged", "samples merged"),
    ("spellings", "other spellings"),
    ("source", "written by"),
    ("state", "state"),
    ("key", "canonical form"),
    ("ids", "ids"),
)
"""What the page says of a node: name in the data, title."""
OPEN = 3
"""Levels that are open at first."""
MOST_IDS = 400


def tree_page(
    tree: SearchTree, pairs: PairReport, effects: Mapping[int, Effect] | None = None
) -> str:
    """The page.

    Args:
        tree: between two waves or finished.
        pairs: those that it gives.
        effects: what turns did, by the node that they end at (`agents.search.replay`).
    """
    title = f"Search tree of {one_line(tree.task) or 'a task'}"
    dropped = [f"{name} {count}" for name, count in pairs.dropped.items() if count]
    plain = draw_tree(tree, width=110, max_rows=400)
    body = f"""<header><h1>{escaped(title)}</h1>
<ul class="facts">{_facts(tree, escaped)}</ul></header>
<div class="work">
<section class="grown" id="grown" aria-label="The tree">
<noscript><pre class="plain">{escaped(plain)}</pre></noscript></section>
<section id="detail" aria-label="The chosen node" aria-live="polite"></section>
</div>
<section><h2>{len(pairs.pairs)} preference pairs</h2>
{bullets([f"dropped: {', '.join(dropped)}"] if dropped else [], "notes")}
{"".join(_pair(pair, escaped) for pair in pairs.pairs)}</section>"""
    data = {
        "open": OPEN,
        "fields": FIELDS,
        "nodes": [_node(tree, node, (effects or {}).get(node.index)) for node in tree.nodes],
    }
    return page(title, body, css=_asset("tree.css"), js=_asset("tree.js"), data=data)


def _facts(tree: SearchTree, escaped: Any) -> str:
    summary = tree.summary()
    facts = {
        "ended": tree.stop or "running",
        "right answers": f"{summary['right']} of {summary['finished']} finished",
        "cut": summary["truncated"],
        "nodes": summary["nodes"],
        "visits": summary["visits"],
        "V": f"{summary['value']:+.3f}",
        "policy tokens": tree.policy_tokens,
        "judge tokens": tree.judge_tokens,
        "seed": tree.seed,
        "digest": tree.digest(),
    }
    return "".join(f"<li>{escaped(k)} <b>{escaped(str(v))}</b></li>" for k, v in facts.items())


def _pair(pair: Any, escaped: Any) -> str:
    verified = ", verified" if pair.verified else ""
    sides = "".join(
        f'<pre class="{name}">{escaped(side.text)}</pre>'
        f'<p class="dim small">Q {side.q:+.3f}, N {side.visits}, {len(side.ids)} tokens, '
        f"{side.right} of {side.finished} right below, by {escaped(side.source)}</p>"
        for name, side in (("chosen", pair.chosen), ("rejected", pair.rejected))
    )
    return (
        f'<div class="pair"><p>At node {pair.node}, gap {pair.gap:.3f}{verified}</p>{sides}</div>'
    )


def _node(tree: SearchTree, node: Node, effect: Effect | None) -> dict[str, Any]:
    root = node.parent < 0
    row: dict[str, Any] = {
        "index": node.index,
        "parent": node.parent,
        "depth": node.depth,
        "children": node.children,
        "text": node.text,
        "line": one_line(node.text),
        "kind": _kind(node),
        "visits": node.visits,
        "q": _rounded(node.value if root else node.q),
        "value": _rounded(node.value),
        "prior": _rounded(node.prior),
        "outcome": _rounded(node.outcome),
        "confidence": _rounded(node.confidence),
        "state_reward": _rounded(node.state_reward),
        "reward": _rounded(node.reward),
    }
    if not root:
        row |= {
            "tokens": node.ntok,
            "merged": node.merged_count,
            "source": node.source,
            "key": node.key,
            "ids": " ".join(map(str, node.ids[:MOST_IDS])),
        }
    if node.score is not None:
        row["score"] = node.score
    if node.logp is not None:
        row["logp"] = _rounded(node.logp)
    if node.spellings:
        row["spellings"] = len(node.spellings)
    states = [name for name in ("terminal", "truncated", "closed") if getattr(node, name)]
    if node.on_track is not None:
        states.append("on track" if node.on_track else "off track")
    if states:
        row["state"] = ", ".join(states)
    if not root and node.prompt != tree.nodes[node.parent].prompt:
        row["after"] = tree.prompts[node.prompt].tail.text
    if effect is not None:
        row["effect"] = told(effect)
    return row


def _kind(node: Node) -> str:
    if node.truncated:
        return "cut"
    if node.score is None:
        return "open"
    return "right" if node.right else "wrong"


def _rounded(value: float) -> float:
    return round(value, 6)


def _asset(name: str) -> str:
    return files("agents.search").joinpath(name).read_text(encoding="utf-8")
