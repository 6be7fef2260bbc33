"""What a loop tells, made anew from its stages' folders at any time: scores per round, and costs.

Scores are shares of right tasks with 95 % intervals; differences are paired, against the start
(`eval.paired`). The round is chosen by the dev score of the first decoding that was asked for.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from envs.common.runs import RunFolder
from eval.paired import PairedRow, compare_verdicts
from eval.recorded import RecordedRun, open_run
from training.loop_run import REPORT, Runner
from training.loop_stages import PARTS, Plan, Stage
from training.loop_text import PAGE, PICTURE, to_markdown

QUARTILES = {"lower quartile": "25 %", "median": "median", "upper quartile": "75 %"}
"""What they are called here -> in a ranking's report."""

if TYPE_CHECKING:
    from training.loop import Config
    from training.loop_config import Table


def write(
    config: Config,
    tables: Mapping[str, Table],
    plan: Plan,
    runner: Runner,
    folder: RunFolder,
    taken: Sequence[Stage] = (),
    ended: str | None = None,
) -> dict[str, Any]:
    """Write report.json, report.md, the page and the curves of what is finished; the report."""
    from training import loop_curves, loop_page

    report = build(config, plan, runner, taken, ended, folder.path)
    loop_curves.draw(report, folder.path / PICTURE)
    folder.write_text(PAGE, loop_page.to_html(report))
    folder.write_text("report.md", to_markdown(report))
    folder.write_json(REPORT, report)
    return report


def build(
    config: Config,
    plan: Plan,
    runner: Runner,
    taken: Sequence[Stage] = (),
    ended: str | None = None,
    beside: Path | None = None,
) -> dict[str, Any]:
    """The report as data.

    Args:
        config: the settings.
        plan: of the loop.
        runner: knows the folders.
        taken: test scores.
        ended: why the loop ended before its last round.
        beside: folder that the stages' folders are told relative to.
    """
    dev = plan.scores()
    start = dev.get(0)
    rounds = [
        {
            "round": n,
            "adapter": _place(runner, policy.made_by[0], beside) + f"/{policy.made_by[1]}"
            if policy.made_by
            else policy.adapter,
            "scores": scores(runner, dev.get(n), start),
            **_of_round(plan, runner, n),
        }
        for n, policy in enumerate(plan.policies)
        if n == 0 or any(runner.report(s) for s in plan.stages if s.round == n)
    ]
    parts = [s for s in plan.stages if s.of in PARTS]
    chosen = chosen_round(plan, runner, config.choose)
    stages = [_stage(runner, s, beside) for s in (*plan.stages, *taken)]
    return {
        "model": config.model,
        "searched": config.env or "the hardest rows of the replay buffer",
        "dev": start.target if start else None,
        "rounds": rounds,
        "parts": {s.of: scores(runner, s, None) for s in parts},
        "chosen": chosen,
        "test on": taken[0].target if taken else None,
        "test": {s.of: scores(runner, s, taken[0]) for s in taken},
        "ended": ended,
        "stages": [stage for stage in stages if stage],
    }


def chosen_round(plan: Plan, runner: Runner, choose: str = "best") -> int:
    """The round with the best dev score, the earliest of equals; never the start if there is one.

    Without dev scores, and with ``choose="last"``, it is the last round.
    """
    trained = {s.round for s in plan.stages if s.kind == "preference" and runner.report(s)}
    found: dict[int, float] = {}
    for n, stage in plan.scores().items():
        if n in trained and runner.report(stage):
            run = open_run(runner.place(stage))
            found[n] = _row(run, None, run.agents[0])[-1].b.score or 0.0
    if not found or choose == "last":
        return max(trained, default=0)
    return max(found, key=lambda n: (found[n], -n))


def scores(runner: Runner, stage: Stage | None, start: Stage | None) -> dict[str, Any]:
    """Agent -> its rows (groups, all tasks last) with differences to the start."""
    if stage is None or runner.report(stage) is None:
        return {}
    run = open_run(runner.place(stage))
    base = run if start is None or stage is start else open_run(runner.place(start))
    found = {}
    for agent in run.agents:
        rows = _row(run, base if base is not run else None, agent)
        found[agent] = [told(row, differs=base is not run) for row in rows]
    return found


