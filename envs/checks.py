"""What an environment is checked for: each check plays, and tells what it found case by case."""

from __future__ import annotations

import contextlib
import io
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from envs.env import ToolEnv
from envs.schema import check_schema, errors
from envs.types import JSON, Action, Outcome, Task, ToolCall, ToolSpec

if TYPE_CHECKING:
    from numpy.random import Generator

SPLITS = ("train", "test")
UNSOLVABLE = "unsolvable"
"""Tag of a task that nothing solves; its gold, if any, is not expected to pass."""
WALK = 6
"""Longest random walk, in turns."""


@dataclass(frozen=True)
class Subject:
    """What is checked, and with what."""

    build: Callable[[], ToolEnv]
    """Makes a fresh environment."""
    all_tasks: Sequence[Task]
    tasks: Sequence[Task]
    """Those that are played."""
    rng: Generator
    seed: int


Found = Iterator[str | None]
"""One for each case: a problem, or ``None``."""


def _gymnasium(subject: Subject) -> Found:
    from gymnasium.utils.env_checker import check_env as gymnasium_check

    env = subject.build()
    with warnings.catch_warnings(record=True) as caught, contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("always")
        gymnasium_check(env, skip_render_check=env.spec is None)
    yield None
    for warning in caught:
        yield str(warning.message)


def _tasks(subject: Subject) -> Found:
    """Unique ids, known splits, and no task that is in both."""
    ids = Counter(task.id for task in subject.all_tasks)
    opened: dict[str, str] = {}
    if not ids:
        yield "there are no tasks"
    for task in subject.all_tasks:
        known = opened.setdefault(repr(task.messages), task.split)
        if ids[task.id] > 1:
            yield f"{ids[task.id]} tasks have the id {task.id!r}"
        elif task.split not in SPLITS:
            yield f"{task.id}: the split is {task.split!r}; there are 'train' and 'test'"
        elif not task.messages:
            yield f"{task.id}: it has no message"
        elif known != task.split:
            yield f"{task.id}: a task of the split {known!r} has the same messages"
        else:
            yield None


def _schemas(subject: Subject) -> Found:
    env = subject.build()
    for task in subject.tasks:
        observation, _ = env.reset(seed=subject.seed, options={"task": task})
        for spec in observation.tools:
            try:
                check_schema(spec)
            except ValueError as error:
                yield f"{task.id}: {error}"
            else:
                yield None


def _gold(subject: Subject) -> Found:
    """Gold passes."""
    env = subject.build()
    for task in _with_gold(env, subject.tasks):
        left = _play(env, task, task.gold or (), subject.seed)
        if left:
            yield f"{task.id}: the episode ended {left} turns before the gold did"
        elif env.outcome is not Outcome.SUCCESS:
            yield f"{task.id}: gold ends as {env.outcome}"
        else:
            yield None


def _idle(subject: Subject) -> Found:
    """Doing nothing fails where gold has calls."""
    env = subject.build()
    for task in _with_gold(env, subject.tasks):
        if any(action.calls for action in task.gold or ()):
            _play(env, task, (), subject.seed)
            won = env.outcome is Outcome.SUCCESS
            yield f"{task.id}: doing nothing passes" if won else None


def _with_gold(env: ToolEnv, tasks: Iterable[Task]) -> Iterator[Task]:
    if env.outcome_reward:
        yield from (task for task in tasks if task.gold and UNSOLVABLE not in task.tags)


def _play(env: ToolEnv, task: Task, actions: Sequence[Action], seed: int) -> int:
    """Play the actions, then reply with nothing until the end; how many were left over."""
    env.reset(seed=seed, options={"task": task})
    for index, action in enumerate(actions):
        if env.ended:
            return len(actions) - index
        env.step(action)
    while not env.ended:
        env.step(Action())
    return 0


def _snapshots(subject: Subject) -> Found:
    """Restore and step equals a fresh replay, at a random position of a random walk."""
    env, other = subject.build(), subject.build()
    if not (env.world.copyable or env.world.replayable):
        return
    for task in subject.tasks:
        env.reset(seed=subject.seed, options={"task": task})
        walk = list(_walk(env, task, subject.rng))
        if not walk:
            continue
        at = int(subject.rng.integers(len(walk)))
        yield _branches(env, other, task, walk, at, subject.seed)


