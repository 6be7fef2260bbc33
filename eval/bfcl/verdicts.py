"""Command ``python -m eval.bfcl.verdicts FILE``: raw answers in, official verdicts out."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_args

from envs.common.cli import positional, run_command
from envs.common.errors import UserError, suggest
from envs.common.files import read_lines, row_writer
from eval.bfcl import data
from eval.bfcl.agentic.data import Entry as AgenticEntry
from eval.bfcl.agentic.data import load as load_agentic
from eval.bfcl.agentic.verdict import judge_agentic
from eval.bfcl.categories import (
    AGENTIC,
    FORMAT_SENSITIVITY,
    MULTI_TURN,
    SINGLE_TURN,
    category,
    category_of,
)
from eval.bfcl.formats import PromptConfig, ReturnFormat, parse_config
from eval.bfcl.function_calls import judge_function_calls
from eval.bfcl.lenient import judge_lenient
from eval.bfcl.multi_turn.checker import Checker
from eval.bfcl.multi_turn.data import MultiTurnEntry
from eval.bfcl.multi_turn.data import load as load_multi_turn
from eval.bfcl.multi_turn.steps import Mode
from eval.bfcl.verdict import Verdict, judge

PROG = "python -m eval.bfcl.verdicts"
COPIED = ("id", "category", "quirk", "mutation")
"""Fields of a row that tell whose its verdict is."""
MODES: Mapping[str, Mode] = {"text": "prompting", "calls": "fc", "decoded": "decoded"}
"""What steps of a multi-turn row can be -> what `Checker` calls it."""


@dataclass(frozen=True)
class Config:
    """Judge raw BFCL answers, or check this checker against verdicts that are known.

    FILE has one JSON object a line: `id` and `response` (or `result`, as in the official result
    files), or a probe of its own with `category`, `function`, `ground_truth` and `response`. A list
    of calls is an answer of function-calling mode. The result of a multi-turn entry is a list of
    turns of steps; in `turns` it may be one of call strings (`mode` decoded) in place of texts.
    That of an agentic entry is one turn of steps; `possible_answer` brings its own answers.
    Rows without `valid` get a verdict each, as JSON lines. Rows with `valid` (and `error_type`) are
    compared with it: one line for each disagreement, then the agreement; exit code 1 if there is a
    disagreement. Rows with a true `needs_eval` are counted apart: there the official verdict
    depends on running Python, which this checker never does.
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
    def apart(self) -> bool:
        """Whether the official verdict depends on running Python."""
        return self.row.get("needs_eval") is True

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
    rows = read_lines(config.file)
    official = _Official(config)
    compares = any("valid" in row for row in rows)
    say = functools.partial(print, file=sys.stderr if config.json or not compares else sys.stdout)
    known: list[Judged] = []
    with row_writer(config.out, to_stdout=config.json or not (compares or config.out)) as write:
        for line, row in enumerate(rows, 1):
            judged = _judge(config, line, row, official)
            write(judged.to_json())
            if "valid" in row:
                known.append(judged)
    return _compare(known, say) if compares else 0


def _compare(rows: Sequence[Judged], say: Callable[[str], None]) -> int:
    """Print where the verdicts differ from the known ones."""
    apart = [judged for judged in rows if judged.apart]
    comparable = [j for j in rows if j.row["valid"] is not None and not j.apart]
    differing = [judged for judged in comparable if not judged.agrees]
    for judged in differing:
        whose = " ".join(str(judged.row[key]) for key in COPIED if key in judged.row)
        verdict, row = judged.verdict, judged.row
        say(
            f"line {judged.line} ({whose}): expected {_words(row['valid'], row.get('error_type'))},"
            f" got {_words(verdict.valid, verdict.error_type)}: {verdict.message}"
        )
    if crashes := len(rows) - len(apart) - len(comparable):
        say(f"no official verdict: {crashes} rows")
    if apart:
        agreeing = sum(judged.agrees for judged in apart)
        say(f"apart, they need Python to run: {len(apart)} rows ({agreeing} with the same verdict)")
    agreeing = len(comparable) - len(differing)
    say(f"agreement: {agreeing} of {len(comparable)} (verdict and error type)")
    return 1 if differing else 0


def _words(valid: bool | None, error_type: str | None) -> str:
    return f"{json.dumps(valid)} ({error_type})" if error_type else json.dumps(valid)


