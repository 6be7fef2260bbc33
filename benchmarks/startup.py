"""How long ``python -m eval.bfcl --help`` takes, against an empty interpreter.

    python benchmarks/startup.py [--runs 15] [--out FILE]

Both are whole processes, run in turns; the medians are compared. Target: at most 25 times.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

TARGET = 25.0
COMMANDS = {
    "empty": [sys.executable, "-I", "-S", "-c", "pass"],
    "help": [sys.executable, "-m", "eval.bfcl", "--help"],
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    seconds: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for turn in range(args.runs + 1):  # the first turn warms the file cache
        for name, command in COMMANDS.items():
            started = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            if turn:
                seconds[name].append(time.perf_counter() - started)
    medians = {name: statistics.median(own) for name, own in seconds.items()}
    ratio = medians["help"] / medians["empty"]
    for name, own in seconds.items():
        print(f"{name:>6}: median {medians[name] * 1e3:.0f} ms, min {min(own) * 1e3:.0f} ms")
    print(f"ratio of medians: {ratio:.1f} (target: at most {TARGET:g})")
    if args.out:
        args.out.write_text(json.dumps({"seconds": seconds, "ratio": ratio, "target": TARGET}))
    return 0 if ratio <= TARGET else 1


if __name__ == "__main__":
    raise SystemExit(main())
