"""BFCL as a suite: what is asked, how it is judged, how scores add up."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from envs.common.errors import UserError, suggest
from envs.common.files import hash_files
from envs.episode import Episode
from envs.types import JSON, Task
from envs.world import World
from eval import samples
from eval.bfcl import aggregate, prompts, reachable
from eval.bfcl.agentic.memory import Memories
from eval.bfcl.agentic.web import SearchBackend
from eval.bfcl.agentic.world import Agentic
from eval.bfcl.categories import (
    AGENTIC,
    ALIASES,
    CATEGORIES,
    FORMAT_SENSITIVITY,
    GROUPS,
    WEB_SEARCH,
    category_of,
)
from eval.bfcl.families import AgenticFamily, Family, Mode, MultiTurnFamily, SingleTurnFamily
from eval.bfcl.formats import CONFIGS
from eval.bfcl.sensitivity import sensitivity
from eval.metrics import percent
from eval.suite import Extra, Group, Overall, Score, Suite, Verdict

GROUP_TITLES = {
    "non_live_ast": "AST, non-live",
    "live_ast": "AST, live",
    "multi_turn": "multi-turn",
}


class BFCL(Suite):
    """The Berkeley Function-Calling Leaderboard with the official prompts and verdicts.

    Args:
        root: the folder of the official package (holds ``data/``).
        chosen: categories; all single-turn ones by default.
        ids: these tasks alone, in place of a sample.
        limit: how many tasks, spread over the categories; ``None`` for all.
        mode: how functions are offered and calls are read.
        backend: who is asked in web searches; without one they are left out.
        memories: makes the memories of memory questions.

    Raises:
        UserError: an unknown category or id, or data that is missing or broken.
    """

    name = "bfcl"
    shows_diffs = True
    shows_diffs = True
    groups = (
        *(Group(GROUP_TITLES.get(name, name), members) for name, members in GROUPS.items()),
        Group("format sensitivity", (FORMAT_SENSITIVITY,)),
    )

    def __init__(
        self,
        root: Path,
        *,
        chosen: Sequence[str] = (),
        ids: Sequence[str] = (),
        limit: int | None = None,
        mode: Mode = "prompting",
        backend: SearchBackend | None = None,
        memories: Memories | None = None,
    ) -> None:
        if mode not in get_args(Mode):
            raise UserError(f"mode {mode!r}{suggest(mode, get_args(Mode))}")
        self.root = root
        self.mode = mode
        names = _names(chosen, ids)
        if mode == "fc" and FORMAT_SENSITIVITY in names:
            raise UserError(f"{FORMAT_SENSITIVITY} varies the prompt, which --mode fc has none of")
        official = prompts.load(root)
        self._agentic = AgenticFamily(root, official, mode, memories or Memories(root), backend)
        families: list[Family] = [
            SingleTurnFamily(root, official, mode),
            MultiTurnFamily(root, official, mode),
            self._agentic,
        ]
        self._family = {name: family for family in families for name in family.categories}
        self.left_out = tuple(n for n in names if n in WEB_SEARCH) if backend is None else ()
        """Categories that nobody can be asked about: they need a search backend."""
        names = [name for name in names if name not in self.left_out]
        loaded = {name: self._family[name].load(name) for name in names}
        entries = _pick(loaded, ids) if ids else samples.draw(loaded, limit)
        self.tasks = self._tasks(entries)
        asked = [task.data["entry"] for task in self.tasks if self.category(task) in AGENTIC]
        self.prerequisites = self._agentic.prerequisites(asked)
        self._by_id = {task.id: task for task in self.tasks}
        self._ids: dict[str, list[str]] = {}
        for task in self.tasks:
            self._ids.setdefault(self.category(task), []).append(task.id)
        # Overall scores need every task of every category of the leaderboard.
        self.complete = all(
            len(self._ids.get(name, ())) == category.size for name, category in CATEGORIES.items()
        )

    def _tasks(self, entries: Sequence[Any]) -> list[Task]:
        """The tasks of entries, in their order."""
        made: dict[str, Task] = {}
        for family in dict.fromkeys(self._family.values()):
            own = [e for e in entries if self._family[category_of(e.id)] is family]
            made.update((task.id, task) for task in family.tasks(own))
        return [made[entry.id] for entry in entries]

    def tools(self, task: Task) -> Sequence[str]:
        """Names of the functions on offer at the start."""
        specs = task.data["specs"]
        first = specs[0] if specs and isinstance(specs[0], tuple) else specs
        return [spec.name for spec in first]

    def world(self, task: Task) -> World:
        """A fresh world for one episode of a task."""
        return self._family[self.category(task)].world(task)

    def score(self, task: Task, episode: Episode) -> Score:
        """The official verdict, and for single turns the lenient one."""
        return self._family[self.category(task)].score(task, episode)

    def result(self, task: Task, episode: Episode) -> Any:
        """An episode as official result files have it."""
        return self._family[self.category(task)].result(task, episode)

    def depends_on(self, task: Task) -> Sequence[str]:
        """The conversations that fill the memory that a task reads."""
        ids: Sequence[str] = task.data.get("depends_on", ())
        return ids

    def resumed(self, task: Task, left: Mapping[str, JSON]) -> Task:
        """The task with what these conversations left in the memory."""
        return self._agentic.resumed(task, left)

    def leaves(self, task: Task, world: World) -> JSON:
        """What the memory holds after a conversation that fills it."""
        return world.content() if isinstance(world, Agentic) else None

    def floor(self, category: str) -> float | None:
        """An answer without a call is right where no call is wanted, and only there."""
        kind = None if category == FORMAT_SENSITIVITY else CATEGORIES[category].kind
        return 1.0 if kind == "irrelevance" else 0.0

    def ceiling(self, category: str) -> float | None:
        """The share of this run's tasks whose truth the official checker can accept."""
        return reachable.ceiling(self._ids[category], function_calling=self.mode == "fc")

    def overall(self, verdicts: Sequence[Verdict]) -> Sequence[Overall]:
        """Overall v4, v3 (2025) and v3 (October 2024), each with its composition."""
        judged: dict[str, list[bool]] = {}
        for verdict in verdicts:
            if verdict.category in CATEGORIES:
                judged.setdefault(verdict.category, []).append(verdict.valid is True)
        scores = {
            category: aggregate.CategoryScore(sum(own) / len(own), len(own))
            for category, own in judged.items()
        }
        filled = [aggregate.overall(formula, scores) for formula in aggregate.FORMULAS]
        return [
            Overall(
                score.name,
                score.value,
                tuple(
                    {"name": p.name, "weight": p.weight, "value": p.value, "n": p.n}
                    for p in score.parts
                ),
                score.note,
            )
            for score in filled
        ]

    def extras(self, verdicts: Sequence[Verdict]) -> Sequence[Extra]:
        """Format sensitivity by variation of the prompt; calls in turns that want none."""
        return [*self._variations(verdicts), *_without_call(verdicts)]

    def _variations(self, verdicts: Sequence[Verdict]) -> Sequence[Extra]:
        varied = [
            (config, verdict.valid)
            for verdict in verdicts
            if verdict.category == FORMAT_SENSITIVITY and verdict.valid is not None
            for config in [self._by_id[verdict.task].data["entry"].config]
        ]
        if not varied:
            return ()
        found = sensitivity(varied)
        rows = [
            (
                config.return_format,
                "yes" if config.tool_call_tag else "no",
                config.doc_format,
                config.layout,
                config.style,
                str(score.n),
                percent(score.accuracy, 2),
            )
            for config, score in sorted(found.scores.items(), key=lambda s: CONFIGS.index(s[0]))
        ]
        note = (
            f"in no overall score; over {len(rows)} variations: maximum delta "
            f"{found.max_delta:.2f}, standard deviation {found.std:.2f}, variance "
            f"{found.variance:.2f} (percentage points)"
        )
        head = ("answer", "tag", "docs", "layout", "style", "n", "right %")
        return [Extra("Format sensitivity", head, tuple(rows), note)]

    def describe(self) -> Mapping[str, Any]:
        """Data, prompts and sample of this run."""
        texts = "\0".join(m.content for task in self.tasks for m in task.messages)
        return {
            "data": hash_files(
                self.root, [path for name in self._ids for path in self._family[name].files(name)]
            ),
            "prompts": hashlib.sha256(texts.encode()).hexdigest(),
            **super().describe(),
        }


