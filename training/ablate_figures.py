"""The experiments as pictures in the manner of the paper's figures 3 to 7, of the arms there are.

Every score stands with its 95 % interval. A grid of settings (Fig. 6) is shown by the setting with
the best dev score of each loss.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from envs.common.optional import need
from training.ablate_arms import DEFAULT, LOSSES
from training.loop_curves import COLOURS, points, save
from training.loop_stages import PARTS

Arm = Mapping[str, Any]
Bars = Sequence[tuple[str, Sequence[Mapping[str, Any]]]]


def draw(report: Mapping[str, Any], folder: Path) -> dict[str, str]:
    """Draw what the finished arms allow; title -> file."""
    arms: dict[str, Arm] = {arm["arm"]: arm for arm in report["arms"]}
    drawn = {}
    for file, title, bars in (
        ("figure3.png", "Without the warm-up, without the rounds", _modules(arms)),
        ("figure4.png", "From easy to hard, and mixed", _curriculum(arms)),
        ("figure6.png", "Preference losses", _losses(arms)),
        ("models.png", "Base models", _of(arms, "models")),
    ):
        if len(bars) > 1:
            _bars(title, bars, folder / file)
            drawn[title] = file
    for file, title, axis, lines in (
        ("figure5.png", "Rounds", "rounds", _line(arms, "rounds")),
        ("alpha.png", "Share of the buffer that is searched", "alpha", _line(arms, "alpha")),
        ("figure7.png", "Rows of training data", "rows", _scale(arms)),
    ):
        if max((len(own) for own in lines.values()), default=0) > 1:
            _lines(title, axis, lines, folder / file)
            drawn[title] = file
    return drawn


def _modules(arms: Mapping[str, Arm]) -> Bars:
    names = (DEFAULT, "no-warm-up", "no-rounds", "base")
    found = [(name, arms[name]["rows"]) for name in names if name in arms]
    return found if len(found) > 2 else []


def _curriculum(arms: Mapping[str, Arm]) -> Bars:
    ordered = arms.get("easy-to-hard")
    if ordered is None:
        return []
    bars = [("base", arms["base"]["rows"])] if "base" in arms else []
    bars += [(part, ordered["parts"][part]) for part in PARTS if part in ordered["parts"]]
    bars.append(("hard", ordered["rows"]))
    return [*bars, ("mixed", arms["mixed"]["rows"])] if "mixed" in arms else bars


def _losses(arms: Mapping[str, Arm]) -> Bars:
    bars = []
    for loss in LOSSES:
        own = [a for a in arms.values() if a["experiment"] == "losses" and a["at"] == loss]
        if own:
            best = max(own, key=lambda arm: arm["dev"] or 0.0)
            bars.append((best["arm"], best["rows"]))
    return bars


def _of(arms: Mapping[str, Arm], experiment: str) -> Bars:
    return [(a["arm"], a["rows"]) for a in arms.values() if a["experiment"] == experiment]


def _line(arms: Mapping[str, Arm], experiment: str) -> dict[str, list[tuple[float, Any]]]:
    """Name of a row -> places and rows."""
    own = sorted(
        (a for a in arms.values() if a["experiment"] == experiment), key=lambda arm: arm["at"]
    )
    lines: dict[str, list[tuple[float, Any]]] = {}
    for arm in own:
        for row in arm["rows"]:
            if row["score"] is not None:
                lines.setdefault(row["name"], []).append((arm["at"], row))
    return lines


def _scale(arms: Mapping[str, Arm]) -> dict[str, list[tuple[float, Any]]]:
    lines: dict[str, list[tuple[float, Any]]] = {"SFT": [], "with rounds": []}
    for arm in sorted(
        (a for a in arms.values() if a["experiment"] == "scale"), key=lambda arm: arm["at"]
    ):
        name = "SFT" if arm["arm"].endswith("-sft") else "with rounds"
        lines[name].append((arm["at"], arm["rows"][-1]))
    return lines


def _bars(title: str, bars: Bars, picture: Path) -> None:
    figures = need("matplotlib.figure", extra="train")
    figure = figures.Figure(figsize=(8, 3.6), dpi=120, layout="constrained")
    axes = figure.subplots()
    groups = list(dict.fromkeys(row["name"] for _, rows in bars for row in rows))
    width = 0.8 / len(bars)
    for at, (name, rows) in enumerate(bars):
        shown = [(groups.index(r["name"]), r) for r in rows if r["score"] is not None]
        xs = [place + width * (at - (len(bars) - 1) / 2) for place, _ in shown]
        heights = [100 * row["score"] for _, row in shown]
        colour = COLOURS[at % len(COLOURS)]
        axes.bar(xs, heights, 0.92 * width, color=colour, alpha=0.55)
        points(axes, xs, [r for _, r in shown], colour, name, linestyle="none", markersize=2)
    axes.set_xticks(range(len(groups)), groups)
    axes.set(title=title, ylabel="right (%)", ylim=(0, None))
    _finish(axes)
    save(figure, picture)


def _lines(
    title: str, axis: str, lines: Mapping[str, Sequence[tuple[float, Any]]], picture: Path
) -> None:
    figures = need("matplotlib.figure", extra="train")
    figure = figures.Figure(figsize=(6, 3.6), dpi=120, layout="constrained")
    axes = figure.subplots()
    for at, (name, own) in enumerate(lines.items()):
        if own:
            xs, rows = [x for x, _ in own], [row for _, row in own]
            points(axes, xs, rows, COLOURS[at % len(COLOURS)], name)
    axes.set(title=title, xlabel=axis, ylabel="right (%)")
    _finish(axes)
    save(figure, picture)


def _finish(axes: Any) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.title.set_fontsize(10)
    axes.legend(frameon=False, fontsize=8)
