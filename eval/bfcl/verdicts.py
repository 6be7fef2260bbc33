"""Command ``python -m eval.bfcl.verdicts FILE``: raw answers in, official verdicts out."""

from __future__ import annotations

import contextlib
import functools
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, get_args

from envs.common.cli import positional, run_command
from envs.common.errors import UserError
from eval.bfcl import data
from eval.bfcl.categories import FORMAT_SENSITIVITY, SINGLE_TURN, category, category_of
from eval.bfcl.formats import PromptConfig, ReturnFormat, parse_config
from eval.bfcl.function_calls import judge_function_calls
from eval.bfcl.lenient import judge_lenient
from eval.bfcl.verdict import Verdict, judge

PROG = "python -m eval.bfcl.verdicts"
COPIED = ("id", "category", "quirk")
"""Fields of a row that tell whose its verdict is."""


@dataclass(frozen=True)
class Config:
    """Judge raw BFCL answers, or check this checker against verdicts that are known.

    FILE has one JSON object a line: `id` and `response` (or `result`, as in the official result
    files) of a single-turn entry, or a probe of its own with `category`, `function`, `ground_truth`
    and `response`. A list of calls is an answer of function-calling mode. Rows without `valid` get
    a verdict each, as JSON lines. Rows with `valid` (and `error_type`) are compared with it: one
    line for each disagreement, then the agreement; exit code 1 if there is a disagreement.
    """

    file: Annotated[Path, positional]
    """JSON lines with answers."""
    function_calling: bool = False
    """All answers are of function-calling mode, where a text in place of calls is a failure."""
    dotted_names: bool = False
    """In function-calling mode, the model was offered names with their dots."""
    data: Path | None = None
    """Folder of the official data (holds data/ and constants/); the pinned package by default."""
    assets: Path | None = None
    """Folder with packages fetched ahead (see envs.assets)."""
    offline: bool = False
    """Never try to download."""
    out: Path | None = None
    """Write the verdicts of all rows to this file."""
    json: bool = False
    """Print the verdicts of all rows; what else there is to say goes to stderr."""


@dataclass(frozen=True)
class Judged:
    """One row of the file and its verdict."""

    line: int
    row: Mapping[str, Any]
    verdict: Verdict
    lenient: bool | None
    """The verdict of the lenient reading."""

    @property
    def unsupported(self) -> str:
        """What kind of row it is, if of one that cannot be judged here; empty otherwise."""
        return self.verdict.message if self.verdict.error_type == "unsupported" else ""

    @property
    def agrees(self) -> bool:
        """Whether the verdict is the one in the row."""
        expected = self.row["valid"], self.row.get("error_type", self.verdict.error_type)
        return (self.verdict.valid, self.verdict.error_type) == expected

    def to_json(self) -> dict[str, Any]:
        """The row as it is written."""
        return {
            "line": self.line,
            **{key: self.row[key] for key in COPIED if key in self.row},
            "valid": self.verdict.valid,
            "error_type": self.verdict.error_type,
            "message": self.verdict.message,
            "lenient": self.lenient,
        }


def verdicts(config: Config) -> int:
    """Judge every row; 1 when a verdict differs from the one in its row."""
    rows = data.read_lines(config.file)
    entries = _entries(config)
    compares = any("valid" in row for row in rows)
    say = functools.partial(print, file=sys.stderr if config.json or not compares else sys.stdout)
    known: list[Judged] = []
    unsupported: Counter[str] = Counter()
    with _writer(config, to_stdout=config.json or not (compares or config.out)) as write:
        for line, row in enumerate(rows, 1):
            judged = _judge(config, line, row, entries)
            write(judged.to_json())
            if judged.unsupported:
                unsupported[judged.unsupported] += 1
            elif "valid" in row:
                known.append(judged)
    if unsupported:
        kinds = ", ".join(f"{kind}: {n}" for kind, n in unsupported.most_common())
        say(f"not supported yet: {unsupported.total()} rows ({kinds})")
    return _compare(known, say) if compares else 0


def _compare(rows: Sequence[Judged], say: Callable[[str], None]) -> int:
    """Print where the verdicts differ from the known ones."""
    comparable = [judged for judged in rows if judged.row["valid"] is not None]
    differing = [judged for judged in comparable if not judged.agrees]
    for judged in differing:
        whose = " ".join(str(judged.row[key]) for key in COPIED if key in judged.row)
        verdict, row = judged.verdict, judged.row
        say(
            f"line {judged.line} ({whose}): expected {_words(row['valid'], row.get('error_type'))},"
            f" got {_words(verdict.valid, verdict.error_type)}: {verdict.message}"
        )
    if crashes := len(rows) - len(comparable):
        say(f"no official verdict: {crashes} rows")
    agreeing = len(comparable) - len(differing)
    say(f"agreement: {agreeing} of {len(comparable)} (verdict and error type)")
    return 1 if differing else 0


