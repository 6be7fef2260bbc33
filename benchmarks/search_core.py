"""What the search itself costs: simulations per second without a model, and memory.

    python benchmarks/search_core.py [--out benchmarks/results/search_core.json]

Speed: a toy problem, single steps and whole answers, journal off and on. Memory: 2,000 finished
trees of 64 simulations over prompts of 2,000 tokens, kept at once, as a scheduler would at worst;
the growth of the process's resident memory is taken. Target: under 2 GB.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import random
import statistics
import tempfile
import time
from pathlib import Path

from agents.search import JournaledProblem, Prompt, SearchConfig, SearchProblem, Step, run_search
from envs.common.runs import JsonlLog

TARGET = 2.0
TREES, SIMULATIONS, PROMPT = 2000, 64, 2000


class Toy(SearchProblem):
    """Answers of three steps of some twenty tokens over a large vocabulary; nothing repeats."""

    def __init__(self, seed: int, prompt: int) -> None:
        rng = random.Random(seed)
        ids = tuple(rng.randrange(1000, 128_000) for _ in range(prompt))
        self.prompt = Prompt(ids, "word " * (prompt // 2) + str(seed))

    def expand(self, ask):
        """Whole answers, or one step each."""
        rng = random.Random(ask.seed)
        return [self.chain(ask, rng) for _ in range(ask.n)]

    def chain(self, ask, rng: random.Random) -> list[Step]:
        """One sample."""
        depth, steps = ask.node.depth, []
        for at in range(depth, 3 if ask.to_end else depth + 1):
            ids = tuple(rng.randrange(1000, 128_000) for _ in range(20))
            text = f"call_{ids[0]}(argument={ids[1]}, other='{ids[2]} and {ids[3]}', last={ids[4]})"
            score = float(rng.random() < 0.3) if at == 2 else None
            steps.append(Step(text, ids, -rng.random() * 20, terminal=at == 2, score=score))
        return steps

    def self_eval(self, ask) -> float:
        """Any number will do."""
        return random.Random(ask.seed).random()


def speed(config: SearchConfig, *, journal: bool = False, repeats: int = 5) -> dict[str, float]:
    """Medians over whole searches; CPU time, since the machine may be shared."""
    simulations, nodes = [], []
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(repeats):
            problem = Toy(seed, PROMPT)
            if journal:
                problem = JournaledProblem(problem, JsonlLog(Path(folder) / f"{seed}.jsonl"))
            started = time.process_time()
            tree = run_search(problem, config, seed=seed)
            seconds = time.process_time() - started
            simulations.append(tree.root.visits / seconds)
            nodes.append(len(tree.nodes) / seconds)
    return {
        "simulations_per_second": round(statistics.median(simulations)),
        "nodes_per_second": round(statistics.median(nodes)),
    }


def memory(mode: str, trees: int) -> dict[str, float]:
    """In a process of its own: resident memory that the trees take."""
    config = SearchConfig(mode=mode, samples=8, simulations=SIMULATIONS, wave=4)
    problems = [Toy(seed, PROMPT) for seed in range(trees // 4)]  # four trees a prompt
    gc.collect()
    before = _resident()
    kept = [run_search(problems[n % len(problems)], config, task=str(n)) for n in range(trees)]
    gc.collect()
    taken = _resident() - before
    nodes = sum(len(tree.nodes) for tree in kept)
    assert all(tree.root.visits == SIMULATIONS for tree in kept)
    return {
        "trees": trees,
        "nodes": nodes,
        "gigabytes": round(taken / 1e9, 3),
        "bytes_per_node": round(taken / nodes),
    }


def _resident() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("no VmRSS: this benchmark needs Linux")


def _apart(mode: str, trees: int) -> dict[str, float]:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(memory, mode, trees).result()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trees", type=int, default=TREES)
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results/search_core.json"))
    args = parser.parse_args()
    step = SearchConfig(mode="step", samples=10, simulations=1000, wave=4)
    trie = SearchConfig(samples=10, simulations=1000, wave=4)
    results = {
        "python": platform.python_version(),
        "cpus": os.cpu_count(),
        "speed": {
            "step": speed(step),
            "trie": speed(trie),
            "step, 64 simulations": speed(SearchConfig(mode="step", samples=8), repeats=25),
            "trie, journal": speed(trie, journal=True),
        },
        "memory": {mode: _apart(mode, args.trees) for mode in ("step", "trie")},
        "target_gigabytes": TARGET,
    }
    print(json.dumps(results, indent=1))
    args.out.write_text(json.dumps(results, indent=1) + "\n")
    fits = all(row["gigabytes"] < TARGET for row in results["memory"].values())
    return 0 if fits else 1


if __name__ == "__main__":
    raise SystemExit(main())
