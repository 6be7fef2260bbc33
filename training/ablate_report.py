"""What the experiments tell: a table of arms with paired differences to the default arm.

The score of an arm is its test score where there is one, else the dev score of its chosen round.
Made anew from the folders at any time; arms that are not finished are named as such.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from envs.common.runs import RunFolder
from eval.paired import compare_verdicts
from eval.recorded import open_run
from training import loop_report
from training.ablate import Variant, runner_of
from training.ablate_arms import DEFAULT
from training.loop_run import Runner
from training.loop_stages import PARTS, Stage, final_scores
from training.loop_text import share, signed, span, table

HEAD = ("arm", "round", "n", "right", "95 %", "against default", "95 %", "p", "pairs", "tokens")


def write(variants: Sequence[Variant], folder: RunFolder) -> dict[str, Any]:
    """Write report.json, report.md and the figures; the report."""
    from training import ablate_figures

    report = build(variants, folder.path)
    report["figures"] = ablate_figures.draw(report, folder.path)
    folder.write_text("report.md", to_markdown(report))
    folder.write_json("report.json", report)
    return report


def build(variants: Sequence[Variant], folder: Path) -> dict[str, Any]:
    """The report as data."""
    scored = {v.arm.name: _score_of(v, runner_of(v, folder)) for v in variants}
    default = scored.get(DEFAULT)
    arms = [_told(v, folder, scored[v.arm.name], default) for v in variants]
    stages = {s.key: v for v in variants for s in v.plan.stages}
    return {
        "arms": [arm for arm in arms if arm is not None],
        "unfinished": [v.arm.name for v in variants if scored[v.arm.name] is None],
        "stages": {
            "of all arms": sum(len(v.plan.stages) for v in variants),
            "different": len(stages),
        },
    }


def _score_of(variant: Variant, runner: Runner) -> tuple[int, Path] | None:
    """The chosen round of an arm that is finished, and where its score lies."""
    plan = variant.plan
    trained = [s.round for s in plan.stages if s.kind == "preference" and runner.report(s)]
    if len(trained) < variant.config.rounds:
        return None
    chosen = loop_report.chosen_round(plan, runner, variant.config.choose)
    stage: Stage | None = plan.scores().get(chosen)
    if taken := final_scores(variant.config, variant.tables, plan, chosen):
        stage = taken[-1]
    if stage is None or runner.report(stage) is None:
        return None
    return chosen, runner.place(stage)


def _told(
    variant: Variant,
    folder: Path,
    score: tuple[int, Path] | None,
    default: tuple[int, Path] | None,
) -> dict[str, Any] | None:
    if score is None:
        return None
    runner, plan, arm = runner_of(variant, folder), variant.plan, variant.arm
    chosen, place = score
    run = open_run(place)
    base = open_run(default[1]) if default is not None and default[1] != place else run
    agent = run.agents[0]
    rows = compare_verdicts(base.of(agent), run.of(agent), run.groups).rows
    searches = [runner.report(stage) for stage in plan.stages if stage.kind == "collect"]
    return {
        "arm": arm.name,
        "experiment": arm.experiment,
        "at": arm.at,
        "chosen": chosen,
        "agent": agent,
        "dev": _dev(variant, runner, chosen),
        "rows": [
            loop_report.told(row, differs=base is not run) for row in rows if row.kind != "category"
        ],
        "parts": {
            stage.of: next(iter(loop_report.scores(runner, stage, None).values()))
            for stage in plan.stages
            if stage.of in PARTS and runner.report(stage)
        },
        "pairs": sum(report["pairs"]["all"] for report in searches if report),
        "tokens": sum(told["tokens"] or 0 for told in _stages(variant, runner)),
        "seconds": round(sum(told["seconds"] for told in _stages(variant, runner)), 1),
    }


def _dev(variant: Variant, runner: Runner, chosen: int) -> float | None:
    """The dev score that a setting of a grid is chosen by."""
    found = loop_report.scores(runner, variant.plan.scores().get(chosen), None)
    value: float | None = next(iter(found.values()))[-1]["score"] if found else None
    return value


def _stages(variant: Variant, runner: Runner) -> list[dict[str, Any]]:
    told = (loop_report.stage_costs(runner, stage) for stage in variant.plan.stages)
    return [each for each in told if each is not None]


def to_markdown(report: Mapping[str, Any]) -> str:
    """The report for people."""
    stages = report["stages"]
    lines = [
        "# Experiments",
        "",
        "Differences are paired, task by task, against the default arm. No correction for looking "
        "at many arms.",
        "",
        table(HEAD, [_cells(arm) for arm in report["arms"]]),
        "",
        f"{stages['of all arms']} stages, {stages['different']} different ones.",
    ]
    if report["unfinished"]:
        lines.append(f"Not finished: {', '.join(report['unfinished'])}.")
    for title, file in report.get("figures", {}).items():
        lines += ["", f"![{title}]({file})"]
    return "\n".join(lines) + "\n"


def _cells(arm: Mapping[str, Any]) -> tuple[str, ...]:
    row = arm["rows"][-1]
    cells = [arm["arm"], str(arm["chosen"]), str(row["n"])]
    cells += [share(row["score"]), span(row["interval"])]
    if row.get("difference") is None:
        cells += ["–", "–", "–"]
    else:
        p = "–" if row["p"] is None else f"{row['p']:.3f}"
        cells += [signed(row["difference"]), span(row["difference interval"], signed), p]
    return (*cells, f"{arm['pairs']:,}", f"{arm['tokens']:,}")