def _words(valid: bool | None, error_type: str | None) -> str:
    return f"{json.dumps(valid)} ({error_type})" if error_type else json.dumps(valid)


def _judge(
    config: Config,
    line: int,
    row: dict[str, Any],
    entries: Callable[[str], dict[str, data.Entry]],
) -> Judged:
    """Judge one row.

    Raises:
        UserError: the row lacks something or names something unknown.
    """
    if kind := _unsupported(row):
        return Judged(line, row, Verdict(None, "unsupported", reason=kind), None)
    path = config.file
    response = row.get("response", row.get("result"))
    if not isinstance(response, (str, list)):
        raise UserError(f"{path}:{line}: field 'response' is missing or not a string or a list")
    try:
        asked = _probe(row, path, line) if "function" in row else _entry(row, entries)
        args = (asked.category, asked.functions, asked.truth)
        if isinstance(response, str) and not config.function_calling:
            verdict = judge(*args, response, asked.config)
            lenient = judge_lenient(*args, response, asked.config, official=verdict)
        else:
            underscored = not config.dotted_names
            verdict = lenient = judge_function_calls(*args, response, underscored=underscored)
        return Judged(line, row, verdict, lenient.valid)
    except (UserError, ValueError) as error:
        raise UserError(f"{path}:{line}: {str(error).removeprefix(f'{path}:{line}: ')}") from None


def _unsupported(row: Mapping[str, Any]) -> str:
    """What kind of answer it is, if of one that is not judged yet; empty otherwise."""
    name = str(row.get("category") or category_of(str(row.get("id", ""))))
    if "turns" in row or name.startswith("multi_turn"):
        return "multi-turn"
    if "possible_answer" in row or name.startswith(("memory", "web_search")):
        return "agentic"
    return ""


def _probe(row: dict[str, Any], path: Path, line: int) -> data.Entry:
    """The question of a row that brings its own."""
    found = category(str(row.get("category")))
    return_format = row.get("return_format", "python")
    if return_format == found.language:
        return_format = "python"
    if return_format not in get_args(ReturnFormat):
        raise UserError(f"field 'return_format': no such format for {found.name}: {return_format}")
    return data.Entry(
        id="",
        category=found.name,
        messages=(),
        functions=data.read_functions(row, path, line),
        truth=data.read_truth(row, path, line) if "ground_truth" in row else None,
        config=PromptConfig(return_format, bool(row.get("tool_call_tag"))),
    )


def _entry(row: Mapping[str, Any], entries: Callable[[str], dict[str, data.Entry]]) -> data.Entry:
    """The official question of a row."""
    id = str(row.get("id"))
    name = str(row.get("category") or category_of(id))
    if name != FORMAT_SENSITIVITY:
        name = category(name).name
    elif id.count(":") == 2:
        parse_config(id.split(":")[1])  # says more than that there is no such entry
    entry = entries(name).get(id)
    if entry is None:
        raise UserError(f"no entry {row.get('id')!r} in {name}")
    return entry


def _entries(config: Config) -> Callable[[str], dict[str, data.Entry]]:
    """A function from a category to its entries by id; the data is read when it is needed."""

    @functools.cache
    def entries(name: str) -> dict[str, data.Entry]:
        if name not in (*SINGLE_TURN, FORMAT_SENSITIVITY):
            raise UserError(f"{name} is not a single-turn category")
        return {entry.id: entry for entry in data.load(root(), name)}

    @functools.cache
    def root() -> Path:
        if config.data is not None:
            return config.data
        from envs.common.assets import locate

        return locate("bfcl-eval", folder=config.assets, offline=config.offline)

    return entries


@contextlib.contextmanager
def _writer(config: Config, *, to_stdout: bool) -> Iterator[Callable[[Mapping[str, Any]], None]]:
    """A function that writes a row to wherever rows are wanted."""
    with contextlib.ExitStack() as stack:
        files = [sys.stdout] if to_stdout else []
        if config.out is not None:
            try:
                files.append(stack.enter_context(config.out.open("w", encoding="utf-8")))
            except OSError as error:
                raise UserError(f"--out {config.out}: {error.strerror}") from None

        def write(row: Mapping[str, Any]) -> None:
            for file in files:
                print(json.dumps(row), file=file)

        yield write


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command."""
    return run_command(Config, verdicts, argv, prog=PROG)


if __name__ == "__main__":
    raise SystemExit(main())
