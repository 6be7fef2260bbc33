"""What a ranking run tells: how perplexity is distributed, what the hardest share holds, the cost.

All of it comes from the run's log, so a run that was killed tells the same as one that was not.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from eval.tables import markdown, markdown_table
from training.replay import Entry, ReplayBuffer

if TYPE_CHECKING:
    from envs.common.runs import RunFolder
    from training.rank import Config, Counts, Measured

SHARES = {
    "least": 0.0,
    "5 %": 0.05,
    "25 %": 0.25,
    "median": 0.5,
    "75 %": 0.75,
    "95 %": 0.95,
    "most": 1.0,
}
KINDS = ("all rows", "with calls", "without calls")


def write(
    config: Config,
    buffer: ReplayBuffer,
    done: Mapping[str, Measured],
    counts: Counts,
    engine: Mapping[str, Any],
    folder: RunFolder,
) -> dict[str, Any]:
    """Write report.json and report.md; the report.

    Args:
        config: the flags.
        buffer: with what was measured.
        done: what the engine said of each row.
        counts: of rows, where they come from and which are left out.
        engine: as the manifest has it.
        folder: of the run.
    """
    measured = [entry for entry in buffer if entry.row.id in done]
    chosen = {row.id for row in ReplayBuffer(tuple(measured)).hardest(config.alpha)}
    hardest = [entry for entry in measured if entry.row.id in chosen]
    seconds = sum(row.seconds for row in done.values())
    answers = sum(row.tokens for row in done.values())
    prompts = sum(row.prompt_tokens for row in done.values())
    report = {
        "model": engine["name"],
        "adapter": engine.get("adapter"),
        "round": config.round,
        "rows": {"all": len(buffer), "measured": len(measured), **counts["left out"]},
        "perplexity": _by_kind(measured),
        "hardest": {"alpha": config.alpha, **_by_kind(hardest)},
        "tokens": {"prompts": prompts, "answers": answers},
        "seconds": round(seconds, 2),
        "tokens per second": round((prompts + answers) / max(seconds, 1e-9), 1),
        "counts": {name: table for name, table in counts.items() if name != "left out"},
    }
    folder.write_json("report.json", report)
    folder.write_text("report.md", to_markdown(report))
    return report


def to_markdown(report: Mapping[str, Any]) -> str:
    """The report for people."""
    rows, hardest, tokens = report["rows"], report["hardest"], report["tokens"]
    named = hardest["all rows"]
    head = ("perplexity", "rows", *SHARES)
    told = [
        f"# Perplexity of the right answers under {markdown(report['model'])}",
        "",
        f"{rows['measured']:,} of {rows['all']:,} rows, {tokens['prompts'] + tokens['answers']:,} "
        f"tokens in {report['seconds']:,.1f} s ({report['tokens per second']:,.0f} a second). "
        f"The buffer with them is in `buffer.jsonl`; round {report['round']}.",
        "",
        *markdown_table(head, [_cells(kind, report["perplexity"][kind]) for kind in KINDS]),
        "",
        f"The hardest {100 * hardest['alpha']:g} % of each kind are {named['rows']:,} rows, "
        f"{hardest['with calls']['rows']:,} with calls and "
        f"{hardest['without calls']['rows']:,} without; the easiest of them has perplexity "
        f"{_number(named['quantiles'].get('least'))}.",
        "",
        f"- left out: cannot be written {rows['cannot be written']:,}, "
        f"too long {rows['too long']:,}",
    ]
    for name, table in report["counts"].items():
        counted = ", ".join(f"{markdown(str(key))} {n:,}" for key, n in table.items())
        told.append(f"- {name}: {counted or 'none'}")
    return "\n".join(told) + "\n"


def quantiles(values: Sequence[float], shares: Iterable[float]) -> list[float]:
    """Values below which such shares of all lie, by linear interpolation.

    Args:
        values: at least one, in any order; infinite ones are allowed.
        shares: in [0, 1].
    """
    ordered, found = sorted(values), []
    for share in shares:
        at = share * (len(ordered) - 1)
        low, high = ordered[math.floor(at)], ordered[math.ceil(at)]
        found.append(low if low == high else low + (high - low) * (at - math.floor(at)))
    return found


def _by_kind(entries: Sequence[Entry]) -> dict[str, dict[str, Any]]:
    """Rows and quantiles, of all and by whether the right turn makes calls."""
    kinds = {
        "all rows": entries,
        "with calls": [entry for entry in entries if entry.row.answer],
        "without calls": [entry for entry in entries if not entry.row.answer],
    }
    return {name: _distribution(of_kind) for name, of_kind in kinds.items()}


def _distribution(entries: Sequence[Entry]) -> dict[str, Any]:
    values = [entry.complexity for entry in entries if entry.complexity is not None]
    told = zip(SHARES, quantiles(values, SHARES.values()), strict=True) if values else ()
    return {
        "rows": len(values),
        "without any chance": sum(map(math.isinf, values)),
        # JSON has no infinity.
        "quantiles": {name: value if math.isfinite(value) else None for name, value in told},
    }


def _cells(kind: str, told: Mapping[str, Any]) -> tuple[str, ...]:
    values = told["quantiles"]
    shown = [
        _number(values.get(name)) if values.get(name, 0) is not None else "∞" for name in SHARES
    ]
    return (kind, f"{told['rows']:,}", *shown)


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:,.4g}"
