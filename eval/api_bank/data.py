"""API-Bank's files: databases, dialogues, and the samples that the dialogues are asked as.

A folder ``root`` holds ``init_database/`` and ``lv1-lv2-samples/``: the folder ``api-bank`` of the
official repository, the repository itself, or a copy of its data.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from envs.common.errors import UserError
from envs.common.files import hash_files, read_lines
from eval.api_bank.docs import Docs, official_docs, own_docs
from eval.api_bank.finder import Finder, RecordedFinder, open_finder
from eval.api_bank.services import Off, Recorded, Services
from eval.api_bank.tools import LEVELS
from eval.api_bank.tools.knowledge import tokens
from eval.api_bank.tools.library import WRITABLE, Library, plan_databases, private_databases
from eval.api_bank.tools.lookup import SEARCH, names_found

FOLDERS = {1: "level-1-given-desc", 2: "level-2-toolsearcher"}
PLANS = ("test_data/level-3.json", "test-data/level-3.json", "level-3.json")
"""Where the 50 samples of level 3 may be; they are published apart from the repository."""
DATABASES = "init_database"
DIALOGUES = "lv1-lv2-samples"
OWN = Path(__file__).with_name("dialogues")
"""Our own dialogues: JSON lines of ``file`` and ``lines``, which are as in official files."""

Role = Literal["User", "AI", "API"]


@dataclass(frozen=True)
class Line:
    """One line of a dialogue."""

    role: Role
    text: str = ""
    """What is said; of a user or the assistant."""
    name: str = ""
    """The tool that is called."""
    arguments: Mapping[str, str] | None = None
    """The arguments as texts; of a call."""
    result: Mapping[str, Any] | None = None
    """The recorded result of a call: ``api_name`` (sometimes), ``input``, ``output``,
    ``exception``."""

    @property
    def call(self) -> str:
        """The call as the official prompt writes it."""
        listed = ", ".join(f"{k}='{v}'" for k, v in (self.arguments or {}).items())
        return f"[{self.name}({listed})]"


@dataclass(frozen=True)
class Dialogue:
    """One recorded conversation."""

    file: str
    level: int
    lines: tuple[Line, ...]

    @property
    def tools(self) -> tuple[str, ...]:
        """The tools that are called anywhere in it, sorted."""
        return tuple(sorted({line.name for line in self.lines if line.role == "API"}))


@dataclass(frozen=True)
class Sample:
    """One question: what comes after the first lines of a dialogue."""

    dialogue: Dialogue
    id: int
    """Place among the dialogue's samples."""
    place: int
    """Place of the line that is asked for."""

    @property
    def truth(self) -> Line:
        """The line that is asked for."""
        return self.dialogue.lines[self.place]

    @property
    def history(self) -> tuple[Line, ...]:
        """The lines before it."""
        return self.dialogue.lines[: self.place]

    @property
    def kind(self) -> Literal["api", "reply", "user"]:
        """What is asked for; a user's line is never scored."""
        return {"API": "api", "AI": "reply", "User": "user"}[self.truth.role]  # type: ignore[return-value]


def samples(dialogue: Dialogue) -> list[Sample]:
    """The samples of a dialogue: each call, and what follows each call.

    A call that follows a call is asked twice, as officially.
    """
    found: list[Sample] = []
    for place, line in enumerate(dialogue.lines):
        if line.role == "API":
            found.append(Sample(dialogue, len(found), place))
            if place + 1 < len(dialogue.lines):
                found.append(Sample(dialogue, len(found), place + 1))
    return found


def find_root(folder: Path) -> Path:
    """The folder with the data, in `folder` itself or in its ``api-bank``.

    Raises:
        UserError: there is none.
    """
    for root in (folder, folder / "api-bank"):
        if (root / DATABASES).is_dir():
            return root
    raise UserError(f"--data {folder}: no folder {DATABASES!r} in it (nor in its 'api-bank')")


def load(root: Path, level: int) -> list[Dialogue]:
    """The dialogues of level 1 or 2, in the order of their names; empty files are left out.

    Raises:
        UserError: a file is missing or broken.
    """
    folder = root / DIALOGUES / FOLDERS[level]
    if not folder.is_dir():
        raise UserError(f"{folder}: no such folder")
    found = []
    for path in sorted(folder.glob("*.jsonl")):
        rows = read_lines(path)
        lines = tuple(_line(row, path, number) for number, row in enumerate(rows, 1))
        if lines:
            found.append(Dialogue(path.name, level, lines))
    return found


def load_own(level: int) -> list[Dialogue]:
    """The dialogues of our own; on level 3 the user asks once, and calls follow."""
    path = OWN / f"level-{level}.jsonl"
    found = []
    for number, row in enumerate(read_lines(path), 1):
        lines = tuple(_line(line, path, number) for line in row["lines"])
        found.append(Dialogue(row["file"], level, lines))
    return found


def find_plans(root: Path) -> Path | None:
    """The file with the samples of level 3, where the data has it."""
    return next((root / name for name in PLANS if (root / name).is_file()), None)


def load_plans(path: Path) -> list[Dialogue]:
    """The samples of level 3 as dialogues: what is required, the calls, the response.

    Raises:
        UserError: it is not a list of ``{requirement, response, apis}``, each of `apis` with
            ``api_name`` and its whole result as ``output``.
    """
    rows = _json(path)
    if not isinstance(rows, list):
        raise UserError(f"{path}: not a list of samples")
    found = []
    for number, row in enumerate(rows):
        where = f"{path}: sample {number}"
        if not (isinstance(row, dict) and isinstance(row.get("requirement"), str)):
            raise UserError(f"{where}: field 'requirement' is not a string")
        if not (isinstance(row.get("apis"), list) and row["apis"]):
            raise UserError(f"{where}: field 'apis' is not a list of calls")
        calls = [_plan_call(call, f"{where}, call {n}") for n, call in enumerate(row["apis"])]
        said = Line("AI", str(row.get("response") or ""))
        lines = (Line("User", row["requirement"]), *calls, said)
        found.append(Dialogue(f"level-3-{number}", 3, lines))
    return found


