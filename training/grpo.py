"""Our environments for TRL's `GRPOTrainer`: tools, prompts and outcome rewards.

TRL owns the loop there: it samples a turn, calls the tools in it and goes on until there are no
calls left. So a conversation ends with the first reply, tasks with more than one request are left
out, and what the model reads is the task's own messages with the tools in its chat template. Only
training tasks are asked. The trainer itself, its losses and its settings are TRL's.

`environment_factory` is experimental in TRL; this is written for 1.16.
"""

from __future__ import annotations

import inspect
import json
import logging
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Literal, Union

from agents.engines.chat import to_chat
from agents.rollout import begin
from envs.common.errors import UserError, suggest
from envs.env import ToolEnv
from envs.openai_messages import call_from_json
from envs.registry import make
from envs.types import JSON, Action, Task, ToolCall, ToolSpec
from envs.world import World, WorldError, reward_of, specs_of

log = logging.getLogger(__name__)

Env = str | type[World]
"""Id of an environment, ``module:World``, or a `World` class."""
_OVER = "Error: the episode is over; nothing was done"
_RECORDED = "recorded"


def grpo_arguments(env: Env, *, limit: int | None = None, seed: int = 0) -> dict[str, Any]:
    """What `GRPOTrainer` needs of an environment: ``GRPOTrainer(model, **grpo_arguments(env))``.

    Args:
        env: which environment.
        limit: at most this many training tasks, in their order.
        seed: of the episodes; all attempts at a task start alike.

    Returns:
        ``train_dataset``, ``environment_factory`` and ``reward_funcs``. Where tools depend on the
        task there is a factory for each set of tools, and the rows name theirs.

    Raises:
        UserError: no such environment, or none of its training tasks can be asked so.
    """
    from envs.common.optional import need

    tasks = training_tasks(env)[:limit]
    factories = environment_factories(env, tasks, seed=seed)
    rows: list[dict[str, JSON]] = []
    for name, factory in factories.items():
        named = {"environment": name} if len(factories) > 1 else {}
        for task in factory.tasks_of():
            rows.append({"prompt": [to_chat(m) for m in task.messages], "task": task.id, **named})
    order = {task.id: number for number, task in enumerate(tasks)}
    rows.sort(key=lambda row: order[row["task"]])
    return {
        "train_dataset": need("datasets", extra="train").Dataset.from_list(rows),
        "environment_factory": factories if len(factories) > 1 else next(iter(factories.values())),
        "reward_funcs": [outcome_reward],
    }


def training_tasks(env: Env) -> list[Task]:
    """The training tasks that can be asked: one request, which opens with plain messages.

    Raises:
        UserError: there are none.
    """
    found, left_out = [], Counter[str]()
    tasks = make(env).tasks.values()
    for task in tasks:
        if task.split != "train":
            continue
        replies = [action for action in (task.gold or ())[:-1] if not action.calls]
        if replies:
            left_out["with more than one request"] += 1
        elif any(message.calls or message.role == "tool" for message in task.messages):
            left_out["that open with calls"] += 1
        else:
            found.append(task)
    told = ", ".join(f"{n} {why}" for why, n in left_out.items())
    if not found:
        splits = ", ".join(sorted({task.split for task in tasks}))
        raise UserError(f"{env}: no training task to ask ({told or f'splits: {splits or None}'})")
    if told:
        log.info("%s: %d training tasks; left out: %s", env, len(found), told)
    return found


def environment_factories(
    env: Env, tasks: Sequence[Task] | None = None, *, seed: int = 0
) -> dict[str, type[TrlEnvironment]]:
    """Classes for ``environment_factory``, one for each set of tools that the tasks offer.

    Args:
        env: which environment.
        tasks: of it; by default the training tasks.
        seed: of the episodes.

    Raises:
        UserError: a task is no training task, or a tool cannot be a Python method.
    """
    tasks = training_tasks(env) if tasks is None else tasks
    for task in tasks:
        if task.split != "train":
            raise UserError(f"task {task.id!r} is for testing; training never touches it")
    groups: dict[str, tuple[Sequence[ToolSpec], dict[str, Task]]] = {}
    probe = make(env)
    always = type(probe.world).specs is World.specs
    for task in tasks:
        specs = specs_of(type(probe.world)) if always else _offered(probe, task)
        key = json.dumps([spec.to_openai() for spec in specs], sort_keys=True)
        groups.setdefault(key, (specs, {}))[1][task.id] = task
    return {
        f"tools-{n}": environment_factory(env, specs, own, seed=seed)
        for n, (specs, own) in enumerate(groups.values(), 1)
    }


