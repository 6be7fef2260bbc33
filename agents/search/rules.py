"""The rules of the search, each a small function over the tree (equations: the paper, 4.3).

Priors, values of unvisited children, selection (Eq. 5), rewards (Eqs. 6-7), back-up (Eqs. 8-9),
closing and widening. Values are computed from the children each time, never added up, so that
nothing drifts.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from agents.search.config import SearchConfig
from agents.search.tree import Node, SearchTree

# Priors: p(a|s) over the children of a node


def log_mass(node: Node) -> float | None:
    """Log-probability that the policy says this step, in whichever of the spellings seen."""
    if node.logp is None or not node.spellings:
        return node.logp
    logps = [node.logp, *(logp for _, logp in node.spellings)]
    top = max(logps)
    return top + math.log(sum(math.exp(logp - top) for logp in logps))


def sequence_prior(children: Sequence[Node], power: float) -> list[float]:
    """exp(Σ logp): the paper to the letter; vanishes for long steps."""
    return _known([log_mass(c) for c in children], lambda logps: list(map(math.exp, logps)))


def length_prior(children: Sequence[Node], power: float) -> list[float]:
    """exp(Σ logp / L^power)."""
    return _known(_per_length(children, power), lambda logps: list(map(math.exp, logps)))


def softmax_prior(children: Sequence[Node], power: float) -> list[float]:
    """Softmax over the siblings of Σ logp / L; sums to 1, as PUCT assumes."""
    return _known(_per_length(children, 1.0), _softmax)


def count_prior(children: Sequence[Node], power: float) -> list[float]:
    """Share of the samples: right where these were drawn from the policy."""
    total = sum(child.merged_count for child in children)
    return [child.merged_count / total for child in children]


PRIORS: dict[str, Callable[[Sequence[Node], float], list[float]]] = {
    "sequence": sequence_prior,
    "length": length_prior,
    "softmax": softmax_prior,
    "count": count_prior,
}
"""`SearchConfig.prior` -> priors of siblings; L is the length of a step in tokens."""


def set_priors(tree: SearchTree, node: Node) -> None:
    """Give the children their priors."""
    children = tree.children(node)
    priors = PRIORS[tree.config.prior](children, tree.config.length_power)
    for child, prior in zip(children, priors, strict=True):
        child.prior = prior


def _per_length(children: Sequence[Node], power: float) -> list[float | None]:
    masses = [(log_mass(c), max(1, c.ntok)) for c in children]
    return [None if mass is None else mass / length**power for mass, length in masses]


def _softmax(logits: Sequence[float]) -> list[float]:
    top = max(logits)
    weights = [math.exp(x - top) for x in logits]
    return [w / sum(weights) for w in weights]


def _known(
    logits: Sequence[float | None], rule: Callable[[Sequence[float]], list[float]]
) -> list[float]:
    """Apply a rule; unknown ones count as the least likely sibling, all unknown as equal."""
    known = [x for x in logits if x is not None]
    if not known:
        return [1 / len(logits)] * len(logits)
    return rule([min(known) if x is None else x for x in logits])


# Selection


def child_values(tree: SearchTree, node: Node) -> list[float]:
    """Q of every child, as the selection sees it: unvisited ones by the rule ``fpu``."""
    parent = tree.config.fpu == "parent"
    values = [
        c.q if c.visits else (node.value if parent else c.reward) for c in tree.children(node)
    ]
    return _scaled(values, node.value) if tree.config.minmax else values


def _scaled(values: list[float], own: float) -> list[float]:
    low, high = min(own, *values), max(own, *values)
    return [(x - low) / max(high - low, 1e-8) for x in values]


def puct_scores(tree: SearchTree, node: Node) -> list[float | None]:
    """Q + c p sqrt(N(s)) / (1 + N(s')) of every child (Eq. 5); ``None`` for closed ones.

    N counts the simulations under way too: of a child those that came to it, of the node those
    that went on from it and the one that chooses. Q is left as it is (WU-UCT).
    """
    children = tree.children(node)
    visits = node.visits + 1 + sum(child.in_flight for child in children)
    weight = tree.config.c * math.sqrt(visits)
    return [
        None if c.closed else q + weight * c.prior / (1 + c.visits + c.in_flight)
        for c, q in zip(children, child_values(tree, node), strict=True)
    ]


def select(tree: SearchTree, node: Node) -> Node | None:
    """The open child of highest score; ties: the larger prior, then the earlier one."""
    best = None
    rank = (-math.inf, -math.inf)
    for child, score in zip(tree.children(node), puct_scores(tree, node), strict=True):
        if score is not None and (score, child.prior) > rank:
            best, rank = child, (score, child.prior)
    return best


# Rewards


def outcome(node: Node, config: SearchConfig) -> float:
    """O: from `wrong` to `right` by the score of a finished answer, else 0."""
    if node.truncated:
        return config.truncated or 0.0
    if node.score is None:
        return 0.0
    if node.score >= 1:
        return config.right
    return config.wrong + (config.right - config.wrong) * node.score


def set_reward(tree: SearchTree, node: Node) -> None:
    """R = O + C (Eq. 6), r = R - R of the parent, and Q of a node that was never visited."""
    node.outcome = outcome(node, tree.config)
    node.state_reward = node.outcome + node.confidence
    if node.parent >= 0:
        node.reward = node.state_reward - tree.nodes[node.parent].state_reward
        node.q = node.reward + tree.config.gamma * node.value


# Back-up


def mean_value(tree: SearchTree, node: Node) -> float:
    """V = Σ N(s') Q / Σ N(s') (Eq. 9); 0 where no child was visited."""
    least = 1 if tree.config.max1 else 0
    total, weighted = 0, 0.0
    for child in tree.children(node):
        visits = max(least, child.visits)
        total += visits
        weighted += visits * child.q
    return weighted / total if total else 0.0


def refresh(tree: SearchTree, node: Node) -> None:
    """Compute V and Q anew from the node to the root (Eqs. 8-9)."""
    for at in tree.upwards(node):
        at.value = mean_value(tree, at)
        if at.parent >= 0:
            at.q = at.reward + tree.config.gamma * at.value


def back_up(tree: SearchTree, end: Node) -> None:
    """Count a finished simulation from its end to the root, and renew V and Q."""
    for at in tree.upwards(end):
        at.visits += 1
    refresh(tree, end)


# Closing and widening

STUCK = 8
"""Simulations through a step that is on track, for each sample of its parent, before the parent is
asked again."""


def samples_due(node: Node, children: Sequence[Node], config: SearchConfig) -> int:
    """How many samples to ask for before a simulation may go on from the node; 0: none."""
    if config.closing and _leads_on(node, children):
        return 0
    if not node.asked:
        return config.samples
    left = config.max_samples - node.asked
    if not config.widen_power or left <= 0:
        return 0
    wanted = config.samples * max(1, node.visits) ** config.widen_power
    if config.closing:
        open_ones = [child.q for child in children if not child.closed]
        if not open_ones:
            settled = node.parent >= 0 and _settled(children)
            return 0 if settled else min(config.samples, left)
        tried = node.visits >= node.asked
        if tried and max(open_ones) <= node.value + 1e-9:  # a fresh sample is as good as any
            return min(config.samples, left)
    return min(config.samples, left, max(0, int(wanted) - node.asked))


def _leads_on(node: Node, children: Sequence[Node]) -> bool:
    """Whether a child is on track: there the search goes on, unless it is long stuck below."""
    open_ones = [child.visits for child in children if child.on_track and not child.closed]
    return bool(open_ones) and min(open_ones) < STUCK * max(1, node.asked)


def _settled(children: Sequence[Node]) -> bool:
    """Whether there is little left to learn behind closed children.

    A right and a wrong end are known; or some end is right and each came twice, so that others are
    rare (Good-Turing).
    """
    ends = {child.right for child in children if child.terminal and not child.truncated}
    return len(ends) == 2 or (True in ends and all(c.merged_count > 1 for c in children))


def close(tree: SearchTree, node: Node) -> None:
    """Close a finished answer that was taken, and every node above that has nothing open left."""
    for at in tree.upwards(node):
        children = tree.children(at)
        if not at.terminal and (
            not all(child.closed for child in children)
            or samples_due(at, children, tree.config) > 0
        ):
            return
        at.closed = True
        at.state = None
