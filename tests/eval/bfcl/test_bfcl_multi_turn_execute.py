from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from eval.bfcl.calls import DecodeError
from eval.bfcl.multi_turn.checker import Checker
from eval.bfcl.multi_turn.data import MultiTurnEntry, load
from eval.bfcl.multi_turn.execute import Result, execute, scope
from eval.bfcl.multi_turn.steps import MAX_STEPS, calls_of, turns_of

RECORDED = Path(__file__).with_name("multi_turn_results.json")
"""Entry -> calls made one after another, with the results of the official code (Python 3.11)."""


@pytest.fixture(scope="module")
def entries(bfcl_root: Path) -> dict[str, MultiTurnEntry]:
    pytest.importorskip("mpmath")
    return {entry.id: entry for entry in load(bfcl_root, "multi_turn_base")}


def run(root: Path, entry: MultiTurnEntry, *calls: str, owner: str = "model") -> list[Result]:
    apis = Checker(root).fresh(entry)
    names = scope(apis, f"{owner}_eval_{entry.id}")
    return [execute(call, apis, names) for call in calls]


@pytest.mark.parametrize("entry_id", ["multi_turn_base_0", "multi_turn_base_57"])
def test_results_are_the_official_ones(
    bfcl_root: Path, entries: dict[str, MultiTurnEntry], entry_id: str
) -> None:
    recorded = json.loads(RECORDED.read_text(encoding="utf-8"))[entry_id]
    results = run(bfcl_root, entries[entry_id], *(call for call, _ in recorded))
    for (call, expected), result in zip(recorded, results, strict=True):
        if "(<" in expected and sys.version_info[:2] != (3, 11):
            continue  # errors of syntax are worded by the interpreter
        assert result.text == expected, call
        assert result.kind != "refused", call


@pytest.mark.parametrize(
    "call",
    [
        "print(1)",
        "open('x')",
        "ls().__class__",
        "ls()['x']",
        "lambda: 1",
        "[x for x in [1]]",
        "f'{ls()}'",
        "1 if 1 else 2",
        "1 < 2",
        "cd(*['document'])",
        "cd(**{'folder': 'document'})",
        "cd(folder=str(1))",
        "cd(folder=func_call)",
        "model_eval_multi_turn_base_0_GorillaFileSystem_instance._load_scenario({})",
        "model_eval_multi_turn_base_0_GorillaFileSystem_instance.root",
        "(x := 1)",
    ],
)
def test_what_only_python_could_answer_is_refused(
    bfcl_root: Path, entries: dict[str, MultiTurnEntry], call: str
) -> None:
    (result,) = run(bfcl_root, entries["multi_turn_base_0"], call)
    assert result.kind == "refused"
    assert result.text.startswith("Error during execution: not carried out: ")


def test_a_text_that_quotes_a_call_tells_owners_apart(
    bfcl_root: Path, entries: dict[str, MultiTurnEntry]
) -> None:
    entry = entries["multi_turn_base_0"]
    call = "echo(content='first sort (x), then f (y)')"
    ours, theirs = (run(bfcl_root, entry, call, owner=owner)[0] for owner in ("a-b", "c"))
    assert ours.text == (
        '{"terminal_output": "first '
        'a_b_eval_multi_turn_base_0_GorillaFileSystem_instance.sort(x), then f(y)"}'
    )
    assert ours.text != theirs.text


def test_inner_calls_pass_their_results_on(
    bfcl_root: Path, entries: dict[str, MultiTurnEntry]
) -> None:
    result, after = run(
        bfcl_root,
        entries["multi_turn_base_0"],
        "echo(content=echo(content=cd(folder='document')))",
        "ls()",
    )
    assert json.loads(result.text) == {
        "terminal_output": {"terminal_output": {"current_working_directory": "document"}}
    }
    assert "final_report.pdf" in after.text


def test_arguments_are_read_anew_for_every_call(
    bfcl_root: Path, entries: dict[str, MultiTurnEntry]
) -> None:
    entry = next(e for e in entries.values() if "TwitterAPI" in e.classes)
    call = "post_tweet(content='x', tags=['#a'])"
    apis = Checker(bfcl_root).fresh(entry)
    names = scope(apis, "model")
    twitter = apis["TwitterAPI"]
    twitter.authenticated = True
    first, second = (json.loads(execute(call, apis, names).text)["id"] for _ in range(2))
    twitter.tweets[first]["tags"].append("#b")
    assert twitter.tweets[second]["tags"] == ["#a"]


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ("[f(x=1), g()]", ["f(x=1)", "g()"]),
        ("[f(x=1)", ["f(x=1)"]),
        ("f(1, x='a')", ["f(x='a')"]),
        ("f(x={'a': 1})", ["f(x={'a': 1})"]),
        ("f(x={'a': {'b': 1}})", ["f(x=a(b=1))"]),
        ("f(x={'a': {}})", ["f(x=a())"]),
        ("f(x={'a': {'b': 1}, 'c': 2})", ["f(x={'a': {'b': 1}, 'c': 2})"]),
        ("f(x={1: 2})", ["f(x={'1': 2})"]),
        ("f(x=g(y=[1, (2,)]))", ["f(x=g(y=[1, (2,)]))"]),
        ("f(x=name)", ["f(x='name')"]),
        ("", []),
        ("[]", []),
    ],
)
def test_texts_become_call_strings(text: str, calls: list[str]) -> None:
    assert calls_of(text, "prompting") == calls


@pytest.mark.parametrize("text", ["Done.", "f(x={})", "f(x=1), 5", 5, None, ["f()"]])
def test_texts_that_are_no_calls(text: Any) -> None:
    with pytest.raises(DecodeError):
        calls_of(text, "prompting")


def test_answers_of_function_calling_mode() -> None:
    step = [{"cd": '{"folder": "a"}'}, {"f": {"x": True, "y": None}}]
    assert calls_of(step, "fc") == ["cd(folder='a')", "f(x=True,y=None)"]
    assert calls_of("", "fc") == []
    for step in ("text", [{"f": "{"}], [{"f": "[]"}], [5], 5, [{"f": 5}]):
        with pytest.raises(DecodeError):
            calls_of(step, "fc")


def test_steps_are_arranged_in_turns() -> None:
    steps = ["f()", "g()", "Done.", "[]", "h()", "Bye.", "f()"]
    assert turns_of(steps, "prompting", 3) == [["f()", "g()", "Done."], ["[]"], ["h()", "Bye."]]
    assert turns_of(steps, "prompting", 9)[-1] == ["f()"]
    forced = turns_of(["f()"] * 30, "prompting", 2)
    assert forced == [["f()"] * MAX_STEPS]
    assert turns_of(["no", *["f()"] * 30], "prompting", 2) == [["no"], ["f()"] * MAX_STEPS]
