"""What `ToolEnv.step` costs beside what it cannot do without: the check of a call and the call.

    python benchmarks/step_cost.py [--out benchmarks/results/step_cost.json]

A step with one call in the bank, of a tool that looks something up and of one that changes the
books, against the check of the same arguments by a prepared jsonschema validator plus the plain
method call, in turn and in the same run; CPU time, the least of many repeats, since the machine may
be shared. Target: at most 2. Beside it the same with the check that the environment really makes,
`envs.schema.errors`, which is much faster than jsonschema on plain schemas.

With ``--others PYTHON``, an interpreter that has verifiers installed, its step is timed there
(benchmarks/step_cost_others.py) and put beside ours. tau2-bench is not on the package index.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from envs import Action, ToolCall, make
from envs.schema import errors
from envs.state import copied

TARGET = 2.0
BATCH, REPEATS = 12, 400


def least(work: Callable[[], None], prepare: Callable[[], None]) -> float:
    """Microseconds of one of `BATCH` runs of the work, the least of many batches."""
    best = float("inf")
    for _ in range(REPEATS):
        prepare()
        started = time.process_time_ns()
        for _ in range(BATCH):
            work()
        best = min(best, time.process_time_ns() - started)
    return best / BATCH / 1000


def case(name: str, arguments: dict[str, Any]) -> dict[str, float]:
    env = make("itool/Bank-v0", max_turns=10**6)
    task = next(iter(env.tasks.values()))
    action = Action(calls=(ToolCall(name, arguments),))

    def fresh() -> None:
        env.reset(seed=0, options={"task": task})

    fresh()
    spec = next(spec for spec in env.observation.tools if spec.name == name)
    validator = Draft202012Validator(spec.parameters)
    method = getattr(env.world, name)
    *_, info = env.step(action)
    assert not info["errors"] and validator.is_valid(arguments), info

    found = {
        "step": least(lambda: env.step(action), fresh),
        "jsonschema": least(lambda: validator.is_valid(arguments), lambda: None),
        "our check": least(lambda: errors(arguments, spec.parameters), lambda: None),
        "plain call": least(lambda: method(**arguments), fresh),
        "copy of the arguments": least(lambda: copied(arguments), lambda: None),
    }
    found["ratio"] = found["step"] / (found["jsonschema"] + found["plain call"])
    found["ratio, our check"] = found["step"] / (found["our check"] + found["plain call"])
    return {key: round(value, 3) for key, value in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results/step_cost.json"))
    parser.add_argument("--others", help="a Python that has verifiers")
    options = parser.parse_args()
    env = make("itool/Bank-v0")
    env.reset(seed=0, options={"task": next(iter(env.tasks))})
    one, two, *_ = env.world.state["accounts"]
    cases = {
        "account (one argument)": case("account", {"number": one}),
        "transfer (three arguments)": case("transfer", {"source": one, "target": two, "amount": 1}),
    }
    for name, found in cases.items():
        print(name)
        for key, value in found.items():
            print(f"  {key:<24}{value:9.2f}{'' if 'ratio' in key else ' µs'}")
    worst = max(found["ratio"] for found in cases.values())
    print(f"step / (jsonschema + plain call): at most {worst:.2f}, target {TARGET}")
    others: dict[str, Any] = {}
    if options.others:
        script = Path(__file__).with_name("step_cost_others.py")
        done = subprocess.run([options.others, str(script)], capture_output=True, check=True)
        others = json.loads(done.stdout.splitlines()[-1])
        for name, found in others.items():
            print(f"{name}: {found}")
    result = {
        "python": platform.python_version(),
        "cpus": os.cpu_count(),
        "microseconds": cases,
        "worst ratio": worst,
        "target": TARGET,
        "met": worst <= TARGET,
        "others": others,
    }
    options.out.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
