"""The stages of a loop as data: their names, their flags, what one takes from another.

A plan is made from the settings alone; nothing is read or written. Two stages with the same `key`
do the same work, whatever loops they belong to.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from envs.types import JSON

if TYPE_CHECKING:
    from training.loop import Config
    from training.loop_config import Table

PARTS = ("easy", "medium", "hard")
_WHERE = ("assets", "offline")
"""Flags that change no result."""


@dataclass(frozen=True)
class Stage:
    """One run of one command."""

    kind: str
    """warmup, rank, collect, preference, score or test."""
    round: int
    """The round that it belongs to; what comes before the first is of round 0."""
    flags: Mapping[str, JSON]
    """Of its command, but for what comes from other stages and where it is written."""
    inputs: Mapping[str, tuple[Stage, str]] = field(default_factory=dict)
    """Flag -> a stage and a file in its folder ('' for the folder)."""
    target: str = ""
    """What is scored on."""
    of: str = ""
    """Of a score: whose it is: start, round 1, easy, ..."""
    number: int = 0
    """Its place in the loop."""

    @property
    def name(self) -> str:
        """What its folder is called in a loop."""
        of = f"-{self.of.replace(' ', '-')}" if self.of else ""
        return f"{self.number:02d}-{self.kind}{of}"

    @cached_property
    def key(self) -> str:
        """SHA-256 over what decides its result: settings, files that they name, inputs."""
        flags = {name: value for name, value in self.flags.items() if name not in _WHERE}
        inputs = {flag: [stage.key, file] for flag, (stage, file) in self.inputs.items()}
        contents = {name: _contents(value) for name, value in flags.items()}
        kind = "score" if self.kind == "test" else self.kind
        whole = [kind, self.target, flags, inputs, contents]
        return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Policy:
    """A model with an adapter from a stage, a folder, or none."""

    adapter: str | None = None
    made_by: tuple[Stage, str] | None = None

    def applied(self, flags: Mapping[str, JSON]) -> dict[str, JSON]:
        """Flags with the adapter, where it is a folder from elsewhere."""
        return dict(flags) if self.adapter is None else {**flags, "adapter": self.adapter}

    @property
    def inputs(self) -> dict[str, tuple[Stage, str]]:
        """The adapter, where a stage makes it."""
        return {} if self.made_by is None else {"adapter": self.made_by}


@dataclass(frozen=True)
class Plan:
    """All stages of a loop but the test scores, which depend on how the rounds turn out."""

    stages: tuple[Stage, ...]
    policies: tuple[Policy, ...]
    """The policy of each round; that of round 0 is the start."""

    def scores(self) -> dict[int, Stage]:
        """The dev score of each round's policy."""
        own = (s for s in self.stages if s.kind == "score" and s.of not in PARTS)
        return {stage.round: stage for stage in own}


def planned(config: Config, tables: Mapping[str, Table]) -> Plan:
    """The stages that the settings ask for."""
    writer = _Writer(config, tables)
    policy = Policy(None if config.adapter is None else str(config.adapter))
    if config.warm_up:
        warmup = writer.add("warmup", 0, policy.applied(writer.data), policy.inputs)
        policy = Policy(made_by=(warmup, "adapter"))
        if config.score_parts:
            for part in PARTS[:-1]:
                writer.score(Policy(made_by=(warmup, f"parts/{part}")), 0, part)
    policies = [policy]
    writer.score(policy, 0, "start")
    buffer: Stage | None = None
    for n in range(1, config.rounds + 1):
        searched: dict[str, JSON] = {"seed": config.seed + n}
        inputs = dict(policy.inputs)
        if config.env is None:
            buffer = writer.rank(policy, n, buffer)
            inputs["buffer"] = (buffer, "buffer.jsonl")
        else:
            searched["env"] = config.env
        trees = writer.add("collect", n, policy.applied(searched), inputs, engine=True)
        pairs = {**policy.inputs, "pairs": (trees, "")}
        trained = writer.add("preference", n, policy.applied({}), pairs)
        policy = Policy(made_by=(trained, "adapter"))
        policies.append(policy)
        writer.score(policy, n, f"round {n}")
    return Plan(tuple(writer.stages), tuple(policies))


def final_scores(
    config: Config, tables: Mapping[str, Table], plan: Plan, chosen: int
) -> list[Stage]:
    """The test scores: of the start and of the chosen round."""
    if "test" not in tables:
        return []
    writer = _Writer(config, tables, len(plan.stages))
    for n, name in ((0, "start"), (chosen, f"round {chosen}"))[: 2 if chosen else 1]:
        writer.score(plan.policies[n], n, name, "test")
    return writer.stages


class _Writer:
    """Writes stages down, one after the other."""

    def __init__(self, config: Config, tables: Mapping[str, Table], first: int = 0) -> None:
        self._config, self._tables, self._first = config, tables, first
        self.stages: list[Stage] = []
        self.data = dict(tables.get("data", {}))

    def add(
        self,
        kind: str,
        round: int,
        flags: Mapping[str, JSON],
        inputs: Mapping[str, tuple[Stage, str]],
        *,
        engine: bool = False,
    ) -> Stage:
        config = self._config
        own: dict[str, JSON] = {"model": config.model, "seed": config.seed}
        if engine:
            own["model"] = config.engine or config.model
        if config.assets is not None:
            own["assets"] = str(config.assets)
        if config.offline:
            own["offline"] = True
        table = {k.replace("-", "_"): v for k, v in self._tables.get(kind, {}).items()}
        target = str(table.pop("target", ""))
        number = self._first + len(self.stages)
        whole = {**own, **table, **flags}
        stage = Stage(kind, round, whole, dict(inputs), target, number=number)
        self.stages.append(stage)
        return stage

    def rank(self, policy: Policy, n: int, last: Stage | None) -> Stage:
        """Measure the rows that were kept back, in later rounds those of the buffer."""
        flags: dict[str, JSON] = {"round": n - 1}
        inputs = dict(policy.inputs)
        if last is None:
            flags |= self.data
        else:
            inputs["buffer"] = (last, "buffer.jsonl")
        return self.add("rank", n, policy.applied(flags), inputs, engine=True)

    def score(self, policy: Policy, n: int, of: str, kind: str = "score") -> None:
        if kind in self._tables:
            stage = self.add(kind, n, policy.applied({}), policy.inputs, engine=True)
            self.stages[-1] = replace(stage, of=of)


def _contents(value: JSON) -> list[str]:
    """Hashes of the files and of the adapter that a flag names."""
    named = value if isinstance(value, list | tuple) else [value]
    return [found for text in named if isinstance(text, str) and (found := _hash_of(text))]


@lru_cache(maxsize=256)
def _hash_of(text: str) -> str:
    path = Path(text)
    for file in (path, path / "adapter_model.safetensors"):
        try:
            if file.is_file():
                with file.open("rb") as opened:
                    return hashlib.file_digest(opened, "sha256").hexdigest()
        except (OSError, ValueError):  # a text that can be no path
            return ""
    return ""