def environment_factory(
    env: Env, specs: Sequence[ToolSpec], tasks: Mapping[str, Task], *, seed: int = 0
) -> type[TrlEnvironment]:
    """A class for ``environment_factory``: a method for each tool, and `TrlEnvironment.reset`."""
    members: dict[str, Any] = {"_source": env, "_tasks": tasks, "_seed": seed}
    # TRL goes by the name of the function, so a tool may be called reset or math.add.
    members |= {f"tool_{n}": _method(spec) for n, spec in enumerate(specs)}
    return type("TrlEnvironment", (TrlEnvironment,), members)


class TrlEnvironment:
    """One rollout in TRL's trainer. Subclasses have a method for each tool."""

    _source: ClassVar[Env]
    _tasks: ClassVar[Mapping[str, Task]]
    _seed: ClassVar[int]

    def __init__(self) -> None:
        self._env: ToolEnv = make(self._source, outcome_reward=False)
        self._broken: str | None = "no episode"

    @classmethod
    def tasks_of(cls) -> list[Task]:
        """The tasks that can be set up."""
        return list(cls._tasks.values())

    def reset(self, task: str, **row: JSON) -> None:
        """Set a task up; the prompt is in the row.

        Raises:
            UserError: it is none of the training tasks.
        """
        if task not in self._tasks:
            near = suggest(task, list(self._tasks))
            raise UserError(f"{task!r} is no training task of these environments{near}")
        self._broken = None
        try:
            begin(self._env, self._tasks[task], seed=self._seed, trial=0)
        except WorldError as error:
            self._lost(error)

    def _call(self, name: str, arguments: Mapping[str, JSON]) -> str:
        if self._broken is not None or self._env.ended:
            return _OVER
        if self._env.world.single_answer:
            return _RECORDED
        try:
            observation, *_ = self._env.step(Action(calls=(ToolCall(name, arguments),)))
        except WorldError as error:
            self._lost(error)
            return _OVER
        return observation.messages[-1].content

    def _reward(self, completion: Sequence[Mapping[str, Any]]) -> float | None:
        """The reward after the model's last turn; ``None`` where the machine failed."""
        if self._broken is not None:
            return None
        whole = self._env.world.single_answer
        action = _action(completion[0 if whole else -1]) if completion else None
        try:
            if action is not None and (whole or not action.calls) and not self._env.ended:
                self._env.step(action)
            return reward_of(self._env.score())
        except WorldError as error:
            self._lost(error)
            return None

    def _lost(self, error: WorldError) -> None:
        self._broken = str(error)
        log.warning("an episode was lost and has no reward: %s", error)


def outcome_reward(
    completions: Sequence[Sequence[Mapping[str, Any]]],
    environments: Sequence[TrlEnvironment],
    **_: Any,
) -> list[float | None]:
    """The reward of every rollout: what its world says, in [0, 1].

    0 for a conversation that was cut before a reply. ``None`` where the machine failed: TRL leaves
    such a rollout out of its group's baseline and gives it no advantage.
    """
    return [
        environment._reward(completion)
        for completion, environment in zip(completions, environments, strict=True)
    ]


def _offered(env: ToolEnv, task: Task) -> tuple[ToolSpec, ...]:
    begin(env, task, seed=0, trial=0)
    return env.observation.tools


def _action(message: Mapping[str, Any]) -> Action | None:
    """An assistant message of TRL's as a turn; ``None`` for any other message."""
    if message.get("role") != "assistant":
        return None
    text = message.get("content") or ""
    text = text if isinstance(text, str) else json.dumps(text)
    try:
        calls = tuple(call_from_json(c, "tool_calls") for c in message.get("tool_calls") or ())
    except ValueError as error:
        return Action(text, error=str(error))
    return Action(text, calls)


# --- tools as methods: TRL has their schemas from signature and docstring


