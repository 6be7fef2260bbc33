"""Run the blocks of a page in order, in the present folder: ``run_page.py PAGE RESULTS``.

Python shares one namespace, and ``print(...)  # text`` has to print that text. Shell blocks find a
``python`` that puts a scripted model in the place of those that would have to be fetched, and a
``pip`` that installs packages beside the page alone.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import stat
import subprocess
import sys
import time
import tomllib
import traceback
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from blocks import OUTPUT, ROOT, SHELL, Block, blocks

PIP = '"{python}" -m pip install -q --no-index --no-deps --no-build-isolation --target "{site}"'
SCRIPTS = {
    "python": 'exec "{python}" "{here}/doc_python.py" "$@"',
    "pip": '[ "$1" = install ] && shift; [ "$1" = -e ] && shift; exec ' + PIP + ' "./$1"',
}


def main(page: Path, results: Path) -> int:
    here = Path.cwd()
    environment = prepare(here)
    module = types.ModuleType("page")
    sys.modules["page"] = module
    sys.path.insert(0, str(here))
    told: list[dict[str, Any]] = []
    for block in blocks(page):
        if block.file is not None:
            (here / block.file).write_text(block.text)
        started, error = time.monotonic(), None
        if block.not_run is None:
            print(f"--- {page.name}:{block.line}", flush=True)
            error = run(block, module, environment, f"{page.name}:{block.line}")
        seconds = round(time.monotonic() - started, 1)
        told.append({"line": block.line, "seconds": seconds, "error": error})
        results.write_text(json.dumps(told))
        if error is not None:
            return 1
    return 0


def prepare(here: Path) -> dict[str, str]:
    """Fill the folder; the variables that commands run under."""
    scripts, site = here / ".bin", here / ".site"
    scripts.mkdir()
    site.mkdir()
    words = {"python": sys.executable, "here": Path(__file__).parent, "site": site}
    for name, line in SCRIPTS.items():
        script = scripts / name
        script.write_text(f"#!/bin/sh\n{line.format(**words)}\n")
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
    for folder in ("configs", "examples"):
        (here / folder).symlink_to(ROOT / folder)
    sys.path.insert(0, str(site))
    return {
        **os.environ,
        "PATH": f"{scripts}:{os.environ['PATH']}",
        "PYTHONPATH": f"{ROOT}:{site}:{here}",
        "COLUMNS": "100",
    }


def run(
    block: Block, module: types.ModuleType, environment: dict[str, str], where: str
) -> str | None:
    """Run a block; what went wrong, if anything did."""
    try:
        if block.language == "python":
            said = io.StringIO()
            with contextlib.redirect_stdout(said):
                exec(compile(block.text, where, "exec"), module.__dict__)
            print(said.getvalue(), flush=True)
            for line, words in promised(block.text):
                if words not in said.getvalue():
                    return f"{line}\ndid not print {words!r}, but all in all:\n{said.getvalue()}"
        elif block.language in SHELL:
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", block.text],
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
            print(done.stdout, flush=True)
            if done.returncode:
                return f"exit code {done.returncode}\n{done.stdout[-1500:]}\n{done.stderr[-3000:]}"
        elif block.language == "json":
            read_json(block.text)
        elif block.language == "toml":
            tomllib.loads(block.text)
        elif block.language not in OUTPUT:
            return f"nobody knows how to run {block.language!r}"
    except BaseException:  # a page may exit as well
        return traceback.format_exc(limit=-3)
    return None


def promised(text: str) -> Iterator[tuple[str, str]]:
    """Lines ``print(...)  # what it prints``, and that; what stands behind an ellipsis may vary."""
    for line in text.splitlines():
        if found := re.match(r"\s*print\(.*\)  # (.+)", line):
            yield line, found[1].partition("...")[0].strip()


def read_json(text: str) -> None:
    """One JSON value, or one a line."""
    try:
        json.loads(text)
    except ValueError:
        for line in text.splitlines():
            json.loads(line)


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]), Path(sys.argv[2])))
