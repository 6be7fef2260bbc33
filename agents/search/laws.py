"""What holds of every tree between waves."""

from __future__ import annotations

from collections.abc import Iterator

from agents.search import rules
from agents.search.tree import Node, SearchTree

TOLERANCE = 1e-9
"""For sums computed in another order."""


def broken_laws(tree: SearchTree) -> Iterator[str]:
    """Each law that is broken, and where."""
    shape = list(broken_shape(tree))
    yield from shape
    if shape:
        return
    for node in tree.nodes:
        for law in (*_counts(tree, node), *_values(tree, node), *_ends(tree, node)):
            yield f"node {node.index}: {law}"


def broken_shape(tree: SearchTree) -> Iterator[str]:
    """Whether nodes and prompts point where they should."""
    if not tree.nodes or not tree.prompts or tree.nodes[0].parent != -1:
        yield "a root and a prompt are needed"
        return
    for index, entry in enumerate(tree.prompts):
        if not -1 <= entry.base < index or entry.keep < 0 or entry.keep_text < 0:
            yield f"prompt {index}: it has to continue an earlier one"
            return
    for index, node in enumerate(tree.nodes):
        if node.index != index or (index and not 0 <= node.parent < index):
            yield f"node {index}: index or parent is wrong"
        elif not 0 <= node.prompt < len(tree.prompts):
            yield f"node {index}: no such prompt"
        elif any(not index < c < len(tree.nodes) for c in node.children):
            yield f"node {index}: no such child"
        elif any(tree.nodes[c].parent != index for c in node.children):
            yield f"node {index}: a child has another parent"
        elif len(set(node.children)) != len(node.children):
            yield f"node {index}: a child stands twice"
        elif index and index not in tree.nodes[node.parent].children:
            yield f"node {index}: its parent does not know it"


def _counts(tree: SearchTree, node: Node) -> Iterator[str]:
    if node.in_flight:
        yield "in flight between waves"
    children = tree.children(node)
    below = sum(child.visits for child in children)
    if children and node.visits != below:
        yield f"N is {node.visits}, its children's sum is {below}"
    if node.parent >= 0:
        parent = tree.nodes[node.parent]
        if node.depth != parent.depth + 1:
            yield f"depth {node.depth} below depth {parent.depth}"
        steps = tree.turn(parent)
        if node.start != sum(len(step.ids) for step in steps):
            yield f"starts at token {node.start}, its prefix ends elsewhere"
    spellings = {(*_verdict(child), child.key, child.ids, child.prompt) for child in children}
    if len(spellings) != len(children):
        yield "two children are the same step"


def _verdict(node: Node) -> tuple[object, ...]:
    return node.terminal, node.truncated, node.score, node.on_track


def _values(tree: SearchTree, node: Node) -> Iterator[str]:
    for name, got, expected in (
        ("O", node.outcome, rules.outcome(node, tree.config)),
        ("R", node.state_reward, node.outcome + node.confidence),
        ("V", node.value, rules.mean_value(tree, node)),
    ):
        if abs(got - expected) > TOLERANCE:
            yield f"{name} is {got}, not {expected}"
    if node.parent >= 0:
        reward = node.state_reward - tree.nodes[node.parent].state_reward
        if abs(node.reward - reward) > TOLERANCE:
            yield f"r is {node.reward}, not {reward}"
        q = node.reward + tree.config.gamma * node.value
        if abs(node.q - q) > TOLERANCE:
            yield f"Q is {node.q}, not {q}"
    if not 0 <= node.confidence <= 1:
        yield f"C is {node.confidence}"


def _ends(tree: SearchTree, node: Node) -> Iterator[str]:
    if node.terminal and node.children:
        yield "steps follow the end of the answer"
    if node.truncated and not node.terminal:
        yield "cut, but not an end"
    if node.score is not None and (not node.terminal or node.truncated):
        yield "a verdict without a finished answer"
    if node.on_track is not None and node.terminal is node.on_track:
        yield "on track, but finished, or not, but open"
    if node.closed and any(not child.closed for child in tree.children(node)):
        yield "closed above an open child"
    if node.closed and not node.terminal and not node.children:
        yield "closed without an end"
    if node.depth > tree.config.max_depth:
        yield f"deeper than {tree.config.max_depth}"