def _judge(
    config: Config,
    line: int,
    row: dict[str, Any],
    official: _Official,
) -> Judged:
    """Judge one row.

    Raises:
        UserError: the row lacks something or names something unknown.
    """
    path = config.file
    if "possible_answer" in row or _category(row) in AGENTIC:
        return Judged(line, row, _judge_agentic(config, line, row, official), None)
    if _category(row) in MULTI_TURN:
        return Judged(line, row, _judge_turns(config, line, row, official), None)
    response = row.get("response", row.get("result"))
    if not isinstance(response, (str, list)):
        raise UserError(f"{path}:{line}: field 'response' is missing or not a string or a list")
    try:
        asked = _probe(row, path, line) if "function" in row else _entry(row, official)
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


def _judge_turns(config: Config, line: int, row: Mapping[str, Any], official: _Official) -> Verdict:
    """Judge the result of a multi-turn entry."""
    result = row.get("turns", row.get("result", row.get("response")))
    mode = str(row.get("mode", "calls" if config.function_calling else "text"))
    if mode not in MODES:
        raise UserError(f"{config.file}:{line}: field 'mode': {mode!r}{suggest(mode, list(MODES))}")
    try:
        entry = _known(row, official.multi_turn(_category(row)))
    except UserError as error:
        raise UserError(f"{config.file}:{line}: {error}") from None
    verdict = official.checker.judge(entry, result, MODES[mode])
    return Verdict(verdict.valid, verdict.error_type, reason=verdict.message)


def _judge_agentic(
    config: Config, line: int, row: Mapping[str, Any], official: _Official
) -> Verdict:
    """Judge the result of an agentic entry, or of a row that brings its own answers."""
    answers = row.get("possible_answer")
    try:
        if answers is None:
            answers = _known(row, official.agentic(_category(row))).answers
        if not (isinstance(answers, list | tuple) and all(isinstance(a, str) for a in answers)):
            raise UserError("field 'possible_answer' is not a list of strings")
    except UserError as error:
        raise UserError(f"{config.file}:{line}: {error}") from None
    mode: Mode = "fc" if config.function_calling else "prompting"
    return judge_agentic(row.get("result", row.get("response")), answers, mode)


def _category(row: Mapping[str, Any]) -> str:
    return str(row.get("category") or category_of(str(row.get("id", ""))))


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


def _entry(row: Mapping[str, Any], official: _Official) -> data.Entry:
    """The official question of a row."""
    id, name = str(row.get("id")), _category(row)
    if name != FORMAT_SENSITIVITY:
        name = category(name).name
    elif id.count(":") == 2:
        parse_config(id.split(":")[1])  # says more than that there is no such entry
    return _known(row, official.single_turn(name))


Asked = TypeVar("Asked")


def _known(row: Mapping[str, Any], entries: Mapping[str, Asked]) -> Asked:
    entry = entries.get(str(row.get("id")))
    if entry is None:
        raise UserError(f"no entry {row.get('id')!r} in {_category(row)}")
    return entry


class _Official:
    """The official data, read where it is needed."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._single_turn: dict[str, dict[str, data.Entry]] = {}
        self._multi_turn: dict[str, dict[str, MultiTurnEntry]] = {}
        self._agentic: dict[str, dict[str, AgenticEntry]] = {}

    @functools.cached_property
    def root(self) -> Path:
        if self._config.data is not None:
            return self._config.data
        from envs.common.assets import locate

        return locate("bfcl-eval", folder=self._config.assets, offline=self._config.offline)

    @functools.cached_property
    def checker(self) -> Checker:
        return Checker(self.root)

    def single_turn(self, name: str) -> dict[str, data.Entry]:
        if name not in (*SINGLE_TURN, FORMAT_SENSITIVITY):
            raise UserError(f"{name} is not a single-turn category")
        if name not in self._single_turn:
            self._single_turn[name] = {entry.id: entry for entry in data.load(self.root, name)}
        return self._single_turn[name]

    def multi_turn(self, name: str) -> dict[str, MultiTurnEntry]:
        if name not in self._multi_turn:
            self._multi_turn[name] = {e.id: e for e in load_multi_turn(self.root, name)}
        return self._multi_turn[name]

    def agentic(self, name: str) -> dict[str, AgenticEntry]:
        if name not in self._agentic:
            self._agentic[name] = {entry.id: entry for entry in load_agentic(self.root, name)}
        return self._agentic[name]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command."""
    return run_command(Config, verdicts, argv, prog=PROG)


if __name__ == "__main__":
    raise SystemExit(main())
