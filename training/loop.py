"""Command ``python -m training.loop``: a warm-up, then rounds of rank, search, prefer and score.

Every stage is another command of this package with a run folder of its own inside the loop's
(`training.loop_stages` says which, `training.loop_run` carries them out). The reference of a round
is the policy of the round before. The best round is chosen by the dev score alone; the test score
is taken once at the end, of that round and of the start.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal

from envs.common import flags
from envs.common.cli import run_with_tables, take_config
from envs.common.errors import UserError
from envs.common.runs import RunFolder
from training import command, loop_config, processes
from training.loop_config import Table
from training.loop_run import Runner
from training.loop_stages import Plan, Stage, final_scores, planned
from training.start import Base, start_of

PROG = "python -m training.loop"
COMMAND = "training.loop"

log = logging.getLogger(COMMAND)  # `__name__` is no name of ours under `python -m`


@dataclass(frozen=True)
class Config:
    """Train a policy in rounds of ranking, search and preference; presets: configs/loop-*.toml.

    --config FILE also has a table of flags for each stage: [data], [warmup], [rank], [collect],
    [preference], [score] (dev) and [test]; the last two name a target, bfcl or an environment.
    """

    model: str = "demo"
    """demo, demo:ADAPTER, tiny, or a folder or hub id of any causal LM."""
    engine: str | None = None
    """How the stages that sample name the model, such as vllm:PATH (default: as --model)."""
    adapter: Path | None = None
    """Start from this adapter."""
    warm_up: bool = True
    """Begin with supervised fine-tuning; --no-warm-up starts from the model or the adapter."""
    score_parts: bool = False
    """Score the warm-up after each of its parts, too (Fig. 4 of the paper)."""
    rounds: int = 3
    """Rounds at most; one that finds no pair is the last."""
    choose: Literal["best", "last"] = "best"
    """Which round is taken: the one with the best dev score, or the last."""
    env: str | None = None
    """Search the training tasks of this environment in place of ranked rows."""
    tolerate: float = 0.02
    """Share of a search's or a score's tasks that the machine may lose; above it the loop stops."""
    launch: str | None = None
    """What starts training on several devices: "accelerate launch --num_processes 4"."""
    keep: bool = False
    """Keep checkpoints and merged models of finished stages."""
    seed: int = 0
    """Of every stage; searches add the number of their round."""
    assets: Path | None = None
    """Folder with packages fetched ahead (see envs.assets)."""
    offline: bool = False
    """Never try to download."""
    out: Path | None = None
    """Where the run is written (default: runs/loop-TIME)."""
    resume: Path | None = None
    """Finish this run; everything else is taken from its manifest."""
    dry_run: bool = False
    """Check everything, show the stages, and run none."""
    json: bool = False
    """Print the report as JSON."""


def loop(config: Config, tables: Mapping[str, Table] | None = None, where: str = "flags") -> int:
    """Run all stages that are not finished; 0 when all rounds were run, 1 if one found no pair.

    Args:
        config: the settings.
        tables: name -> flags of a stage, as the file has them.
        where: what errors call the file.
    """
    if config.resume is not None:
        folder, config, manifest = flags.resume_run(config, COMMAND)
        tables, where = manifest["tables"], f"{folder.path}/manifest.json"
    tables = tables or {}
    config = checked(config, tables, where)
    plan = planned(config, tables)
    if config.dry_run:
        return _show(plan, tables)
    if config.resume is None:
        kept = {name: dict(table) for name, table in tables.items()}
        about = {"config": flags.to_json(config), "tables": kept}
        folder, _ = command.new_folder(config.out, COMMAND, about)
    with folder.writing(PROG):
        runner = runner_of(config, lambda stage: folder.path / stage.name)
        report, whole = run_loop(config, tables, plan, runner, folder)
    from training.loop_text import to_markdown

    print(json.dumps(report) if config.json else to_markdown(report))
    return 0 if whole else 1


def checked(config: Config, tables: Mapping[str, Table], where: str) -> Config:
    """Refuse what cannot be run, before anything costly; the settings with names resolved.

    Raises:
        UserError: in one line, with the table.
    """
    loop_config.check_names(tables, where)
    if config.rounds < 0:
        raise UserError(f"{where}: rounds = {config.rounds}: at least 0 is needed")
    if not 0 <= config.tolerate < 1:
        raise UserError(f"{where}: tolerate = {config.tolerate}: at least 0 and below 1")
    if config.env is not None and "rank" in tables:
        raise UserError(f"{where}: [rank]: with env the tasks of {config.env} are not ranked")
    part, share = (tables.get(t, {}).get(key) for t, key in (("rank", "part"), ("data", "share")))
    if config.env is None and config.rounds and share == 1 and part in (None, "kept-back"):
        raise UserError(
            f"{where}: [data]: share = 1 keeps no row back for the rounds: below 1, or [rank] "
            "part = 'all'"
        )
    if processes.count() > 1:
        raise UserError(
            f"{where}: the loop runs in one process and starts the others for training: "
            'launch = "accelerate launch --num_processes N"'
        )
    if (config.engine or config.model).partition(":")[0] in ("http", "https", "scripted"):
        raise UserError(
            f"{where}: {config.engine or config.model} cannot take on the adapters of the rounds"
        )
    config = resolved(config, where)
    loop_config.check_values(tables, where)
    loop_config.check_apart(config.env, tables, where)
    return config


def resolved(config: Config, where: str) -> Config:
    """The settings with demo:ADAPTER taken apart, and the adapter looked at.

    Raises:
        UserError: there is no such adapter, or it is one of another model.
    """
    kind, _, name = config.model.partition(":")
    if kind == "demo" and name:
        from agents.engines import find_adapter

        if config.adapter is not None:
            raise UserError(f"{where}: adapter: {config.model} is one already")
        config = replace(config, model="demo", adapter=find_adapter(name, config.assets))
    if config.adapter is not None:
        try:
            start_of(Base(config.model, config.adapter, config.assets, config.offline))
        except UserError as error:
            raise UserError(f"{where}: {error}") from None
    return config


def runner_of(config: Config, place: Any) -> Runner:
    """What runs the stages of a loop."""
    return Runner(place, config.launch, config.tolerate, config.keep)


def run_loop(
    config: Config, tables: Mapping[str, Table], plan: Plan, runner: Runner, folder: RunFolder
) -> tuple[dict[str, Any], bool]:
    """Run what is left of a plan and write the report; the report, and whether all rounds ran.

    Raises:
        UserError: a stage stopped.
    """
    from training import loop_report

    ended: str | None = None
    for stage in plan.stages:
        new = runner.report(stage) is None
        report = runner.run(stage)
        if stage.kind == "collect" and not report["pairs"]["all"]:
            n = stage.round
            ended = (
                f"{stage.name}: round {n} found no pair in {report['tasks']['searched']} searched "
                "tasks, so the loop ends here; more tasks, samples or simulations find more"
            )
            break
        if new:
            loop_report.write(config, tables, plan, runner, folder)
    chosen = loop_report.chosen_round(plan, runner, config.choose)
    taken: list[Stage] = []
    if ended is None:
        taken = final_scores(config, tables, plan, chosen)
        for stage in taken:
            runner.run(stage)
    report = loop_report.write(config, tables, plan, runner, folder, taken, ended)
    if ended is not None:
        log.warning("%s", ended)
    return report, ended is None


def _show(plan: Plan, tables: Mapping[str, Table]) -> int:
    for stage in plan.stages:
        inputs = ", ".join(f"{flag} of {s.name}" for flag, (s, _) in stage.inputs.items())
        print(f"{stage.name:<24} {inputs}".rstrip())
    if "test" in tables:
        print("the test score, of the start and of the round with the best dev score")
    print("\nnothing was run, nothing was written")
    return 0


def from_file(args: list[str]) -> tuple[list[str], dict[str, Table], str]:
    """Flags with those of ``--config FILE`` in front, the file's tables, and its name.

    Raises:
        UserError: the file is missing or wrong.
    """
    rest, file = take_config(args)
    if file is None:
        return args, {}, "flags"
    names = [f.name for f in fields(Config) if f.name not in ("resume", "dry_run", "json")]
    top, tables = loop_config.read_file(file, names)
    return [*loop_config.argv_of(Config, top), *rest], tables, str(file)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command."""
    return run_with_tables(Config, loop, from_file, argv, prog=PROG)


if __name__ == "__main__":
    sys.exit(main())
