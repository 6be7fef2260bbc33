"""Finished runs as their folders tell of them: who was asked what, verdicts, scores.

Nothing in a folder is changed, and no suite is opened: what a benchmark is made of is taken from
the run's own manifest and report.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any

from envs.common.errors import UserError, suggest
from envs.common.runs import RunFolder, read_jsonl
from envs.episode import read_episode
from eval.suite import Group, Verdict

SCORING = "eval.run"
"""What manifests of scoring runs are of."""
EPISODES, VERDICTS, REPORT = "episodes.jsonl", "verdicts.jsonl", "report.json"
_ADMINISTRATIVE = {"command", "target", "config", "versions", "engine", "started"}
_TYPES: dict[str, type | tuple[type, ...]] = {
    "valid": (bool, type(None)),
    "task": str,
    "category": str,
    "agent": str,
    "trial": int,
    "error_type": (str, type(None)),
    "message": str,
    "lenient": (bool, type(None)),
    "details": dict,
    "reward": (int, float, type(None)),
    "overflow": bool,
}


@dataclass(frozen=True)
class RecordedRun:
    """A run folder of `eval.run` and its fronts."""

    path: Path
    manifest: Mapping[str, Any]

    @property
    def suite(self) -> str:
        """What was scored: a suite's name or an environment's id."""
        return str(self.manifest["target"])

    @property
    def model(self) -> str:
        """What the report calls the model."""
        engine = self.manifest.get("engine")
        return str(engine.get("name", "unknown")) if isinstance(engine, dict) else "unknown"

    @property
    def config(self) -> Mapping[str, Any]:
        """The flags of the run."""
        config = self.manifest.get("config")
        return config if isinstance(config, dict) else {}

    @property
    def sample(self) -> str:
        """The fingerprint of its tasks."""
        return str(self.manifest.get("sample", "unknown"))

    @property
    def started(self) -> str:
        """When, as ISO 8601; empty where nobody wrote it down."""
        return str(self.manifest.get("started", ""))

    @property
    def facts(self) -> dict[str, Any]:
        """What the suite recorded of itself: hashes of data and prompts, sample, tasks."""
        return {k: v for k, v in self.manifest.items() if k not in _ADMINISTRATIVE}

    @cached_property
    def report(self) -> Mapping[str, Any]:
        """``report.json``.

        Raises:
            UserError: it is missing or broken.
        """
        file = self.path / REPORT
        try:
            report: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise self._unfinished(REPORT) from None
        except (OSError, ValueError, RecursionError) as error:
            raise UserError(f"{file}: cannot be read: {error}") from None
        rows = report.get("rows") if isinstance(report, dict) else None
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise UserError(f"{file}: no report: it has no list of objects 'rows'")
        known = all(isinstance(row.get(k), str) for row in rows for k in ("agent", "name", "kind"))
        if not known:
            raise UserError(f"{file}: no report: a row needs the texts agent, name and kind")
        return report

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The report's groups: in it, a group's line follows those of its categories."""
        found: dict[str, tuple[str, ...]] = {}
        members: list[str] = []
        rows = self.report["rows"]
        for row in (row for row in rows if row["agent"] == rows[0]["agent"]):
            if row["kind"] == "group":
                found[row["name"]] = tuple(members)
                members = []
            else:
                members.append(row["name"])
        return tuple(Group(name, categories) for name, categories in found.items())

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        """``verdicts.jsonl``.

        Raises:
            UserError: it is missing, empty, or a line is broken.
        """
        file = self.path / VERDICTS
        if not file.exists():
            raise self._unfinished(VERDICTS)
        found = tuple(_verdict(row, f"{file}:{number}") for number, row in read_jsonl(file))
        if not found:
            raise UserError(f"{file}: empty: the run has no verdicts")
        return found

    @property
    def agents(self) -> tuple[str, ...]:
        """The agents (decodings) with verdicts; ``plain``, what others are compared with, first."""
        names = dict.fromkeys(verdict.agent for verdict in self.verdicts)
        return tuple(sorted(names, key=lambda name: name != "plain"))

    def of(self, agent: str) -> tuple[Verdict, ...]:
        """The verdicts of an agent.

        Raises:
            UserError: there is no such agent.
        """
        own = tuple(verdict for verdict in self.verdicts if verdict.agent == agent)
        if not own:
            raise UserError(f"{self.path}: no agent {agent!r}{suggest(agent, self.agents)}")
        return own

    def answers(self, keys: Iterable[tuple[str, str, int]]) -> dict[tuple[str, str, int], str]:
        """Last turns as the model wrote them, by agent, task and trial; what is there of `keys`.

        Raises:
            UserError: a line of ``episodes.jsonl`` is broken.
        """
        wanted, found = set(keys), {}
        file = self.path / EPISODES
        if not file.exists():
            return {}
        for number, row in read_jsonl(file):
            if (row.get("agent"), row.get("task"), row.get("trial")) in wanted:
                episode = read_episode(row, f"{file}:{number}")
                found[episode.key] = episode.answer
        return found

    def _unfinished(self, file: str) -> UserError:
        return UserError(
            f"{self.path}: no {file}: the run is not finished; "
            f"python -m eval.run --resume {self.path} finishes it"
        )


def open_run(path: Path) -> RecordedRun:
    """The scoring run in a folder.

    Raises:
        UserError: there is none.
    """
    if not path.is_dir():
        raise UserError(f"{path}: no such folder; a run folder of eval.run is needed")
    _, manifest = RunFolder.open(path)
    if manifest.get("command") != SCORING or not isinstance(manifest.get("target"), str):
        raise UserError(f"{path}: a run of {manifest.get('command')!r}, not of {SCORING!r}")
    return RecordedRun(path, manifest)


def _verdict(row: Mapping[str, Any], where: str) -> Verdict:
    for name in ("valid", "task", "category", "agent"):
        if name not in row:
            raise UserError(f"{where}: not a verdict: it has no {name!r}")
    for name, right in _TYPES.items():
        # To Python, true is a number too.
        if name in row and (
            not isinstance(row[name], right) or (name == "trial" and row[name] is True)
        ):
            raise UserError(f"{where}: not a verdict: {name!r} is {row[name]!r:.60}")
    return Verdict(**{f.name: row[f.name] for f in fields(Verdict) if f.name in row})
