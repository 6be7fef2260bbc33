"""Multi-turn entries as tasks: what the official generation sends, turn by turn."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from envs.common.errors import UserError
from envs.common.python_source import parse_expression
from envs.types import Action, Message, Task, ToolCall, ToolSpec
from eval.bfcl.data import Doc
from eval.bfcl.formats import PromptConfig
from eval.bfcl.hints import hinted
from eval.bfcl.multi_turn.data import MultiTurnEntry
from eval.bfcl.prompts import CONSTANTS, Prompts, system_prompt
from eval.bfcl.schemas import to_spec

_REVEALED = {
    "prompting": "DEFAULT_USER_PROMPT_FOR_ADDITIONAL_FUNCTION_PROMPTING",
    "fc": "DEFAULT_USER_PROMPT_FOR_ADDITIONAL_FUNCTION_FC",
}
"""Mode -> official constant: what the user says in a turn that reveals functions."""


def make_tasks(
    entries: Iterable[MultiTurnEntry],
    prompts: Prompts,
    mode: Literal["prompting", "fc"] = "prompting",
) -> list[Task]:
    """The tasks of entries.

    ``data`` has the ``entry``, ``turns`` (what the user says) and ``specs`` (the tools on offer,
    turn by turn).

    Args:
        entries: what is asked.
        prompts: the official texts.
        mode: ``prompting``: the system prompt lists the functions, and the user those that a turn
            reveals; ``fc``: functions are offered as tools.

    Raises:
        UserError: the official files lack a text.
    """
    offer = _Offer(prompts)
    return [_task(entry, mode, offer) for entry in entries]


def _task(entry: MultiTurnEntry, mode: Literal["prompting", "fc"], offer: _Offer) -> Task:
    turns = tuple(
        _revealing(entry.held_out[turn], offer.prompts, mode) if said is None else said
        for turn, said in enumerate(entry.turns)
    )
    opening = [Message("user", turns[0])]
    if mode == "prompting":
        opening.insert(0, offer.system(entry.functions))
    return Task(
        entry.id,
        opening,
        data={"entry": entry, "turns": turns, "specs": tuple(_specs(entry, offer))},
        gold=gold(entry),
        tags=(entry.category,),
    )


def _specs(entry: MultiTurnEntry, offer: _Offer) -> Iterator[tuple[ToolSpec, ...]]:
    """The tools of each turn; a turn that reveals nothing has those of the turn before."""
    specs = tuple(offer.spec(doc, hint=True) for doc in entry.functions)
    for turn in range(len(entry.turns)):
        revealed = entry.held_out.get(turn, ())
        if revealed:
            specs += tuple(offer.spec(doc, hint=False) for doc in revealed)
        yield specs


def _revealing(docs: Sequence[Doc], prompts: Prompts, mode: Literal["prompting", "fc"]) -> str:
    text = prompts.constants.get(_REVEALED[mode])
    if not isinstance(text, str):
        raise UserError(f"{CONSTANTS} of the official package lacks the text {_REVEALED[mode]}")
    return text.format(functions=list(docs)) if mode == "prompting" else text


class _Offer:
    """Docs with hints, as tools and in system prompts, made once for all entries with the same."""

    def __init__(self, prompts: Prompts) -> None:
        self.prompts = prompts
        self._hinted: dict[int, Doc] = {}
        self._specs: dict[tuple[int, bool], ToolSpec] = {}
        self._systems: dict[tuple[int, ...], Message] = {}
        self._kept: list[object] = []  # an id is good for as long as its object lives

    def system(self, docs: Sequence[Doc]) -> Message:
        """The system message that lists functions."""
        key = tuple(map(id, docs))
        if key not in self._systems:
            self._kept.append(docs)
            shown = [self.hinted(doc) for doc in docs]
            text = system_prompt(shown, self.prompts, PromptConfig())
            self._systems[key] = Message("system", text)
        return self._systems[key]

    def hinted(self, doc: Doc) -> Doc:
        """A doc with the hint of generation."""
        if id(doc) not in self._hinted:
            self._kept.append(doc)
            (self._hinted[id(doc)],) = hinted([doc], "python", self.prompts.hints)
        return self._hinted[id(doc)]

    def spec(self, doc: Doc, *, hint: bool) -> ToolSpec:
        """The tool of a doc; docs that are revealed later officially carry no hint."""
        key = (id(doc), hint)
        if key not in self._specs:
            self._kept.append(doc)
            self._specs[key] = to_spec(self.hinted(doc) if hint else doc)
        return self._specs[key]


def gold(entry: MultiTurnEntry) -> tuple[Action, ...] | None:
    """The expected calls as actions, one for each turn and a reply to end it.

    Arguments without a name get the one that the function's doc has in their place. ``None``
    where a call is more than a function with literal arguments.
    """
    docs = [*entry.functions, *(doc for own in entry.held_out.values() for doc in own)]
    parameters = {doc["name"]: tuple(doc["parameters"]["properties"]) for doc in docs}
    actions = []
    for calls in entry.truth:
        read = [_read(call, parameters) for call in calls]
        known = [call for call in read if call is not None]
        if len(known) < len(read):
            return None
        if known:
            actions.append(Action(calls=tuple(known)))
        actions.append(Action("Done."))
    return tuple(actions)


def _read(call: str, parameters: Mapping[str, Sequence[str]]) -> ToolCall | None:
    try:
        node = parse_expression(call.strip()).body
        match node:
            case ast.Call(func=ast.Name(id=name), args=unnamed, keywords=keywords):
                given: list[tuple[Any, ast.expr]] = [
                    *zip(parameters[name], unnamed, strict=False),
                    *((keyword.arg, keyword.value) for keyword in keywords),
                ]
                return ToolCall(name, {key: ast.literal_eval(value) for key, value in given})
    except (SyntaxError, ValueError, KeyError):
        return None
    return None
