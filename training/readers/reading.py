"""Any data set as rows: which format it has, and the reader of that format.

The format is detected from the fields of the first records; `read` takes another by name. A record
that has not the shape of its format is an error with its place. What a model or an author wrote
badly inside that shape (calls that cannot be read, say) is a row that `training.checks` drops.
"""

from __future__ import annotations

import importlib
import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import cast

from envs.common.errors import UserError, suggest
from envs.types import JSON
from training.readers.records import Record, records_of
from training.rows import Row

FORMATS: Mapping[str, str] = {
    "rows": "our own rows: tools, messages, answer",
    "toolace": "ToolACE: a JSON list of functions in the system prompt, calls as a Python list",
    "xlam": "xLAM, APIGen: query, tools, answers",
    "hermes": "Hermes, Qwen: <tools>, <tool_call>",
    "glaive": "Glaive: USER:, ASSISTANT:, <functioncall>",
    "llamafactory": "LLaMA-Factory: function_call and observation turns, tools as JSON text",
    "toolbench": "ToolBench: Thought, Action, Action Input, Finish",
    "openai": "OpenAI's chat messages with tool_calls, tools",
    "episodes": "a run folder of eval.run or eval.bfcl: turns of successful episodes",
}
"""Name -> what it is."""

LOOKED_AT = 20
"""First records that the format is detected from."""

Reader = Callable[[Record, str], Iterator[Row]]


def read(
    source: str | Path,
    format: str | None = None,
    *,
    limit: int | None = None,
    skipped: Counter[str] | None = None,
) -> Iterator[Row]:
    """The rows of a data set, as they come.

    Args:
        source: a file (JSON lines, a JSON list, Parquet), a run folder, or
            ``hub:org/name[:[config/]split]``.
        format: one of `FORMATS`, in place of the one that is detected.
        limit: at most this many rows.
        skipped: leave out the records that have not the shape of the format, and count them here
            by what is wrong; by default the first one is an error.

    Raises:
        UserError: nothing is there, the format is not known, or a record has not its shape; says
            where (``file:line``) and which field.
    """
    if format is not None and format not in FORMATS:
        raise UserError(f"no format {format!r}{suggest(format, list(FORMATS))}")
    return itertools.islice(_rows(str(source), format, skipped), limit)


def detect(record: Mapping[str, JSON]) -> str | None:
    """The format that a record has by its fields; ``None`` where they do not tell."""
    given = {key for key, value in record.items() if value is not None}
    if {"tools", "messages", "answer"} <= given:
        return "rows"
    if {"query", "tools", "answers"} <= given:
        return "xlam"
    if {"env", "task", "steps"} <= given:
        return "episodes"
    if "chat" in given or _glaive_text(record.get("sample")) or _glaive_text(record.get("text")):
        return "glaive"
    turns = record.get("conversations") or record.get("messages")
    if not isinstance(turns, list) or not all(isinstance(turn, dict) for turn in turns):
        return None
    return _of_turns(record, turns)


def _of_turns(record: Mapping[str, JSON], turns: list[dict[str, JSON]]) -> str | None:
    """The format of a conversation, by what stands in it."""
    roles = {str(turn.get("from", turn.get("role"))) for turn in turns}
    said = [str(turn.get("value", turn.get("content")) or "") for turn in turns]
    text = "\n".join([str(record.get("system") or ""), *said])
    if "<tools>" in text or "<tool_call>" in text:
        return "hermes"
    if "<functioncall>" in text:
        return "glaive"
    if "Action Input:" in text:
        return "toolbench"
    if roles & {"function_call", "observation"}:
        return "llamafactory"
    if "messages" in record and record.get("conversations") is None:
        return "openai"
    if isinstance(record.get("tools"), str):
        return "llamafactory"
    if "functions in JSON format" in text or "[{" in text:
        return "toolace"
    return None


def _glaive_text(value: JSON) -> bool:
    return isinstance(value, str) and "USER:" in value and "ASSISTANT:" in value


def _rows(source: str, format: str | None, skipped: Counter[str] | None) -> Iterator[Row]:
    from training.readers.episodes import is_run, run_of

    if format in (None, "episodes") and is_run(Path(source)):
        yield from run_of(Path(source))
        return
    name, all_records = records_of(source)
    records: Iterable[Record] = all_records
    if format is None:
        format, records = _detected(source, all_records)
    if format == "episodes":
        raise UserError(
            f"{source}: episodes need their run's manifest.json beside them; name the run folder"
        )
    reader = cast(Reader, importlib.import_module(f"training.readers.{_MODULES[format]}").rows)
    for record in records:
        try:
            yield from reader(record, name)
        except ValueError as error:
            if skipped is None:
                raise UserError(f"{record.where}: {error}") from None
            skipped[re.sub(r"\[\d+\]", "[]", str(error))[:80]] += 1


_MODULES = {name: name if name != "rows" else "own" for name in FORMATS}


def _detected(source: str, records: Iterator[Record]) -> tuple[str, Iterable[Record]]:
    first = list(itertools.islice(records, LOOKED_AT))
    if not first:
        raise UserError(f"{source}: no records in it")
    found = Counter(format for record in first if (format := detect(record.value)))
    if not found:
        fields = ", ".join(map(repr, first[0].value)) or "none"
        raise UserError(
            f"{first[0].where}: no known format has these fields: {fields[:200]}; name one: "
            f"{', '.join(FORMATS)}"
        )
    return found.most_common(1)[0][0], itertools.chain(first, records)
