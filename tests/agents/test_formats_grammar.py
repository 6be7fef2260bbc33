"""Constrained answers of every format parse to calls that are valid under their schemas."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from random_schemas import Schemas
from test_constrained_fuzz import walk

from agents.engines.base import Constraint, Request, generate_all
from agents.formats import get_format
from agents.formats.base import UnsupportedSchema
from envs.types import Action, Message, ToolSpec

JSON_FORMATS = ["hermes", "llama3", "mistral", "json"]
REPLIES = {"hermes": "<{", "llama3": "<{", "mistral": "[{", "json": "[{"}


def check(name: str, text: str, tools: Sequence[ToolSpec], mode: str) -> Action:
    """Assert that an answer is what its grammar promises."""
    from jsonschema import Draft202012Validator

    form = get_format(name)
    action = form.parse(text)
    assert action.error is None, text
    if mode == "any" and not action.calls:
        assert text.strip()
        assert not set(REPLIES[name]) & set(text)
        return action
    assert action.calls, text
    assert not action.text, text
    schemas = {tool.name: tool.parameters for tool in tools}
    for call in action.calls:
        Draft202012Validator(schemas[call.name]).validate(dict(call.arguments))
    assert form.parse(form.render(action)) == action
    return action


@pytest.mark.torch
@pytest.mark.slow
@pytest.mark.parametrize("name", JSON_FORMATS)
def test_random_tool_sets(name: str, closing_tiny: Any) -> None:
    cases: list[tuple[list[ToolSpec], Any, str]] = []
    for seed in range(150):
        tools = Schemas(seed).tools()
        mode: Any = "any" if seed % 4 == 3 else "calls"
        try:
            cases.append((tools, mode, get_format(name).grammar(tools, mode)))
        except UnsupportedSchema as error:
            assert "no arguments can be written" in str(error)  # a schema contradicts itself
    requests = [
        Request(
            (Message("user", "go"),),
            max_tokens=100,
            temperature=1.0,
            seed=index,
            constraint=Constraint(grammar, mode),
        )
        for index, (_, mode, grammar) in enumerate(cases)
    ]
    finished = calls = 0
    answers = generate_all(closing_tiny, requests)
    for (tools, mode, _), (answer,) in zip(cases, answers, strict=True):
        if answer.finish == "stop":
            finished += 1
            calls += len(check(name, answer.text, tools, mode).calls)
    assert finished > len(cases) * 0.4
    assert calls > len(cases) * 0.4


@pytest.mark.torch
@pytest.mark.parametrize("name", JSON_FORMATS)
@pytest.mark.parametrize("mode", ["calls", "any"])
def test_random_walks_over_the_grammar(name: str, mode: Any, tiny: Any) -> None:
    ended = 0
    for seed in range(20):
        tools = Schemas(1000 + seed).tools()
        try:
            grammar = get_format(name).grammar(tools, mode)
        except UnsupportedSchema:
            continue
        text = walk(grammar, tiny.tokenizer, random.Random(seed), steps=200)
        if text is not None:
            ended += 1
            check(name, text, tools, mode)
    assert ended > 4


@pytest.fixture(scope="module")
def accepts(tiny: Any) -> Callable[[str, str], bool]:
    """Whether a text belongs to a grammar."""
    from agents.engines.constraints import Guides

    end = tiny.tokenizer.eos_token_id
    guides = Guides(tiny.tokenizer, len(tiny.tokenizer), [end])

    def check(grammar: str, text: str) -> bool:
        guide = guides.start(grammar)
        for token in tiny.tokenizer(text)["input_ids"]:
            if not guide.allowed()[token]:
                return False
            guide.accept(token)
        return bool(guide.allowed()[end])

    return check


TOOLS = [
    ToolSpec("f", "", {"properties": {"x": {"type": "object"}, "y z": {"type": "null"}}}),
    ToolSpec('odd "name" <é>'),
]


@pytest.mark.torch
@pytest.mark.parametrize(
    ("name", "opens", "key", "between", "closes"),
    [
        ("hermes", "", "arguments", "\n", ""),
        ("llama3", "", "parameters", "; ", ""),
        ("mistral", "[", "arguments", ", ", "]"),
        ("json", "[", "arguments", ", ", "]"),
    ],
)
def test_what_may_be_written(
    name: str, opens: str, key: str, between: str, closes: str, accepts: Callable[[str, str], bool]
) -> None:
    calls, either = (get_format(name).grammar(TOOLS, mode) for mode in ("calls", "any"))  # type: ignore[arg-type]
    f = f'{{"name": "f", "{key}": {{"x": {{"k": {{}}}}, "y z": null}}}}'
    odd = f'{{"name": "odd \\"name\\" <é>", "{key}": {{}}}}'
    good = [f"{opens}{f}{closes}", f"{opens}{between.join([odd, f])}{closes}"]
    good.append(f"{opens}{between.join([odd] * 16)}{closes}")
    bad = ["", "{", f"{opens}{f[:-1]}{closes}", f"{opens}{f}}}{closes}", f" {good[0]}", "{}"]
    bad += [f"{opens}{between.join([odd] * 17)}{closes}", good[0].replace(key, "args")]
    replies = ["No.", "Which city (of two)?\n\nTell me."]
    for grammar in (calls, either):
        assert all(accepts(grammar, text) for text in good)
        assert not any(accepts(grammar, text) for text in bad)
    assert all(accepts(either, text) and not accepts(calls, text) for text in replies)
    assert not any(accepts(either, f"a {mark} b") for mark in REPLIES[name])
    assert accepts(get_format(name).grammar([], "any"), "Hello.")
    for text in good:
        assert len(get_format(name).parse(text).calls) in (1, 2, 16)


@pytest.mark.torch
@pytest.mark.parametrize("name", JSON_FORMATS)
def test_a_tokenizer_may_keep_the_marks_as_tokens(name: str) -> None:
    from tiny_model import make_tokenizer

    tokenizer = make_tokenizer()
    tokenizer.add_tokens(["<tool_call>", "</tool_call>", "[TOOL_CALLS]", "<|python_tag|>"])
    for seed in range(10):
        grammar = get_format(name).grammar(TOOLS, "calls")
        text = walk(grammar, tokenizer, random.Random(seed), steps=300)
        if text is not None:
            check(name, text, TOOLS, "calls")


@pytest.mark.parametrize("name", JSON_FORMATS)
def test_odd_tools_are_refused(name: str) -> None:
    form = get_format(name)
    with pytest.raises(UnsupportedSchema, match="no tool is offered"):
        form.grammar([], "calls")
    with pytest.raises(UnsupportedSchema, match="has no name"):
        form.grammar([ToolSpec("")], "any")
    with pytest.raises(UnsupportedSchema, match="tool f, parameter x: 'not' is not supported"):
        form.grammar([ToolSpec("f", "", {"properties": {"x": {"not": {}}}})], "calls")
