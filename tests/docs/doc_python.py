"""The ``python`` of shell blocks: a scripted model stands in for models that are not here."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

HERE = ("scripted:", "tiny")
SCRIPT = '{"answer": "I am sorry, I cannot help with that."}\n'


def with_models(arguments: list[str]) -> list[str]:
    """The arguments with models that can answer here."""
    there = list(arguments)
    for at, word in enumerate(there[:-1]):
        if word in ("--model", "--user-model") and not there[at + 1].startswith(HERE):
            Path(".stand-in.jsonl").write_text(SCRIPT)
            there[at + 1] = "scripted:.stand-in.jsonl"
    return there


if __name__ == "__main__":
    _, flag, module, *rest = sys.argv
    assert flag == "-m", "pages call modules"
    sys.argv = [module, *with_models(rest)]
    sys.path[0] = str(Path.cwd())
    runpy.run_module(module, run_name="__main__", alter_sys=True)
