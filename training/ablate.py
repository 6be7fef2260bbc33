"""Command ``python -m training.ablate``: the paper's experiments, as variants of one loop.

Each arm is a loop (`training.loop`) whose stages lie in one store, under the hash of their settings
and inputs: what arms have in common is run once. Every arm is compared with the default arm task by
task. Nothing here trains or scores by itself.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from envs.common import flags
from envs.common.cli import parse, read_toml, run_with_tables, take_config
from envs.common.errors import UserError, suggest
from envs.common.runs import RunFolder
from training import command, loop, loop_config
from training.ablate_arms import Arm, arms_of
from training.loop_config import Table
from training.loop_run import Runner
from training.loop_stages import Plan, Stage, planned

PROG = "python -m training.ablate"
COMMAND = "training.ablate"

log = logging.getLogger(COMMAND)  # `__name__` is no name of ours under `python -m`


@dataclass(frozen=True)
class Config:
    """Run the paper's experiments over a loop; a preset: configs/ablate-tiny.toml.

    --config FILE may also have arms of its own: [arms.NAME] with settings of a loop, and
    [arms.NAME.collect] (or another stage) with flags.
    """

    loop: Path | None = None
    """The loop's file; what it says is the default arm."""
    experiments: tuple[str, ...] = ("modules", "curriculum", "rounds", "losses", "alpha")
    """Of modules, curriculum, rounds, losses, alpha, scale, models."""
    most_rounds: int = 5
    """Of the experiment rounds."""
    betas: tuple[float, ...] = (0.1, 0.3)
    """Of the experiment losses: for dpo, ipo and orpo."""
    simpo_betas: tuple[float, ...] = (2.0, 2.5)
    learning_rates: tuple[float, ...] = (1e-5, 5e-5)
    """Of the experiment losses."""
    alphas: tuple[float, ...] = (0.1, 0.15, 0.2, 0.25, 0.3)
    """Of the experiment alpha."""
    scales: tuple[int, ...] = ()
    """Of the experiment scale: numbers of rows."""
    models: tuple[str, ...] = ()
    """Of the experiment models."""
    engine_prefix: str = ""
    """Of the experiment models: what stands before the model's name in --engine, such as vllm:."""
    only: tuple[str, ...] = ()
    """Run these arms (or experiments) alone; the report tells of all that are finished."""
    out: Path | None = None
    """Where the run is written (default: runs/ablate-TIME)."""
    resume: Path | None = None
    """Finish this run; --only may be given beside it."""
    dry_run: bool = False
    """Show the arms, and how many of their stages they share."""
    json: bool = False
    """Print the report as JSON."""


@dataclass(frozen=True)
class Variant:
    """An arm with the loop that it stands for."""

    arm: Arm
    config: loop.Config
    tables: Mapping[str, Table]
    plan: Plan


def ablate(config: Config, own: Mapping[str, Any] | None = None, where: str = "flags") -> int:
    """Run the arms that are not finished; 0 when all that were asked for ran to their end.

    Args:
        config: the flags.
        own: the user's arms.
        where: what errors call the file.
    """
    if config.resume is not None:
        folder, config, manifest = _resumed(config)
        base, tables = loop_of(manifest["loop"]), manifest["tables"]
        own, where = manifest["arms"], f"{folder.path}/manifest.json"
    else:
        base, tables = _loop_file(config, where)
    variants = variants_of(config, base, tables, own or {}, where)
    chosen = _chosen(variants, config.only)
    if config.dry_run:
        return _show(chosen)
    if config.resume is None:
        about = {"config": flags.to_json(config), "loop": flags.to_json(base)}
        about |= {"tables": tables, "arms": dict(own or {})}
        folder, _ = command.new_folder(config.out, COMMAND, about)
    failed = _run(chosen, folder)
    from training import ablate_report

    report = ablate_report.write(variants, folder)
    print(json.dumps(report) if config.json else ablate_report.to_markdown(report))
    for name, why in failed.items():
        log.warning("%s: %s", name, why)
    if failed:
        log.info("to go on: %s --resume %s", PROG, folder.path)
    return 1 if failed else 0


def variants_of(
    config: Config,
    base: loop.Config,
    tables: Mapping[str, Table],
    own: Mapping[str, Any],
    where: str,
) -> list[Variant]:
    """All arms with their stages, checked.

    Raises:
        UserError: an arm that cannot be run.
    """
    if "score" not in tables:
        raise UserError(f"{where}: the loop has no [score]: there is nothing to compare arms by")
    found: list[Variant] = []
    for arm in arms_of(config, own, where):
        changed, changed_tables = arm.applied(base, tables)
        at = f"{where}: arm {arm.name}"
        scored = {k: v for k, v in changed_tables.items() if k not in loop_config.SCORING}
        whole = not found or "env" in arm.settings  # else the scored tasks are those of before
        changed = loop.checked(changed, changed_tables if whole else scored, at)
        found.append(Variant(arm, changed, changed_tables, planned(changed, changed_tables)))
    return found


