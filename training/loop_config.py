"""A loop's file: settings at its top and a table of flags for each stage, checked up front.

A table takes the flags of the stage's own command, but for those that the loop sets itself (the
model, what one stage takes from another, where things are written). Nothing is loaded here except
the tasks of the scored suites, which is how a mistake in them is found before the first training.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from envs.common.cli import flags_of, parse, read_toml
from envs.common.errors import UserError, suggest
from envs.types import JSON
from eval.run import config_type_of
from training import collect, command, preference, rank, sft
from training.data import DataOptions

Table = Mapping[str, JSON]

STAGES: dict[str, tuple[Any, str]] = {
    "warmup": (sft.Config, sft.COMMAND),
    "rank": (rank.Config, rank.COMMAND),
    "collect": (collect.Config, collect.COMMAND),
    "preference": (preference.Config, preference.COMMAND),
}
"""Table -> the flags and the command of a stage; the scoring tables take those of their target."""
SCORING = ("score", "test")
TABLES = ("data", *STAGES, *SCORING)
AT_THE_TOP = ("model", "adapter", "seed", "assets", "offline")
"""Flags of stages that the top of the file says for all of them."""
_ONE_CALL = ("out", "resume", "dry_run", "json")
_DATA = tuple(f.name for f in fields(DataOptions) if f.name not in AT_THE_TOP)
_CHECKS: dict[str, Callable[[Any], None]] = {
    "warmup": command.check_training,
    "rank": rank.check,
    "collect": collect.check,
    "preference": preference.check,
}
_FROM_STAGES = {
    "rank": ("buffer", "round"),
    "collect": ("buffer", "part", "env", "watch"),
    "preference": ("pairs",),
}


def read_file(path: Path, settings: Sequence[str]) -> tuple[dict[str, JSON], dict[str, Table]]:
    """The settings at the top of a file, and its tables.

    Args:
        path: of the TOML file.
        settings: names of the settings at the top.

    Raises:
        UserError: no such file, not TOML, or a name that is not known.
    """
    whole = read_toml(path)
    top = {key.replace("-", "_"): v for key, v in whole.items() if not isinstance(v, dict)}
    tables: dict[str, Table] = {k: value for k, value in whole.items() if isinstance(value, dict)}
    for key in top:
        if key in TABLES:
            raise UserError(f"{path}: {key} has to be a table: [{key}]")
        if key not in settings:
            raise UserError(f"{path}: unknown setting {key!r}{suggest(key, settings)}")
    check_names(tables, str(path))
    return top, tables


def check_names(tables: Mapping[str, Table], where: str) -> None:
    """Refuse tables and fields that nobody knows, or that are the loop's own.

    Raises:
        UserError: with file, table and what would be right.
    """
    for name, table in tables.items():
        if name not in TABLES:
            raise UserError(f"{where}: unknown table [{name}]{suggest(name, TABLES)}")
        if name in SCORING:
            _check_target(table, f"{where}: [{name}]")
        known = _allowed(name, table)
        for key in (key.replace("-", "_") for key in table):
            if key in known:
                continue
            if key in AT_THE_TOP:
                why = f"{key!r} stands at the top of the file, for all stages"
            elif key in _data_flags(name):
                why = f"{key!r} belongs into [data], which warm-up and ranking share"
            elif key in (*_ONE_CALL, *_FROM_STAGES.get(name, ())):
                why = f"{key!r} is set by the loop"
            else:
                why = f"unknown field {key!r}{suggest(key, known)}"
            raise UserError(f"{where}: [{name}]: {why}")


def check_values(tables: Mapping[str, Table], where: str) -> None:
    """Read every table as its command would, before anything runs.

    Raises:
        UserError: a value of the wrong kind or out of range.
    """
    for name, table in tables.items():
        if name == "data":
            _parsed(DataOptions, dict(table), f"{where}: [data]")
        elif name in STAGES:
            config = _parsed(STAGES[name][0], dict(table), f"{where}: [{name}]")
            _check_stage(name, config, f"{where}: [{name}]")
    wanted = {name: tables[name] for name in SCORING if name in tables}
    chosen = {name: _tasks(table, f"{where}: [{name}]") for name, table in wanted.items()}
    if len(chosen) == 2 and wanted["score"]["target"] == wanted["test"]["target"]:
        both = chosen["score"].keys() & chosen["test"].keys()
        if both:
            raise UserError(
                f"{where}: {len(both)} tasks are in [score] and in [test], such as {min(both)!r}: "
                "the round is chosen by [score], so [test] needs tasks of its own"
            )


def check_apart(env: str | None, tables: Mapping[str, Table], where: str) -> None:
    """Refuse to score on tasks that are searched.

    Raises:
        UserError: a scored task is one of the training tasks of `env`.
    """
    for name in SCORING:
        table = tables.get(name)
        if env is None or table is None or table["target"] != env:
            continue
        tasks = _tasks(table, f"{where}: [{name}]")
        if searched := [id for id, split in tasks.items() if split == "train"]:
            raise UserError(
                f"{where}: [{name}]: {len(searched)} of its tasks, such as {searched[0]!r}, are "
                f"training tasks of {env}, which are searched; choose others (split, ids)"
            )


def config_of(kind: str, flags: Mapping[str, JSON], target: str = "", where: str = "") -> Any:
    """The configuration of a stage's command.

    Raises:
        UserError: a value of the wrong kind.
    """
    config_type = config_type_of(target) if kind in SCORING else STAGES[kind][0]
    return _parsed(config_type, flags, where or kind, target)


def argv_of(config_type: type, flags: Mapping[str, JSON], target: str = "") -> list[str]:
    """Flags as a command line takes them, the target where the command has it as an argument."""
    named = {field.name for field in fields(config_type)}
    return [*([target] if target and "env" in named else []), *flags_of(flags)]


# --- inside


def _allowed(name: str, table: Table) -> list[str]:
    if name == "data":
        return list(_DATA)
    if name in SCORING:
        own = [field.name for field in fields(config_type_of(str(table["target"])))]
        taken = {*AT_THE_TOP, *_ONE_CALL, "env", "responses"} - {"seed"}
        return ["target", *(n for n in own if n not in taken)]
    own = [field.name for field in fields(STAGES[name][0])]
    taken = {*AT_THE_TOP, *_ONE_CALL, *_data_flags(name), *_FROM_STAGES.get(name, ())}
    return [n for n in own if n not in taken]


def _data_flags(name: str) -> tuple[str, ...]:
    """The flags of a stage's command that say which rows."""
    stage = STAGES.get(name)
    return _DATA if stage is not None and issubclass(stage[0], DataOptions) else ()


