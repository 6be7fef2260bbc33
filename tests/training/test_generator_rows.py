"""Rows of the generator: verified, varied, the same for the same seed."""

import itertools
import json
import random

import pytest

from envs.schema import call_errors
from training.generate import describe, main
from training.generator.compose import KINDS, generated, rows_of, scenes
from training.generator.everyday import EVERYDAY, ask_everyday
from training.generator.kinds import Choice, Date, Int, ListOf, Money, Num, OneOf, Percent, Time
from training.generator.library import DOMAINS
from training.generator.phrase import ask
from training.generator.plan import SLOT, Plan, need, opt
from training.rows import Row, read_rows


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return list(generated(600, seed=5))


def test_calls_are_valid_and_said(rows: list[Row]) -> None:
    for row in rows:
        assert all(call_errors(call, row.tools) == [] for call in row.answer), row.id
        assert all(words.lower() in row.query.lower() for words in row.meta["said"]), row.query
        assert not set("<>{}[]|") & set(_without(row.query, row.meta["said"])), row.query


def _without(text: str, said: list[str]) -> str:
    for words in sorted(said, key=len, reverse=True):
        text = text.replace(words, "")
    return text


def test_rows_are_varied(rows: list[Row]) -> None:
    counts = describe(rows)
    assert set(counts["kind"]) == set(KINDS)
    assert set(counts["calls"]) == {"0", "1", "2", "3", "4", "5"}
    assert 0.5 < sum(len(row.answer) > 0 for row in rows) / len(rows) < 0.85
    sizes = {len(row.tools) for row in rows}
    assert min(sizes) == 1 and max(sizes) <= 12 and len(sizes) >= 8
    assert len({row.query for row in rows}) == len(rows)
    assert len({row.meta["domain"] for row in rows}) > 0.7 * len(DOMAINS)
    assert any("." in tool.name for row in rows for tool in row.tools)


def test_kinds_are_what_they_say(rows: list[Row]) -> None:
    for row in rows:
        names = [call.name for call in row.answer]
        match row.meta["kind"]:
            case "single":
                assert len(names) == 1
            case "parallel":
                assert len(names) >= 2 and len(set(names)) == 1
                assert len({json.dumps(call.arguments) for call in row.answer}) == len(names)
            case "multiple":
                assert len(set(names)) >= 2
            case "missing" | "unserved":
                assert names == [] and row.answer_text


def test_no_two_tools_on_offer_serve_the_same_request() -> None:
    for scene in itertools.islice(scenes(3), 200):
        offered = {tool.plan.name for tool in scene.tools}
        assert len(offered) == len(scene.tools)
        for tool in scene.tools:
            assert not offered & set(tool.plan.like)


def test_everyday_requests_are_not_for_the_tools_on_offer() -> None:
    known = set(DOMAINS)
    for each in EVERYDAY:
        assert set(each.served_by) <= known, each.served_by
        slots = {name for text in each.say for name in SLOT.findall(text)}
        assert slots == set(each.slots), each.say
    for seed in range(200):
        rng = random.Random(seed)
        text, said = ask_everyday(known - {"units"}, rng)
        assert text and not set("<>{}[]|") & set(text), text
        assert all(words.lower() in text.lower() for words in said)


def test_same_seed_same_rows() -> None:
    first, again, other = (list(generated(40, seed)) for seed in (1, 1, 2))
    assert first == again
    assert {row.query for row in first} != {row.query for row in other}
    assert list(generated(10, seed=1)) == first[:10]


def test_rows_of_a_scene_share_its_tools() -> None:
    scene = next(scenes(4))
    rows = rows_of(scene, 6)
    assert all(
        [tool.name for tool in row.tools] == [t.spec.name for t in scene.tools] for row in rows
    )
    assert len({row.query for row in rows}) == 6


KINDS_AND_CHECKS = [
    (Int(2, 40), lambda d: str(d.value) in d.said or d.said.isalpha()),
    (Num(0.5, 9.5, 2), lambda d: float(d.said) == d.value),
    (
        Money(5, 5000, cents=True),
        lambda d: float("".join(c for c in d.said if c in "0123456789.")) == d.value,
    ),
    (Percent(1, 20), lambda d: float(d.said.rstrip("% percnt")) == d.value),
    (Percent(1, 20, fraction=True), lambda d: 0 < d.value <= 0.2),
    (Date(), lambda d: d.value[:4] in d.said),
    (Time(), lambda d: len(d.value) == 5),
    (ListOf(Int(1, 50), 2, 4, brackets=True), lambda d: 2 <= len(d.value) <= 4),
    (Choice("a", b="bee"), lambda d: d.said == {"a": "a", "b": "bee"}[d.value]),
]


@pytest.mark.parametrize(("kind", "holds"), KINDS_AND_CHECKS)
def test_kinds_say_what_they_mean(kind, holds) -> None:
    rng = random.Random(0)
    for _ in range(300):
        drawn = kind.draw(rng)
        assert holds(drawn), drawn


def test_optional_parts_are_said_or_left_out_of_the_call() -> None:
    plan = Plan(
        "f",
        "About.",
        {"a": need(OneOf("x", "y"), "A."), "n": opt(Int(3, 9), "N.", default=5)},
        say=["Do {a}< with {n} rounds>."],
    )
    seen = set()
    for seed in range(50):
        asked = ask(plan, random.Random(seed))
        assert ("n" in asked.arguments) == ("rounds" in asked.text)
        seen.add("n" in asked.arguments)
    assert seen == {True, False}


@pytest.mark.parametrize(
    ("say", "problem"),
    [
        (["Do it.", "Do {a}.", "{a}?"], "'a' is not said"),
        (["{a} {b}.", "{a}.", "{a}."], "unknown slot 'b'"),
        (["{a}", "{a}.", "{a}."], "no end mark"),
        (["{a}< now>.", "{a}.", "{a}."], "an optional part without a slot"),
        (["[{a}|it].", "{a}.", "{a}."], "a slot inside"),
        (["{a}<.", "{a}.", "{a}."], "unbalanced"),
        (["{a}."], "at least three"),
    ],
)
def test_problems_of_plans_are_found(say: list[str], problem: str) -> None:
    plan = Plan("f", "About.", {"a": need(Int(1, 9), "A.")}, say=say)
    assert any(problem in text for text in plan.problems()), plan.problems()


def test_command_writes_rows(tmp_path, capsys) -> None:
    assert main(["--rows", "30", "--seed", "7", "--out", str(tmp_path / "run")]) == 0
    assert "single" in capsys.readouterr().out
    rows = list(read_rows(tmp_path / "run" / "rows.jsonl"))
    assert rows == list(generated(30, seed=7))
    assert main(["--rows", "30", "--out", str(tmp_path / "run")]) == 2
    assert "holds a run already" in capsys.readouterr().err
    assert main(["--domains", "wether", "--out", str(tmp_path / "other")]) == 2
    assert "did you mean 'weather'" in capsys.readouterr().err
    assert main(["--rows", "0"]) == 2
