from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.bfcl import categories, data, java_values, javascript_values, reachable
from eval.bfcl.verdict import judge


def rows(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def test_every_official_verdict(shared: Path, bfcl_root: Path) -> None:
    entries = {
        entry.id: entry for name in categories.SINGLE_TURN for entry in data.load(bfcl_root, name)
    }
    cases = rows(shared / "data" / "bfcl" / "cases_dev.jsonl")
    differing = []
    for row in cases:
        entry = entries[row["id"]]
        verdict = judge(row["category"], entry.functions, entry.truth, row["response"])
        assert bool(verdict.message) == (not verdict.valid)
        if (verdict.valid, verdict.error_type) != (row["valid"], row["error_type"]):
            differing.append((row, verdict))
    assert not differing, differing[:5]
    assert len(cases) == 14_504


def test_every_official_quirk(shared: Path) -> None:
    judged = 0
    for row in rows(shared / "data" / "bfcl" / "quirk_cases.jsonl"):
        plain = row["return_format"] in ("python", "java", "javascript")
        if not plain or row["tool_call_tag"] or not isinstance(row["response"], str):
            continue
        verdict = judge(row["category"], row["function"], row["ground_truth"], row["response"])
        if row["valid"] is not None:
            assert (verdict.valid, verdict.error_type) == (row["valid"], row["error_type"]), row
            judged += 1
    assert judged == 342


def doc(kind: str, **more: Any) -> list[dict[str, Any]]:
    parameters = {"properties": {"x": {"type": kind, **more}}, "required": ["x"]}
    return [{"name": "f", "parameters": parameters}]


def test_what_crashes_the_official_checker_has_no_verdict() -> None:
    docs = doc("array", items={"type": "dict"})
    verdict = judge("simple_python", docs, [{"f": {"x": ["", [{"a": [1]}]]}}], "f(x=[1])")
    assert (verdict.valid, verdict.error_type) == (None, "checker_crash")
    assert "AttributeError" in verdict.message
    for kind in ("Set", "Hashtable", "Queue", "Stack", "no type"):
        assert judge("simple_java", doc(kind), [{"f": {"x": [1]}}], 'f(x="a");').valid is None
    huge = "f(x=1" + "0" * 400 + ")"
    assert judge("simple_python", doc("float"), [{"f": {"x": [1.0]}}], huge).valid is None
    assert judge("multiple", doc("integer"), [{"g": {"x": [1]}}], "g(x=1)").valid is None


def test_misuse_is_an_error() -> None:
    with pytest.raises(ValueError, match="no expected calls"):
        judge("simple_python", doc("integer"), None, "f(x=1)")
    with pytest.raises(ValueError, match="not judged by comparing calls"):
        judge("memory_kv", doc("integer"), [], "f(x=1)")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("f(x=2)", "The parameter 'x' is wrong: expected 1 or no such argument, got 2."),
        ("f(x='1')", "The parameter 'x' has the wrong type: expected 1 or no such argument"),
        ("f()", "The required parameter 'x' is missing."),
        ("g(x=1)", "Expected a call of 'f', got 'g'."),
        ("f(x=1, y=2)", "The parameter 'y' (2) has no place in the expected call."),
        ("f(x=1), f(x=1)", "Expected 1 call, got 2."),
        ("no", "The answer does not read as calls: "),
    ],
)
def test_messages_say_what_was_expected(text: str, message: str) -> None:
    verdict = judge("simple_python", doc("integer"), [{"f": {"x": [1, ""]}}], text)
    assert verdict.message.startswith(message)


def test_a_parallel_message_names_the_nearest_call() -> None:
    truth = [{"f": {"x": [1]}}, {"f": {"x": [2]}}]
    verdict = judge("parallel", doc("integer"), truth, "f(x=1), f(x=3)")
    assert verdict.message == (
        "No call left in the answer fits f(x). The parameter 'x' is wrong: expected 2, got 3."
    )


def test_relevance_looks_at_calling_alone() -> None:
    for text, called in [("f(x=1)", True), ("none()", True), ("[]", False), ("No.", False)]:
        assert judge("irrelevance", [], None, text).valid is not called
        assert judge("live_relevance", [], None, text).valid is called


# A perfect model that writes values as a programmer would meets every truth but the listed ones.


def natural(entry: data.Entry) -> str:
    language = categories.CATEGORIES[entry.category].language
    assert entry.truth is not None
    docs = {doc["name"]: doc for doc in entry.functions}
    calls = []
    for expected in entry.truth:
        ((name, acceptable),) = expected.items()
        parameters = docs[name]["parameters"]
        spelled = []
        for parameter, values in acceptable.items():
            if "" in values and parameter not in parameters["required"]:
                continue
            spec = parameters["properties"].get(parameter, {"type": "any"})
            spelled.append(f"{parameter}={WRITERS[language](first(values), spec)}")
        calls.append(f"{name}({', '.join(spelled)})")
    return f"[{', '.join(calls)}]"


def first(values: list[Any]) -> Any:
    value = next((value for value in values if value != ""), None)
    if isinstance(value, list):
        return [filled(item) if isinstance(item, dict) else item for item in value]
    return filled(value) if isinstance(value, dict) else value


