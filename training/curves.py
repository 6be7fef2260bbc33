"""Loss and learning rate over the updates of a run, as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from envs.common.optional import need
from envs.common.runs import JsonlLog

SMOOTH = 0.9
"""Weight of the past in the smoothed curve."""


def draw(log: Path, picture: Path) -> None:
    """Draw a run's log (`training.trainer`) as a PNG; the parts stand side by side.

    An empty log gives no picture.
    """
    rows = list(JsonlLog(log).read())
    if not rows:
        return
    figures = need("matplotlib.figure", extra="train")
    figure = figures.Figure(figsize=(8, 4), dpi=120, layout="constrained")
    axes = figure.subplots()
    updates = [row["update"] for row in rows]
    losses = [row["loss"] for row in rows]
    axes.plot(updates, losses, color="#9bb8d3", linewidth=0.8, label="loss of an update")
    axes.plot(updates, smoothed(losses), color="#1f5a94", linewidth=1.8, label="smoothed")
    for start, end, name in _parts(rows):
        if start > updates[0]:
            axes.axvline(start - 0.5, color="#999999", linewidth=0.8, linestyle=":")
        place = ((start + end) / 2, 1.02)
        axes.annotate(name, place, xycoords=("data", "axes fraction"), ha="center", color="#555555")
    axes.set(xlabel="update", ylabel="loss (nats a token)", xlim=(updates[0], updates[-1] + 0.5))
    axes.set_ylim(bottom=0)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, loc="upper right")
    temporary = picture.with_name(f".{picture.name}.new")
    figure.savefig(temporary, format="png")
    temporary.replace(picture)


def smoothed(values: Sequence[float]) -> list[float]:
    """An exponential moving average without the pull of its start."""
    found, past, weight = [], 0.0, 0.0
    for value in values:
        past = SMOOTH * past + (1 - SMOOTH) * value
        weight = SMOOTH * weight + (1 - SMOOTH)
        found.append(past / weight)
    return found


def _parts(rows: Sequence[dict[str, Any]]) -> list[tuple[int, int, str]]:
    """First update, last update and name of each part."""
    parts: list[tuple[int, int, str]] = []
    for row in rows:
        if parts and parts[-1][2] == row["part"]:
            parts[-1] = (parts[-1][0], row["update"], row["part"])
        else:
            parts.append((row["update"], row["update"], row["part"]))
    return parts
