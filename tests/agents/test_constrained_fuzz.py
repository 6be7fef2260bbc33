"""Every finished constrained answer parses to calls that are valid under their schemas."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_schemas import Schemas

from agents.engines.base import Constraint, Request, generate_all
from agents.formats import get_format
from agents.formats.base import UnsupportedSchema
from envs.types import Action, Message, ToolSpec

pytestmark = pytest.mark.torch

PYTHON = get_format("python")


def check(text: str, tools: Sequence[ToolSpec], mode: str) -> Action:
    """Assert that an answer is what its grammar promises."""
    from jsonschema import Draft202012Validator

    action = PYTHON.parse(text)
    assert action.error is None, text
    if mode == "any" and not action.calls:
        assert text.strip()
        assert not {"(", "["} & set(text)
        return action
    assert action.calls, text
    assert not action.text, text
    schemas = {tool.name: tool.parameters for tool in tools}
    for call in action.calls:
        Draft202012Validator(schemas[call.name]).validate(dict(call.arguments))
    assert PYTHON.parse(PYTHON.render(action)) == action
    return action


def grammars(count: int, seed: int) -> list[tuple[list[ToolSpec], Any, str]]:
    found = []
    for index in range(count):
        tools = Schemas(seed + index).tools()
        mode: Any = "any" if index % 4 == 3 else "calls"
        try:
            found.append((tools, mode, PYTHON.grammar(tools, mode)))
        except UnsupportedSchema as error:
            assert "no arguments can be written" in str(error)  # some schemas contradict themselves
    return found


@pytest.mark.slow
def test_two_thousand_random_tool_sets(closing_tiny: Any) -> None:
    cases = grammars(2000, seed=0)
    assert len(cases) > 1700
    requests = [
        Request(
            (Message("user", "go"),),
            max_tokens=60,
            temperature=1.0,
            seed=index,
            constraint=Constraint(grammar, mode),
        )
        for index, (_, mode, grammar) in enumerate(cases)
    ]
    finished = calls = 0
    for (tools, mode, _), (answer,) in zip(
        cases, generate_all(closing_tiny, requests), strict=True
    ):
        if answer.finish == "stop":
            finished += 1
            calls += len(check(answer.text, tools, mode).calls)
    assert finished > len(cases) * 0.6
    assert calls > len(cases) * 0.5


def walk(grammar: str, tokenizer: Any, draw: random.Random, steps: int) -> str | None:
    """A random answer of the grammar without a model; ``None`` where it does not end in time."""
    from agents.engines.constraints import Guides

    end = tokenizer.eos_token_id
    guides = Guides(tokenizer, len(tokenizer), [end])
    guide, ids = guides.start(grammar), []
    closing = {i for text, i in tokenizer.get_vocab().items() if not text.strip('"])}')}
    for _ in range(steps):
        allowed = [int(i) for i in guide.allowed().nonzero()[0]]
        likely = [i for i in allowed if i in closing or i == end]
        token = draw.choice(likely if likely and draw.random() < 0.5 else allowed)
        if token == end:
            break
        ids.append(token)
        if guide.accept(token):
            break
    else:
        return None
    return str(tokenizer.decode(ids, clean_up_tokenization_spaces=False))


@given(st.integers(0, 10**9), st.sampled_from(["calls", "any"]))
@settings(max_examples=60, deadline=None)
def test_random_walks_over_the_grammar(tiny: Any, seed: int, mode: Any) -> None:
    tools = Schemas(seed).tools()
    try:
        grammar = PYTHON.grammar(tools, mode)
    except UnsupportedSchema:
        return
    text = walk(grammar, tiny.tokenizer, random.Random(seed), steps=150)
    if text is not None:
        check(text, tools, mode)
