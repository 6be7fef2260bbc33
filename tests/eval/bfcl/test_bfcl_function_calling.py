from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.bfcl import data, reachable
from eval.bfcl.calls import DecodeError
from eval.bfcl.function_calls import decode_function_calls, judge_function_calls
from eval.bfcl.verdicts import main

DOCS = [
    {"name": name, "parameters": {"properties": {"x": {"type": kind}}, "required": ["x"]}}
    for name, kind in (("a.f", "integer"), ("g", "string"))
]
TRUTH = [{"a.f": {"x": [1]}}]


def verdict(answer: object, name: str = "multiple", **options: bool) -> tuple[bool | None, Any]:
    truth = None if "relevance" in name else TRUTH
    judged = judge_function_calls(name, DOCS, truth, answer, **options)
    return judged.valid, judged.error_type


def test_names_follow_what_the_model_was_offered() -> None:
    wrong = (False, "simple_function_checker:wrong_func_name")
    underscored, dotted = [{"a_f": '{"x": 1}'}], [{"a.f": '{"x": 1}'}]
    assert verdict(underscored) == (True, None)
    assert verdict(dotted) == wrong
    assert verdict(dotted, underscored=False) == (True, None)
    assert verdict(underscored, underscored=False) == wrong
    assert verdict(underscored, "simple_python") == (True, None)
    assert verdict(underscored, "parallel") == (True, None)
    assert verdict(dotted, "parallel")[1].endswith("cannot_find_match")


@pytest.mark.parametrize(
    ("answer", "error_type"),
    [
        ([{"a_f": '{"x": 1}', "ignored": 5}], None),
        ([], "multiple_function_checker:wrong_count"),
        ("", "multiple_function_checker:wrong_count"),
        ("[a_f(x=1)]", "ast_decoder:decoder_failed"),
        (None, "ast_decoder:decoder_failed"),
        ({"a_f": '{"x": 1}'}, "ast_decoder:decoder_failed"),
        ([{"a_f": {"x": 1}}], "ast_decoder:decoder_failed"),
        ([{"a_f": "{x: 1}"}], "ast_decoder:decoder_failed"),
        ([{"a_f": "[" * 100_000}], "ast_decoder:decoder_failed"),
        ([{}], "ast_decoder:decoder_failed"),
        (["a_f"], "ast_decoder:decoder_failed"),
        ([{"a_f": "[1]"}], "ast_decoder:decoder_wrong_output_format"),
        ([{"a_f": "null"}], "ast_decoder:decoder_wrong_output_format"),
        ([{"a_f": '{"x": "1"}'}], "type_error:simple"),
        ([{"a_f": "{}"}], "simple_function_checker:missing_required"),
    ],
)
def test_official_verdicts(answer: object, error_type: str | None) -> None:
    assert verdict(answer) == (error_type is None, error_type)


def test_relevance() -> None:
    call = [{"any": '{"y": []}'}]
    assert verdict(call, "irrelevance") == (False, "irrelevance_error:decoder_success")
    assert verdict(call, "live_relevance") == (True, None)
    for nothing in ("I cannot.", "f()", [], [{"f": "[]"}], [{"f": "{"}]):
        assert verdict(nothing, "live_irrelevance") == (True, None)
        assert verdict(nothing, "live_relevance") == (False, "relevance_error:decoder_failed")


def test_java_values_have_to_be_texts() -> None:
    args = ("simple_java", DOCS, TRUTH)
    assert judge_function_calls(*args, [{"a_f": '{"x": "1"}'}]).valid is True
    assert judge_function_calls(*args, [{"a_f": '{"x": 1}'}]).error_type == "type_error:java"


def test_maps_are_not_lost_in_java(bfcl_root: Path) -> None:
    entries = {entry.id: entry for entry in data.load(bfcl_root, "simple_java")}

    def judged(id: str, map_text: str) -> bool | None:
        entry = entries[id]
        ((name, parameters),) = (entry.truth or [])[0].items()
        arguments = {key: str(values[0]) for key, values in parameters.items()}
        arguments["meta" if "meta" in arguments else "params"] = map_text
        answer = [{name.replace(".", "_"): json.dumps(arguments)}]
        return judge_function_calls("simple_java", entry.functions, entry.truth, answer).valid

    natural = 'new HashMap<String, String>() {{ put("%s", "%s"); }}'
    assert judged("simple_java_68", natural % ("/Applications/MyApp.app", "MyApp")) is True
    assert judged("simple_java_64", natural % ("format", "epoch_millis")) is False
    assert judged("simple_java_64", natural % ("format", "e")) is True
    assert reachable.reach("simple_java_68", function_calling=True) == "natural"
    assert reachable.reach("simple_java_64", function_calling=True) == "odd text"
    assert reachable.ceiling(list(entries), function_calling=True) == 0.89


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)
argument_texts = json_values.map(json.dumps) | st.text(max_size=8)


@given(json_values | st.lists(st.dictionaries(st.text(max_size=3), argument_texts, max_size=2)))
def test_any_answer_decodes_or_says_why(answer: object) -> None:
    try:
        calls = decode_function_calls(answer)
    except DecodeError as error:
        assert str(error)
    else:
        assert all(type(arguments) is dict for call in calls for arguments in call.values())


def test_command_flags(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    base = {"category": "multiple", "function": DOCS, "ground_truth": TRUTH}
    file = tmp_path / "rows.jsonl"

    def judged(*flags: str, response: object) -> Any:
        file.write_text(json.dumps({**base, "response": response}))
        assert main([str(file), *flags]) == 0
        return json.loads(capsys.readouterr().out)["valid"]

    assert judged(response=[{"a_f": '{"x": 1}'}]) is True
    assert judged("--dotted-names", response=[{"a_f": '{"x": 1}'}]) is False
    assert judged(response="a.f(x=1)") is True
    assert judged("--function-calling", response="a.f(x=1)") is False
