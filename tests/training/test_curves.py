"""Pictures of a run."""

from pathlib import Path

import pytest

from training.curves import draw, smoothed

pytest.importorskip("matplotlib")


def test_a_log_becomes_a_picture(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_text(
        "".join(
            f'{{"update": {n}, "part": "{part}", "loss": {2 / n}}}\n'
            for n, part in enumerate(["easy"] * 4 + ["hard"] * 3, 1)
        )
    )
    draw(log, tmp_path / "curves.png")
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")
    assert [path.name for path in tmp_path.glob(".*")] == []


def test_an_empty_log_has_none(tmp_path: Path) -> None:
    draw(tmp_path / "log.jsonl", tmp_path / "curves.png")
    assert not (tmp_path / "curves.png").exists()


def test_smoothing_starts_at_the_first_value_and_follows() -> None:
    assert smoothed([3.0])[0] == pytest.approx(3.0)
    assert smoothed([1.0] * 20)[-1] == pytest.approx(1.0)
    up = smoothed([0.0] * 5 + [1.0] * 50)
    assert up[4] == 0.0 and 0.9 < up[-1] < 1.0
