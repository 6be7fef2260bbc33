"""API-Bank's official data and verdicts, where they are, and what our tools know from them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from envs.common.embedding import find_embedder
from eval.api_bank.data import Dialogue, load, open_library, recorded_services
from eval.api_bank.tools.library import Library

Rows = Callable[[str], list[dict[str, Any]]]


@pytest.fixture(scope="session")
def api_bank_root(shared: Path) -> Path:
    return shared / "data" / "api_bank"


@pytest.fixture(scope="session")
def rows(api_bank_root: Path) -> Rows:
    def read(name: str) -> list[dict[str, Any]]:
        text = (api_bank_root / name).read_text(encoding="utf-8")
        return [json.loads(line) for line in text.split("\n") if line]

    return read


@pytest.fixture(scope="session")
def dialogues(api_bank_root: Path) -> list[Dialogue]:
    return [dialogue for level in (1, 2) for dialogue in load(api_bank_root, level)]


@pytest.fixture(scope="session")
def library(api_bank_root: Path, dialogues: list[Dialogue]) -> Library:
    """Of levels 1 and 2, with official words and recorded services."""
    return open_library(1, api_bank_root, services=recorded_services(dialogues))


@pytest.fixture(scope="session")
def plan_library(api_bank_root: Path) -> Library:
    """Of level 3, with official words."""
    return open_library(3, api_bank_root)


@pytest.fixture(scope="session")
def has_model() -> bool:
    """Whether tools are searched by meaning here."""
    return find_embedder() is not None