def _names(chosen: Sequence[str], ids: Sequence[str]) -> list[str]:
    """The categories to load, in the official order."""
    if ids and not chosen:
        chosen = sorted({category_of(task_id) for task_id in ids})
    every = (*CATEGORIES, FORMAT_SENSITIVITY)
    known = {name: (name,) for name in every} | ALIASES
    wanted: set[str] = set()
    for name in chosen or ("single_turn",):
        if name not in known:
            raise UserError(f"unknown category {name!r}{suggest(name, sorted(known))}")
        wanted.update(known[name])
    return [name for name in every if name in wanted]


def _pick(loaded: Mapping[str, Sequence[Any]], ids: Sequence[str]) -> list[Any]:
    entries = [entry for own in loaded.values() for entry in own]
    known = {entry.id for entry in entries}
    for task_id in ids:
        if task_id not in known:
            raise UserError(f"unknown task id {task_id!r}{suggest(task_id, sorted(known))}")
    return [entry for entry in entries if entry.id in set(ids)]


def _without_call(verdicts: Sequence[Verdict]) -> Sequence[Extra]:
    """How often the model called something in turns that have no call to make."""
    asked, called = "turns without a call to make", "of these with calls"
    rows = []
    for category in dict.fromkeys(v.category for v in verdicts if asked in v.details):
        own = [v.details for v in verdicts if v.category == category and asked in v.details]
        turns, with_calls = (sum(d[name] for d in own) for name in (asked, called))
        rows.append((category, str(turns), str(with_calls), percent(with_calls / turns, 1)))
    if not rows:
        return ()
    note = "officially such a call counts only by what it changes; before v3 it failed the entry"
    return [Extra("Turns without a call to make", ("", "n", "called", "%"), tuple(rows), note)]
