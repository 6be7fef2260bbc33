"""Many searches on one engine, on a clock that only counts."""

from __future__ import annotations

import asyncio
import json

import pytest
from env_toys import Sayings, Shelf, env_of, fumble, policy, shelf_task

from agents.engines.base import EngineError, Request
from agents.search import SearchConfig
from agents.search.env_problem import EnvProblem, ProblemConfig
from agents.search.scheduler import GIVE_UP, Gauge, Job, Journal, Scheduler, Unwritable
from benchmarks.search_scheduler import digests, run
from envs.common.errors import UserError
from envs.types import Task

SMALL = SearchConfig(simulations=12, samples=4)


def jobs(engine, names="abc", world=Shelf):
    task = shelf_task()

    def job(name: str) -> Job:
        own = Task(name, task.messages, task.data, task.gold, task.split)
        config = ProblemConfig(outcome=True)
        return Job(name, lambda: EnvProblem(env_of(world), own, policy(engine), config=config))

    return [job(name) for name in names]


def scheduled(engine, *, names="abc", **options):
    return asyncio.run(Scheduler(Gauge(engine, 4), SMALL, **options).run(jobs(engine, names)))


def test_the_engine_is_kept_full_and_trees_do_not_depend_on_it():
    results, usage = run(64, 16)
    assert usage["utilisation"] >= 0.9
    assert all(result.tree is not None for result in results)
    for result in results:
        result.tree.validate()
    for trees, slots, latency in ((64, 16, 1), (64, 3, 2)):
        assert digests(run(trees, slots, latency=latency)[0]) == digests(results)
    alone, _ = run(1, 16)
    assert digests(alone) == digests(results)[:1]


def test_trees_are_begun_as_the_engine_has_room():
    begun, most = [], 0
    engine = Sayings(fumble)
    gauge = Gauge(engine, slots=4)
    generate = engine.generate

    async def later(request: Request):
        nonlocal most
        most = max(most, gauge.in_flight)
        await asyncio.sleep(0)
        return await generate(request)

    engine.generate = later
    todo = []
    for number, job in enumerate(jobs(gauge, "abcdefghij")):
        todo.append(Job(job.task, lambda job=job: begun.append(job.task) or job.open(), number))
    results = asyncio.run(Scheduler(gauge, SMALL).run(todo))
    assert [result.task for result in results] == list("abcdefghij")
    assert begun[:2] == ["j", "i"]  # the largest first
    assert most <= 8 + SMALL.samples


def test_a_tree_that_fails_is_named_and_the_others_go_on():
    engine = Sayings(fumble)
    todo = jobs(engine)

    def broken():
        raise RuntimeError("no such shelf")

    todo[1] = Job("b", broken)
    seen = []
    scheduler = Scheduler(Gauge(engine), SMALL, on_done=seen.append)
    a, b, c = asyncio.run(scheduler.run(todo))
    assert (b.tree, b.error) == (None, "RuntimeError: no such shelf")
    assert a.tree is not None and c.tree is not None
    assert {result.task for result in seen} == {"a", "b", "c"}


def test_an_engine_that_died_is_not_asked_for_ever():
    engine = Sayings(fumble)
    asked = 0

    async def dead(request):
        nonlocal asked
        asked += 1
        raise EngineError("gone")

    engine.generate = dead
    names = [f"t{i}" for i in range(40)]
    results = scheduled(engine, names=names)
    assert all(result.tree is None for result in results)
    assert asked <= GIVE_UP + 4
    assert results[-1].error == "not begun: the engine fails"


def test_a_killed_run_goes_on_from_its_journal(tmp_path):
    path = tmp_path / "journal.jsonl"
    whole = scheduled(Sayings(fumble), journal=Journal(path))
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[: len(lines) // 2]) + b'{"ta')
    engine = Sayings(fumble)
    scheduler = Scheduler(Gauge(engine, 4), SMALL, journal=Journal(path))
    again = asyncio.run(scheduler.run(jobs(engine)))
    assert digests(again) == digests(whole)
    assert scheduler.replayed == len(lines) // 2
    assert len(path.read_bytes().splitlines()) == len(lines)
    assert json.loads(lines[0])["task"] in "abc"


def test_a_journal_of_something_else(tmp_path):
    path = tmp_path / "journal.jsonl"
    path.write_text('{"key": "x", "answer": {}}\n')
    with pytest.raises(UserError, match=r"journal.jsonl:1: not an answer of a search"):
        Journal(path)


def test_a_full_disk_stops_everything(tmp_path):
    journal = Journal(tmp_path / "gone" / "journal.jsonl")
    with pytest.raises(Unwritable, match="No such file"):
        scheduled(Sayings(fumble), journal=journal)


def test_stopping_leaves_the_journal_whole(tmp_path):
    path = tmp_path / "journal.jsonl"
    engine, waves = Sayings(fumble), 0

    def stop(tree):
        nonlocal waves
        waves += 1
        if waves == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        scheduled(engine, journal=Journal(path), on_wave=stop)
    for line in path.read_text().splitlines():
        json.loads(line)
    assert digests(scheduled(Sayings(fumble), journal=Journal(path))) == digests(
        scheduled(Sayings(fumble))
    )


def test_what_the_gauge_says():
    now = 0.0

    class Slow(Sayings):
        async def generate(self, request):
            nonlocal now
            now += 2.0
            return await super().generate(request)

    gauge = Gauge(Slow(fumble), slots=4, clock=lambda: now)
    asyncio.run(gauge.generate(Request(ids=(*b"Assistant:",), n=2, max_tokens=5, seed=0)))
    now += 2.0
    usage = gauge.usage()
    assert usage == {
        "requests": 1,
        "tokens": 10,
        "seconds": 4.0,
        "tokens per second": 2.5,
        "utilisation": 0.25,
        "sequences in flight": 1.0,
        "share of time idle": 0.5,
    }
