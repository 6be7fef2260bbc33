"""Every built-in environment: conformance, and eight of it in processes of their own."""

from __future__ import annotations

from typing import Any

import pytest

from envs import make, make_vec
from envs.check import check_env
from envs.plugins import plugins

pytestmark = pytest.mark.slow

BUILT_IN = sorted(id for id, plugin in plugins().items() if plugin.package == "itool")
OPTIONS: dict[str, dict[str, Any]] = {
    "itool/BFCL-v0": {
        "categories": ("simple_python", "simple_java", "live_irrelevance", "multi_turn_base")
    }
}
"""A category of each kind: all 4,906 tasks take each worker seconds to read."""
WORKERS = 8
STEPS = 6


@pytest.fixture(params=BUILT_IN)
def name(request: pytest.FixtureRequest) -> str:
    """The id of a built-in environment whose data is here."""
    if request.param != "itool/Bank-v0":
        request.getfixturevalue("bfcl_root")
    return str(request.param)


def test_it_keeps_the_rules(name: str) -> None:
    report = check_env(name, limit=20, **OPTIONS.get(name, {}))
    assert report.problems == []
    cases = {row.check: row.cases for row in report.rows}
    assert cases["gymnasium"] == cases["pickle"] == 1
    assert cases["snapshots"] >= 15 and cases["fuzz"] > 0


def test_eight_workers_do_what_eight_environments_do(name: str) -> None:
    options = OPTIONS.get(name, {})
    vector = make_vec(name, WORKERS, mode="async", **options)
    try:
        observations, info = vector.reset(seed=3)
        singles = [make(name, **options) for _ in range(WORKERS)]
        alone = [single.reset(seed=3 + i) for i, single in enumerate(singles)]
        assert list(observations) == [observation for observation, _ in alone]
        assert list(info["task"]) == [told["task"] for _, told in alone]
        assert len(set(info["task"])) > 1
        running = set(range(WORKERS))  # the others have begun another episode
        for number in range(STEPS):
            actions = []
            for single in singles:
                single.action_space.seed(number)
                actions.append(single.action_space.sample())
            observations, rewards, terminated, truncated, _ = vector.step(tuple(actions))
            for i in list(running):
                seen, reward, ended, cut, _ = singles[i].step(actions[i])
                assert observations[i] == seen and rewards[i] == reward
                assert (terminated[i], truncated[i]) == (ended, cut)
                if ended or cut:
                    running.discard(i)
    finally:
        vector.close()
