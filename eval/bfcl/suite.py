"""BFCL as a suite: what is asked, how it is judged, how scores add up."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from envs.common.errors import UserError, suggest
from envs.episode import Episode
from envs.types import Task
from eval.bfcl import aggregate, data, prompts, reachable, samples
from eval.bfcl.categories import ALIASES, CATEGORIES, GROUPS, SINGLE_TURN, category_of
from eval.bfcl.lenient import judge_lenient
from eval.bfcl.schemas import to_spec
from eval.bfcl.verdict import judge
from eval.bfcl.world import SingleTurn
from eval.suite import Group, Overall, Score, Verdict

GROUP_TITLES = {"non_live_ast": "AST, non-live", "live_ast": "AST, live"}


class BFCL:
    """The single-turn categories in prompting mode, with the official prompt and verdicts.

    Args:
        root: the folder that holds ``data/`` and ``constants/``.
        chosen: categories; all single-turn ones by default.
        ids: these tasks alone, in place of a sample.
        limit: how many tasks, spread over the categories; ``None`` for all.

    Raises:
        UserError: an unknown category or id, or data that is missing or broken.
    """

    name = "bfcl"
    groups = tuple(Group(GROUP_TITLES.get(name, name), members) for name, members in GROUPS.items())

    def __init__(
        self,
        root: Path,
        *,
        chosen: Sequence[str] = (),
        ids: Sequence[str] = (),
        limit: int | None = None,
    ) -> None:
        self.root = root
        names = _names(chosen, ids)
        loaded = {name: data.load(root, name) for name in names}
        entries = _pick(loaded, ids) if ids else samples.draw(loaded, limit)
        official = prompts.load(root)
        self.tasks: Sequence[Task] = [_task(entry, official) for entry in entries]
        self._entries = {entry.id: entry for entry in entries}
        self._ids: dict[str, list[str]] = {}
        for entry in entries:
            self._ids.setdefault(entry.category, []).append(entry.id)

    @property
    def complete(self) -> bool:
        """Every category of the leaderboard, and every task of each, is asked."""
        sizes = Counter({name: len(ids) for name, ids in self._ids.items()})
        return all(sizes[name] == category.size for name, category in CATEGORIES.items())

    def category(self, task: Task) -> str:
        """The category of a task."""
        return self._entries[task.id].category

    def world(self) -> SingleTurn:
        """A fresh world for one episode."""
        return SingleTurn(self.tasks)

    def score(self, task: Task, episode: Episode) -> Score:
        """The official verdict on the raw text of the answer, and the lenient one."""
        entry = self._entries[task.id]
        args = (entry.category, entry.functions, entry.truth, episode.answer, entry.config)
        official = judge(*args)
        lenient = judge_lenient(*args, official=official)
        return Score(official.valid, official.error_type, official.message, lenient.valid)

    def floor(self, category: str) -> float:
        """An answer without a call is right where no call is wanted, and only there."""
        return 1.0 if CATEGORIES[category].kind == "irrelevance" else 0.0

    def ceiling(self, category: str) -> float:
        """The share of this run's tasks whose truth the official checker can accept."""
        return reachable.ceiling(self._ids[category])

    def overall(self, verdicts: Sequence[Verdict]) -> Sequence[Overall]:
        """Overall v4, v3 (2025) and v3 (October 2024), each with its composition."""
        judged: dict[str, list[bool]] = {}
        for verdict in verdicts:
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

    def describe(self) -> Mapping[str, Any]:
        """Data, prompts and sample of this run."""
        ids = [task.id for task in self.tasks]
        texts = "\0".join(m.content for task in self.tasks for m in task.messages)
        return {
            "data": data.data_hash(self.root, sorted(self._ids)),
            "prompts": hashlib.sha256(texts.encode()).hexdigest(),
            "sample": samples.fingerprint(ids),
            "tasks": {name: len(own) for name, own in self._ids.items()},
        }


def _names(chosen: Sequence[str], ids: Sequence[str]) -> list[str]:
    """The categories to load, in the official order."""
    if ids and not chosen:
        chosen = sorted({category_of(task_id) for task_id in ids})
    known = {**{name: (name,) for name in CATEGORIES}, **ALIASES}
    wanted: set[str] = set()
    for name in chosen or ("single_turn",):
        if name not in known:
            raise UserError(f"unknown category {name!r}{suggest(name, sorted(known))}")
        if missing := set(known[name]) - set(SINGLE_TURN):
            raise UserError(
                f"category {name!r}: {min(missing)} is not single-turn, and only single-turn "
                "categories can be scored in this version"
            )
        wanted.update(known[name])
    return [name for name in SINGLE_TURN if name in wanted]


def _pick(loaded: Mapping[str, Sequence[data.Entry]], ids: Sequence[str]) -> list[data.Entry]:
    entries = [entry for own in loaded.values() for entry in own]
    known = {entry.id for entry in entries}
    for task_id in ids:
        if task_id not in known:
            raise UserError(f"unknown task id {task_id!r}{suggest(task_id, sorted(known))}")
    return [entry for entry in entries if entry.id in set(ids)]


def _task(entry: data.Entry, official: prompts.Prompts) -> Task:
    hinted = prompts.hinted_functions(entry, official)
    return Task(
        entry.id,
        prompts.render(entry, official),
        data={"entry": entry, "specs": tuple(to_spec(doc) for doc in hinted)},
        tags=(entry.category,),
    )
