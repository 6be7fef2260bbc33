from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

from envs.common.on_import import when_imported


def test_the_callback_runs_once_after_the_import(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "watched_module.py").write_text("VALUE = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    seen: list[int] = []
    before = list(sys.meta_path)
    when_imported("watched_module", lambda: seen.append(sys.modules["watched_module"].VALUE))
    assert seen == []
    module = importlib.import_module("watched_module")
    assert seen == [1] and sys.meta_path == before
    assert type(module.__loader__).__module__ != "envs.common.on_import"
    importlib.reload(module)
    assert seen == [1]
    when_imported("watched_module", lambda: seen.append(2))  # it is there already
    assert seen == [1, 2]
    del sys.modules["watched_module"]


def test_a_module_that_does_not_exist_stays_an_import_error() -> None:
    when_imported("no_such_module_anywhere", lambda: None)
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("no_such_module_anywhere")
