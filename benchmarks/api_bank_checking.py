"""How fast API-Bank answers are judged: this project beside the official program.

    python benchmarks/api_bank_checking.py --data PATH [--rows FILE]
    python benchmarks/api_bank_checking.py --data PATH --official api-bank --official-python PYTHON

Both judge the same rows of levels 1 and 2 that ask for a call, in processes of their own, one pass
after the other. The official program needs its own packages and its checkout (``--official``).
Where there is none, its side is the 25 rows/s that were once measured elsewhere, and is labelled
so. A pass is timed with everything loaded; loading is told apart. The first pass of ours embeds
the keywords of tool searches, later ones remember them: both are given.
"""

from __future__ import annotations

import argparse
import contextlib
import copy
import io
import json
import os
import platform
import statistics
import subprocess
import sys
import time
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

MEASURED_ELSEWHERE = 25.0
"""Rows a second of the official program, measured on another machine."""

Check = Callable[[dict[str, Any]], bool]


def read_rows(path: Path) -> list[dict[str, Any]]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [row for row in rows if row["level"] < 3]


def load_ours(data: Path) -> Check:
    from eval.api_bank.data import find_root, load, open_library, recorded_services, samples
    from eval.api_bank.verdict import judge

    root = find_root(data)
    dialogues = [dialogue for level in (1, 2) for dialogue in load(root, level)]
    asked = {(d.level, d.file, s.id): s for d in dialogues for s in samples(d)}
    library = open_library(1, root, services=recorded_services(dialogues))
    library.finder.find("ready")  # loads the model

    def check(row: dict[str, Any]) -> bool:
        sample = asked[row["level"], row["file"], row["sample_id"]]
        return judge(sample, row["response"], library).correct

    return check


def load_official(checkout: Path) -> Check:
    """The official evaluator, run as its script runs it."""
    os.chdir(checkout)
    sys.path.insert(0, str(checkout))
    models = types.ModuleType("utils")  # imports the clients of vendors; nothing here asks a model
    for name in ("ChatGPTWrapper", "DavinciWrapper", "GPT4Wrapper"):
        setattr(models, name, object)
    sys.modules["utils"] = models
    from evaluator import Evaluator, Sample, get_api_call  # type: ignore[import-not-found]

    evaluators: dict[tuple[int, str], Any] = {}
    folders = {1: "level-1-given-desc", 2: "level-2-toolsearcher"}

    def check(row: dict[str, Any]) -> bool:
        key = row["level"], row["file"]
        if key not in evaluators:
            path = Path("lv1-lv2-samples", folders[row["level"]], row["file"])
            lines = path.read_text(encoding="utf-8").splitlines()
            samples = Sample.from_chat_history([json.loads(line) for line in lines])
            evaluators[key] = Evaluator(samples)
        call = get_api_call(row["response"])
        if not call:
            return False
        evaluator = evaluators[key]
        sample = evaluator.dataset[row["sample_id"]]
        truth = sample.ground_truth
        sample.ground_truth = copy.deepcopy(truth)  # some comparisons change it
        try:
            return bool(evaluator.evaluate(row["sample_id"], call)[0])
        except Exception:
            return False  # the official program would end here
        finally:
            sample.ground_truth = truth

    return check


def serve(side: str, data: Path, rows_file: Path, checkout: Path | None) -> None:
    """Load, report, then judge all rows once for every line that comes in."""
    start = time.perf_counter()
    rows = read_rows(rows_file)
    with contextlib.redirect_stdout(io.StringIO()):
        check = load_official(checkout) if side == "official" and checkout else load_ours(data)
    ready = {"load_s": time.perf_counter() - start, "python": platform.python_version()}
    print(json.dumps(ready), flush=True)
    for _ in sys.stdin:
        with contextlib.redirect_stdout(io.StringIO()):
            start = time.perf_counter()
            verdicts = [check(row) for row in rows]
            seconds = time.perf_counter() - start
        right = sum(v == row["correct"] for v, row in zip(verdicts, rows, strict=True))
        print(json.dumps({"seconds": seconds, "as_expected": right}), flush=True)


def measure(side: str, args: argparse.Namespace) -> dict[str, Any]:
    """Passes of one side; the first is told apart."""
    python = sys.executable if side == "ours" else args.official_python
    command = [python, "-W", "ignore", __file__, "--serve", side]
    command += ["--data", str(args.data), "--rows", str(args.rows)]
    command += ["--official", str(args.official)] if args.official else []
    env = {**os.environ, "OMP_NUM_THREADS": "1"}
    server = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env
    )
    assert server.stdin is not None and server.stdout is not None
    answers = []
    for _ in range(args.repeats + 2):
        line = server.stdout.readline()
        if not line:
            raise SystemExit(f"the {side} side ended early, see above")
        answers.append(json.loads(line))
        print("go", file=server.stdin, flush=True)
    server.stdin.close()
    server.wait()
    ready, first, *later = answers
    count = len(read_rows(args.rows))
    return {
        **ready,
        "rows": count,
        "as_expected": first["as_expected"],
        "first_rows_per_s": count / first["seconds"],
        "rows_per_s": count / statistics.median(answer["seconds"] for answer in later),
    }


def report(side: str, numbers: dict[str, Any]) -> None:
    print(
        f"{side:<9} {numbers['rows_per_s']:>8,.0f} rows/s "
        f"(first pass {numbers['first_rows_per_s']:,.0f})  "
        f"{numbers['as_expected']:,} of {numbers['rows']:,} as expected  "
        f"(loading {numbers['load_s']:.2f} s, Python {numbers['python']})"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", required=True, type=Path, help="the official data")
    parser.add_argument("--rows", type=Path, help="answers (default: cases_dev.jsonl of the data)")
    parser.add_argument("--official", type=Path, help="folder api-bank of a checkout")
    parser.add_argument("--official-python", default=sys.executable, help="with its packages")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--out", type=Path, help="write the numbers to this file as JSON")
    parser.add_argument("--serve", choices=("ours", "official"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    args.data = args.data.resolve()
    args.rows = (args.rows or args.data / "cases_dev.jsonl").resolve()
    args.official = args.official and args.official.resolve()
    if args.serve:
        serve(args.serve, args.data, args.rows, args.official)
        return 0
    result = {"ours": measure("ours", args)}
    report("ours", result["ours"])
    official = MEASURED_ELSEWHERE
    if args.official:
        result["official"] = measure("official", args)
        report("official", result["official"])
        official = result["official"]["rows_per_s"]
    else:
        print(f"official  {official:>8,.0f} rows/s, measured elsewhere, not in this run")
    for name in ("first_rows_per_s", "rows_per_s"):
        pass_name = "first pass" if name.startswith("first") else "later passes"
        print(f"ratio     {result['ours'][name] / official:,.0f} ({pass_name})")
    if args.out:
        args.out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
