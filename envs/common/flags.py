"""A command's flags in a run's manifest: written, read back, and taken over on resume."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any, TypeVar

from envs.common.errors import UserError
from envs.common.runs import RunFolder

C = TypeVar("C")

NOT_KEPT = ("resume", "json", "dry_run")
"""Flags that are about one call of the command and not about the run."""


def to_json(config: Any) -> dict[str, Any]:
    """The flags of a configuration as a manifest has them."""
    flags = {name: value for name, value in asdict(config).items() if name not in NOT_KEPT}
    return {name: str(v) if isinstance(v, Path) else v for name, v in flags.items()}


def from_json(config_type: type[Any], flags: Mapping[str, Any]) -> dict[str, Any]:
    """Flags as a configuration of this type has them, from JSON."""
    paths = [field.name for field in fields(config_type) if "Path" in str(field.type)]
    typed = {name: tuple(v) if isinstance(v, list) else v for name, v in flags.items()}
    return {n: Path(str(v)) if n in paths and v is not None else v for n, v in typed.items()}


def taken_over(config: C, manifest: Mapping[str, Any], own: Collection[str] = ()) -> C:
    """The configuration of the run that ``--resume`` names, out of its manifest.

    Args:
        config: the flags given now; it has a field ``resume``.
        manifest: of the run.
        own: fields that may be given beside ``--resume``.

    Raises:
        UserError: other flags were given, or the manifest has fields that are not flags.
    """
    flags: Any = config
    kept = {name: getattr(flags, name) for name in ("resume", "json", *own) if hasattr(flags, name)}
    if flags != type(flags)(**kept):
        raise UserError("--resume takes everything from the run's manifest: give no other flags")
    known = {field.name for field in fields(flags)}
    if unknown := manifest["config"].keys() - known:
        raise UserError(f"{flags.resume}/manifest.json: unknown field {min(unknown)!r}")
    resumed: C = replace(flags, **from_json(type(flags), manifest["config"]))
    return resumed


def resume_run(config: C, command: str) -> tuple[RunFolder, C, dict[str, Any]]:
    """The run that ``--resume`` names: its folder, configuration and manifest.

    Raises:
        UserError: there is none, it is another command's, or other flags were given.
    """
    path: Path = config.resume  # type: ignore[attr-defined]
    folder, manifest = RunFolder.open(path)
    if manifest.get("command") != command or not isinstance(manifest.get("config"), dict):
        raise UserError(f"{path}: a run of {manifest.get('command')}, not of {command}")
    return folder, taken_over(config, manifest), manifest
