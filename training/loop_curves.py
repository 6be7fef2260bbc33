"""A loop's curves as a picture: scores, perplexity and training loss over the rounds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from envs.common.optional import need

COLOURS = ("#1f5a94", "#b5523b", "#4c8c5a", "#8a6bb0", "#777777")


def draw(report: Mapping[str, Any], picture: Path) -> None:
    """Draw the curves of a report as a PNG."""
    figures = need("matplotlib.figure", extra="train")
    figure = figures.Figure(figsize=(10, 3.2), dpi=120, layout="constrained")
    left, middle, right = figure.subplots(1, 3)
    _scores(left, report)
    _perplexity(middle, report)
    _loss(right, report)
    for axes in (left, middle, right):
        axes.spines[["top", "right"]].set_visible(False)
        axes.title.set_fontsize(9)
        axes.xaxis.get_major_locator().set_params(integer=True)
        if axes.get_legend_handles_labels()[0]:
            axes.legend(frameon=False, fontsize=8)
    save(figure, picture)


def save(figure: Any, picture: Path) -> None:
    """Write a figure, whole or not at all."""
    temporary = picture.with_name(f".{picture.name}.new")
    figure.savefig(temporary, format="png")
    temporary.replace(picture)


def points(axes: Any, xs: Any, rows: Any, colour: str, label: str, **options: Any) -> None:
    """Scores of report rows with their intervals, in per cent."""
    values = [100 * row["score"] for row in rows]
    ends = [row["interval"] or (row["score"], row["score"]) for row in rows]
    reach = [
        [value - 100 * low for value, (low, _) in zip(values, ends, strict=True)],
        [100 * high - value for value, (_, high) in zip(values, ends, strict=True)],
    ]
    options = {"marker": "o", "markersize": 4, "capsize": 3, "linewidth": 1.6, **options}
    axes.errorbar(xs, values, yerr=reach, color=colour, label=label, **options)


def _scores(axes: Any, report: Mapping[str, Any]) -> None:
    found: dict[tuple[str, str], list[tuple[int, Any]]] = {}
    for each in report["rounds"]:
        for agent, rows in each["scores"].items():
            if rows[-1]["score"] is not None:
                found.setdefault((agent, rows[-1]["name"]), []).append((each["round"], rows[-1]))
    for colour, ((agent, _), own) in zip(COLOURS, found.items(), strict=False):
        points(axes, [n for n, _ in own], [row for _, row in own], colour, agent)
    axes.set(title="dev score (%), 95 %", xlabel="round")


def _perplexity(axes: Any, report: Mapping[str, Any]) -> None:
    for colour, name in zip(COLOURS, ("lower quartile", "median", "upper quartile"), strict=False):
        own = [
            (each["round"], each["perplexity"][name])
            for each in report["rounds"]
            if name in each.get("perplexity", {})
        ]
        if own:
            axes.plot(*zip(*own, strict=True), color=colour, marker="o", markersize=4, label=name)
    axes.set(title="perplexity of the buffer (Eq. 4)", xlabel="before the training of round")


def _loss(axes: Any, report: Mapping[str, Any]) -> None:
    for colour, name in zip(COLOURS, ("first tenth", "last tenth"), strict=False):
        own = [
            (each["round"], each["training"][name]["loss"])
            for each in report["rounds"]
            if "training" in each
        ]
        if own:
            axes.plot(*zip(*own, strict=True), color=colour, marker="o", markersize=4, label=name)
    axes.set(title="preference loss, of the updates", xlabel="round")
