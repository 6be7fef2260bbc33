"""The code blocks of the documentation, and what a page says about running them.

A comment before a block marks it: ``<!-- not run: REASON -->`` for what cannot run here (it must
parse all the same), ``<!-- file: NAME -->`` for a block that is also the content of a file.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
SHELL = ("bash", "sh")
OUTPUT = ("", "text")
"""What a command prints, or a drawing: nothing to run."""
LANGUAGES = ("python", *SHELL, "json", "toml", *OUTPUT)
OURS = ("agents", "envs", "eval", "training")

_FENCE = re.compile(
    r"(?P<marks>(?:^<!--[^\n]*-->\n)*)^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.M | re.S
)
_MARK = re.compile(r"<!-- (not run|file): (.+?) -->")
_INLINE = re.compile(r"`(python -m [^`]+)`")


@dataclass(frozen=True)
class Block:
    line: int
    """Of the page, from 1, where the block begins."""
    language: str
    text: str
    not_run: str | None = None
    """Why it is not run."""
    file: str | None = None
    """Where it is also written to."""


def blocks(page: Path) -> Iterator[Block]:
    """The blocks of a page, in order."""
    source = page.read_text("utf-8")
    for found in _FENCE.finditer(source):
        marks = dict(_MARK.findall(found["marks"]))
        line = source.count("\n", 0, found.start("language")) + 1
        yield Block(line, found["language"], found["text"], marks.get("not run"), marks.get("file"))


def commands(text: str) -> Iterator[list[str]]:
    """Our commands (``python -m MODULE ...``) in a shell block: module and arguments."""
    text = re.sub(r"<<'?(\w+)'?[^\n]*\n.*?^\1$", "", text, flags=re.M | re.S)  # what cat is fed
    for line in text.replace("\\\n", " ").splitlines():
        words: list[str] = []
        for word in [*shlex.split(line, comments=True), ";"]:
            if word not in ("&&", "||", "|", ";", "&"):
                words.append(word)
                continue
            if len(words) > 2 and Path(words[0]).name.startswith("python") and words[1] == "-m":
                module, *rest = words[2:]
                if module.split(".")[0] in OURS:
                    yield [module, *rest]
            words = []


def inline_commands(page: Path) -> Iterator[list[str]]:
    """Our commands in the text of a page, where they are whole."""
    source = _FENCE.sub("", page.read_text("utf-8"))
    for found in _INLINE.findall(source):
        text = " ".join(found.split())
        if not re.search(r"[…\[|]", text):
            yield from commands(text.replace("...", ""))
