"""How fast multi-turn conversations of BFCL are judged, beside the official package.

    python benchmarks/bfcl_multi_turn.py --rows cases.jsonl --official-python /path/to/bin/python

ROWS has one conversation a line: `category`, `id`, `turns` (steps as texts, or as lists of call
strings where `mode` is "decoded"), `valid` and `error_type`. Rows with a true `needs_eval` are left
out: the official side runs whatever Python they hold. The second interpreter belongs to an
environment with all of the official `bfcl-eval` package. Each side is one process that loads
everything first and then judges all rows once per repeat, taking turns. The official side gets
fresh instances for every row; ours does so by itself, and works out what the expected calls of an
entry lead to once per repeat.

Also measures what a snapshot, a restore and a step of the environment cost, on all entries.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

Verdict = tuple[bool | None, str | None]
Pass = Callable[[], list[Verdict]]
"""Judges all rows once."""


def load_ours(rows: Sequence[dict[str, Any]], root: Path) -> Pass:
    from eval.bfcl.multi_turn.checker import Checker
    from eval.bfcl.multi_turn.data import load
    from eval.bfcl.multi_turn.steps import Mode

    entries = {e.id: e for name in {row["category"] for row in rows} for e in load(root, name)}
    modes: dict[str, Mode] = {"text": "prompting", "decoded": "decoded"}

    def judge_all() -> list[Verdict]:
        checker = Checker(root)
        verdicts = [
            checker.judge(entries[row["id"]], row["turns"], modes[row["mode"]]) for row in rows
        ]
        return [(verdict.valid, verdict.error_type) for verdict in verdicts]

    return judge_all


def load_official(rows: Sequence[dict[str, Any]]) -> Pass:
    """The official functions in the order of the official runner."""
    from bfcl_eval.eval_checker.multi_turn_eval import multi_turn_utils
    from bfcl_eval.eval_checker.multi_turn_eval.multi_turn_checker import multi_turn_checker
    from bfcl_eval.model_handler.utils import default_decode_execute_prompting as decode
    from bfcl_eval.utils import load_dataset_entry, load_ground_truth_entry

    entries, truths = {}, {}
    for name in {row["category"] for row in rows}:
        questions = load_dataset_entry(name, include_language_specific_hint=False)
        for entry, answer in zip(questions, load_ground_truth_entry(name), strict=True):
            entries[entry["id"]], truths[entry["id"]] = entry, answer["ground_truth"]

    def judge(row: dict[str, Any], model: str) -> Verdict:
        truth = truths[row["id"]]
        if len(row["turns"]) != len(truth):
            return False, "multi_turn:force_terminated"
        decoded: list[list[list[str]]] = []
        for turn in row["turns"]:
            decoded.append([])
            for step in turn:
                with contextlib.suppress(Exception):
                    calls = step if row["mode"] == "decoded" else decode(step)
                    if not multi_turn_utils.is_empty_execute_response(calls):
                        decoded[-1].append(calls)
        entry = entries[row["id"]]
        result = multi_turn_checker(decoded, truth, entry, row["category"], model)
        return result["valid"], result.get("error_type")

    def judge_all() -> list[Verdict]:
        return [judge(row, f"model{number}") for number, row in enumerate(rows)]

    def forget_instances() -> None:
        kept = vars(multi_turn_utils)
        for name in [name for name in kept if name.endswith("_instance")]:
            del kept[name]

    judge_all.after = forget_instances  # type: ignore[attr-defined]
    return judge_all


def serve(side: str, rows_file: str, root: Path | None) -> None:
    """Load, report, then judge all rows once for every line that comes in."""
    start = time.perf_counter()
    rows = read_rows(rows_file)
    with contextlib.redirect_stdout(io.StringIO()):
        judge_all = load_official(rows) if root is None else load_ours(rows, root)
    ready = {"load_s": time.perf_counter() - start, "python": platform.python_version()}
    print(json.dumps(ready), flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        verdicts = judge_all()
        seconds = time.perf_counter() - start
        getattr(judge_all, "after", lambda: None)()
        right = sum(
            verdict == (row["valid"], row["error_type"])
            for row, verdict in zip(rows, verdicts, strict=True)
        )
        print(json.dumps({"seconds": seconds, "as_expected": right}), flush=True)


def read_rows(path: str) -> list[dict[str, Any]]:
    rows = [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]
    return [row for row in rows if not row.get("needs_eval")]


def measure(args: argparse.Namespace, root: Path) -> dict[str, Any]:
    pythons = {"ours": sys.executable, "official": args.official_python}
    servers: dict[str, subprocess.Popen[str]] = {}
    results: dict[str, dict[str, Any]] = {}
    for side, python in pythons.items():
        command = [python, "-W", "ignore", __file__, "--serve", side, "--rows", args.rows]
        command += ["--data", str(root)] if side == "ours" else []
        servers[side] = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        results[side] = {**_answer(servers[side], side), "seconds": []}
    for repeat in range(args.repeats + 1):
        for side, server in servers.items():
            assert server.stdin is not None
            print("go", file=server.stdin, flush=True)
            answer = _answer(server, side)
            results[side]["as_expected"] = answer["as_expected"]
            if repeat:  # the first pass warms up
                results[side]["seconds"].append(answer["seconds"])
    for server in servers.values():
        assert server.stdin is not None
        server.stdin.close()
        server.wait()
    count = len(read_rows(args.rows))
    for result in results.values():
        result["rows_per_s"] = count / statistics.median(result["seconds"])
    ratios = [
        official / ours
        for ours, official in zip(
            results["ours"]["seconds"], results["official"]["seconds"], strict=True
        )
    ]
    return {"rows": count, **results, "ratio": statistics.median(ratios), "ratios": ratios}


def _answer(server: subprocess.Popen[str], side: str) -> dict[str, Any]:
    assert server.stdout is not None
    line = server.stdout.readline()
    if not line:
        raise SystemExit(f"the {side} side ended early, see above")
    answer: dict[str, Any] = json.loads(line)
    return answer


def measure_positions(root: Path) -> dict[str, dict[str, float]]:
    """Microseconds of snapshot, restore and step, by category: median over all gold steps."""
    from envs.env import ToolEnv
    from eval.bfcl import prompts
    from eval.bfcl.categories import MULTI_TURN
    from eval.bfcl.multi_turn.checker import Checker
    from eval.bfcl.multi_turn.data import load
    from eval.bfcl.multi_turn.tasks import make_tasks
    from eval.bfcl.multi_turn.world import MultiTurn

    official, checker = prompts.load(root), Checker(root)
    found = {}
    for name in MULTI_TURN:
        tasks = make_tasks(load(root, name), official, "fc")
        env = ToolEnv(MultiTurn(checker, tasks, mode="fc"), outcome_reward=False)
        spent: dict[str, list[float]] = {"snapshot": [], "restore": [], "step": []}
        for task in tasks:
            env.reset(seed=0, options={"task": task})
            for action in task.gold or ():
                times = [time.perf_counter()]
                snapshot = env.snapshot()
                times.append(time.perf_counter())
                env.restore(snapshot)
                times.append(time.perf_counter())
                env.step(action)
                times.append(time.perf_counter())
                for what, start, end in zip(spent, times, times[1:], strict=False):
                    spent[what].append((end - start) * 1e6)
        found[name] = {what: statistics.median(times) for what, times in spent.items()}
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rows", required=True, help="JSON lines with conversations")
    parser.add_argument("--official-python", help="interpreter with all of bfcl-eval")
    parser.add_argument("--data", type=Path, help="folder of the official data, for our side")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--out", help="write the numbers to this file as JSON")
    parser.add_argument("--serve", choices=("ours", "official"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.serve:
        serve(args.serve, args.rows, args.data)
        return 0
    if not args.official_python:
        parser.error("--official-python is needed")
    from envs.common.assets import locate

    root = args.data or locate("bfcl-eval")
    result = measure(args, root)
    for side in ("ours", "official"):
        numbers = result[side]
        print(
            f"{side:<9} {numbers['rows_per_s']:>8,.0f} rows/s  "
            f"{numbers['as_expected']:,} of {result['rows']:,} as expected  "
            f"(loading {numbers['load_s']:.2f} s, Python {numbers['python']})"
        )
    low, high = min(result["ratios"]), max(result["ratios"])
    print(f"ratio     {result['ratio']:.2f} ({low:.2f} to {high:.2f} over {args.repeats} repeats)")
    result["positions_us"] = measure_positions(root)
    for name, costs in result["positions_us"].items():
        shown = ", ".join(f"{what} {us:,.0f}" for what, us in costs.items())
        print(f"{name:<24} {shown} microseconds (medians)")
    if args.out:
        Path(args.out).write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
