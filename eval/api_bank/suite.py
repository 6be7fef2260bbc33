"""API-Bank as a suite: what is asked, how it is judged, what a report shows beside the scores."""

from __future__ import annotations

import hashlib
import operator
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from envs.common.errors import UserError, suggest
from envs.episode import Episode
from envs.types import Task
from envs.world import World
from eval import samples
from eval.api_bank import prompts, tasks
from eval.api_bank.data import (
    Dialogue,
    data_hash,
    find_plans,
    load,
    load_own,
    load_plans,
    open_library,
    recorded_services,
)
from eval.api_bank.end_to_end import EndToEnd
from eval.api_bank.prompts import Mode
from eval.api_bank.services import Services
from eval.api_bank.teacher_forced import CALLS, REPLIES, TeacherForced
from eval.api_bank.tools.library import Library
from eval.metrics import Share, percent, span
from eval.suite import Extra, Group, Overall, Score, Suite, Verdict

Protocol = Literal["teacher-forced", "end-to-end"]
PLAYED = tasks.CATEGORIES
ALIASES = {
    "calls": tuple(CALLS.values()),
    "replies": tuple(REPLIES.values()),
    "dialogues": tuple(PLAYED.values()),
}


class APIBankSuite(Suite):
    """API-Bank with official and repaired verdicts.

    Args:
        root: the official data; dialogues and databases of our own by default.
        levels: those that are asked.
        protocol: of levels 1 and 2; level 3 is always played end to end.
        mode: how tools are offered and calls are read.
        chosen: categories; all by default.
        ids: these tasks alone.
        limit: how many tasks, spread over the categories; ``None`` for all.
        services: who answers Dictionary and Translate; by default what the dialogues record.
        own_words: describe tools in our own words even where official ones are there.
        assets: a folder with packages fetched ahead.

    Raises:
        UserError: an unknown category or id, or data that is missing or broken.
    """

    name = "api_bank"
    shows_diffs = True

    def __init__(
        self,
        root: Path | None = None,
        *,
        levels: Sequence[int] = (1, 2),
        protocol: Protocol = "teacher-forced",
        mode: Mode = "prompting",
        chosen: Sequence[str] = (),
        ids: Sequence[str] = (),
        limit: int | None = None,
        services: Services | None = None,
        own_words: bool = False,
        assets: Path | None = None,
    ) -> None:
        self._root = root
        self.prompts = prompts.load(root)
        everyday = _everyday(root)
        services = services or recorded_services([d for own in everyday.values() for d in own])
        plans = find_plans(root) if root is not None and 3 in levels else None
        self.own_scenes = plans is None
        """Whether the scenes of level 3 are our own."""
        self.libraries = _libraries(root, levels, services, own_words, assets, own_plans=not plans)
        """What the tools know, by level."""
        wanted = [d for level in sorted({*levels} - {3}) for d in everyday[level]]
        scenes = (load_plans(plans) if plans else load_own(3)) if 3 in levels else []
        forced = wanted if protocol == "teacher-forced" else []
        played = [*(wanted if protocol == "end-to-end" else []), *scenes]
        played = [d for d in played if d.tools]  # an official dialogue has no call
        families: list[TeacherForced | EndToEnd] = []
        if forced:
            families.append(TeacherForced(forced, self.libraries[1], self.prompts, mode))
        if played:
            families.append(EndToEnd(played, self.libraries, self.prompts, mode))
        everything = [(task, family) for family in families for task in family.tasks()]
        self._family = {task.id: family for task, family in everything}
        self.tasks: Sequence[Task] = _pick([task for task, _ in everything], chosen, ids, limit)
        left_out = self._family.keys() - {task.id for task in self.tasks}
        self.complete = not any(
            task.id in left_out and task.tags[0] not in REPLIES.values() for task, _ in everything
        )
        asked = {self.category(task) for task in self.tasks}
        groups = (("calls", CALLS.values()), ("end to end", PLAYED.values()))
        # Replies have no verdict, so they are in no group; `extras` tells of them.
        self.groups = tuple(
            Group(name, found)
            for name, members in groups
            if (found := tuple(member for member in members if member in asked))
        )
        self._ceilings: dict[str, float] = {}

    def tools(self, task: Task) -> Sequence[str]:
        """Names of the tools on offer at the start."""
        return self._family[task.id].tools(task)

    def world(self, task: Task) -> World:
        """A fresh world for one episode."""
        return self._family[task.id].world(task)

    def score(self, task: Task, episode: Episode) -> Score:
        """The official verdict on a call; whether a dialogue's calls were all made."""
        return self._family[task.id].score(task, episode)

    def floor(self, category: str) -> float | None:
        """Doing nothing is never right."""
        return 0.0

    def ceiling(self, category: str) -> float | None:
        """The share of this run's recorded calls that the official verdict accepts.

        Of dialogues, the share whose calls can all be carried out.
        """
        if category not in self._ceilings:
            own = [task for task in self.tasks if self.category(task) == category]
            reached = [self._family[task.id].reachable(task) for task in own]
            self._ceilings[category] = sum(reached) / len(reached)
        return self._ceilings[category]

    def overall(self, verdicts: Sequence[Verdict]) -> Sequence[Overall]:
        """The share of right calls over all levels that were asked sample by sample."""
        parts = {level: _of(verdicts, name) for level, name in CALLS.items()}
        own = [v for part in parts.values() for v in part]
        if not own:
            return ()
        scores = []
        for whose, of in (("official", _official), ("repaired", _repaired)):
            composition = [
                {"name": f"level {level}", "weight": len(part) / len(own), **_valued(map(of, part))}
                for level, part in parts.items()
                if part
            ]
            value = _share(map(of, own)).value
            scores.append(Overall(f"call accuracy, {whose}", value, tuple(composition)))
        return scores

    def extras(self, verdicts: Sequence[Verdict]) -> Sequence[Extra]:
        """Official and repaired verdicts side by side, replies, and calls of whole dialogues."""
        return [*_side_by_side(verdicts), *self._played(verdicts), *_replies(verdicts)]

    def _played(self, verdicts: Sequence[Verdict]) -> Sequence[Extra]:
        expected = {task.id: len(task.data.get("expected", ())) for task in self.tasks}
        rows = []
        for category in PLAYED.values():
            own = [v for v in _of(verdicts, category) if v.valid is not None]
            if not own:
                continue
            calls = [expected[v.task] for v in own]
            cells: list[str] = []
            for whose in ("official", "repaired"):  # none where the prompt did not fit the model
                right = [int(v.details.get(whose, 0)) for v in own]
                whole = sum(map(operator.eq, right, calls))
                cells += [percent(sum(right) / sum(calls), 1), percent(whole / len(own), 1)]
            rows.append((category, str(len(own)), str(sum(calls)), *cells))
        if not rows:
            return ()
        head = (
            "end to end",
            "n",
            "calls",
            "official calls %",
            "all %",
            "repaired calls %",
            "all %",
        )
        note = "all: dialogues or scenes with every expected call right (sample accuracy)"
        return [Extra("Calls of whole dialogues", head, tuple(rows), note)]

    def describe(self) -> Mapping[str, Any]:
        """Data, prompts, search and sample of this run."""
        texts = "\0".join(m.content for task in self.tasks for m in task.messages)
        return {
            "data": data_hash(self._root),
            "prompts": hashlib.sha256(texts.encode()).hexdigest(),
            "search": ", ".join(sorted({lib.finder.name for lib in self.libraries.values()})),
            **super().describe(),
        }