def _branches(
    env: ToolEnv, other: ToolEnv, task: Task, walk: Sequence[Action], at: int, seed: int
) -> str | None:
    """Compare three ways to the same place: straight, after a detour, in another environment."""
    for each in (env, other):
        each.reset(seed=seed, options={"task": task})
        for action in walk[:at]:
            each.step(action)
    where = f"{task.id}, turn {at}"
    snapshot, before = env.snapshot(), env.state_hash()
    if before != env.state_hash():
        return f"{where}: the state hash changes by itself"
    straight = _outcome(env, walk[at])
    for detour in walk[at + 1 :]:
        if not env.ended:
            env.step(detour)
    env.restore(snapshot)
    if env.state_hash() != before:
        return f"{where}: the state after restore is not the one of the snapshot"
    if _outcome(env, walk[at]) != straight:
        return f"{where}: after restore the same turn goes otherwise; is all that changes in state?"
    if _outcome(other, walk[at]) != straight:
        return f"{where}: a replay in a fresh environment goes otherwise"
    return None


def _outcome(env: ToolEnv, action: Action) -> Any:
    observation, reward, terminated, truncated, info = env.step(action)
    return observation, reward, terminated, truncated, info["errors"], env.state_hash()


def _walk(env: ToolEnv, task: Task, rng: Generator) -> Iterator[Action]:
    """Take random turns, gold ones among them."""
    gold = list(task.gold or ())
    for _ in range(WALK):
        if env.ended:
            return
        use_gold = gold and rng.random() < 0.6
        call = None if use_gold else _valid_call(env, rng)
        if call is None and not use_gold:
            return
        action = gold.pop(0) if call is None else Action(calls=(call,))
        yield action
        env.step(action)


def _valid_call(env: ToolEnv, rng: Generator) -> ToolCall | None:
    """A call of a random tool whose schema can be sampled, if there is one."""
    from envs.sampling import sample

    tools = env.observation.tools
    for index in rng.permutation(len(tools)):
        with contextlib.suppress(ValueError):
            return ToolCall(tools[index].name, sample(tools[index].parameters, rng))
    return None


def _fuzz(subject: Subject) -> Found:
    """Valid calls break nothing; invalid ones are told so and change nothing."""
    env = subject.build()
    for task in subject.tasks:
        env.reset(seed=subject.seed, options={"task": task})
        for _ in range(WALK):
            call = None if env.ended else _valid_call(env, subject.rng)
            if call is None:
                break
            env.step(Action(calls=(call,)))
            yield None
            for action in _invalid(env.observation.tools, call, subject.rng):
                if not env.ended:
                    yield _tells(env, action, task)


def _tells(env: ToolEnv, action: Action, task: Task) -> str | None:
    before = env.state_hash()
    *_, info = env.step(action)
    if not env.world.strict or env.world.single_answer:
        return None
    if not info["errors"]:
        return f"{task.id}: an invalid turn went through: {action}"
    if env.state_hash() != before:
        return f"{task.id}: an invalid turn changed the state: {action}"
    return None


def _invalid(tools: Sequence[ToolSpec], call: ToolCall, rng: Generator) -> Iterator[Action]:
    yield Action("[f(", error="the brackets do not match")
    yield Action(calls=(ToolCall("no such tool", call.arguments),))
    schema = next(spec.parameters for spec in tools if spec.name == call.name)
    odd: list[JSON] = [None, [], {"deep": [[]]}, "\x00", -1, float("nan"), 1e300, 10**400]
    for name in [*call.arguments, "no such argument"]:
        value = odd[int(rng.integers(len(odd)))]
        wrong = {**call.arguments, name: value}
        if errors(wrong, schema):
            yield Action(calls=(ToolCall(call.name, wrong),))


def _pickles(subject: Subject) -> Found:
    """An environment survives the way to a worker process."""
    import cloudpickle  # type: ignore[import-untyped]

    env = subject.build()
    if not subject.tasks or not env.world.copyable:
        return
    env.reset(seed=subject.seed, options={"task": subject.tasks[0]})
    twin: ToolEnv = cloudpickle.loads(cloudpickle.dumps(env))
    yield None if twin.state_hash() == env.state_hash() else "pickling changes the state"


CHECKS: dict[str, Callable[[Subject], Found]] = {
    "gymnasium": _gymnasium,
    "tasks": _tasks,
    "schemas": _schemas,
    "gold passes": _gold,
    "doing nothing fails": _idle,
    "snapshots": _snapshots,
    "fuzz": _fuzz,
    "pickle": _pickles,
}
