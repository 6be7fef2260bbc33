"""Every plan of every domain is sound."""

import random

import pytest

from envs.schema import call_errors
from envs.types import ToolCall
from training.generator.library import DOMAINS
from training.generator.phrase import ask

PLANS = [(domain, plan) for domain in DOMAINS.values() for plan in domain.plans]


def test_there_are_many_tools_in_many_domains() -> None:
    assert len(DOMAINS) >= 40
    assert len(PLANS) >= 400
    assert len({plan.name for _, plan in PLANS}) == len(PLANS)
    assert all(name == domain.name for name, domain in DOMAINS.items())


@pytest.mark.parametrize("name", list(DOMAINS))
def test_plans_are_sound(name: str) -> None:
    names = {plan.name for plan in DOMAINS[name].plans}
    for plan in DOMAINS[name].plans:
        assert plan.problems() == [], plan.name
        assert set(plan.like) <= names - {plan.name}, plan.name


@pytest.mark.parametrize("name", list(DOMAINS))
def test_what_is_asked_is_what_is_called(name: str) -> None:
    """Calls fit the schema, and all their values were said."""
    for plan in DOMAINS[name].plans:
        for seed in range(40):
            asked = ask(plan, random.Random(seed))
            call = ToolCall(plan.name, asked.arguments)
            assert call_errors(call, [plan.spec()]) == [], (plan.name, asked)
            assert not set("<>[]{}") & set(asked.frame), (plan.name, asked.text)
            assert all(said in asked.text for said in asked.said.values()), (plan.name, asked.text)
            assert "  " not in asked.text and asked.text == asked.text.strip(), asked.text
