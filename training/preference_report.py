"""What a preference run tells: counts, lengths of the two sides, curves, and scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

from envs.common.optional import need
from envs.common.runs import RunFolder
from eval.metrics import percent
from training import models
from training.curves import smoothed
from training.preference_losses import REFERENCED
from training.preference_objective import REFERENCE, Preference
from training.sft_report import REPORT, score_lines, scores
from training.trainer import LOG, Trained

if TYPE_CHECKING:
    from training.preference import Config

MEASURES = ("loss", "margin", "accuracy", "chosen_reward", "rejected_reward")
CURVES = "curves.png"
_TENTH = 0.1


def write(
    config: Config,
    objective: Preference,
    trained: Trained,
    counts: Mapping[str, Mapping[str, Any]],
    folder: RunFolder,
) -> dict[str, Any]:
    """Score where that is asked for, and write report.json, report.md and the curves."""
    rows = list(folder.log(LOG).read())
    draw(rows, folder.path / CURVES)
    passes = folder.log(REFERENCE).read() if objective.loss in REFERENCED else iter(())
    report = {
        "model": models.name_of(config),
        "loss": objective.loss,
        "beta": objective.beta,
        "learning rate": config.learning_rate,
        "updates": trained.updates,
        "tokens": trained.tokens,
        "seconds": round(trained.seconds, 1),
        "seconds for the reference": round(sum(row["seconds"] for row in passes), 1),
        "tokens per second": round(trained.tokens / max(trained.seconds, 1e-9), 1),
        "first tenth": _means(rows[: _few(rows)]),
        "last tenth": _means(rows[-_few(rows) :]),
        "counts": dict(counts),
        "scores": scores(config, {objective.loss: trained.folder}, folder),
        "trained": trained.folder.name,
    }
    folder.write_json(REPORT, report)
    folder.write_text("report.md", to_markdown(report))
    return report


def to_markdown(report: Mapping[str, Any]) -> str:
    """The report for people."""
    first, last, lengths = (
        report["first tenth"],
        report["last tenth"],
        report["counts"]["lengths"],
    )
    lines = [
        f"# Preference training of {report['model']}, {report['loss']}",
        "",
        f"beta {report['beta']:g}, learning rate {report['learning rate']:g}. "
        f"{report['updates']} updates, {report['tokens']:,} tokens in {report['seconds']:,.0f} s "
        f"({report['tokens per second']:,.0f} a second), {report['seconds for the reference']:,.0f}"
        f" s for the reference. The result is in `{report['trained']}/`.",
        "",
        "| mean over | loss | margin | right side | reward, chosen | reward, rejected |",
        "| --- | --- | --- | --- | --- | --- |",
        *(
            f"| {name} of the updates | {row['loss']:.4f} | {row['margin']:.4f} | "
            f"{percent(row['accuracy'])} % | {row['chosen_reward']:.4f} | "
            f"{row['rejected_reward']:.4f} |"
            for name, row in (("first tenth", first), ("last tenth", last))
        ),
        "",
        f"![loss and rewards]({CURVES})",
        "",
        "- pairs: " + ", ".join(f"{key} {n:,}" for key, n in report["counts"]["pairs"].items()),
        f"- lengths: the chosen has {lengths['chosen tokens']:g} tokens, the rejected "
        f"{lengths['rejected tokens']:g} on the average; mean difference {lengths['gap']:+g}; the "
        f"chosen is longer in {percent(lengths['chosen longer'])} %, the rejected in "
        f"{percent(lengths['rejected longer'])} % of the pairs",
    ]
    return "\n".join([*lines, *score_lines(report["scores"])]) + "\n"


def draw(rows: Sequence[Mapping[str, Any]], picture: Path) -> None:
    """Draw loss, rewards and accuracy over the updates as a PNG; no update gives no picture."""
    if not rows:
        return
    figures = need("matplotlib.figure", extra="train")
    figure = figures.Figure(figsize=(9, 3), dpi=120, layout="constrained")
    panels = {
        "loss": ("loss",),
        "implicit reward": ("chosen_reward", "rejected_reward", "margin"),
        "share of pairs on the right side": ("accuracy",),
    }
    colours = {"rejected_reward": "#b5523b", "margin": "#777777"}
    updates = [row["update"] for row in rows]
    for axes, (title, names) in zip(figure.subplots(1, 3), panels.items(), strict=True):
        for name in names:
            values, colour = [row[name] for row in rows], colours.get(name, "#1f5a94")
            axes.plot(updates, values, color=colour, linewidth=0.7, alpha=0.35)
            label = name.partition("_")[0]
            axes.plot(updates, smoothed(values), color=colour, linewidth=1.6, label=label)
        axes.set(xlabel="update", title=title)
        axes.title.set_fontsize(9)
        axes.spines[["top", "right"]].set_visible(False)
        if len(names) > 1:
            axes.axhline(0, color="#cccccc", linewidth=0.6)
            axes.legend(frameon=False, fontsize=8)
    temporary = picture.with_name(f".{picture.name}.new")
    figure.savefig(temporary, format="png")
    temporary.replace(picture)


def _few(rows: Sequence[Any]) -> int:
    return max(1, round(_TENTH * len(rows)))


def _means(rows: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    return {name: fmean(row[name] for row in rows) for name in MEASURES}