def _row(run: RecordedRun, base: RecordedRun | None, agent: str) -> list[PairedRow]:
    own = run.of(agent)
    other = own if base is None else base.of(agent)
    rows = compare_verdicts(other, own, run.groups).rows
    return [row for row in rows if row.kind != "category"]


def told(row: PairedRow, *, differs: bool) -> dict[str, Any]:
    """A row of a comparison with the start (or the default arm), as reports have it."""
    found: dict[str, Any] = {
        "name": row.name,
        "n": row.n,
        "score": row.b.score,
        "interval": row.b.interval,
    }
    if differs:
        found |= {
            "difference": row.difference,
            "difference interval": row.interval,
            "won": row.won,
            "lost": row.lost,
            "p": row.p,
        }
    return found


def _of_round(plan: Plan, runner: Runner, n: int) -> dict[str, Any]:
    """What ranking, search and training of a round told."""
    found: dict[str, Any] = {}
    for stage in plan.stages:
        report = runner.report(stage) if stage.round == n else None
        if report is None:
            continue
        if stage.kind == "rank":
            found["perplexity"] = _perplexity(report)
        elif stage.kind == "collect":
            found["search"] = {
                "tasks": report["tasks"]["searched"],
                "pairs": report["pairs"]["all"],
                "pairs of tasks without calls": report["kinds"].get("no calls", {}).get("pairs", 0),
                "tasks with a pair": report["yield"]["tasks with a pair"],
                "precision": report["precision"],
                "pairs with a reference answer": report["pairs"]["with a reference answer"],
                "tokens": report["tokens"]["policy"] + report["tokens"]["judge"],
            }
        elif stage.kind == "preference":
            kept = ("loss", "beta", "updates", "first tenth", "last tenth")
            found["training"] = {key: report[key] for key in kept}
        elif stage.kind == "warmup":
            found["warm-up"] = {key: report[key] for key in ("updates", "loss", "order")}
    return found


def _perplexity(report: Mapping[str, Any]) -> dict[str, float]:
    """Quartiles of the complexities of a round's buffer; infinite ones are left out."""
    told = report["perplexity"]["all rows"]
    quartiles = {name: told["quantiles"].get(of) for name, of in QUARTILES.items()}
    return {"rows": told["rows"], **{k: v for k, v in quartiles.items() if v is not None}}


def stage_costs(runner: Runner, stage: Stage) -> dict[str, Any] | None:
    """Tokens and seconds of a stage; ``None``: it is not finished."""
    report = runner.report(stage)
    if report is None:
        return None
    return {
        "name": stage.name,
        "round": stage.round,
        "seconds": runner.seconds(stage),
        "tokens": _tokens(stage, report),
    }


def _stage(runner: Runner, stage: Stage, beside: Path | None) -> dict[str, Any] | None:
    costs = stage_costs(runner, stage)
    if costs is None:
        return None
    page = _page(runner.place(stage))
    return {**costs, "folder": _place(runner, stage, beside), "page": page}


def _page(folder: Path) -> str | None:
    names = ("report.html", "report.md")
    return next((name for name in names if (folder / name).is_file()), None)


def _tokens(stage: Stage, report: Mapping[str, Any]) -> int:
    """Tokens trained on, measured, or generated."""
    if stage.kind in ("warmup", "preference"):
        return int(report["tokens"])
    if stage.kind == "collect":
        return int(report["tokens"]["policy"] + report["tokens"]["judge"])
    if stage.kind == "rank":
        return int(sum(report["tokens"].values()))
    usage = [use for agent, use in report.get("usage", {}).items() if agent != "run"]
    return int(sum(use.get("completion tokens", 0) for use in usage))


def _place(runner: Runner, stage: Stage, beside: Path | None) -> str:
    return Path(os.path.relpath(runner.place(stage), beside)).as_posix()
