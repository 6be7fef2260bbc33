"""The search tree: data, and what can be read off it.

How a tree grows is in `agents.search.search`, by the rules of `agents.search.rules`; JSON and the
check of its laws are in `agents.search.tree_json` and `agents.search.laws`. Token ids are kept as
they were sampled and never made from text again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agents.search.config import SearchConfig
from agents.search.keys import hash_of


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the steps of a turn follow."""

    ids: tuple[int, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class PromptTail:
    """A prompt, kept as what differs from an earlier one of the tree."""

    base: int
    """Index of the earlier one in `SearchTree.prompts`; -1: none."""
    keep: int
    """How many ids of the earlier one it begins with."""
    keep_text: int
    """How many characters of the earlier one it begins with."""
    tail: Prompt
    """The rest."""


@dataclass(slots=True)
class Node:
    """A state: what was said so far. All but the root carry the step that led to it.

    The letters are the paper's: N, V, Q of Eqs. 5, 8 and 9, R = O + C of Eq. 6, C of Eq. 7.
    """

    index: int
    """In `SearchTree.nodes`; a parent's is lower than its children's."""
    parent: int = -1
    """Index of the parent; -1 for the root."""
    children: list[int] = field(default_factory=list)
    """Indices, in the order in which they came."""
    depth: int = 0
    """Steps from the root."""
    ids: tuple[int, ...] = ()
    """The step's tokens, as sampled; of its likeliest spelling."""
    text: str = ""
    """The step, decoded."""
    key: str = ""
    """Canonical form; siblings that share it are merged."""
    logp: float | None = None
    """Summed log-probability of `ids`; ``None``: not known."""
    spellings: tuple[tuple[tuple[int, ...], float], ...] = ()
    """Ids and log-probability of other spellings that were merged into it."""
    merged_count: int = 1
    """How many samples it stands for."""
    source: str = "policy"
    """Who wrote it: ``policy``, or e.g. ``gt`` for a reference that the policy never gave."""
    seed: int | None = None
    """Of the request that it came from."""
    prompt: int = 0
    """Index in `SearchTree.prompts` of the prompt that its continuation stands under."""
    start: int = 0
    """Offset of `ids` in the turn, prompt not counted."""
    prior: float = 1.0
    """p(a|s) of Eq. 5."""
    score: float | None = None
    """The checker's verdict on a finished answer, 0 to 1, where 1 is right."""
    on_track: bool | None = None
    """Of an unfinished answer: all of it belongs to a right one (true), or no right one can follow
    (false: it ends here, as wrong); ``None``: nobody knows."""
    outcome: float = 0.0
    """O."""
    confidence: float = 0.0
    """C; 0 where it was not asked for."""
    state_reward: float = 0.0
    """R = O + C."""
    reward: float = 0.0
    """r = R minus R of the parent."""
    visits: int = 0
    """N."""
    in_flight: int = 0
    """Simulations of the running wave that came through; 0 between waves."""
    value: float = 0.0
    """V."""
    q: float = 0.0
    """Q of the step; r where unvisited."""
    terminal: bool = False
    """The answer is finished, or cut."""
    truncated: bool = False
    """Cut by length, or nothing could follow: no verdict, no pairs."""
    closed: bool = False
    """All below is finished and was taken: the selection does not enter."""
    asked: int = 0
    """Samples asked for from here."""
    asks: int = 0
    """Requests made from here."""
    state: Any = None
    """What the problem wants to find again; not saved, dropped when the node is closed."""

    @property
    def ntok(self) -> int:
        """Tokens of the step."""
        return len(self.ids)

    @property
    def span(self) -> tuple[int, int]:
        """Where the step stands in its turn, in tokens after the prompt."""
        return self.start, self.start + len(self.ids)

    @property
    def right(self) -> bool:
        """A finished answer that the checker takes."""
        return self.score is not None and self.score >= 1


@dataclass(slots=True)
class SearchTree:
    """Nodes, the prompts they stand under, and what they cost. Valid after every wave."""

    config: SearchConfig
    task: str = ""
    """Id of the task."""
    seed: int = 0
    """Of the run."""
    checked: bool = True
    """Whether the problem has a checker."""
    nodes: list[Node] = field(default_factory=lambda: [Node(0)])
    """The first is the root."""
    prompts: list[PromptTail] = field(default_factory=list)
    """The first is the task's."""
    policy_tokens: int = 0
    """Tokens that the policy generated."""
    judge_tokens: int = 0
    """Tokens that the judge generated."""
    expansions: int = 0
    """Requests to the policy."""
    judgements: int = 0
    """Requests to the judge."""
    waves: int = 0
    """Waves done."""
    stop: str | None = None
    """Why the search ended; ``None``: it did not."""

    @property
    def root(self) -> Node:
        """The state before the first step."""
        return self.nodes[0]

    def children(self, node: Node) -> list[Node]:
        """The states one step on."""
        return [self.nodes[index] for index in node.children]

    def upwards(self, node: Node) -> Iterator[Node]:
        """The node, its parent, and so on to the root."""
        while True:
            yield node
            if node.parent < 0:
                return
            node = self.nodes[node.parent]

    def path(self, node: Node) -> list[Node]:
        """From below the root to the node: the steps taken."""
        return list(self.upwards(node))[-2::-1]

    def turn(self, node: Node) -> list[Node]:
        """The steps that stand between the prompt of the node's continuation and it."""
        steps = []
        for at in self.upwards(node):
            if at.parent < 0 or at.prompt != self.nodes[at.parent].prompt:
                break
            steps.append(at)
        return steps[::-1]

    def prompt(self, index: int) -> Prompt:
        """A prompt, put together."""
        entries = [self.prompts[index]]
        while entries[-1].base >= 0:
            entries.append(self.prompts[entries[-1].base])
        prompt = entries[-1].tail
        for entry in entries[-2::-1]:
            prompt = Prompt(
                prompt.ids[: entry.keep] + entry.tail.ids,
                prompt.text[: entry.keep_text] + entry.tail.text,
            )
        return prompt

    def add_prompt(self, prompt: Prompt, base: int = -1) -> int:
        """Keep a prompt, as far as it differs from an earlier one; its index."""
        known = self.prompt(base) if base >= 0 else Prompt()
        keep, keep_text = _shared(known.ids, prompt.ids), _shared(known.text, prompt.text)
        tail = Prompt(prompt.ids[keep:], prompt.text[keep_text:])
        self.prompts.append(PromptTail(base, keep, keep_text, tail))
        return len(self.prompts) - 1

    def prefix(self, node: Node) -> Prompt:
        """Prompt and steps of the turn so far: what the node's continuation follows."""
        prompt, steps = self.prompt(node.prompt), self.turn(node)
        return Prompt(
            prompt.ids + tuple(token for step in steps for token in step.ids),
            prompt.text + "".join(step.text for step in steps),
        )

    def node_key(self, node: Node) -> str:
        """Hexadecimal name of the node by its path: the place among siblings, and the ids."""
        name = ""
        for step in self.path(node):
            place = self.nodes[step.parent].children.index(step.index)
            name = hash_of([name, place, step.ids or step.key]).hex()
        return name

    def verdicts(self) -> list[tuple[int, int]]:
        """For every node: right answers at or below it, and finished ones with a verdict."""
        counts = [(int(n.right), int(n.score is not None)) for n in self.nodes]
        for node in reversed(self.nodes[1:]):
            right, finished = counts[node.parent]
            own = counts[node.index]
            counts[node.parent] = right + own[0], finished + own[1]
        return counts

    def digest(self) -> str:
        """Hash of the shape, the ids, N, and Q rounded to 1e-6: equal for equal searches."""
        hashed = hashlib.blake2b(digest_size=16)
        for node in self.nodes:
            q = round(node.q, 6) + 0.0  # no -0.0
            row = [node.parent, node.ids or node.key, node.visits, f"{q:.6f}"]
            hashed.update(hash_of(row))
        return hashed.hexdigest()

    def summary(self) -> dict[str, Any]:
        """What to know of it in a few numbers."""
        right, finished = self.verdicts()[0]
        return {
            "task": self.task,
            "stop": self.stop,
            "nodes": len(self.nodes),
            "depth": max(node.depth for node in self.nodes),
            "visits": self.root.visits,
            "value": self.root.value,
            "finished": finished,
            "right": right,
            "truncated": sum(node.truncated for node in self.nodes),
            "merged": sum(node.merged_count - 1 for node in self.nodes[1:]),
            "policy_tokens": self.policy_tokens,
            "judge_tokens": self.judge_tokens,
            "children": [
                {"text": c.text, "visits": c.visits, "q": c.q, "prior": c.prior}
                for c in self.children(self.root)
            ],
        }

    def validate(self) -> None:
        """Check the laws that hold between waves.

        Raises:
            ValueError: one is broken; says which, at which node.
        """
        from agents.search.laws import broken_laws

        for law in broken_laws(self):
            raise ValueError(law)

    def to_json(self) -> dict[str, Any]:
        """All but the problem's states, as JSON; floats exact."""
        from agents.search.tree_json import tree_to_json

        return tree_to_json(self)

    @classmethod
    def from_json(cls, value: Any, where: str = "search tree") -> SearchTree:
        """The tree that `to_json` gave.

        Raises:
            UserError: it is not one; `where` says what was read.
        """
        from agents.search.tree_json import tree_from_json

        return tree_from_json(value, where)

    @classmethod
    def load(cls, path: Path) -> SearchTree:
        """The tree in a JSON file.

        Raises:
            UserError: it cannot be read, or is not one.
        """
        from agents.search.tree_json import load_tree

        return load_tree(path)


def _shared(a: Any, b: Any) -> int:
    """Length of the common beginning."""
    end = min(len(a), len(b))
    if a[:end] == b[:end]:
        return end
    return next(i for i in range(end) if a[i] != b[i])