def _plan_call(call: Any, where: str) -> Line:
    result = call.get("output") if isinstance(call, dict) else None
    if not (isinstance(result, dict) and {"input", "output", "exception"} <= result.keys()):
        raise UserError(f"{where}: field 'output' lacks 'input', 'output' or 'exception'")
    name = call.get("api_name")
    if not isinstance(name, str):
        raise UserError(f"{where}: field 'api_name' is not a string")
    given = call.get("input") or result["input"] or {}
    if not isinstance(given, dict):
        raise UserError(f"{where}: field 'input' is not an object")
    arguments = {key: str(value) for key, value in given.items()}
    return Line("API", name=name, arguments=arguments, result={"api_name": name, **result})


def data_hash(root: Path | None) -> str:
    """SHA-256 over the names and the bytes of databases and dialogues; of our own by default."""
    if root is None:
        root = OWN.parent
        paths = [root / "databases.json", *OWN.glob("*.jsonl")]
    else:
        paths = [*(root / DATABASES).glob("*.json"), *(root / DIALOGUES).glob("*/*.jsonl")]
        paths += [plans] if (plans := find_plans(root)) else []
    return hash_files(root, paths)


def recorded_services(dialogues: Sequence[Dialogue]) -> Recorded:
    """The answers of Dictionary and Translate that the dialogues record."""
    calls = (line for dialogue in dialogues for line in dialogue.lines if line.role == "API")
    return Recorded(
        (
            {"tool": call.name, "args": call.arguments, "output": (call.result or {})["output"]}
            for call in calls
        ),
        name="recorded in the dialogues",
    )


def recorded_searches(dialogues: Sequence[Dialogue], library: Library) -> Library:
    """A library that finds what the dialogues record; other keywords are searched as before.

    The searches of the official model are known from there alone, where it is not.
    """
    found = {
        line.arguments["keywords"]: names_found(line.result["output"])[-1]
        for dialogue in dialogues
        for line in dialogue.lines
        if line.name == SEARCH and line.arguments and line.result
    }
    return replace(library, finder=RecordedFinder(found, library.finder))


def open_library(
    level: int,
    root: Path | None = None,
    *,
    services: Services | None = None,
    own_words: bool = False,
    finder: Callable[[Docs], Finder] | None = None,
    assets: Path | None = None,
) -> Library:
    """What the tools of a level know.

    Args:
        level: 1, 2 (the same tools) or 3.
        root: the data, for its databases and descriptions; by default those are our own. The
            databases of level 3 are always the same.
        services: who answers Dictionary and Translate; nobody by default.
        own_words: describe tools in our own words even where official ones are there.
        finder: makes the search for tools; by default the best that this machine has.
        assets: a folder with packages fetched ahead.

    Raises:
        UserError: there is no data, or it is broken.
    """
    apis = LEVELS[level].apis
    official = None if own_words or root is None else official_docs(root, level, apis)
    docs = official or own_docs(apis)
    initial: Mapping[str, Any]
    if level == 3:
        initial = plan_databases()
    else:
        initial = own_databases() if root is None else Databases(root / DATABASES)
    searched = {name: doc for name, doc in docs.items() if name != SEARCH}
    return Library(
        initial=initial,
        writable=frozenset(initial if level == 3 else WRITABLE),
        docs=docs,
        words="official" if official else "own",
        finder=finder(searched) if finder else open_finder(searched, assets),
        services=services or Off(),
    )


def own_databases() -> dict[str, Any]:
    """Small databases of our own, with everything that the official ones have."""
    known: dict[str, Any] = _json(Path(__file__).with_name("databases.json"))
    search = known["SearchEngine"]
    search["tokenized_documents"] = [
        tokens(f"{page['title']} {page['abstract']}".lower()) for page in search["raw_documents"]
    ]
    return known | private_databases()


class Databases(Mapping[str, Any]):
    """The initial databases of levels 1 and 2, each read when it is first asked for.

    Args:
        folder: with one JSON file for each.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known = private_databases()

    def __getitem__(self, name: str) -> Any:
        if name not in self._known:
            self._known[name] = _json(self._folder / f"{name}.json")
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        files = {path.stem for path in self._folder.glob("*.json")}
        return iter(sorted(files | self._known.keys()))

    def __len__(self) -> int:
        return len(list(iter(self)))


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise UserError(f"{path}: not JSON: {error}") from None


def _line(row: dict[str, Any], path: Path, number: int) -> Line:
    role = row.get("role")
    if role in ("User", "AI"):
        if not isinstance(row.get("text"), str):
            raise UserError(f"{path}:{number}: field 'text' is not a string")
        return Line(role, row["text"])
    if role != "API":
        raise UserError(f"{path}:{number}: field 'role' is {role!r}; there are User, AI and API")
    name, arguments, result = (row.get(key) for key in ("api_name", "param_dict", "result"))
    if not isinstance(name, str):
        raise UserError(f"{path}:{number}: field 'api_name' is not a string")
    if not isinstance(arguments, dict):
        raise UserError(f"{path}:{number}: field 'param_dict' is not an object")
    if not (isinstance(result, dict) and {"input", "output", "exception"} <= result.keys()):
        raise UserError(f"{path}:{number}: field 'result' lacks 'input', 'output' or 'exception'")
    return Line("API", name=name, arguments=arguments, result=result)
