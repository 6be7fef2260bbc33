"""What a fine-tuning run tells: counts, curves, and what the model scored after each part."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from envs.common.errors import UserError
from eval.metrics import percent
from training import models
from training.command import bare

if TYPE_CHECKING:
    from envs.common.runs import RunFolder
    from training.sft import Config
    from training.trainer import Trained

REPORT = "report.json"


def write(
    config: Config, trained: Trained, counts: Mapping[str, Any], folder: RunFolder
) -> dict[str, Any]:
    """Score where that is asked for, and write report.json and report.md."""
    from training import curves

    curves.draw(folder.path / "log.jsonl", folder.path / "curves.png")
    report = {
        "model": models.name_of(config),
        "order": config.order,
        "updates": trained.updates,
        "tokens": trained.tokens,
        "seconds": round(trained.seconds, 1),
        "tokens per second": round(trained.tokens / max(trained.seconds, 1e-9), 1),
        "loss": {"first": trained.losses[0], "last": trained.losses[-1]},
        "counts": dict(counts),
        "scores": scores(config, dict(trained.parts) or {config.order: trained.folder}, folder),
        "trained": trained.folder.name,
    }
    folder.write_json(REPORT, report)
    folder.write_text("report.md", to_markdown(report))
    return report


def to_markdown(report: Mapping[str, Any]) -> str:
    """The report for people."""
    lines = [
        f"# Fine-tuning of {report['model']}, {report['order']} order",
        "",
        f"{report['updates']} updates, {report['tokens']:,} tokens in {report['seconds']:,.0f} s "
        f"({report['tokens per second']:,.0f} a second); loss {report['loss']['first']:.3f} to "
        f"{report['loss']['last']:.3f}. The result is in `{report['trained']}/`.",
        "",
        "![loss](curves.png)",
        "",
        *(
            f"- {name}: {', '.join(f'{key} {n:,}' for key, n in table.items()) or 'none'}"
            for name, table in report["counts"].items()
        ),
    ]
    return "\n".join([*lines, *score_lines(report["scores"])]) + "\n"


def score_lines(scores: Mapping[str, Any]) -> list[str]:
    """Tables of scores, in Markdown."""
    lines = []
    for part, rows in scores.items():
        lines += ["", f"## After {part}", "", "| decoding | tasks | n | right | 95 % |"]
        lines.append("| --- | --- | --- | --- | --- |")
        for row in rows:
            low, high = row["interval"] or (0.0, 0.0)
            lines.append(
                f"| {row['agent']} | {row['name']} | {row['n']} | {percent(row['accuracy'])} | "
                f"[{percent(low)}, {percent(high)}] |"
            )
    return lines


def scores(config: Any, stages: Mapping[str, Path], folder: RunFolder) -> dict[str, Any]:
    """What eval.bfcl says of trained models, by name, where ``--score`` asks for it.

    Args:
        config: the flags of a command that trains.
        stages: name -> folder of an adapter, or of a model.
        folder: of the run; finished scores are taken from there.

    Raises:
        UserError: a model could not be scored.
    """
    if config.score is None:
        return {}
    return {
        name: _score(config, name, model, folder.path / "scores" / name)
        for name, model in stages.items()
    }


def _score(config: Any, name: str, model: Path, out: Path) -> list[dict[str, Any]]:
    """Run eval.bfcl on what is in a folder, or finish that run; the rows of its groups."""
    from eval.bfcl.command import main as score

    argv = ["--resume", str(out)]
    if not (out / "manifest.json").exists():
        argv = ["--config", str(config.score), *_model_flags(config, model), "--out", str(out)]
    with contextlib.redirect_stdout(io.StringIO()):
        status = score(argv)
    if status == 2:
        raise UserError(f"--score {config.score}: the model after {name!r} could not be scored")
    report = json.loads((out / "report.json").read_text("utf-8"))
    kept = ("agent", "name", "kind", "n", "valid", "accuracy", "interval")
    return [{key: row[key] for key in kept} for row in report["rows"]]


def _model_flags(config: Any, model: Path) -> list[str]:
    place = ["--offline"] if config.offline else []
    place += ["--assets", str(config.assets)] if config.assets else []
    if config.method == "full":
        return ["--model", str(model), *place]
    return ["--model", bare(config).model, "--adapter", str(model), *place]