def filled(value: dict[str, Any]) -> dict[str, Any]:
    return {
        key: next(iter(items)) if isinstance(items, list) else items
        for key, items in value.items()
        if "" not in items
    }


def quoted(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def java(value: Any, spec: dict[str, Any]) -> str:
    kind = spec["type"]
    if kind == "any" and isinstance(value, str):
        is_source = "(" in value or not re.search(r"[\s:]", value)
        return value if is_source else quoted(value)
    if kind == "long":
        return f"{value}L"
    if isinstance(value, dict):
        puts = " ".join(f'put("{key}", {quoted(item)});' for key, item in value.items())
        return f"new HashMap<String, Object>() {{{{ {puts} }}}}"
    if isinstance(value, list):
        element = spec["items"]
        items = ", ".join(
            quoted(item) if element["type"] == "any" else java(item, element) for item in value
        )
        if kind == "ArrayList":
            return f"new ArrayList<>(Arrays.asList({items}))"
        return f"new {element['type']}[]{{{items}}}"
    return str(value) if kind == "char" else quoted(value)


def javascript(value: Any, spec: dict[str, Any]) -> str:
    if spec["type"] == "any" and isinstance(value, str) and value.replace(".", "").isidentifier():
        return value
    return quoted(value)


WRITERS = {"python": lambda value, spec: repr(value), "java": java, "javascript": javascript}


@pytest.mark.parametrize("name", categories.NON_LIVE_AST + categories.LIVE_AST)
def test_natural_answers_meet_what_is_reachable(bfcl_root: Path, name: str) -> None:
    for entry in data.load(bfcl_root, name):
        verdict = judge(name, entry.functions, entry.truth, natural(entry))
        assert verdict.valid is (reachable.reach(entry.id) == "natural"), (entry.id, verdict)


def test_ceilings() -> None:
    ids = [f"simple_java_{number}" for number in range(100)]
    assert reachable.ceiling(ids) == 0.87
    assert reachable.ceiling(ids, odd_text=True) == 0.98
    assert reachable.ceiling(["simple_python_0"]) == 1.0
    with pytest.raises(ValueError, match="no ids"):
        reachable.ceiling([])


@pytest.mark.parametrize(
    ("text", "kind", "element", "value"),
    [
        ("3.5f", "float", None, 3.5),
        ("3.5", "float", None, "3.5"),
        ("5L", "long", None, 5),
        ("new int[] { 1, 2 }", "Array", "integer", [1, 2]),
        ('new String[]{"a"}', "Array", "String", ['"a"']),
        ('new ArrayList<>(Arrays.asList("a,b"))', "ArrayList", "String", ["", ""]),
        ("new ArrayList<>() {{ add(1); add(2); }}", "ArrayList", "integer", [1, 2]),
        ("new ArrayList<String>()", "ArrayList", "String", []),
        ('new HashMap<>() {{ put("a", 1); put("b",\n 5L); }}', "HashMap", None, {"a": 1, "b": 5}),
        ("new HashMap<>() {}", "HashMap", None, {}),
        ("Map.of()", "HashMap", None, "Map.of()"),
    ],
)
def test_java_values(text: str, kind: str, element: str | None, value: object) -> None:
    assert java_values.convert(text, kind, element) == value


@pytest.mark.parametrize(
    ("text", "kind", "element", "value"),
    [
        ("'a' + 'b'", "String", None, "a' + 'b"),
        ("5n", "Bigint", None, 5),
        ("1e5", "float", None, "1e5"),
        ("[1, 'a'].map(f)", "array", None, [1, "a"]),
        ("[[1, 2], [3]]", "array", "array", [[1, 2], [3]]),
        ("new Array([1], [2])", "array", "array", [[1], [2]]),
        ("[[1], [2]", "array", "array", ["[1"]),
        ("{a: '5', \"b\": [1, x]}", "dict", None, {"a": 5, "b": [1, "x"]}),
        ("{}", "dict", None, {}),
    ],
)
def test_javascript_values(text: str, kind: str, element: str | None, value: object) -> None:
    assert javascript_values.convert(text, kind, element) == value


STARTS = ["new HashMap<>(){{", "new ArrayList<>(", "Arrays.asList(", "new int[]{", "[[", "{a:"]
MARKS = [
    'put("',
    '",',
    "add(",
    "[",
    "]",
    "],[",
    "}",
    "}}",
    ",",
    " ",
    "\n",
    "1",
    '"',
    "'",
    ")",
    "))",
]
FRAGMENTS = st.sampled_from(STARTS + MARKS)


@given(st.lists(FRAGMENTS, max_size=60).map("".join))
def test_any_value_converts_or_stays_text(text: str) -> None:
    for kind, expected in (("HashMap", dict), ("ArrayList", list), ("Array", list)):
        assert isinstance(java_values.convert(text, kind, "String"), (str, expected))
    for kind, expected in (("dict", dict), ("array", list)):
        assert isinstance(javascript_values.convert(text, kind, "String"), (str, expected))
