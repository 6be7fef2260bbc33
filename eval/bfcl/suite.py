"""BFCL as a suite: what is asked, how it is judged, how scores add up."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, get_args

from envs.common.errors import UserError, suggest
from envs.episode import Episode
from envs.types import Task
from eval import samples
from eval.bfcl import aggregate, data, prompts, reachable
from eval.bfcl.categories import (
    ALIASES,
    CATEGORIES,
    FORMAT_SENSITIVITY,
    GROUPS,
    SINGLE_TURN,
    category_of,
)
from eval.bfcl.formats import CONFIGS
from eval.bfcl.function_calls import answer_of, judge_function_calls
from eval.bfcl.lenient import judge_lenient
from eval.bfcl.schemas import to_spec
from eval.bfcl.sensitivity import sensitivity
from eval.bfcl.verdict import judge
from eval.bfcl.world import SingleTurn
from eval.metrics import percent
from eval.suite import Extra, Group, Overall, Score, Suite, Verdict

GROUP_TITLES = {"non_live_ast": "AST, non-live", "live_ast": "AST, live"}

Mode = Literal["prompting", "fc"]
"""``prompting``: the official system prompt lists the functions and asks for a list of calls;
``fc``: functions are offered as tools, and the answer is the calls that the model makes."""


class BFCL(Suite):
    """The single-turn categories and format sensitivity, with the official prompts and verdicts.

    Args:
        root: the folder that holds ``data/`` and ``constants/``.
        chosen: categories; all single-turn ones by default.
        ids: these tasks alone, in place of a sample.
        limit: how many tasks, spread over the categories; ``None`` for all.
        mode: how functions are offered and calls are read.

    Raises:
        UserError: an unknown category or id, or data that is missing or broken.
    """

    name = "bfcl"
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
    ) -> None:
        self.root = root
        self.mode = mode
        if mode not in get_args(Mode):
            raise UserError(f"mode {mode!r}{suggest(mode, get_args(Mode))}")
        names = _names(chosen, ids)
        if mode == "fc" and FORMAT_SENSITIVITY in names:
            raise UserError(f"{FORMAT_SENSITIVITY} varies the prompt, which --mode fc has none of")
        loaded = {name: data.load(root, name) for name in names}
        entries = _pick(loaded, ids) if ids else samples.draw(loaded, limit)
        official = prompts.load(root)
        self.tasks = [_task(entry, official, mode) for entry in entries]
        self._entries = {entry.id: entry for entry in entries}
        self._ids: dict[str, list[str]] = {}
        for entry in entries:
            self._ids.setdefault(_category(entry), []).append(entry.id)
        # Overall scores need every task of every category of the leaderboard.
        self.complete = all(
            len(self._ids.get(name, ())) == category.size for name, category in CATEGORIES.items()
        )

    def tools(self, task: Task) -> Sequence[str]:
        """Names of the entry's functions."""
        return [spec.name for spec in task.data["specs"]]

    def world(self) -> SingleTurn:
        """A fresh world for one episode."""
        return SingleTurn(self.tasks, calls=self.mode == "fc")

    def score(self, task: Task, episode: Episode) -> Score:
        """The official verdict on the answer, and the lenient one.

        In prompting mode the raw text is judged, in function-calling mode the calls.
        """
        entry = self._entries[task.id]
        if self.mode == "fc":
            return self._score_calls(entry, episode)
        args = (entry.category, entry.functions, entry.truth, episode.answer, entry.config)
        official = judge(*args)
        lenient = judge_lenient(*args, official=official)
        return Score(official.valid, official.error_type, official.message, lenient.valid)

    def _score_calls(self, entry: data.Entry, episode: Episode) -> Score:
        """Judge calls; a text in their place is read leniently as prompting mode would."""
        args = (entry.category, entry.functions, entry.truth)
        answer = answer_of(episode)
        official = judge_function_calls(*args, answer)
        lenient = official
        if isinstance(answer, str):
            lenient = judge_lenient(*args, answer, official=official)
        return Score(official.valid, official.error_type, official.message, lenient.valid)

    def floor(self, category: str) -> float | None:
        """An answer without a call is right where no call is wanted, and only there."""
        if category == FORMAT_SENSITIVITY:
            return 0.0
        return 1.0 if CATEGORIES[category].kind == "irrelevance" else 0.0

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
        """The scores of each variation of the prompt, where format sensitivity was asked."""
        varied = [
            (config, verdict.valid)
            for verdict in verdicts
            if verdict.valid is not None and (config := self._entries[verdict.task].config)
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
            "data": data.data_hash(self.root, sorted(self._ids)),
            "prompts": hashlib.sha256(texts.encode()).hexdigest(),
            **super().describe(),
        }


def _names(chosen: Sequence[str], ids: Sequence[str]) -> list[str]:
    """The categories to load, in the official order."""
    if ids and not chosen:
        chosen = sorted({category_of(task_id) for task_id in ids})
    known = {name: (name,) for name in (*CATEGORIES, FORMAT_SENSITIVITY)} | ALIASES
    wanted: set[str] = set()
    for name in chosen or ("single_turn",):
        if name not in known:
            raise UserError(f"unknown category {name!r}{suggest(name, sorted(known))}")
        if missing := set(known[name]) - {*SINGLE_TURN, FORMAT_SENSITIVITY}:
            raise UserError(
                f"category {name!r}: {min(missing)} is not single-turn, and only single-turn "
                "categories can be scored in this version"
            )
        wanted.update(known[name])
    return [name for name in (*SINGLE_TURN, FORMAT_SENSITIVITY) if name in wanted]


def _pick(loaded: Mapping[str, Sequence[data.Entry]], ids: Sequence[str]) -> list[data.Entry]:
    entries = [entry for own in loaded.values() for entry in own]
    known = {entry.id for entry in entries}
    for task_id in ids:
        if task_id not in known:
            raise UserError(f"unknown task id {task_id!r}{suggest(task_id, sorted(known))}")
    return [entry for entry in entries if entry.id in set(ids)]


def _category(entry: data.Entry) -> str:
    """What reports count an entry under."""
    return entry.category if entry.config is None else FORMAT_SENSITIVITY


def _task(entry: data.Entry, official: prompts.Prompts, mode: Mode) -> Task:
    specs = [to_spec(doc) for doc in prompts.hinted_functions(entry, official)]
    if mode == "fc":  # servers take no dots, and the official checker expects none
        specs = [replace(spec, name=spec.name.replace(".", "_")) for spec in specs]
    return Task(
        entry.id,
        entry.messages if mode == "fc" else prompts.render(entry, official),
        data={"entry": entry, "specs": tuple(specs)},
        tags=(_category(entry),),
    )
