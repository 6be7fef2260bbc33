"""What a schema lets a model write, keyword by keyword, as llguidance follows the grammar."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from agents.engines.base import Constraint, EngineError, Request, generate_all
from agents.formats import get_format
from agents.formats.base import UnsupportedSchema
from agents.formats.lark import IMPOSSIBLE, Alt, Grammar, Impossible, Ref, Repeat, Seq, Text
from agents.formats.schema_grammar import REFUSED
from envs.types import Message, ToolSpec

PYTHON = get_format("python")
Accepts = Callable[[str, str], bool]


@pytest.fixture(scope="module")
def accepts(tiny: Any) -> Accepts:
    """Whether a text belongs to a grammar, by bytes."""
    from agents.engines.constraints import Guides

    end = tiny.tokenizer.eos_token_id
    guides = Guides(tiny.tokenizer, len(tiny.tokenizer), [end])

    def check(grammar: str, text: str) -> bool:
        guide = guides.start(grammar)
        ids = tiny.tokenizer(text)["input_ids"]
        assert tiny.tokenizer.decode(ids) == text
        for token in ids:
            if not guide.allowed()[token]:
                return False
            guide.accept(token)
        return bool(guide.allowed()[end])

    return check


def grammar_of(schema: Any, *, defs: Any = None) -> str:
    """The grammar of a tool ``f`` with one required parameter ``x``."""
    parameters = {"type": "object", "properties": {"x": schema}, "required": ["x"]}
    return PYTHON.grammar(
        [ToolSpec("f", "", parameters | ({"$defs": defs} if defs else {}))], "calls"
    )


TREE = {"type": "object", "properties": {"kid": {"$ref": "#/$defs/t"}}}

CASES: list[tuple[Any, list[str], list[str]]] = [
    ({"type": "string"}, ['""', '"a\\n\\"\\\\é🙂"', '"it\'s"'], ["'a'", '"\\x41"', '"a', '"\n"']),
    ({"type": "string", "minLength": 2, "maxLength": 3}, ['"ab"', '"\\n🙂é"'], ['"a"', '"abcd"']),
    ({"type": "string", "pattern": "^a[0-9]$"}, ['"a5"'], ['"a"', '"ba5"', '"a5 "']),
    ({"type": "string", "pattern": "b", "maxLength": 3}, ['"abc"', '"b"'], ['"ac"', '"aabc"']),
    ({"type": "integer"}, ["0", "-7", "9" * 18], ["-0", "1.0", "9" * 19, "1e3"]),
    ({"type": "integer", "minimum": -2, "exclusiveMaximum": 12}, ["-2", "0", "11"], ["-3", "12"]),
    ({"type": "number"}, ["0", "-1.5", "12345678.1234567"], ["1.", "123456789.1", "1e5"]),
    ({"type": "number", "exclusiveMinimum": 0, "maximum": 1}, ["0.1", "1"], ["0", "1.1", "-1"]),
    ({"type": "number", "minimum": 1.5, "exclusiveMinimum": 1.5}, ["1.51"], ["1.5"]),
    ({"type": "boolean"}, ["True", "False"], ["true", "1"]),
    ({"type": "null"}, ["None"], ["null"]),
    ({"type": ["integer", "null"]}, ["3", "None"], ['"3"']),
    ({"type": "string", "nullable": True}, ['"a"'], ["None"]),
    ({"type": "string", "format": "date", "default": "x"}, ['"no date"'], []),
    ({"enum": ["a", 2, None, [1, {"k": "v"}]]}, ['"a"', "2", '[1, {"k": "v"}]'], ['"b"', "[1]"]),
    ({"enum": ["a", 2], "type": "string"}, ['"a"'], ["2"]),
    ({"enum": ["a", "bb"], "minLength": 2}, ['"bb"'], ['"a"']),
    ({"const": 'q"\\\n'}, ['"q\\"\\\\\\n"'], ['"q"']),
    ({"type": "array", "items": {"type": "integer"}}, ["[]", "[1, 2]"], ["[1,2]", "[1, ]"]),
    ({"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 2},
     ["[1]", "[1, 2]"], ["[]", "[1, 2, 3]"]),
    ({"type": "array", "items": {"enum": [1]}, "minItems": 2}, ["[1, 1]"], ["[1]", "[]"]),
    ({"type": "array", "items": {"type": "null"}},
     [f"[{', '.join(['None'] * 32)}]"], [f"[{', '.join(['None'] * 33)}]"]),
    ({"type": "array", "prefixItems": [{"type": "null"}, {"const": 1}]},
     ["[]", "[None]", "[None, 1]"], ["[1]", "[None, 1, 1]"]),
    ({"type": "array", "prefixItems": [{"type": "null"}], "items": {"const": 2}, "minItems": 2},
     ["[None, 2]", "[None, 2, 2]"], ["[None]"]),
    ({"type": "array", "items": False}, ["[]"], ["[1]"]),
    ({"type": "object", "properties": {"a": {"const": 1}, "b": {"const": 2}, "c": {"const": 3}},
      "required": ["b"]},
     ['{"b": 2}', '{"a": 1, "b": 2, "c": 3}', '{"b": 2, "c": 3}'],
     ["{}", '{"b": 2, "a": 1}', '{"a": 1}', '{"b": 2, "d": 4}']),
    ({"type": "object", "properties": {"a": {"const": 1}}, "additionalProperties": {"const": 0}},
     ["{}", '{"z": 0}', '{"a": 1, "z": 0}'], ['{"a": 0}', '{"z": 0, "a": 1}', '{"z": 1}']),
    ({"type": "object"}, ["{}", '{"k": [1, {"x": None}]}'], ['{1: 2}', "[]"]),
    ({"type": "object", "properties": {}, "additionalProperties": False}, ["{}"], ['{"k": 1}']),
    ({"type": "object", "required": ["r"]}, ['{"r": "any"}'], ["{}"]),
    ({"properties": {"a": {"const": 1}}}, ['{"a": 1}'], ["2"]),
    ({"anyOf": [{"type": "integer"}, {"const": "x"}]}, ["5", '"x"'], ['"y"', "True"]),
    ({"anyOf": [{"type": "string", "minLength": 9, "maxLength": 1}, {"const": 1}]}, ["1"], ['""']),
    ({"oneOf": [{"type": "integer"}, {"type": "string"}]}, ["5", '"x"'], ["None"]),
    ({"oneOf": [{"enum": [1, 2]}, {"const": 3}]}, ["1", "3"], ["4"]),
    ({}, ["None", "-1.5", '"a"', "[[1], {}]", '{"a": {"b": 1}}'], ["[[[1]]]", "true"]),
    (True, ["5"], []),
    ({"$ref": "#/$defs/t"}, ["{}", '{"kid": {"kid": {}}}'], ['{"kid": 1}']),
]  # fmt: skip


@pytest.mark.torch
@pytest.mark.parametrize(("schema", "good", "bad"), CASES)
def test_values_of_a_schema(schema: Any, good: list[str], bad: list[str], accepts: Accepts) -> None:
    from jsonschema import Draft202012Validator

    grammar = grammar_of(schema, defs={"t": TREE})
    whole = {"$defs": {"t": TREE}, "properties": {"x": schema}}
    for value in good:
        text = f"[f(x={value})]"
        assert accepts(grammar, text), text
        (call,) = PYTHON.parse(text).calls
        Draft202012Validator(whole).validate(dict(call.arguments))
        assert PYTHON.render(PYTHON.parse(text)) == text
    for value in bad:
        assert not accepts(grammar, f"[f(x={value})]"), value


@pytest.mark.torch
def test_calls_and_replies(accepts: Accepts) -> None:
    optional = {
        "properties": {"a": {"type": "null"}, "from": {"type": "null"}, "c": {"type": "null"}}
    }
    tools = [ToolSpec("f", "", optional), ToolSpec("m.g")]
    calls, either = (PYTHON.grammar(tools, mode) for mode in ("calls", "any"))  # type: ignore[arg-type]
    good = [
        *("[f()]", "[m.g(), f()]", "[f(a=None)]", "[f(c=None)]", '[f(**{"from": None}, c=None)]'),
        '[f(a=None, **{"from": None}, c=None)]',
        f"[{', '.join(['f()'] * 16)}]",
    ]
    bad = ["", "[]", "f()", "[f(), ]", "[f(c=None, a=None)]", "[h()]", "[f() ]"]
    bad += [f"[{', '.join(['f()'] * 17)}]"]
    replies = ["No.", "Which city?\n\nTell me."]
    for grammar in (calls, either):
        assert all(accepts(grammar, text) for text in good)
        assert not any(accepts(grammar, text) for text in bad)
    assert all(accepts(either, text) and not accepts(calls, text) for text in replies)
    assert not any(accepts(either, text) for text in (" x", "see [1]", "f(x)", "a (b)"))
    assert accepts(PYTHON.grammar([], "any"), "Hello.")


def test_many_optional_parameters_stay_small() -> None:
    properties = {f"p{i}": {"type": "integer"} for i in range(60)}
    grammar = PYTHON.grammar([ToolSpec("f", "", {"properties": properties})], "calls")
    assert len(grammar) < 12_000


@pytest.mark.parametrize(
    ("schema", "error"),
    [
        ({"not": {"type": "null"}}, "'not' is not supported"),
        ({"if": {"type": "null"}}, "'if' is not supported"),
        ({"type": "array", "uniqueItems": True}, "'uniqueItems' is not supported"),
        ({"properties": {"y": {"multipleOf": 2}}}, "'multipleOf' is not supported"),
        ({"anyOf": [{}], "type": "string"}, "'type' beside 'anyOf' is not supported"),
        ({"$ref": "#/$defs/t", "minimum": 3}, r"'minimum' beside '\$ref' is not supported"),
        ({"oneOf": [{"type": "integer"}, {"type": "number"}]}, "no two options overlap"),
        ({"oneOf": [{"const": 1}, {"type": "number"}]}, "no two options overlap"),
        ({"$ref": "http://a/b"}, "not within the tool's schema"),
        ({"$ref": "#/$defs/none"}, "not within the tool's schema"),
        ({"type": "string", "pattern": "(?=a)"}, r"pattern '\(\?=a\)': assert"),
        ({"type": "dict"}, "not a JSON Schema"),
        ({"enum": [1], "type": "string"}, "no arguments can be written"),
        ({"type": "integer", "minimum": 5, "maximum": 4}, "no arguments can be written"),
        ({"type": "integer", "minimum": 10**20}, "no arguments can be written"),
        ({"$ref": "#/properties/x"}, "no arguments can be written"),
        (False, "no arguments can be written"),
    ],
)
def test_what_cannot_be_promised_is_refused_by_name(schema: Any, error: str) -> None:
    with pytest.raises(
        UnsupportedSchema, match=rf"^tool f(, parameter [\w.]+)?: .*{error}"
    ) as caught:
        grammar_of(schema, defs={"t": TREE})
    assert "\n" not in str(caught.value)


def test_every_keyword_that_validators_check_is_supported_or_refused() -> None:
    from jsonschema import Draft202012Validator

    supported = {
        *("type", "enum", "const", "properties", "required", "additionalProperties", "items"),
        *("prefixItems", "minItems", "maxItems", "minLength", "maxLength", "pattern", "minimum"),
        *("maximum", "exclusiveMinimum", "exclusiveMaximum", "anyOf", "oneOf", "$ref"),
    }
    # `format` is an annotation; minContains and maxContains are read by `contains`.
    assert set(Draft202012Validator.VALIDATORS) - supported - {"format"} <= REFUSED


def test_odd_tools_are_refused() -> None:
    with pytest.raises(UnsupportedSchema, match="'get-it': not a dotted Python name"):
        PYTHON.grammar([ToolSpec("get-it")], "calls")
    with pytest.raises(UnsupportedSchema, match="no tool is offered"):
        PYTHON.grammar([], "calls")
    with pytest.raises(UnsupportedSchema, match="not of type object"):
        PYTHON.grammar([ToolSpec("f", "", {"type": "array"})], "calls")
    with pytest.raises(UnsupportedSchema, match="'minProperties' is not supported"):
        PYTHON.grammar([ToolSpec("f", "", {"minProperties": 1})], "calls")
    deep: Any = {"type": "null"}
    for _ in range(70):
        deep = {"type": "array", "items": deep}
    with pytest.raises(UnsupportedSchema, match="nested deeper than 64"):
        grammar_of(deep)


def test_a_grammar_drops_what_can_never_be_completed() -> None:
    grammar = Grammar()
    endless = grammar.declare("r")
    grammar.define(endless, Seq((Text("a"), endless)))
    good = grammar.rule("good", Alt((Text("b"), endless, IMPOSSIBLE)))
    assert grammar.lark(good) == 'start: good_1\ngood_1: ("b")\n'
    assert grammar.lark(Repeat(endless, 0, 3)) == 'start: ""\n'
    for hopeless in (endless, Seq((good, IMPOSSIBLE)), Repeat(endless, 1, 2), Ref("r_0")):
        with pytest.raises(Impossible):
            grammar.lark(hopeless)


# --- in the engine -------------------------------------------------------------------------------


def constrained(grammar: str, **options: Any) -> Request:
    return Request((Message("user", "go"),), constraint=Constraint(grammar, "calls"), **options)


@pytest.mark.torch
def test_logprobs_under_a_constraint_are_the_models_own(tiny: Any) -> None:
    import torch

    grammar = grammar_of({"enum": ["red", "green"]})
    ((answer,),) = generate_all(tiny, [constrained(grammar)])
    assert answer.text in ('[f(x="red")]', '[f(x="green")]')
    assert answer.finish == "stop"
    with torch.inference_mode():
        ids = torch.tensor([[*answer.prompt_ids, *answer.ids]])
        logits = tiny._loaded.model(ids).logits[0].log_softmax(-1)
    own = [logits[len(answer.prompt_ids) - 1 + i, t].item() for i, t in enumerate(answer.ids)]
    assert answer.logprobs == pytest.approx(own, abs=1e-4)


@pytest.mark.torch
def test_constrained_and_free_rows_share_a_batch(tiny: Any) -> None:
    grammar = grammar_of({"type": "boolean"})
    requests = [
        constrained(grammar, n=2, temperature=1.0, seed=4),
        Request((Message("user", "go"),), max_tokens=9),
        constrained(grammar, max_tokens=3),
    ]
    both, (free,), (cut,) = generate_all(tiny, requests)
    for answer in both:
        assert {type(call.arguments["x"]) for call in PYTHON.parse(answer.text).calls} == {bool}
    assert generate_all(tiny, requests[1:2])[0][0].ids == free.ids
    assert (cut.finish, len(cut.ids)) == ("length", 3)


@pytest.mark.torch
def test_a_bad_grammar_fails_its_request_alone(tiny: Any) -> None:
    with pytest.raises(ValueError, match="llguidance"):
        generate_all(tiny, [constrained("start: [")])
    with pytest.raises(EngineError, match="constrained decoding"):
        generate_all(tiny, [constrained("start: T\nT: /a/ & /b/\n")])
    assert (
        generate_all(tiny, [constrained(grammar_of({"type": "null"}))])[0][0].text == "[f(x=None)]"
    )
