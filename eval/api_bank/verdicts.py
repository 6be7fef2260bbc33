"""Command ``python -m eval.api_bank.verdicts FILE``: raw answers in, official verdicts out."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from envs.common.cli import positional, run_command
from envs.common.errors import UserError
from envs.common.files import read_lines, row_writer

PROG = "python -m eval.api_bank.verdicts"
COPIED = ("level", "file", "sample_id", "mutation")
"""Fields of a row that tell whose its verdict is."""
RESULT = {"api_name", "input", "output", "exception"}
"""Fields of a result."""
APART = "model_dependent"
"""Flag of rows whose verdict depends on the model that searches tools."""


@dataclass(frozen=True)
class Config:
    """Judge raw API-Bank answers, or check this checker against verdicts that are known.

    FILE has one JSON object a line: `level`, `file` (of a dialogue), `sample_id` and `response`.
    Rows of level 3 bring the right call's result as `truth`, or are named in the data's
    lv3_synthetic_gt.jsonl. Rows without `correct` (of a reply: `score`) get a verdict each, as
    JSON lines. Rows with it (and `error_category`) are compared: one line for each disagreement,
    then the agreement; exit code 1 if there is a disagreement.
    """

    file: Annotated[Path, positional]
    """JSON lines with answers."""
    data: Path | None = None
    """Folder of the official data, or a checkout of the official repository."""
    services: str = "recorded"
    """Who answers Dictionary and Translate: recorded (in the dialogues), live, off, or a file of
    recorded answers."""
    search: Literal["auto", "words", "recorded"] = "auto"
    """How ToolSearcher searches: auto (by meaning if the model is here, else by words), words, or
    recorded (what the dialogues record, anything else as auto)."""
    keep_state: bool = False
    """Level 3: every row finds the databases as the rows before have left them, as in an official
    run; by default each starts afresh."""
    assets: Path | None = None
    """Folder with packages fetched ahead (see envs.assets)."""
    out: Path | None = None
    """Write the verdicts of all rows to this file."""
    json: bool = False
    """Print the verdicts of all rows; what else there is to say goes to stderr."""


@dataclass(frozen=True)
class Judged:
    """One row of the file and its verdict."""

    line: int
    row: Mapping[str, Any]
    verdict: Mapping[str, Any]
    """``correct``, ``error_category``, ``message`` and ``repaired``; of a reply ``score``."""

    @property
    def key(self) -> str:
        """The field that says whether the row is right."""
        return "score" if "score" in self.verdict else "correct"

    @property
    def known(self) -> bool:
        """Whether the row says what is expected."""
        return self.key in self.row

    @property
    def agrees(self) -> bool:
        """Whether the verdict is the one in the row."""
        fields = [self.key] + ["error_category"] * ("error_category" in self.row)
        return all(self.row[field] == self.verdict.get(field) for field in fields)

    @property
    def apart(self) -> bool:
        """Whether the row counts apart."""
        return APART in self.row.get("flags", ())

    def to_json(self) -> dict[str, Any]:
        """The row as it is written."""
        copied = {key: self.row[key] for key in COPIED if key in self.row}
        return {"line": self.line, **copied, **self.verdict}


def verdicts(config: Config) -> int:
    """Judge every row; 1 when a verdict differs from the one in its row."""
    rows = read_lines(config.file)
    compares = any("correct" in row or "score" in row for row in rows)
    bench = Bench(config)
    say = functools.partial(print, file=sys.stderr if config.json or not compares else sys.stdout)
    known: list[Judged] = []
    with row_writer(config.out, to_stdout=config.json or not (compares or config.out)) as write:
        for line, row in enumerate(rows, 1):
            try:
                judged = Judged(line, row, bench.judge(row))
            except UserError as error:
                raise UserError(f"{config.file}:{line}: {error}") from None
            write(judged.to_json())
            if judged.known:
                known.append(judged)
    for note in bench.notes:
        say(note)
    return _compare(known, say) if compares else 0


def _compare(rows: Sequence[Judged], say: Callable[[str], None]) -> int:
    """Print where the verdicts differ from the known ones."""
    differing = [judged for judged in rows if not judged.agrees]
    for judged in differing:
        whose = " ".join(str(judged.row[key]) for key in COPIED if key in judged.row)
        expected, got = (_words(one, judged.key) for one in (judged.row, judged.verdict))
        message = judged.verdict.get("message", "")
        say(f"line {judged.line} ({whose}): expected {expected}, got {got}: {message}")
    if apart := [judged for judged in rows if judged.apart]:
        say(f"{APART}: {sum(judged.agrees for judged in apart)} of {len(apart)} agree")
    counted = [judged for judged in rows if not judged.apart]
    agreeing = sum(judged.agrees for judged in counted)
    say(f"agreement: {agreeing} of {len(counted)} (verdict and error category)")
    return 1 if agreeing < len(counted) else 0


def _words(one: Mapping[str, Any], key: str) -> str:
    value, category = json.dumps(one.get(key)), one.get("error_category")
    return f"{value} ({category})" if category else value


class Bench:
    """Judges rows; opens what they need when they need it.

    Args:
        config: of the command.
    """

    def __init__(self, config: Config) -> None:
        self._config = config
        self._kept: dict[str, dict[str, Any]] = {"official": {}, "repaired": {}}

    @property
    def notes(self) -> list[str]:
        """What the verdicts depend on."""
        names = [name for name in ("_library", "_plans") if name in vars(self)]
        used = [getattr(self, name) for name in names]
        notes = [f"tool search: {library.finder.name}" for library in used]
        notes += [f"descriptions of tools: {library.words}" for library in used]
        if "_library" in names:
            notes.append(f"Dictionary and Translate: {self._library.services.name}")
        return list(dict.fromkeys(notes))

    def judge(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """The verdict on a row.

        Raises:
            UserError: the row lacks something or names something unknown.
        """
        from eval.api_bank.rouge import rouge_l
        from eval.api_bank.verdict import judge

        response = row.get("response")
        if not isinstance(response, str):
            raise UserError("field 'response' is missing or not a string")
        if row.get("level") not in (1, 2, 3):
            raise UserError(f"field 'level' is {row.get('level')!r}; there are 1, 2 and 3")
        if isinstance(row.get("reference"), str):
            return {"score": rouge_l(response, row["reference"])}
        if row["level"] == 3:
            return self._judge_plan_call(row, response)
        sample = self._samples.get((row["level"], row.get("file"), row.get("sample_id")))
        if sample is None:
            whose = f"{row.get('file')!r} has no sample {row.get('sample_id')!r}"
            raise UserError(f"level {row['level']}: {whose}")
        if sample.kind == "reply":
            return {"score": rouge_l(response, sample.truth.text)}
        if sample.kind == "user":
            raise UserError("this sample asks for what a user says; it is never judged")
        verdict = judge(sample, response, self._library)
        repaired = self._repaired.judge(sample, response, verdict)
        return _row(verdict, repaired)

    def _judge_plan_call(self, row: Mapping[str, Any], response: str) -> dict[str, Any]:
        from eval.api_bank import level3, repaired
        from eval.api_bank.tools import LEVELS

        truth = row.get("truth")
        if truth is None:
            truth = self._plan_truths.get((row.get("file"), row.get("sample_id")))
        if not (isinstance(truth, dict) and truth.keys() >= RESULT):
            raise UserError("no 'truth' in the row, and none in the data's lv3_synthetic_gt.jsonl")
        if truth["api_name"] not in LEVELS[3].apis:
            raise UserError(f"field 'truth': level 3 has no tool {truth['api_name']!r}")
        if not self._config.keep_state:
            self._kept = {"official": {}, "repaired": {}}
        tools = {who: LEVELS[3](self._plans, state) for who, state in self._kept.items()}
        verdict = level3.judge_plan_call(truth, response, tools["official"])
        fair = repaired.judge_plan_call(truth, response, tools["repaired"], verdict)
        return _row(verdict, fair)

    @functools.cached_property
    def _root(self) -> Path:
        from eval.api_bank.data import find_root

        if self._config.data is None:
            raise UserError("--data PATH is needed: the official data, or a checkout")
        return find_root(self._config.data)

    @functools.cached_property
    def _dialogues(self) -> list[Any]:
        from eval.api_bank.data import load

        return [dialogue for level in (1, 2) for dialogue in load(self._root, level)]

    @functools.cached_property
    def _samples(self) -> dict[tuple[Any, Any, Any], Any]:
        from eval.api_bank.data import samples

        return {
            (dialogue.level, dialogue.file, sample.id): sample
            for dialogue in self._dialogues
            for sample in samples(dialogue)
        }

    @functools.cached_property
    def _library(self) -> Any:
        from eval.api_bank.data import open_library, recorded_searches, recorded_services
        from eval.api_bank.finder import Lexical
        from eval.api_bank.services import open_services

        named = self._config.services
        services = open_services(named) or recorded_services(self._dialogues)
        finder = Lexical if self._config.search == "words" else None
        library = open_library(
            1, self._root, services=services, finder=finder, assets=self._config.assets
        )
        if self._config.search == "recorded":
            return recorded_searches(self._dialogues, library)
        return library

    @functools.cached_property
    def _repaired(self) -> Any:
        from eval.api_bank.repaired import Judge

        return Judge(self._library)

    @functools.cached_property
    def _plans(self) -> Any:
        from eval.api_bank.data import open_library
        from eval.api_bank.finder import Lexical

        root = None if self._config.data is None else self._root
        finder = Lexical if self._config.search == "words" else None
        return open_library(3, root, finder=finder, assets=self._config.assets)

    @functools.cached_property
    def _plan_truths(self) -> dict[tuple[Any, Any], Any]:
        path = self._root / "lv3_synthetic_gt.jsonl"
        rows = read_lines(path) if path.is_file() else []
        return {(row.get("file"), row.get("sample_id")): row.get("output") for row in rows}


def _row(verdict: Any, repaired: Any) -> dict[str, Any]:
    return {
        "correct": verdict.correct,
        "error_category": verdict.category,
        "message": verdict.message,
        "repaired": repaired.correct,
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command."""
    return run_command(Config, verdicts, argv, prog=PROG)


if __name__ == "__main__":
    raise SystemExit(main())
