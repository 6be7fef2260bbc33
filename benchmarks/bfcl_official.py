"""One run, judged by `python -m eval.bfcl` and by the official package's own evaluator.

    python benchmarks/bfcl_official.py RUN --official-python /path/to/bin/python --out result.json

RUN is a run folder of `python -m eval.bfcl`. Its answers are exported as official results, the
official evaluator (a process of its own, in an environment with `bfcl-eval` installed) scores
them, and the verdicts are compared answer by answer: the table has a line for each category.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from envs.common.runs import RunFolder
from eval.bfcl.categories import category_of
from eval.bfcl.command import EXPORTED_AS
from eval.bfcl.command import main as bfcl
from eval.runner import VERDICTS


def official_verdicts(
    home: Path, model: str, categories: list[str], python: str
) -> dict[str, dict[str, Any]]:
    """Category -> its accuracy, the number of its answers and the ids that are wrong."""
    command = [python, "-W", "ignore", "-m", "bfcl_eval.eval_checker.eval_runner"]
    command += ["--model", model, "--test-category", *categories, "--partial-eval"]
    environment = {
        **os.environ,
        "BFCL_PROJECT_ROOT": str(home),
        "PYTHONPATH": "",
        "OPENAI_API_KEY": "unused",
    }
    done = subprocess.run(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode:
        raise SystemExit(f"the official evaluator failed:\n{done.stdout[-3000:]}")
    found: dict[str, dict[str, Any]] = {}
    for path in (home / "score").rglob("BFCL_v4_*_score.json"):
        head, *wrong = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        category = path.name.removeprefix("BFCL_v4_").removesuffix("_score.json")
        found[category] = {
            "accuracy": head["accuracy"],
            "n": head["total_count"],
            "wrong": {row["id"] for row in wrong},
        }
    return found


def compare(
    ours: Mapping[str, bool], official: Mapping[str, Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """A row for each category: counts of both sides and the ids on which they differ."""
    table = []
    for category in dict.fromkeys(map(category_of, ours)):
        own = {task: valid for task, valid in ours.items() if category_of(task) == category}
        theirs = official.get(category, {"accuracy": None, "n": 0, "wrong": set()})
        unknown = theirs["n"] != len(own)
        table.append(
            {
                "category": category,
                "n": len(own),
                "official n": theirs["n"],
                "right": sum(own.values()),
                "official right": theirs["n"] - len(theirs["wrong"]),
                "official accuracy": theirs["accuracy"],
                "differing": sorted(
                    task
                    for task, valid in own.items()
                    if unknown or valid == (task in theirs["wrong"])
                ),
            }
        )
    return table


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("run", type=Path, help="run folder of eval.bfcl")
    parser.add_argument("--official-python", required=True, help="interpreter with bfcl-eval")
    parser.add_argument("--out", type=Path, help="write the table to this file as JSON")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        result = judge_twice(args.run, Path(home), args.official_python)
    differing = sum(len(row["differing"]) for table in result["agents"].values() for row in table)
    print(f"\n{'every verdict is the same' if not differing else f'{differing} verdicts differ'}")
    if args.out:
        args.out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    return 1 if differing else 0


def judge_twice(run: Path, home: Path, python: str) -> dict[str, Any]:
    """Export the answers of a run, have them judged by both sides and print the tables."""
    scored, exported = RunFolder(home / "scored"), home / "official"
    _, manifest = RunFolder.open(run)
    command = ["--responses", str(run), "--out", str(scored.path)]
    if bfcl([*command, "--export-official", str(exported), "--json"]) == 2:
        raise SystemExit(2)
    model = EXPORTED_AS[manifest["config"]["mode"]]
    verdicts = list(scored.log(VERDICTS).read())
    agents: dict[str, list[dict[str, Any]]] = {}
    for agent in dict.fromkeys(verdict["agent"] for verdict in verdicts):
        own = [v for v in verdicts if v["agent"] == agent]
        ours = {v["task"]: v["valid"] for v in own if v["valid"] is not None and not v["overflow"]}
        categories = list(dict.fromkeys(map(category_of, ours)))
        official = official_verdicts(exported / agent, model, categories, python)
        agents[agent] = compare(ours, official)
        print(f"\n{agent}: {len(ours)} answers, {len(own) - len(ours)} without one left out")
        print(f"{'category':<24} {'n':>5} {'right':>6} {'official':>9} {'differing':>10}")
        for row in agents[agent]:
            print(
                f"{row['category']:<24} {row['n']:>5} {row['right']:>6} "
                f"{row['official right']:>9} {len(row['differing']):>10}"
            )
    engine = {name: value for name, value in manifest["engine"].items() if name != "source"}
    return {"engine": engine, "sample": manifest["sample"], "agents": agents}


if __name__ == "__main__":
    raise SystemExit(main())