def _check_target(table: Table, where: str) -> None:
    if not isinstance(table.get("target"), str):
        raise UserError(f"{where}: target = '...' is missing: bfcl, or the id of an environment")


def _check_stage(name: str, config: Any, where: str) -> None:
    """What the stage's own command would refuse, and what a loop cannot use."""
    try:
        _CHECKS[name](config)
        if getattr(config, "method", None) == "full":
            raise UserError("method = 'full': the rounds hand adapters on: lora or qlora")
    except UserError as error:
        raise UserError(f"{where}: {error}") from None


def _tasks(table: Table, where: str) -> dict[str, str]:
    """Ids and splits of the tasks that a scoring table chooses."""
    flags = {key: value for key, value in table.items() if key != "target"}
    target = str(table["target"])
    config = _parsed(config_type_of(target), flags, where, target)
    try:
        return {task.id: task.split for task in config.open_suite().tasks}
    except UserError as error:
        raise UserError(f"{where}: {error}") from None


def _parsed(config_type: Any, flags: Mapping[str, JSON], where: str, target: str = "") -> Any:
    try:
        return parse(config_type, argv_of(config_type, flags, target), prog="")
    except UserError as error:
        told = str(error).replace("; see  --help", "")
        raise UserError(f"{where}: {told}") from None
