"""One assistant turn, carried out in a world.

Calls are checked against the tools on offer, run in order and answered by one tool message each.
What the model did wrong comes back as messages and typed errors; what the world did wrong is a
`WorldError`. Counting turns and ending episodes is `envs.env`'s.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from envs.guards import OFF, Guards, History, TimeUp, time_limit
from envs.schema import call_errors
from envs.state import ATOMS, Change, canonical, changes, copied, plain
from envs.types import JSON, Action, Message, Task, ToolCall, ToolError, ToolSpec
from envs.world import World, broken

Error = dict[str, JSON]
"""``kind`` (``unreadable``, ``unknown_tool``, ``schema``, ``repeated``, ``deadline``,
``tool_error``), ``call`` (index in the turn, ``None`` for the whole turn) and ``text``."""
UNREADABLE = "Error: the calls of this turn could not be read"
"""How the message begins that tells a model so; it has the role ``user``."""
Diff = tuple[Change, ...]
"""What a call changed in the world's view."""


class Turn(NamedTuple):
    """What a turn comes to."""

    messages: tuple[Message, ...]
    """The assistant's message and all that follows it."""
    errors: tuple[Error, ...] = ()
    ends: bool = False
    """The conversation is over: a reply that nobody answers."""
    failed: bool = False
    """Nothing of it could be carried out: unreadable, or every call refused."""
    diffs: tuple[Diff, ...] = ()
    """One for each call; of a turn that the user answers, one for what that changed. Empty unless
    asked for."""
    history: History = History()
    """Of the calls, this turn's included, where repeats are limited."""


class Said(NamedTuple):
    """What the user says to a reply, where the caller has the answer and not the world."""

    text: str | None
    """``None``: nothing, so that the episode ends."""


class Limits(NamedTuple):
    """What a turn is held to."""

    guards: Guards = OFF
    ends_at: float = math.inf
    """When the episode has to be over, on the monotonic clock."""
    history: History = History()
    """Of the calls before the turn."""

    @property
    def seconds(self) -> float | None:
        """How long a call that starts now may take."""
        own = self.guards.tool_deadline
        if self.ends_at == math.inf:
            return own
        return min(max(self.ends_at - time.monotonic(), 0.0), own or math.inf)


UNLIMITED = Limits()


def take_turn(
    world: World,
    task: Task,
    tools: Sequence[ToolSpec],
    action: Action,
    number: int,
    *,
    diffs: bool = False,
    limits: Limits = UNLIMITED,
    said: Said | None = None,
) -> Turn:
    """Carry out one turn.

    Args:
        world: set up for `task`, with `action` in its `actions`.
        task: of the episode.
        tools: on offer.
        action: the turn.
        number: of the turn in the episode, from 1; part of the ids of calls that have none.
        diffs: also tell what each call changed.
        limits: what the calls are held to.
        said: the user's answer to a reply; ``None``: the world is asked for it.

    Raises:
        WorldError: the world broke.
    """
    if world.single_answer:
        message = Message("assistant", words_of(action), action.calls)
        return Turn((message,), _unreadable(action), ends=True)
    if action.error is not None and world.strict:
        answer = f"{UNREADABLE}: {action.error}"
        told = (Message("assistant", words_of(action)), Message("user", answer))
        return Turn(told, _unreadable(action), failed=True)
    changed = _changes_of(world) if diffs else None
    with Guarded(world, "read"):
        read = world.read(action)
    action = read or action
    calls = action.calls
    if calls and action.error is None:
        if read:
            message = Message("assistant", action.text)
        else:
            calls = identified(calls, number)
            message = Message("assistant", action.text, calls)
        turn = _calls(world, tools, calls, message, changed, limits)
        with Guarded(world, "stop"):
            return turn._replace(ends=True) if world.stop(task) else turn
    with Guarded(world, "user"):
        answered = world.user(task) if said is None else said.text
    messages: tuple[Message, ...] = (Message("assistant", words_of(action)),)
    if answered is not None:
        messages = (*messages, Message("user", answered))
    reply = (changed(),) if changed else ()
    return Turn(messages, _unreadable(action), ends=answered is None, diffs=reply)


def asks_user(world: World, action: Action) -> bool:
    """Whether a turn is a reply, which the user answers.

    Raises:
        WorldError: the world broke.
    """
    if world.single_answer or (action.error is not None and world.strict):
        return False
    with Guarded(world, "read"):
        action = world.read(action) or action
    return action.error is not None or not action.calls


def identified(calls: Sequence[ToolCall], number: int) -> tuple[ToolCall, ...]:
    """The calls, each with an id."""
    return tuple(
        call
        if call.id is not None
        else ToolCall(call.name, call.arguments, f"call_{number}_{index}")
        for index, call in enumerate(calls)
    )


