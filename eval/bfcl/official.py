"""Result folders of the official harness: read to be scored here, written to be scored there.

The layout is ``result/<model>/<group>/BFCL_v4_<category>_result.json``, JSON lines of ``id`` and
``result``. A single answer is a text in prompting mode, a list of ``{name: arguments as a JSON
string}`` (or the text in its place) in function-calling mode; a conversation is a list of turns,
each a list of such answers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from envs.common.errors import UserError
from envs.common.runs import disk_errors, read_jsonl
from envs.episode import Episode, ModelCall, Step
from envs.types import Action, Outcome
from eval.bfcl.categories import (
    CATEGORIES,
    FORMAT_SENSITIVITY,
    MEMORY,
    MULTI_TURN,
    SINGLE_TURN,
    WEB_SEARCH,
    category_of,
)
from eval.bfcl.function_calls import RECORDED
from eval.responses import Responses

_FILE = re.compile(r"BFCL_v\d+_(\w+)_result\.json")


def read_results(folder: Path) -> Responses:
    """The answers in a model's result folder, or in one that holds no other model's.

    Raises:
        UserError: no result files, those of several models, or a broken line.
    """
    files = sorted(path for path in folder.rglob("BFCL_v*_result.json") if _FILE.match(path.name))
    if not files:
        raise UserError(
            f"{folder}: neither a run folder (no manifest.json) nor official results "
            "(no BFCL_v*_<category>_result.json)"
        )
    models = {_model_folder(path) for path in files}
    if len(models) > 1:
        names = ", ".join(sorted(str(model) for model in models))
        raise UserError(f"{folder}: holds the results of several models; give one of {names}")
    episodes: dict[str, Episode] = {}
    calls = False
    unknown = []
    for path in files:
        category = _category(path)
        if category not in (*CATEGORIES, FORMAT_SENSITIVITY):
            unknown.append(category)
            continue
        for line, row in read_jsonl(path):
            task, result = row.get("id"), row.get("result")
            if not isinstance(task, str) or "result" not in row:
                raise UserError(f"{path}:{line}: expected an object with 'id' and 'result'")
            calls = calls or _has_calls(category, result)
            episodes[task] = _episode(row)
    if not episodes:
        raise UserError(f"{folder}: no results of categories that are known ({', '.join(unknown)})")
    (model,) = models
    notes = [f"answers of {folder}, written by the official harness"]
    if unknown:
        notes.append(f"left out, not known: {', '.join(unknown)}")
    return Responses(
        tuple(episodes.values()), model.name, {"mode": "fc"} if calls else {}, tuple(notes)
    )


def _has_calls(category: str, result: Any) -> bool:
    """Whether a result is of function-calling mode; texts alone can be of either."""
    if category in SINGLE_TURN:
        return isinstance(result, list)
    turns = result if isinstance(result, list) else []
    steps = [step for turn in turns if isinstance(turn, list) for step in turn]
    return any(isinstance(step, list | dict) for step in steps)


def _category(path: Path) -> str:
    found = _FILE.match(path.name)
    assert found is not None
    return found[1]


def _model_folder(path: Path) -> Path:
    """The folder of a result file's model: above the groups, where there are groups."""
    for folder in path.parents:
        if folder.name in ("non_live", "live", "multi_turn", "agentic", "format_sensitivity"):
            return folder.parent
    return path.parent


def _episode(row: Mapping[str, Any]) -> Episode:
    result = row["result"]
    if isinstance(result, str):
        action = Action(result, raw=result)
    else:
        action = Action(raw=json.dumps(result, ensure_ascii=False))
    counts = [row.get(f"{side}_token_count") for side in ("input", "output")]
    prompt, completion = (n if isinstance(n, int) else 0 for n in counts)
    call = ModelCall(action.raw or "", prompt_tokens=prompt, completion_tokens=completion)
    latency = row.get("latency")
    seconds = float(latency) if isinstance(latency, int | float) else 0.0
    return Episode("bfcl", row["id"], RECORDED, steps=(Step(action, (call,)),), seconds=seconds)


def write_results(
    folder: Path,
    model: str,
    episodes: Iterable[Episode],
    *,
    result: Callable[[Episode], Any],
    order: Mapping[str, int],
) -> tuple[int, int]:
    """Write the answers of one agent as ``folder/result/<model>/...``.

    Args:
        folder: becomes the official harness' project root.
        model: a name that the official harness knows (it decides how answers are decoded).
        episodes: of one agent, one trial.
        result: an episode as such files have it.
        order: task id -> its place in the data.

    Returns:
        How many answers were written, and how many were left out: lost by the machine, or never
        asked because the prompt did not fit (the official harness would score a text of its own
        in their place).
    """
    rows: dict[str, list[dict[str, Any]]] = {}
    left_out = 0
    for episode in sorted(episodes, key=lambda e: order[e.task]):
        if episode.outcome in (Outcome.ERROR, Outcome.CONTEXT_OVERFLOW):
            left_out += 1
            continue
        spent = [call for step in episode.steps for call in step.model_calls]
        rows.setdefault(category_of(episode.task), []).append(
            {
                "id": episode.task,
                "result": result(episode),
                "input_token_count": sum(call.prompt_tokens for call in spent),
                "output_token_count": sum(call.completion_tokens for call in spent),
                "latency": episode.seconds,
            }
        )
    home = folder / "result" / model.replace("/", "_")
    with disk_errors(home):
        for category, own in rows.items():
            path = home / _group(category) / f"BFCL_v4_{category}_result.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            lines = (json.dumps(row, ensure_ascii=True) for row in own)
            path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return sum(map(len, rows.values())), left_out


def _group(category: str) -> str:
    """The folder that the official harness files a category under."""
    if category not in CATEGORIES:
        return category
    if category in MULTI_TURN:
        return "multi_turn"
    if category in MEMORY:
        return f"agentic/memory/{category.removeprefix('memory_')}"
    if category in WEB_SEARCH:
        return "agentic"
    return "live" if category.startswith("live_") else "non_live"
