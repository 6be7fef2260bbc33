"""Carry out the stages of a loop: each is one command with a run folder of its own.

The state of a loop is which of these folders are finished. A finished one is never run again, a
begun one is resumed by its command, so no answer is paid for twice. Each stage opens what it needs
and closes it: an engine and a training never hold memory at the same time.
"""

from __future__ import annotations

import contextlib
import gc
import io
import json
import logging
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from envs.common.errors import UserError
from envs.common.runs import JsonlLog
from envs.types import JSON
from training import loop_config
from training.loop_stages import Stage

log = logging.getLogger(__name__)

REPORT, SESSIONS = "report.json", "sessions.jsonl"
TRAINING = ("warmup", "preference")
_LEFT_OVERS = ("checkpoints", "merged", ".merged.new")


@dataclass(frozen=True)
class Runner:
    """Runs stages and knows which of them are finished."""

    place: Callable[[Stage], Path]
    """The folder of a stage."""
    launch: str | None = None
    """What starts training on several devices, such as ``accelerate launch --num_processes 2``."""
    tolerate: float = 0.02
    """Share of a search's or a score's tasks that the machine may lose."""
    keep: bool = False
    """Leave checkpoints and merged models where they are."""

    def report(self, stage: Stage) -> dict[str, Any] | None:
        """What a finished stage reported; ``None``: it is not finished."""
        report = self._read(stage)
        return report if report is not None and _lost(stage, report) <= self.tolerate else None

    def run(self, stage: Stage) -> dict[str, Any]:
        """Run a stage, or go on with it, unless it is finished; its report.

        Raises:
            UserError: it stopped; what is there is kept.
        """
        folder = self.place(stage)
        if (report := self.report(stage)) is not None:
            self._clean(stage, folder)
            return report
        log.info("%s: %s", stage.name, folder)
        started = time.monotonic()
        try:
            self._start(stage, folder)
        except UserError as error:
            raise UserError(f"{stage.name}: {error}") from None
        finally:
            if folder.is_dir():
                seconds = round(time.monotonic() - started, 2)
                JsonlLog(folder / SESSIONS).append({"seconds": seconds})
            _free_memory()
        if (report := self._read(stage)) is None:
            raise UserError(f"{stage.name}: it ended without a report in {folder}")
        if (lost := _lost(stage, report)) > self.tolerate:
            raise UserError(
                f"{stage.name}: {lost:.1%} of its tasks failed, more than tolerate = "
                f"{self.tolerate:g}; {folder / REPORT} says why, and --resume asks them again"
            )
        self._clean(stage, folder)
        return report

    def seconds(self, stage: Stage) -> float:
        """How long a stage ran, over all sessions that were not killed."""
        rows = JsonlLog(self.place(stage) / SESSIONS).read()
        return float(sum(row.get("seconds", 0.0) for row in rows))

    def flags(self, stage: Stage) -> dict[str, JSON]:
        """The flags of a stage with the folders of its inputs."""
        inputs = {flag: str(self.place(s) / file) for flag, (s, file) in stage.inputs.items()}
        return {**stage.flags, **inputs}

    def _clean(self, stage: Stage, folder: Path) -> None:
        if stage.kind in TRAINING and not self.keep:
            for name in _LEFT_OVERS:
                shutil.rmtree(folder / name, ignore_errors=True)

    def _read(self, stage: Stage) -> dict[str, Any] | None:
        file = self.place(stage) / REPORT
        try:
            report = json.loads(file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise UserError(f"{file}: cannot be read: {error}") from None
        return report if isinstance(report, dict) else None

    def _start(self, stage: Stage, folder: Path) -> None:
        flags: dict[str, JSON] = {"resume": str(folder)}
        if not (folder / "manifest.json").exists():
            flags = {**self.flags(stage), "out": str(folder)}
        if self.launch is not None and stage.kind in TRAINING:
            return _launched(self.launch, stage, flags)
        config = loop_config.config_of(stage.kind, flags, stage.target, stage.name)
        with contextlib.redirect_stdout(io.StringIO()), _machine_errors():
            _body(stage)(config)


def _body(stage: Stage) -> Callable[[Any], int]:
    """The function of a stage's command."""
    if stage.kind in loop_config.SCORING:
        from eval.command import score

        return score
    from training import collect, preference, rank, sft

    bodies: dict[str, Callable[[Any], int]] = {
        "warmup": sft.sft,
        "rank": rank.rank,
        "collect": collect.collect,
        "preference": preference.preference,
    }
    return bodies[stage.kind]


def _launched(launch: str, stage: Stage, flags: dict[str, JSON]) -> None:
    """Run a stage as a command of its own, in as many processes as the launcher starts."""
    config_type, module = loop_config.STAGES[stage.kind]
    command = [*shlex.split(launch), "-m", module, *loop_config.argv_of(config_type, flags)]
    try:
        status = subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode
    except OSError as error:
        raise UserError(f"launch = {launch!r}: {error.strerror}") from None
    if status:
        raise UserError(f"{shlex.join(command)}: ended with exit code {status}")


@contextlib.contextmanager
def _machine_errors() -> Any:
    """An engine that is gone, in one line."""
    from agents.engines.base import EngineError

    try:
        yield
    except EngineError as error:
        raise UserError(f"the engine failed: {error}") from None


def _lost(stage: Stage, report: dict[str, Any]) -> float:
    """The share of a stage's tasks that the machine lost."""
    if stage.kind == "collect":
        tasks = report.get("tasks", {})
        return float(tasks.get("failed", 0) / max(1, tasks.get("all", 0)))
    if stage.kind in loop_config.SCORING:
        rows = [row for row in report.get("rows", ()) if row["kind"] == "category"]
        asked: int = sum(row["asked"] for row in rows)
        judged: int = sum(row["n"] for row in rows)
        return 1 - judged / asked if asked else 0.0
    return 0.0


def _free_memory() -> None:
    gc.collect()
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available():
        torch.cuda.empty_cache()
