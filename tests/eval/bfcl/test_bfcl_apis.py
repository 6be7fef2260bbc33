from __future__ import annotations

import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import pytest

from envs.common.errors import UserError
from envs.common.optional import MissingDependency
from eval.bfcl import apis
from eval.bfcl.apis import FILES, FOLDER, load_api

EIGHT = tuple(FILES)[:8]


@pytest.fixture
def sources(bfcl_root: Path, tmp_path: Path) -> Path:
    """A copy of the official package that holds the sources alone."""
    shutil.copytree(bfcl_root / FOLDER, tmp_path / FOLDER)
    return tmp_path


def test_the_classes_load_without_their_package(sources: Path) -> None:
    before, files = set(sys.modules), sorted(sources.rglob("*"))
    for name in EIGHT:
        api = load_api(sources, name)
        assert api.__name__ == name
        assert api is load_api(sources, name)
    assert not [module for module in set(sys.modules) - before if "bfcl" in module]
    assert sorted(sources.rglob("*")) == files


def test_no_process_can_be_started(sources: Path) -> None:
    load_api(sources, "GorillaFileSystem")
    library = apis._library(sources, ())
    subprocess = library.module("gorilla_file_system").subprocess
    assert not [name for name in vars(subprocess) if not name.startswith("__")]


def test_the_precision_of_mpmath_stays_inside(bfcl_root: Path) -> None:
    mpmath = pytest.importorskip("mpmath")
    before = mpmath.mp.dps
    result = load_api(bfcl_root, "MathAPI")().logarithm(value=2, base=10, precision=5)
    assert str(result) == "{'result': mpf('0.30102968')}"
    assert mpmath.mp.dps == before


def test_a_missing_package_is_named(sources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mpmath", None)
    with pytest.raises(MissingDependency, match=r"pip install 'itool\[bench\]'"):
        load_api(sources, "MathAPI")


def test_other_modules_need_a_stand_in(sources: Path) -> None:
    with pytest.raises(UserError, match=r"memory_rec_sum|memory_api_metaclass"):
        load_api(sources, "MemoryAPI_rec_sum")
    base = ModuleType(f"{apis.PACKAGE}.memory_api_metaclass")
    vars(base)["MemoryAPI"] = object
    api = load_api(sources, "MemoryAPI_rec_sum", {base.__name__: base})
    assert api.__base__ is object


def test_unknown_classes_and_broken_files_are_told(sources: Path) -> None:
    with pytest.raises(UserError, match="did you mean 'MathAPI'"):
        load_api(sources, "MathApi")
    path = sources / FOLDER / "ticket_api.py"
    path.write_text("class TicketAPI(:")
    with pytest.raises(UserError, match=r"ticket_api\.py: does not load: SyntaxError"):
        load_api(sources, "TicketAPI")
    path.write_text("TicketAPI = 5")
    with pytest.raises(UserError, match="has no class TicketAPI"):
        load_api(sources, "TicketAPI")
    (sources / FOLDER / "posting_api.py").unlink()
    with pytest.raises(UserError, match=r"posting_api\.py: No such file"):
        load_api(sources, "TwitterAPI")


def test_threads_get_one_class(sources: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: load_api(sources, "TravelAPI"), range(16)))
    assert len(found) == 1
