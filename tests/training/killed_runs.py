"""What tests of training runs that are killed have in common."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PATHS = os.pathsep.join(map(str, (HERE.parents[1], HERE.parent, HERE)))


class Killed(Exception):
    """In place of a signal, at a moment of one's choice."""


def kill_at(update: int) -> Callable[[Any], None]:
    def on_update(row: Any) -> None:
        if row["update"] == update:
            raise Killed

    return on_update


def kill_and_finish(script: str, folder: Path, wait: Callable[[int, Any], None]) -> None:
    """Start a script five times, SIGKILL it after `wait(number, process)`, and let it finish."""
    environment = {**os.environ, "PYTHONPATH": PATHS}
    command = [sys.executable, str(HERE / script), str(folder)]
    for number in range(5):
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert process.stdout is not None
        wait(number, process)
        time.sleep(0.013 * number)
        process.kill()
        process.wait()
        process.stdout.close()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def until_update(process: Any, update: int) -> None:
    """Wait until a script has told of an update."""
    for line in process.stdout:
        if int(line) >= update:
            break


def weights(folder: Path) -> dict[str, Any]:
    from safetensors.torch import load_file

    return load_file(folder / "adapter_model.safetensors")


def log(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
