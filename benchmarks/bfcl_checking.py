"""How fast BFCL answers are checked, beside the official package on the same rows.

    python benchmarks/bfcl_checking.py --rows cases.jsonl --official-python /path/to/bin/python

ROWS has one object a line: `category`, `id`, `response`, and `valid` and `error_type` where known.
The second interpreter belongs to an environment with the official `bfcl-eval` package (installed
with its parsers; the model handlers it would need for generation are not imported). Each side is
one process that loads everything first and then checks all rows once per repeat, taking turns.
Imports and loading are reported apart. Nothing is remembered between rows or repeats.
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
Check = Callable[[dict[str, Any]], Verdict]


def load_ours(rows: Sequence[dict[str, Any]], data: str | None) -> Check:
    from envs.common.assets import locate
    from eval.bfcl.data import load
    from eval.bfcl.verdict import judge

    root = Path(data) if data else locate("bfcl-eval")
    categories = {row["category"] for row in rows}
    entries = {entry.id: entry for name in categories for entry in load(root, name)}

    def check(row: dict[str, Any]) -> Verdict:
        entry = entries[row["id"]]
        verdict = judge(row["category"], entry.functions, entry.truth, row["response"])
        return verdict.valid, verdict.error_type

    return check


def load_official(rows: Sequence[dict[str, Any]]) -> Check:
    """The official functions in the order of the official runner."""
    import types

    # The registry of models imports every vendor's client. The checker asks it one thing: whether
    # the model writes "_" for "." in names, which models in prompting mode do not.
    registry = types.ModuleType("bfcl_eval.constants.model_config")
    model = types.SimpleNamespace(underscore_to_dot=False)
    registry.MODEL_CONFIG_MAPPING = {"model": model}  # type: ignore[attr-defined]
    sys.modules[registry.__name__] = registry

    from bfcl_eval.constants.enums import Language, ReturnFormat
    from bfcl_eval.eval_checker.ast_eval.ast_checker import ast_checker
    from bfcl_eval.model_handler.utils import default_decode_ast_prompting as decode
    from bfcl_eval.utils import (
        is_empty_output,
        is_function_calling_format_output,
        load_dataset_entry,
        load_ground_truth_entry,
    )

    docs, truths = {}, {}
    for name in {row["category"] for row in rows}:
        entries = load_dataset_entry(name, include_language_specific_hint=False)
        docs.update((entry["id"], entry["function"]) for entry in entries)
        if "relevance" not in name:
            answers = load_ground_truth_entry(name)
            truths.update(
                (entry["id"], answer["ground_truth"])
                for entry, answer in zip(entries, answers, strict=True)
            )
    languages = {
        "simple_java": (ReturnFormat.JAVA, Language.JAVA),
        "simple_javascript": (ReturnFormat.JAVASCRIPT, Language.JAVASCRIPT),
    }
    python = (ReturnFormat.PYTHON, Language.PYTHON)

    def check(row: dict[str, Any]) -> Verdict:
        name = row["category"]
        return_format, language = languages.get(name, python)
        try:
            calls = decode(row["response"], return_format, False)
            failed = False
        except Exception:
            calls, failed = None, True
        if "relevance" in name:
            called = not failed and not is_empty_output(calls)
            if "irrelevance" in name:
                return not called, "irrelevance_error:decoder_success" if called else None
            return called, None if called else "relevance_error:decoder_failed"
        if failed:
            return False, "ast_decoder:decoder_failed"
        if not is_function_calling_format_output(calls):
            return False, "ast_decoder:decoder_wrong_output_format"
        result = ast_checker(docs[row["id"]], calls, truths[row["id"]], language, name, "model")
        return result["valid"], result.get("error_type") if not result["valid"] else None

    return check


def serve(side: str, rows_file: str, data: str | None) -> None:
    """Load, report, then check all rows once for every line that comes in."""
    start = time.perf_counter()
    rows = [json.loads(line) for line in Path(rows_file).read_text(encoding="utf-8").splitlines()]
    with contextlib.redirect_stdout(io.StringIO()):
        check = load_ours(rows, data) if side == "ours" else load_official(rows)
    ready = {"load_s": time.perf_counter() - start, "python": platform.python_version()}
    print(json.dumps(ready), flush=True)
    for _ in sys.stdin:
        with contextlib.redirect_stdout(io.StringIO()):  # the official converters print
            start = time.perf_counter()
            verdicts = [check(row) for row in rows]
            seconds = time.perf_counter() - start
        right = sum(
            verdict == (row["valid"], row["error_type"])
            for row, verdict in zip(rows, verdicts, strict=True)
            if "valid" in row
        )
        print(json.dumps({"seconds": seconds, "as_expected": right}), flush=True)


def measure(args: argparse.Namespace) -> dict[str, Any]:
    pythons = {"ours": sys.executable, "official": args.official_python}
    servers: dict[str, subprocess.Popen[str]] = {}
    results: dict[str, dict[str, Any]] = {}
    for side, python in pythons.items():
        command = [python, "-W", "ignore", __file__, "--serve", side, "--rows", args.rows]
        command += ["--data", args.data] if args.data and side == "ours" else []
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
    with open(args.rows, encoding="utf-8") as file:
        count = sum(1 for _ in file)
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


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rows", required=True, help="JSON lines with answers")
    parser.add_argument("--official-python", help="interpreter with bfcl-eval")
    parser.add_argument("--data", help="folder of the official data, for our side")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--out", help="write the numbers to this file as JSON")
    parser.add_argument("--serve", choices=("ours", "official"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.serve:
        serve(args.serve, args.rows, args.data)
        return 0
    if not args.official_python:
        parser.error("--official-python is needed")
    result = measure(args)
    for side in ("ours", "official"):
        numbers = result[side]
        print(
            f"{side:<9} {numbers['rows_per_s']:>8,.0f} rows/s  "
            f"{numbers['as_expected']:,} of {result['rows']:,} as expected  "
            f"(loading {numbers['load_s']:.2f} s, Python {numbers['python']})"
        )
    low, high = min(result["ratios"]), max(result["ratios"])
    print(f"ratio     {result['ratio']:.2f} ({low:.2f} to {high:.2f} over {args.repeats} repeats)")
    if args.out:
        Path(args.out).write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