def _calls(
    world: World,
    tools: Sequence[ToolSpec],
    calls: Sequence[ToolCall],
    said: Message,
    changed: Callable[[], Diff] | None,
    limits: Limits,
) -> Turn:
    messages, history = [said], limits.history
    errors: list[Error] = []
    diffs: list[Diff] = []
    carried_out = 0
    for index, call in enumerate(calls):
        kind, text = _refused(world, tools, call, limits.guards, history)
        if kind is not None:
            answer = f"Error: {text}"
        else:
            carried_out += 1
            kind, answer = _answered(world, call, limits)
            text = answer
            if limits.guards.max_repeats is not None:
                history = history.answered(call, answer)
        if kind is not None:
            errors.append({"kind": kind, "call": index, "text": text})
        messages.append(Message("tool", answer, call_id=call.id, name=call.name))
        if changed:
            diffs.append(changed())
    return Turn(
        tuple(messages),
        tuple(errors),
        failed=not carried_out,
        diffs=tuple(diffs),
        history=history,
    )


def _refused(
    world: World, tools: Sequence[ToolSpec], call: ToolCall, guards: Guards, history: History
) -> tuple[str | None, str]:
    """Kind and text of the error for which a call is not carried out, if there is one."""
    if world.strict and (wrong := call_errors(call, tools)):
        known = any(spec.name == call.name for spec in tools)
        return "schema" if known else "unknown_tool", "; ".join(wrong)
    most = guards.max_repeats
    if most is not None and history.repeats(call) >= most:
        return "repeated", "this call was made before and nothing new comes of it; try another way"
    return None, ""


def _answered(world: World, call: ToolCall, limits: Limits) -> tuple[str | None, str]:
    """Kind of the error that a call ran into, if it did, and its answer."""
    kind = None
    try:
        answer = _run(world, call, limits.seconds)
    except ToolError as error:
        kind, answer = "tool_error", str(error)
    except TimeUp:
        kind, answer = "deadline", "Error: the tool took too long; nothing was changed"
    return kind, limits.guards.cut(answer)


class Guarded:
    """Whatever is raised in here is the world's failure, of which `lost` is told.

    Every step enters three of these, so it is no generator.
    """

    __slots__ = ("_doing", "_lost", "_world")

    def __init__(self, world: World, doing: str, lost: Callable[[], None] | None = None) -> None:
        self._world, self._doing, self._lost = world, doing, lost

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if not isinstance(error, Exception):
            return
        if self._lost:
            self._lost()
        failure = broken(self._world, self._doing, error)
        if failure is not error:
            raise failure from error


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=plain).encode


def shown(result: JSON) -> str:
    """What a call returned, as the model sees it: a text, or compact JSON of anything else."""
    if isinstance(result, str):
        return result
    return _encode(result)


def _run(world: World, call: ToolCall, seconds: float | None) -> str:
    """Have a call carried out within so many seconds.

    Raises:
        TimeUp: it was late, and the world is as it was.
    """
    try:
        if seconds is None:
            return shown(world.call(_detached(call)))
        with _taken_back(world, seconds), time_limit(seconds):
            return shown(world.call(_detached(call)))
    except ToolError:
        raise
    except Exception as error:
        raise broken(world, f"the tool {call.name}", error) from error


@contextmanager
def _taken_back(world: World, seconds: float) -> Iterator[None]:
    """Undo what a call that is late has changed.

    Raises:
        TimeoutError: that is impossible.
    """
    state = world.copy_state(world.state) if world.copyable else None
    before = (state, world.rng.bit_generator.state)
    try:
        yield
    except TimeUp:
        if not world.copyable:
            late = f"it took more than {seconds:g} s, and cannot be taken back"
            raise TimeoutError(late) from None
        world.state, world.rng.bit_generator.state = before
        raise


def _changes_of(world: World) -> Callable[[], Diff]:
    """A function that tells what changed in the world's view since it was last asked."""

    def view() -> str:
        with Guarded(world, "view"):
            return canonical(world.view())

    before = view()

    def changed() -> Diff:
        nonlocal before
        old, before = before, view()
        return () if old == before else tuple(changes(json.loads(old), json.loads(before)))

    return changed


def _detached(call: ToolCall) -> ToolCall:
    """The call with arguments of its own: a world may put them in its state and change them."""
    for value in call.arguments.values():
        if type(value) not in ATOMS:
            return ToolCall(call.name, copied(dict(call.arguments)), call.id)
    return call


def words_of(action: Action) -> str:
    """What the assistant said; to the letter where its calls could not be read or do not count."""
    if action.raw is None or (action.error is None and not action.calls):
        return action.text
    return action.raw


def _unreadable(action: Action) -> tuple[Error, ...]:
    if action.error is None:
        return ()
    return ({"kind": "unreadable", "call": None, "text": action.error},)
