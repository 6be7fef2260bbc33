"""Preference pairs: at a node, the step of highest Q against the step of lowest Q.

Of several with the same Q the most visited one is taken against which nothing stands.

What stands in the way of a pair is counted by name (`FILTERS`), so that a report can say where the
pairs went. Ids are the sampled ones: a step that did not end the answer carries no end token.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import combinations
from typing import Any

from agents.search.config import PairConfig
from agents.search.tree import Node, Prompt, SearchTree

TOLERANCE = 1e-9
"""Of the gap, for rounding."""

FILTERS = {
    "truncated": "a step whose answer was cut",
    "visits": "a step with too few visits",
    "length": "a step with too many tokens",
    "reference": "a reference answer that may not be chosen",
    "few": "a node left with fewer than two steps",
    "gap": "Q too close",
    "same": "the same step in two spellings",
    "prefix": "one begins with the other",
    "ratio": "too different in length",
    "unverified": "no right answer below the chosen, or no clear failure below the rejected",
    "cap": "more than the tree may give",
}
"""Name in `PairReport.dropped` -> what was dropped: steps, then nodes, then pairs."""


@dataclass(frozen=True, slots=True)
class StepExample:
    """One side of a pair, and where it comes from."""

    ids: tuple[int, ...]
    """The step as sampled, with the steps that alone follow it."""
    text: str
    """The same, decoded."""
    q: float
    """Q of the step."""
    visits: int
    """N of the step."""
    logp: float | None
    """Log-probability under the policy that searched; ``None``: not known."""
    right: int
    """Right answers found at or below it."""
    finished: int
    """Answers with a verdict found at or below it."""
    ends: bool
    """Whether the answer ends with it."""
    source: str
    """Who wrote it: ``policy``, or e.g. ``gt``."""
    nodes: tuple[int, ...]
    """The nodes it was made of."""


@dataclass(frozen=True, slots=True)
class PreferencePair:
    """Two continuations of one prompt, the first to be preferred."""

    prompt: Prompt = field(repr=False)
    """The prompt of the turn and the steps before, the same for both."""
    chosen: StepExample
    rejected: StepExample
    task: str
    """Id of the task."""
    tree: str
    """Digest of the tree."""
    node: int
    """Where the two part."""
    depth: int
    """Of that node."""
    verified: bool
    """A right answer was found below the chosen, and only wrong ones below the rejected, behind
    which, as far as the problem can tell, none can follow; or the problem says that the chosen is
    on track and the rejected is not (`PairConfig.on_track`)."""

    @property
    def gap(self) -> float:
        """Q of the chosen above the rejected."""
        return self.chosen.q - self.rejected.q

    def trl_row(self) -> dict[str, Any]:
        """Ids for a preference trainer, and the same as text to read; no end token is added."""
        return {
            "prompt_ids": list(self.prompt.ids),
            "chosen_ids": list(self.chosen.ids),
            "rejected_ids": list(self.rejected.ids),
            "prompt_text": self.prompt.text,
            "chosen_text": self.chosen.text,
            "rejected_text": self.rejected.text,
        }

    def to_json(self) -> dict[str, Any]:
        """Everything, as JSON."""
        row = asdict(self)
        for side in ("chosen", "rejected"):
            row[side] |= {"ids": list(row[side]["ids"]), "nodes": list(row[side]["nodes"])}
        row["prompt"]["ids"] = list(self.prompt.ids)
        return row | {"gap": self.gap}


@dataclass(frozen=True, slots=True)
class PairReport:
    """The pairs of a tree, and what became of the rest."""

    pairs: list[PreferencePair]
    """The widest gap first."""
    dropped: dict[str, int]
    """How often each of `FILTERS` struck; all of them are listed."""
    nodes: int
    """Nodes with two steps or more."""


def extract_pairs(tree: SearchTree, config: PairConfig | None = None) -> PairReport:
    """The pairs of a tree, which may still be growing (between waves)."""
    extraction = _Extraction(tree, config or PairConfig())
    found = [pair for node in tree.nodes for pair in extraction.of_node(node)]
    found.sort(key=lambda pair: (-round(pair.gap, 9), -pair.depth))
    limit = extraction.config.max_pairs
    extraction.dropped["cap"] += max(0, len(found) - limit)
    dropped = {name: extraction.dropped[name] for name in FILTERS}
    return PairReport(found[:limit], dropped, extraction.nodes)


def trl_rows(pairs: Iterable[PreferencePair]) -> list[dict[str, Any]]:
    """`PreferencePair.trl_row` of all."""
    return [pair.trl_row() for pair in pairs]


class _Extraction:
    def __init__(self, tree: SearchTree, config: PairConfig) -> None:
        self.tree, self.config = tree, config
        self.verdicts, self.digest = tree.verdicts(), tree.digest()
        self.verified = tree.checked if config.verified is None else config.verified
        self.dropped: Counter[str] = Counter()
        self.nodes = 0

    def of_node(self, node: Node) -> Iterator[PreferencePair]:
        if len(node.children) < 2:
            return
        self.nodes += 1
        usable = [child for child in self.tree.children(node) if self._usable(child)]
        if len(usable) < 2:
            self.dropped["few"] += 1
            return
        prompt, left = self.tree.prefix(node), self.config.top_k
        struck: list[str] = []
        for best, worst in _candidates(usable, self.config.top_k):
            pair = self._pair(node, prompt, best, worst)
            reason = self._objection(pair, best, worst)
            if reason is not None:
                struck.append(reason)
                continue
            yield pair
            left -= 1
            if not left:
                break
        if self.config.top_k == 1:  # of equals one is enough
            struck = struck[:left]
        self.dropped.update(struck)

    def _usable(self, child: Node) -> bool:
        if child.truncated:
            reason = "truncated"
        elif child.visits < self.config.min_visits:
            reason = "visits"
        elif len(child.ids) > self.config.max_length:
            reason = "length"
        else:
            return True
        self.dropped[reason] += 1
        return False

    def _pair(self, node: Node, prompt: Prompt, best: Node, worst: Node) -> PreferencePair:
        rejected = self._example(worst, -1)
        return PreferencePair(
            prompt=prompt,
            chosen=self._example(best, 1),
            rejected=rejected,
            task=self.tree.task,
            tree=self.digest,
            node=node.index,
            depth=node.depth,
            verified=self._is_verified(best, worst, self.tree.nodes[rejected.nodes[-1]]),
        )

    def _is_verified(self, best: Node, worst: Node, end: Node) -> bool:
        """Whether a pair of steps is, the lower of which is continued to ``end``."""
        siblings = self.tree.children(self.tree.nodes[worst.parent])
        below = [self.verdicts[s.index] for s in siblings if s.key == worst.key]
        right, finished = map(sum, zip(*below, strict=True))  # whatever the spelling
        wrong = right == 0 and finished >= self.config.min_finished and end.on_track is not True
        return (self.verdicts[best.index][0] > 0 and wrong) or self._parts(best, worst)

    def _parts(self, best: Node, worst: Node) -> bool:
        """Whether the track of right answers parts here, and that is enough."""
        return self.config.on_track and best.on_track is True and worst.on_track is False

    def _leaves_track(self, node: Node, child: Node) -> bool:
        """Whether a right answer can still follow the step, but not what came behind it."""
        right = child.on_track is True or self.verdicts[child.index][0] > 0
        return self.config.on_track and node.on_track is True and not right

    def _objection(self, pair: PreferencePair, best: Node, worst: Node) -> str | None:
        """The first of `FILTERS` that strikes."""
        config, chosen, rejected = self.config, pair.chosen, pair.rejected
        if pair.gap < config.gap - TOLERANCE and not self._parts(best, worst):
            return "gap"
        if not config.reference and chosen.source != "policy":
            return "reference"
        if best.key == worst.key:
            return "same"
        a, b = (chosen.ids, rejected.ids) if chosen.ids else (chosen.text, rejected.text)
        if a == b[: len(a)] or b == a[: len(b)]:
            return "prefix"
        short, long = sorted((max(1, len(chosen.ids)), max(1, len(rejected.ids))))
        if long > config.max_length:
            return "length"
        if long > config.max_ratio * short:
            return "ratio"
        if self.verified and not pair.verified:
            return "unverified"
        return None

    def _example(self, step: Node, sign: int) -> StepExample:
        nodes = self._continued(step, sign) if self.config.full else self._joined(step, sign)
        known = [node.logp for node in nodes if node.logp is not None]
        right, finished = self.verdicts[step.index]
        return StepExample(
            ids=tuple(token for node in nodes for token in node.ids),
            text="".join(node.text for node in nodes),
            q=step.q,
            visits=step.visits,
            logp=sum(known) if len(known) == len(nodes) else None,
            right=right,
            finished=finished,
            ends=nodes[-1].terminal and nodes[-1].on_track is not False,
            source=next((n.source for n in nodes if n.source != "policy"), "policy"),
            nodes=tuple(node.index for node in nodes),
        )

    def _joined(self, step: Node, sign: int) -> list[Node]:
        """The step and what alone follows it in its turn; behind a chosen one nothing wrong."""
        nodes = [step]
        while not self._ends_turn(nodes[-1]) and len(nodes[-1].children) == 1:
            child = self.tree.nodes[nodes[-1].children[0]]
            if child.truncated or not child.visits:
                break
            if sign > 0 and self._leaves_track(nodes[-1], child):
                break
            nodes.append(child)
        return nodes

    def _continued(self, step: Node, sign: int) -> list[Node]:
        """The step and the rest of its turn on the way to the best (worst) finished answer."""
        ends = [
            node
            for node in self._below(step)
            if node.terminal and not node.truncated and node.visits
        ]
        unfinished = sign > 0 and self.config.on_track and not self.verdicts[step.index][0]
        if not ends or unfinished:
            return self._joined(step, sign)
        end = max(ends, key=lambda n: (sign * n.state_reward, n.visits, -n.index))
        nodes = []
        for node in self.tree.path(end)[step.depth - 1 :]:
            nodes.append(node)
            if self._ends_turn(node):
                break
        return nodes

    def _below(self, node: Node) -> Iterator[Node]:
        stack = [node]
        while stack:
            at = stack.pop()
            yield at
            stack += self.tree.children(at)

    def _ends_turn(self, node: Node) -> bool:
        return node.prompt != self.tree.nodes[node.parent].prompt


def _candidates(usable: list[Node], top_k: int) -> list[tuple[Node, Node]]:
    """Pairs to try, (higher, lower) Q: the extremes (of equals the most visited first), or all."""
    ranked = sorted(usable, key=lambda n: (-n.q, -n.visits, n.index))
    if top_k == 1:
        low = ranked[-1].q
        highest = [n for n in ranked if n.q >= ranked[0].q - TOLERANCE]
        lowest = [n for n in ranked if n.q <= low + TOLERANCE]
        lowest.sort(key=lambda n: (-n.visits, n.index))
        return [(best, worst) for best in highest for worst in lowest if best is not worst]
    pairs = list(combinations(ranked, 2))
    return sorted(pairs, key=lambda pair: -round(pair[0].q - pair[1].q, 9))
