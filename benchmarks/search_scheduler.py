"""How full the scheduler keeps an engine: 64 trees on 16 slots, on a clock that only counts.

    python benchmarks/search_scheduler.py

The engine has so many slots, each of which writes so many tokens a second after a random latency;
no model runs and no time passes. Digests of the trees have to be the same under other latencies.
"""

from __future__ import annotations

import asyncio
import json
import random
import selectors
from pathlib import Path
from typing import Any

from agents.engines.base import Completion, Request
from agents.engines.scripted import END, ScriptedEngine
from agents.formats import get_format
from agents.policies import Policy, Sampling, derive_seed
from agents.search.config import SearchConfig
from agents.search.env_problem import EnvProblem, ProblemConfig
from agents.search.judge import Critic
from agents.search.scheduler import Gauge, Job, Result, Scheduler
from envs.env import ToolEnv
from envs.types import Message, ToolCall, ToolSpec
from training.answers import Answers, task_of
from training.rows import Row

RESULT = Path(__file__).parent / "results" / "search_scheduler.json"
INTEGER = {"type": "integer"}
ADD = ToolSpec("add", "Add.", {"type": "object", "properties": {"a": INTEGER, "b": INTEGER}})


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock jumps to the next thing that is due."""

    def __init__(self) -> None:
        super().__init__(_Jumping(self))
        self.now = 0.0

    def time(self) -> float:
        """Seconds that were counted."""
        return self.now


class _Jumping(selectors.DefaultSelector):
    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> Any:
        ready = super().select(0)
        if timeout and not ready:
            self._loop.now += timeout
        return ready


class SlotEngine(ScriptedEngine):
    """Random answers, by the request's seed, that take their time."""

    def __init__(self, slots: int, rate: float, latency: int) -> None:
        super().__init__([""])
        self._free = asyncio.Semaphore(slots)
        self._rate, self._latency = rate, random.Random(latency)

    async def generate(self, request: Request) -> list[Completion]:
        """The answers, each when its slot is done."""
        return list(await asyncio.gather(*(self._one(request, k) for k in range(request.n))))

    async def _one(self, request: Request, k: int) -> Completion:
        answer = _answer(request, random.Random(derive_seed(request.seed, k)))
        async with self._free:
            await asyncio.sleep(self._latency.expovariate(20) + len(answer.ids) / self._rate)
        return answer


def _answer(request: Request, rng: random.Random) -> Completion:
    """A letter for the judge, otherwise a list of two calls or the rest of one."""
    calls = [f"add(a={rng.randrange(4)}, b={rng.randrange(4)})" for _ in range(2)]
    begun = bytes(i for i in (request.ids or ()) if i < END).decode().rpartition("Assistant:")[2]
    text = f"{calls[1]}]" if begun.startswith("[") else f"[{', '.join(calls)}]"
    ids = (*text.encode(), END)[: request.max_tokens]
    return Completion(
        text,
        finish="stop" if ids[-1] == END else "length",
        ids=ids,
        logprobs=tuple(-rng.random() for _ in ids),
        prompt_ids=request.ids or (),
        label_logprobs=tuple(-0.7 - rng.random() for _ in request.label_ids),
    )


def jobs(engine: Gauge, trees: int) -> list[Job]:
    policy = Policy(engine, get_format("python"), sampling=Sampling(1.0, 1.0, 64))
    calls = (ToolCall("add", {"a": 1, "b": 2}), ToolCall("add", {"a": 3, "b": 0}))
    rows = [Row(f"row{i}", (ADD,), (Message("user", f"{i}?"),), calls) for i in range(trees)]
    world, config, critic = Answers(rows), ProblemConfig(outcome=True), Critic(engine)

    def job(row: Row) -> Job:
        def opened() -> EnvProblem:
            return EnvProblem(
                lambda: ToolEnv(world), task_of(row), policy, critic=critic, config=config
            )

        return Job(row.id, opened)

    return [job(row) for row in rows]


def run(
    trees: int = 64, slots: int = 16, *, latency: int = 0, config: SearchConfig | None = None
) -> tuple[list[Result], dict[str, float]]:
    """Search on the counting clock; the results, and how full the engine was."""
    loop = VirtualLoop()
    config = config or SearchConfig(simulations=32, samples=8, self_eval="all")
    try:
        gauge = Gauge(SlotEngine(slots, rate=50.0, latency=latency), slots, clock=loop.time)
        scheduler = Scheduler(gauge, config)
        results = loop.run_until_complete(scheduler.run(jobs(gauge, trees)))
        return results, gauge.usage()
    finally:
        loop.close()


def digests(results: list[Result]) -> list[str | None]:
    return [result.tree.digest() if result.tree else result.error for result in results]


def main() -> None:
    table: dict[str, Any] = {}
    for trees, slots in ((64, 16), (16, 16), (1, 16)):
        results, usage = run(trees, slots)
        other, _ = run(trees, slots, latency=1)
        same = digests(results) == digests(other)
        table[f"{trees} trees on {slots} slots"] = {**usage, "same under other latencies": same}
    RESULT.write_text(json.dumps(table, indent=1) + "\n")
    print(json.dumps(table, indent=1))


if __name__ == "__main__":
    main()