def _method(spec: ToolSpec) -> Callable[..., str]:
    """A tool as a method whose signature and docstring tell its schema.

    What hints cannot say stands in the description of the argument, as JSON Schema.

    Raises:
        UserError: an argument cannot have its name in Python.
    """
    from envs.common.optional import need

    utils = need("transformers.utils", extra="train")
    fields = _fields(spec)
    method = _described(spec, {name: _told(name, field) for name, field in fields.items()})
    seen = utils.get_json_schema(method)["function"]["parameters"]["properties"]
    lost = {name for name, field in fields.items() if _bare(seen[name]) != _bare(field)}
    told = {name: _told(name, field, whole=name in lost) for name, field in fields.items()}
    return _described(spec, told)


def _fields(spec: ToolSpec) -> dict[str, Mapping[str, JSON]]:
    fields = spec.parameters.get("properties", {})
    for name in fields:
        if not re.fullmatch(r"[^\W\d]\w*", name):
            raise UserError(f"tool {spec.name!r}: argument {name!r} cannot be a name in Python")
    return {n: f if isinstance(f, Mapping) else {} for n, f in fields.items()}


def _described(spec: ToolSpec, told: Mapping[str, str]) -> Callable[..., str]:
    def method(self: TrlEnvironment, /, **arguments: JSON) -> str:
        return self._call(spec.name, arguments)

    fields = _fields(spec)
    hints = {name: _hint(field) for name, field in fields.items()}
    required = spec.parameters.get("required", [])
    kind = inspect.Parameter.POSITIONAL_ONLY  # of these alone a name may be a keyword
    first = [inspect.Parameter(n, kind, annotation=hints[n]) for n in fields if n in required]
    rest = [
        inspect.Parameter(n, kind, annotation=hints[n], default=fields[n].get("default"))
        for n in fields
        if n not in required
    ]
    own = inspect.Parameter("self", kind)
    method.__name__ = method.__qualname__ = spec.name
    method.__signature__ = inspect.Signature([own, *first, *rest])  # type: ignore[attr-defined]
    method.__annotations__ = hints
    text = re.sub(r"\b(Args|Returns|Raises):", r"\1 :", spec.description.strip() or spec.name)
    lines = [f"    {name}: {words}" for name, words in told.items()]
    method.__doc__ = "\n".join([text, "", "Args:", *lines]) if lines else text
    return method


def _told(name: str, field: Mapping[str, JSON], *, whole: bool = False) -> str:
    """The description of an argument, in one line."""
    words = str(field.get("description") or name)
    if "default" in field:
        words += f" (default: {json.dumps(field['default'], ensure_ascii=False)})"
    if whole:
        schema = {key: value for key, value in field.items() if key != "description"}
        words += f" (JSON Schema: {json.dumps(schema, ensure_ascii=False)})"
    return " ".join(words.replace("(choices:", "(one of:").split())


def _bare(field: Mapping[str, JSON]) -> dict[str, JSON]:
    """A schema without what is said in words."""
    kept = {k: v for k, v in field.items() if k not in ("description", "default", "title")}
    return {k: _bare(v) if isinstance(v, Mapping) else v for k, v in kept.items()}


_HINTS: dict[str, Any] = {
    "string": str,
    "integer": int,
    "number": float,
    "boolean": bool,
    "array": list,
    "object": dict,
    "null": type(None),
}


def _hint(schema: JSON) -> Any:
    """The type hint that comes nearest to a schema."""
    if not isinstance(schema, Mapping):
        return Any
    choices = schema.get("enum")
    if choices and all(isinstance(c, str | int | bool | None) for c in choices):
        return Literal[tuple(choices)]
    kind = schema.get("type")
    branches = schema.get("anyOf") or (kind if isinstance(kind, list) else None)
    if branches:
        hints = [_hint(b if isinstance(b, Mapping) else {"type": b}) for b in branches]
        return Union[tuple(hints)]  # noqa: UP007
    if kind == "array" and "items" in schema:
        return list[_hint(schema["items"])]  # type: ignore[misc]
    more = schema.get("additionalProperties")
    if kind == "object" and isinstance(more, Mapping) and "properties" not in schema:
        return dict[str, _hint(more)]  # type: ignore[misc]
    return _HINTS.get(str(kind), Any)
