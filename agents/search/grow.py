"""Sampled steps become nodes: equal steps are merged, long chains are folded.

A step is merged into a sibling with the same key, end and verdict; the likeliest spelling is kept.
Where steps follow a spelling already, or would follow the new one, that is not done with different
ids: every path of the tree stays a sequence of tokens that was sampled as it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agents.search import rules
from agents.search.problem import Step
from agents.search.tree import Node, SearchTree


def insert(
    tree: SearchTree, at: Node, chains: Sequence[Sequence[Step]], seed: int
) -> tuple[list[Node], list[Node]]:
    """Put sampled continuations of a node into the tree.

    Returns:
        The nodes that are new, and the last node of every chain that was not empty.
    """
    fresh: list[Node] = []
    ends: list[Node] = []
    touched: dict[int, Node] = {}
    for chain in chains:
        if not chain:
            continue
        node = at
        steps = fold(chain, tree.config.max_depth - at.depth)
        for number, step in enumerate(steps, 1):
            last = number == len(steps)
            if last:
                step = _ended(tree, node, step)
            child = find_equal(tree, node, step, last=last)
            if child is None:
                child = _add(tree, node, step, seed)
                fresh.append(child)
            else:
                _merge(child, step)
            touched[node.index] = node
            node = child
        ends.append(node)
    for node in touched.values():
        rules.set_priors(tree, node)
    return fresh, ends


def find_equal(tree: SearchTree, parent: Node, step: Step, *, last: bool) -> Node | None:
    """The child that the step is merged into; `last`: no step follows it."""
    verdict = (step.terminal, step.truncated, step.score, step.on_track)
    prompt = step.prompt and step.prompt.ids
    equal = [
        child
        for child in tree.children(parent)
        if child.key == step.key
        and (child.terminal, child.truncated, child.score, child.on_track) == verdict
        and _next_prompt(tree, parent, child) == prompt
    ]
    for child in equal:
        if child.ids == step.ids:
            return child
    if equal and last:
        return equal[0]
    if last and not step.terminal:  # nothing could follow it: it came open, and was cut then
        dead = (c for c in tree.children(parent) if c.truncated and c.asks and c.key == step.key)
        return next((child for child in dead if child.ids == step.ids), None)
    return None


def fold(chain: Sequence[Step], room: int) -> list[Step]:
    """At most `room` steps (one at least): the rest is joined to the last of them.

    What stands in a later turn cannot be joined; it is left out and the answer counts as cut.
    """
    room = max(1, room)
    if len(chain) <= room:
        return list(chain)
    steps, rest = list(chain[:room]), chain[room:]
    for step in rest:
        if steps[-1].prompt is not None:
            break
        steps[-1] = join(steps[-1], step)
    else:
        return steps
    steps[-1] = replace(steps[-1], prompt=None, terminal=True, truncated=True, score=None)
    return steps


def join(first: Step, second: Step) -> Step:
    """Two steps of one turn as one."""
    known = first.logp is not None and second.logp is not None
    return replace(
        second,
        text=first.text + second.text,
        ids=first.ids + second.ids,
        logp=(first.logp or 0.0) + (second.logp or 0.0) if known else None,
        key=f"{first.key} {second.key}",
    )


def _next_prompt(tree: SearchTree, parent: Node, child: Node) -> tuple[int, ...] | None:
    return None if child.prompt == parent.prompt else tree.prompt(child.prompt).ids


def _ended(tree: SearchTree, parent: Node, step: Step) -> Step:
    """The last step of a chain; cut where nothing open may stand."""
    if step.terminal or not (parent.closed or parent.depth + 1 >= tree.config.max_depth):
        return step
    return replace(step, truncated=True, prompt=None)


def _add(tree: SearchTree, parent: Node, step: Step, seed: int) -> Node:
    begins_turn = parent.parent >= 0 and parent.prompt != tree.nodes[parent.parent].prompt
    node = Node(
        index=len(tree.nodes),
        parent=parent.index,
        depth=parent.depth + 1,
        ids=step.ids,
        text=step.text,
        key=step.key,
        logp=step.logp,
        source=step.source,
        seed=seed,
        prompt=parent.prompt,
        start=0 if begins_turn else parent.start + len(parent.ids),
        score=step.score,
        on_track=step.on_track,
        terminal=step.terminal,
        truncated=step.truncated,
        closed=parent.closed,  # an answer from further up can pass where nothing is looked for
        state=None if parent.closed else step.state,
    )
    if step.prompt is not None:
        node.prompt = tree.add_prompt(step.prompt, parent.prompt)
    tree.nodes.append(node)
    parent.children.append(node.index)
    return node


def _merge(child: Node, step: Step) -> None:
    child.merged_count += 1
    if child.source != "policy" and step.source == "policy":
        child.source = "policy"
    if step.logp is None:
        return
    respelt = step.ids != child.ids
    if child.logp is None or (respelt and step.logp > child.logp):
        if respelt and (child.children or child.asks):  # steps follow the old spelling
            _note(child, step.ids, step.logp)
            return
        old = child.ids, child.logp
        child.ids, child.text, child.state = step.ids, step.text, step.state
        child.logp = step.logp
        child.spellings = tuple(s for s in child.spellings if s[0] != step.ids)
        if respelt and old[1] is not None:
            _note(child, old[0], old[1])
    elif respelt:
        _note(child, step.ids, step.logp)


def _note(child: Node, ids: tuple[int, ...], logp: float) -> None:
    """Remember another spelling, once."""
    if all(ids != known for known, _ in child.spellings):
        child.spellings = (*child.spellings, (ids, logp))