def _everyday(root: Path | None) -> dict[int, list[Dialogue]]:
    """The dialogues of levels 1 and 2; both, as services are recorded in either."""
    return {level: load_own(level) if root is None else load(root, level) for level in (1, 2)}


def _libraries(
    root: Path | None,
    levels: Sequence[int],
    services: Services,
    own_words: bool,
    assets: Path | None,
    *,
    own_plans: bool,
) -> dict[int, Library]:
    found: dict[int, Library] = {}
    if {1, 2} & {*levels}:
        opened = open_library(1, root, services=services, own_words=own_words, assets=assets)
        found.update({1: opened, 2: opened})
    if 3 in levels:  # what our own scenes found was described in our own words
        found[3] = open_library(3, root, own_words=own_words or own_plans, assets=assets)
    return found


def _pick(
    everything: Sequence[Task], chosen: Sequence[str], ids: Sequence[str], limit: int | None
) -> list[Task]:
    by_category: dict[str, list[Task]] = {}
    for task in everything:
        by_category.setdefault(task.tags[0], []).append(task)
    names = {name: (name,) for name in by_category} | {
        alias: found
        for alias, members in ALIASES.items()
        if (found := tuple(member for member in members if member in by_category))
    }
    for name in chosen:
        if name not in names:
            raise UserError(f"unknown category {name!r} at these levels{suggest(name, [*names])}")
    if chosen:
        wanted = {member for name in chosen for member in names[name]}
        by_category = {name: own for name, own in by_category.items() if name in wanted}
    if not ids:
        return samples.draw(by_category, limit)
    known = {task.id: task for own in by_category.values() for task in own}
    for task_id in ids:
        if task_id not in known:
            raise UserError(f"unknown task id {task_id!r}{suggest(task_id, sorted(known))}")
    return [task for task in known.values() if task.id in set(ids)]


# --- tables beside the scores


def _of(verdicts: Sequence[Verdict], category: str) -> list[Verdict]:
    return [v for v in verdicts if v.category == category]


def _official(verdict: Verdict) -> bool | None:
    return verdict.valid


def _repaired(verdict: Verdict) -> bool | None:
    """An answer that never came to a judge is as wrong as officially."""
    found = verdict.details.get("repaired", verdict.valid)
    return None if found is None else bool(found)


def _share(judged: Iterable[bool | None]) -> Share:
    known = [one for one in judged if one is not None]
    return Share(sum(known), len(known))


def _valued(judged: Iterable[bool | None]) -> dict[str, Any]:
    share = _share(judged)
    return {"value": share.value, "n": share.n}


def _shown(share: Share) -> tuple[str, str, str]:
    return (str(share.n), percent(share.value, 1), span(share.interval))


def _side_by_side(verdicts: Sequence[Verdict]) -> Sequence[Extra]:
    rows = []
    for level, category in CALLS.items():
        if own := _of(verdicts, category):
            shares = _share(map(_official, own)), _share(map(_repaired, own))
            mended = sum(v.valid is False and _repaired(v) is True for v in own)
            cells = (cell for share in shares for cell in _shown(share))
            rows.append((f"level {level}", *cells, str(mended)))
    if not rows:
        return ()
    head = ("calls", "n", "official %", "95 %", "n", "repaired %", "95 %", "mended")
    note = "mended: officially wrong, right by the repaired verdict"
    return [Extra("Official and repaired verdicts", head, tuple(rows), note)]


def _replies(verdicts: Sequence[Verdict]) -> Sequence[Extra]:
    rows = []
    for level, category in REPLIES.items():
        if own := [v.reward for v in _of(verdicts, category) if v.reward is not None]:
            rows.append((f"level {level}", str(len(own)), f"{sum(own) / len(own):.4f}"))
    return [Extra("Replies", ("", "n", "ROUGE-L"), tuple(rows))] if rows else ()