def runner_of(variant: Variant, folder: Path) -> Runner:
    """What runs an arm's stages; they lie in the store that all arms share."""
    return loop.runner_of(variant.config, lambda stage: folder / "stages" / stored_as(stage))


def stored_as(stage: Stage) -> str:
    """The folder of a stage in the store."""
    return f"{'score' if stage.kind == 'test' else stage.kind}-{stage.key[:16]}"


def loop_of(kept: Mapping[str, Any]) -> loop.Config:
    """The loop's settings, out of a manifest."""
    return loop.Config(**flags.from_json(loop.Config, kept))


# --- inside


def _run(variants: Sequence[Variant], folder: RunFolder) -> dict[str, str]:
    """Run arms one after the other; why some did not come to their end."""
    failed: dict[str, str] = {}
    for variant in variants:
        name = variant.arm.name
        log.info("arm %s", name)
        path = folder.path / "arms" / name
        own = RunFolder(path)
        if not (path / "manifest.json").exists():
            kept = {"command": COMMAND, "arm": name, "config": flags.to_json(variant.config)}
            own = RunFolder.create(path, {**kept, "tables": dict(variant.tables)})
        try:
            with own.locked():
                report, whole = loop.run_loop(
                    variant.config,
                    variant.tables,
                    variant.plan,
                    runner_of(variant, folder.path),
                    own,
                )
        except UserError as error:
            failed[name] = str(error)
            log.warning("arm %s stopped: %s", name, error)
            continue
        if not whole:
            failed[name] = report["ended"]
    return failed


def _loop_file(config: Config, where: str) -> tuple[loop.Config, dict[str, Table]]:
    if config.loop is None:
        raise UserError(f"{where}: which loop? loop = 'FILE.toml' (see configs/loop-*.toml)")
    rest, tables, file = loop.from_file(["--config", str(config.loop)])
    base = parse(loop.Config, rest, prog=loop.PROG)
    return loop.resolved(base, file), tables


def _resumed(config: Config) -> tuple[RunFolder, Config, dict[str, Any]]:
    assert config.resume is not None
    folder, manifest = RunFolder.open(config.resume)
    if manifest.get("command") != COMMAND:
        raise UserError(f"{config.resume}: a run of {manifest.get('command')}, not of {COMMAND}")
    kept = {name: value for name, value in manifest["config"].items() if name != "only"}
    own = ("only", "dry_run")
    return folder, flags.taken_over(config, {"config": kept}, own=own), manifest


def _chosen(variants: Sequence[Variant], only: Sequence[str]) -> list[Variant]:
    known = {v.arm.name for v in variants} | {v.arm.experiment for v in variants}
    for name in only:
        if name not in known:
            raise UserError(f"--only {name}: no such arm{suggest(name, sorted(known))}")
    return [v for v in variants if not only or {v.arm.name, v.arm.experiment} & set(only)]


def _show(variants: Sequence[Variant]) -> int:
    seen: set[str] = set()
    every = 0
    for variant in variants:
        keys = [stage.key for stage in variant.plan.stages]
        new = set(keys) - seen
        seen |= new
        every += len(keys)
        shared = len(keys) - len(new)
        print(f"{variant.arm.name:<28} {len(keys):>3} stages, {shared:>3} shared with arms above")
    print(f"\n{len(variants)} arms of {every} stages, of which {len(seen)} are different ones")
    if any("test" in variant.tables for variant in variants):
        print("and the test scores, of each arm's start and of its chosen round")
    print("nothing was run, nothing was written")
    return 0


def from_file(args: list[str]) -> tuple[list[str], dict[str, Any], str]:
    """Flags with those of ``--config FILE`` in front, the file's arms, and its name.

    Raises:
        UserError: the file is missing or wrong.
    """
    rest, file = take_config(args)
    if file is None:
        return args, {}, "flags"
    whole = read_toml(file)
    arms = whole.pop("arms", {})
    names = [f.name for f in fields(Config) if f.name not in ("resume", "dry_run", "json")]
    for key in whole:
        if key.replace("-", "_") not in names:
            raise UserError(f"{file}: unknown setting {key!r}{suggest(key, [*names, 'arms'])}")
    if not isinstance(arms, dict):
        raise UserError(f"{file}: arms: tables like [arms.NAME] are needed")
    return [*loop_config.argv_of(Config, whole), *rest], arms, str(file)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command."""
    return run_with_tables(Config, ablate, from_file, argv, prog=PROG)


if __name__ == "__main__":
    sys.exit(main())
