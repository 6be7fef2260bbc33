"""Whether the same model answers alike through transformers, vLLM, and a vLLM server.

    python benchmarks/engines_agree.py [--model FOLDER] [--limit 50] [--max-tokens 64] [--out FILE]

Greedy answers to the same BFCL prompts, compared id by id. Where two differ, the log-probabilities
of the two tokens at the first difference say whether it was a tie: both as one engine sees them
after the ids they share. Needs vllm in the running interpreter; the engines run one after another.
"""

from __future__ import annotations

import argparse
import itertools
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from vllm_server import serving

TIE = 1e-3
"""Largest difference of two log-probabilities that rounding may turn round."""


def requests(limit: int, max_tokens: int) -> list[Any]:
    from agents.engines.base import Request
    from envs.common.assets import locate
    from eval.bfcl.suite import BFCL

    tasks = BFCL(locate("bfcl-eval"), limit=limit).tasks
    return [Request(task.messages, max_tokens=max_tokens) for task in tasks]


def ask(name: str, asked: Sequence[Any], model_name: str | None = None) -> list[Any]:
    """The greedy answers of an engine, which is closed again."""
    from agents.engines import open_engine
    from agents.engines.base import generate_all, run

    engine = open_engine(name, model_name=model_name)
    try:
        return [answers[0] for answers in generate_all(engine, asked)]
    finally:
        run(engine.aclose())


def part(ours: Any, theirs: Any) -> int | None:
    """Where two answers differ first, if they do."""
    pairs = enumerate(itertools.zip_longest(ours.ids, theirs.ids))
    return next((at for at, (a, b) in pairs if a != b), None)


def judge(model: str, answers: dict[str, list[Any]]) -> list[dict[str, Any]]:
    """Every difference, with the log-probabilities of both tokens as transformers gives them."""
    from agents.engines import open_engine
    from agents.engines.base import run, score_all

    differences = []
    for first, second in itertools.combinations(answers, 2):
        for task, (ours, theirs) in enumerate(zip(answers[first], answers[second], strict=True)):
            at = part(ours, theirs)
            if at is not None:
                tokens = [answer.ids[at : at + 1] for answer in (ours, theirs)]
                row = {"pair": [first, second], "task": task, "at": at, "tokens": tokens}
                row["same_prompt"] = ours.prompt_ids == theirs.prompt_ids
                row["prefix"] = [*ours.prompt_ids, *ours.ids[:at]]
                differences.append(row)
    engine = open_engine(f"hf:{model}")
    try:
        for row in differences:
            prefix = row.pop("prefix")
            pairs = [(prefix, token) for token in row["tokens"]]
            row["logprobs"] = [scores[0] if scores else None for scores in score_all(engine, pairs)]
            known = [value for value in row["logprobs"] if value is not None]
            row["tie"] = len(known) == 2 and abs(known[0] - known[1]) < TIE
    finally:
        run(engine.aclose())
    return differences


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--model", help="a model folder; the demo model by default")
    parser.add_argument("--limit", type=int, default=50, help="tasks")
    parser.add_argument("--max-tokens", type=int, default=64)
    parser.add_argument("--out", type=Path, help="write the numbers to this file as JSON")
    args = parser.parse_args()
    from agents.engines.demo import demo_model_folder

    model = args.model or str(demo_model_folder())
    asked = requests(args.limit, args.max_tokens)
    answers = {name: ask(f"{name}:{model}", asked) for name in ("hf", "vllm")}
    with tempfile.TemporaryDirectory() as folder, serving(model, Path(folder) / "log") as url:
        answers["http"] = ask(url, asked, model)
    differences = judge(model, answers)
    result: dict[str, Any] = {"model": model, "tasks": len(asked), "max_tokens": args.max_tokens}
    result["equal"] = {}
    for first, second in itertools.combinations(answers, 2):
        own = [row for row in differences if row["pair"] == [first, second]]
        ties = sum(row["tie"] for row in own)
        result["equal"][f"{first}-{second}"] = len(asked) - len(own)
        print(f"{first} and {second}: {len(asked) - len(own)} of {len(asked)} equal, {ties} ties")
    for row in differences:
        what = "a tie" if row["tie"] else "NOT a tie"
        print(f"  {row['pair']} task {row['task']} token {row['at']}: {row['logprobs']}, {what}")
    if args.out:
        text = json.dumps({**result, "differences": differences}, indent=2)
        args.out.write_text(text + "\n", encoding="utf-8")
    return 0 if all(row["tie"] for row in differences) else 1


if __name__ == "__main__":
    raise SystemExit(main())
