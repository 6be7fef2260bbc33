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
from eval.bfcl.official import write_results
from eval.runner import VERDICTS, read_episodes


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
        table.append(
            {
                "category": category,
                "n": len(own),
                "official n": theirs["n"],
                "right": sum(own.values()),
                "official right": theirs["n"] - len(theirs["wrong"]),
                "official accuracy": theirs["accuracy"],
                "differing": sorted(
                    task for task, valid in own.items() if valid == (task in theirs["wrong"])
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
    folder, manifest = RunFolder.open(args.run)
    calls = manifest["config"]["mode"] == "fc"
    model = EXPORTED_AS["fc" if calls else "prompting"]
    verdicts = list(folder.log(VERDICTS).read())
    episodes = [e for e in read_episodes(folder, "bfcl").values() if e.trial == 0]
    order = {verdict["task"]: place for place, verdict in enumerate(verdicts)}
    result: dict[str, Any] = {"engine": manifest["engine"], "sample": manifest["sample"]}
    differing = 0
    for agent in dict.fromkeys(verdict["agent"] for verdict in verdicts):
        with tempfile.TemporaryDirectory() as home:
            own = [episode for episode in episodes if episode.agent == agent]
            written, left_out = write_results(Path(home), model, own, calls=calls, order=order)
            ours = {
                v["task"]: v["valid"]
                for v in verdicts
                if v["agent"] == agent and v["valid"] is not None and not v["overflow"]
            }
            categories = list(dict.fromkeys(map(category_of, ours)))
            official = official_verdicts(Path(home), model, categories, args.official_python)
        table = compare(ours, official)
        print(f"\n{agent}: {written} answers, {left_out} left out (not answered)")
        print(f"{'category':<24} {'n':>5} {'right':>6} {'official':>9} {'differing':>10}")
        for row in table:
            print(
                f"{row['category']:<24} {row['n']:>5} {row['right']:>6} "
                f"{row['official right']:>9} {len(row['differing']):>10}"
            )
            differing += len(row["differing"]) + abs(row["n"] - row["official n"])
        result[agent] = table
    print(f"\n{'every verdict is the same' if not differing else f'{differing} differ'}")
    if args.out:
        args.out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    return 1 if differing else 0


if __name__ == "__main__":
    raise SystemExit(main())
