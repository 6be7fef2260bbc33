"""The official verdict on a multi-turn conversation.

The model's calls and the expected ones are carried out on instances of their own. After every turn
that expects calls, both have to be in the same state, and every expected result has to be among
the model's results so far. What the expected calls lead to is worked out once for each entry.

One thing differs from the official code: there the cards and bookings that pad long contexts, and
the lists that are defaults of some methods, are shared by both sides and all entries of a process;
here nothing is shared, so verdicts do not depend on what was checked before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from envs.state import ABSENT
from envs.types import JSON
from eval.bfcl.calls import DecodeError
from eval.bfcl.messages import shown
from eval.bfcl.multi_turn.data import MultiTurnEntry
from eval.bfcl.multi_turn.execute import Result, execute, scope
from eval.bfcl.multi_turn.instances import (
    Apis,
    Copies,
    attributes,
    copied_apis,
    difference,
    make,
)
from eval.bfcl.multi_turn.plain_calls import Methods, methods, read_plain
from eval.bfcl.multi_turn.steps import Mode, calls_of


class MultiTurnVerdict(NamedTuple):
    """Whether a conversation counts as right, and why not."""

    valid: bool | None
    """``None`` where there is no verdict: the official checker would crash."""
    error_type: str | None = None
    """The rule that it breaks, by its official name."""
    message: str = ""
    """One sentence for people: where, what was expected, what came."""
    turn: int | None = None
    """Index of the turn that failed."""
    refused: int = 0
    """Calls that were not carried out because only running Python could answer them."""


@dataclass(frozen=True)
class Expected:
    """What the expected calls of a turn lead to."""

    spellings: tuple[str | None, ...]
    """Of the calls; ``None`` where it matters who makes a call."""
    results: tuple[Result, ...]
    apis: Apis
    """The instances after the turn, not to be changed; the same object where nothing called it."""


class Checker:
    """Judges conversations; safe to share between threads.

    Args:
        root: folder of the official package.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._initial: dict[str, Apis] = {}
        self._expected: dict[str, tuple[Expected, ...]] = {}

    def fresh(self, entry: MultiTurnEntry) -> Apis:
        """Instances in the state in which an entry starts.

        Raises:
            UserError: an API cannot be loaded.
        """
        return copied_apis(self._initial_of(entry))

    def expected(self, entry: MultiTurnEntry) -> tuple[Expected, ...]:
        """What the expected calls lead to, turn by turn."""
        if entry.id not in self._expected:
            self._expected[entry.id] = self._expect(entry)
        return self._expected[entry.id]

    def judge(
        self, entry: MultiTurnEntry, result: object, mode: Mode = "prompting"
    ) -> MultiTurnVerdict:
        """Judge a conversation as the official evaluation does.

        Args:
            entry: what was asked.
            result: for each turn of the user a list of steps, as in official result files.
            mode: what steps are.

        Raises:
            UserError: an API cannot be loaded.
        """
        if not isinstance(result, list):
            return MultiTurnVerdict(
                False, "multi_turn:inference_error", "The result is not a list of turns."
            )
        turns = len(entry.truth)
        if len(result) != turns:
            return MultiTurnVerdict(
                False,
                "multi_turn:force_terminated",
                f"The conversation has {len(result)} of {turns} turns.",
            )
        answered = [_decoded(steps, mode) for steps in result]
        return self._compare(entry, answered)

    def _compare(
        self, entry: MultiTurnEntry, answered: Sequence[Sequence[Sequence[str]]]
    ) -> MultiTurnVerdict:
        before = self._initial_of(entry)
        known = methods(before)
        apis: Copies | None = None
        results: list[Result] = []
        for turn, expected in enumerate(self.expected(entry)):
            calls = [call for step in answered[turn] for call in step]
            if apis is None:
                # Who has made the expected calls alone has what they lead to.
                if _same(calls, expected.spellings, known):
                    results += expected.results
                    before = expected.apis
                    continue
                apis, names = Copies(before), scope(before, f"model_eval_{entry.id}")
            results += (execute(call, apis, names) for call in calls)
            if not entry.truth[turn]:
                continue
            wrong = _wrong_turn(calls, apis, expected, results)
            if wrong:
                valid, error_type, message = wrong
                return MultiTurnVerdict(
                    valid, error_type, f"Turn {turn}: {message}", turn, _refused(results)
                )
        return MultiTurnVerdict(True, refused=_refused(results))

    def _initial_of(self, entry: MultiTurnEntry) -> Apis:
        """Instances at the start, not to be changed."""
        if entry.id not in self._initial:
            self._initial[entry.id] = make(self.root, entry)
        return self._initial[entry.id]

    def _expect(self, entry: MultiTurnEntry) -> tuple[Expected, ...]:
        before = self._initial_of(entry)
        names = scope(before, f"model_ground_truth_eval_{entry.id}")
        turns = []
        for truth in entry.truth:
            apis = Copies(before)
            results = tuple([execute(call, apis, names) for call in truth])
            before = {name: apis.seen(name) for name in before}
            spellings = tuple([_spelling(call, names.methods) for call in truth])
            turns.append(Expected(spellings, results, before))
        return tuple(turns)


def _decoded(steps: object, mode: Mode) -> list[list[str]]:
    """The steps of a turn that have calls."""
    decoded = []
    for step in steps if isinstance(steps, list) else []:
        try:
            calls = calls_of(step, mode)
        except DecodeError:
            continue
        if calls:
            decoded.append(calls)
    return decoded


def _refused(results: Sequence[Result]) -> int:
    return sum(result.kind == "refused" for result in results)


def _same(calls: Sequence[str], expected: Sequence[str | None], methods: Methods) -> bool:
    """Whether calls are the expected ones, and it does not matter who makes them."""
    return len(calls) == len(expected) and all(
        wanted is not None and _spelling(call, methods) == wanted
        for call, wanted in zip(calls, expected, strict=True)
    )


def _spelling(call: str, methods: Methods) -> str | None:
    plain = read_plain(call, methods)
    return plain.spelling if plain else None


def _wrong_turn(
    calls: Sequence[str], apis: Copies, expected: Expected, results: Sequence[Result]
) -> tuple[bool | None, str, str] | None:
    """What is wrong after a turn that expects calls: verdict, rule, message."""
    if not calls:
        return False, "multi_turn:empty_turn_model_response", "expected calls, got none."
    try:
        wrong = _wrong_state(apis, expected.apis)
    except RecursionError:
        return None, "checker_crash", "the official checker crashes on what the calls have made."
    if wrong:
        return False, "multi_turn:instance_state_mismatch", wrong
    missing = _missing(results, expected.results)
    if missing is not None:
        message = f"no call so far had the expected result {shown(missing)}."
        return False, "multi_turn:execution_response_mismatch", message
    return None


def _wrong_state(apis: Copies, expected: Apis) -> str:
    for class_name, model in expected.items():
        api = apis.seen(class_name)
        if api is model:
            continue
        for name, value in attributes(model).items():
            got = getattr(api, name)
            if got != value:
                where, wanted, found = difference(value, got, f"{class_name}.{name}")
                return f"{where}: expected {_told(wanted)}, got {_told(found)}."
    return ""


def _told(value: JSON) -> str:
    return "nothing" if value == ABSENT else shown(value)


def _missing(results: Sequence[Result], expected: Sequence[Result]) -> str | None:
    """The text of the first expected result that has no result of its own."""
    texts = [result.text for result in results]
    for wanted in expected:
        try:
            texts.remove(wanted.text)
        except ValueError:
            return wanted.text
    return None
