"""Function calling, format sensitivity, existing answers and official result folders."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from agents import Completion, ScriptedEngine
from agents.policies import policy_for
from envs.common.errors import UserError
from envs.episode import Episode, Step
from envs.types import Action, Outcome, ToolCall
from eval import evaluate
from eval.bfcl.command import main
from eval.bfcl.formats import CONFIGS
from eval.bfcl.function_calls import RECORDED, answer_of
from eval.bfcl.official import read_results, write_results
from eval.bfcl.suite import BFCL

NAME = "meta-llama/Llama-3.1-8B-Instruct"


class NativeEngine(ScriptedEngine):
    """Answers like a server that reads calls itself: with the first acceptable values."""

    reads_calls = True


def truths(suite: BFCL) -> dict[str, list[ToolCall]]:
    """Task id -> the calls of its truth, with the first acceptable values, underscored."""
    found = {}
    for task in suite.tasks:
        entry = task.data["entry"]
        calls = []
        for call in entry.truth or ():
            ((name, arguments),) = call.items()
            given = {key: values[0] for key, values in arguments.items() if values[0] != ""}
            calls.append(ToolCall(name.replace(".", "_"), given))
        found[task.id] = calls
    return found


def test_function_calling_offers_tools_and_judges_calls(bfcl_root: Path) -> None:
    chosen = ("simple_python", "multiple", "parallel", "live_simple", "irrelevance")
    suite = BFCL(bfcl_root, chosen=chosen, limit=100, mode="fc")
    right = truths(suite)
    by_prompt = {task.messages: right[task.id] for task in suite.tasks}
    offered: set[str] = set()

    def answer(request: Any) -> Completion:
        offered.update(tool.name for tool in request.tools)
        calls = tuple(by_prompt[request.messages])
        return Completion("", action=Action("" if calls else "None fits.", calls))

    policy = policy_for(NativeEngine(answer))
    assert policy.format.name == "native" and policy.offer_tools
    report = evaluate(suite, policy)
    rows = {row.name: row for row in report.rows}
    # Simple truths spell nested dicts as lists of choices; all else is met by first values.
    assert rows["irrelevance"].valid == rows["irrelevance"].n == 20
    for name in chosen[:-1]:
        assert rows[name].valid >= 17, name
    assert offered and not any("." in name for name in offered)
    assert any("." in doc["name"] for t in suite.tasks for doc in t.data["entry"].functions)


def test_unreadable_calls_and_texts_are_no_calls() -> None:
    def of(action: Action, agent: str = "plain") -> Any:
        return answer_of(Episode("bfcl", "t", agent, steps=(Step(action),)))

    assert of(Action(calls=(ToolCall("f", {"x": "ü"}),))) == [{"f": '{"x": "ü"}'}]
    assert of(Action("I cannot.")) == "I cannot."
    assert of(Action("f(", error="not closed", raw="f(")) == "f("
    assert of(Action(error="arguments of f are not JSON", calls=(ToolCall("f"),))).startswith("arg")
    assert of(Action("hello", raw="hello"), RECORDED) == "hello"
    assert of(Action(raw='[{"f": "{}"}]'), RECORDED) == [{"f": "{}"}]
    assert of(Action(raw=""), RECORDED) == "" and of(Action(raw="null"), RECORDED) is None
    assert answer_of(Episode("bfcl", "t", "plain")) == ""


def test_format_sensitivity_is_sampled_by_question_and_has_its_spread(
    bfcl_root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    suite = BFCL(bfcl_root, chosen=["format_sensitivity"], limit=52)
    entries = [task.data["entry"] for task in suite.tasks]
    assert {entry.config for entry in entries} == set(CONFIGS)
    assert len({entry.id.rpartition(":")[2] for entry in entries}) == 2
    script = tmp_path / "script.jsonl"
    script.write_text(json.dumps({"answer": "[f(x=1)]"}) + "\n")
    args = ["--model", f"scripted:{script}", "--categories", "format_sensitivity"]
    assert main([*args, "--limit", "52", "--json", "--out", str(tmp_path / "run")]) == 0
    report = json.loads(capsys.readouterr().out)
    (table,) = report["extras"]["plain"]
    assert len(table["rows"]) == 26 and "maximum delta 0.00" in table["note"]
    assert [row["name"] for row in report["rows"]] == ["format_sensitivity", "format sensitivity"]
    assert "format_sensitivity" in (tmp_path / "run" / "report.md").read_text()


def test_all_of_format_sensitivity_is_there(bfcl_root: Path) -> None:
    assert len(BFCL(bfcl_root, chosen=["format_sensitivity"]).tasks) == 5200
    with pytest.raises(UserError, match="varies the prompt"):
        BFCL(bfcl_root, chosen=["format_sensitivity"], mode="fc")
    with pytest.raises(UserError, match="mode"):
        BFCL(bfcl_root, mode="fcc")  # type: ignore[arg-type]


@pytest.mark.parametrize("mode", ["prompting", "fc"])
def test_an_exported_run_comes_back_with_the_same_verdicts(
    mode: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = tmp_path / "script.jsonl"
    rows = [
        {"match": "area", "answer": "[calculate_area(base=1)]"},
        {"match": "e", "answer": "Let me think: [f(x=1)]"},
        {"answer": "[]"},
    ]
    script.write_text("".join(json.dumps(row) + "\n" for row in rows))
    run, there, back = tmp_path / "run", tmp_path / "there", tmp_path / "back"
    args = ["--model", f"scripted:{script}", "--mode", mode, "--limit", "65", "--out", str(run)]
    assert main([*args, "--export-official", str(there), "--export-as", "acme/m", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    home = there / "plain" / "result" / "acme_m"
    assert len(list(home.glob("*live/BFCL_v4_*_result.json"))) == 13
    again = ["--responses", str(home), "--mode", mode, "--out", str(back), "--json"]
    assert main(again) == 0
    scored = json.loads(capsys.readouterr().out)
    kept = ("name", "asked", "n", "valid", "lenient")
    assert [[row[k] for k in kept] for row in scored["rows"]] == [
        [row[k] for k in kept] for row in report["rows"]
    ]
    assert scored["usage"]["recorded"]["completion tokens"] > 0
    # Our own run folder is read as well, with the mode it was asked in.
    assert main(["--responses", str(run), "--out", str(tmp_path / "own"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == report["rows"]


def test_what_was_not_answered_is_not_exported_and_not_wrong(tmp_path: Path) -> None:
    episodes = [
        Episode("bfcl", "multiple_1", "plain", steps=(Step(Action("[f()]", raw="[f()]")),)),
        Episode("bfcl", "multiple_0", "plain", outcome=Outcome.ERROR, error="gone"),
        Episode("bfcl", "multiple_2", "plain", outcome=Outcome.CONTEXT_OVERFLOW),
    ]
    order = {f"multiple_{n}": n for n in range(3)}
    assert write_results(tmp_path, NAME, episodes, result=lambda e: e.answer, order=order) == (1, 2)
    responses = read_results(tmp_path)
    assert [e.task for e in responses.episodes] == ["multiple_1"]
    assert responses.model == "meta-llama_Llama-3.1-8B-Instruct" and responses.flags == {}


def test_result_folders_that_cannot_be_read_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused(*args: str) -> str:
        assert main(list(args)) == 2
        return capsys.readouterr().err.strip().splitlines()[-1]

    empty = tmp_path / "empty"
    empty.mkdir()
    assert "neither a run folder" in refused("--responses", str(empty))
    for model in ("a", "b"):
        folder = tmp_path / "many" / model / "non_live"
        folder.mkdir(parents=True)
        (folder / "BFCL_v4_multiple_result.json").write_text('{"id": "multiple_0"}\n')
    assert "several models" in refused("--responses", str(tmp_path / "many"))
    said = refused("--responses", str(tmp_path / "many" / "a"))
    assert "BFCL_v4_multiple_result.json:1: expected an object with 'id' and 'result'" in said
    later = tmp_path / "later"
    later.mkdir()
    (later / "BFCL_v9_sonnets_result.json").write_text('{"id": "sonnets_0", "result": "x"}\n')
    assert "no results of categories that are known (sonnets)" in refused("--responses", str(later))


def test_flags_that_make_no_sense_together_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = tmp_path / "s.jsonl"
    script.write_text('{"answer": "x"}\n')
    model = ("--model", f"scripted:{script}")
    for args, said in (
        (("--format", "hermes"), "--mode fc offers the functions as tools"),
        (("--mode", "fc", "--categories", "format_sensitivity"), "varies the prompt"),
    ):
        assert main([*model, *args]) == 2
        assert said in capsys.readouterr().err
