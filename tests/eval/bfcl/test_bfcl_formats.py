from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envs.common.errors import UserError
from eval.bfcl import data, prompts, reachable
from eval.bfcl.calls import DecodeError
from eval.bfcl.categories import SINGLE_TURN
from eval.bfcl.decode import decode
from eval.bfcl.doc_formats import show_docs
from eval.bfcl.formats import CONFIGS, PromptConfig, ReturnFormat, parse_config
from eval.bfcl.lenient import judge_lenient
from eval.bfcl.sensitivity import sensitivity
from eval.bfcl.verdict import judge
from eval.bfcl.verdicts import main

RENDERED = (
    "bf6baf71319910fa",
    "8603924b2c6f94e5",
    "8413a28b6cc41717",
    "db0f3ec97d9a66f6",
    "ad04ab44e6190b8d",
    "1f59e26dbce8a810",
    "1d2cab63be6c8810",
    "7585096d9deed20b",
    "3ef4cd848c6061fe",
    "dbbad7f7fd4546db",
    "0f7201cc48837da0",
    "ad6e0768355de106",
    "6f800487d3a660aa",
    "543c0052ffaaa5a5",
    "6c17870f8640eba6",
    "4f3c003ac0f4f92b",
    "d2320d2119370817",
    "11bd02de18b0d38d",
    "479ee0267ddc3583",
    "7fb00eaa46d91eba",
    "b806cdaddc03bb5d",
    "d0dca5900c0d30d8",
    "4dfa4cc6643416d6",
    "07ed7f145f44a668",
    "5d8226aa86f64b0c",
    "58de3bc51474c007",
)
"""SHA-256 over the messages of all 200 entries, by variation, as the official package renders."""
IDS = "86f751cc06f7bd07b422afbebaa0ad0d017fb7cbda22d7fd8c454f0499773b76"
TRUTHS = "1c20705bbca46f130155e3d40b292a468919aba20f9c94b2c30d40636799f13e"
DOCS_SHOWN = "57b8b92c9fecfd014bd68ca21b7a33eb340784dcb47823ef3bc5e8928db544d1"


@pytest.fixture(scope="module")
def entries(bfcl_root: Path) -> list[data.Entry]:
    return data.load(bfcl_root, "format_sensitivity")


def test_entries_are_the_official_ones(entries: list[data.Entry]) -> None:
    assert len(entries) == 5200
    assert hashlib.sha256("\n".join(e.id for e in entries).encode()).hexdigest() == IDS
    truths = json.dumps([entry.truth for entry in entries])
    assert hashlib.sha256(truths.encode()).hexdigest() == TRUTHS
    for entry in entries:
        _, name, origin = entry.id.split(":")
        assert entry.config == parse_config(name)
        assert origin.startswith(entry.category)


def test_prompts_of_all_variations_are_the_official_ones(
    bfcl_root: Path, entries: list[data.Entry]
) -> None:
    official = prompts.load(bfcl_root)
    digests = {config: hashlib.sha256() for config in CONFIGS}
    for entry in entries:
        messages = prompts.render(entry, official)
        rows = [{"role": message.role, "content": message.content} for message in messages]
        assert entry.config is not None
        digests[entry.config].update(json.dumps(rows).encode())
    assert tuple(digest.hexdigest()[:16] for digest in digests.values()) == RENDERED


def test_docs_of_all_entries_look_as_the_official_package_shows_them(bfcl_root: Path) -> None:
    digest = hashlib.sha256()
    for name in SINGLE_TURN:
        for entry in data.load(bfcl_root, name):
            for doc_format in ("xml", "python", "json"):
                digest.update(show_docs(entry.functions, doc_format).encode())
    assert digest.hexdigest() == DOCS_SHOWN


def test_files_include_the_entries_asked_again(bfcl_root: Path) -> None:
    names = {path.name for path in data.files(bfcl_root, "format_sensitivity")}
    assert {"BFCL_v4_format_sensitivity.json", "BFCL_v4_live_parallel.json"} <= names


@pytest.mark.parametrize(
    ("text", "message"),
    [("{", "not JSON"), ("[]", "a list of ids"), ('{"multiple": 3}', "a list of ids")],
)
def test_broken_list_of_ids(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "BFCL_v4_format_sensitivity.json").write_text(text)
    with pytest.raises(UserError, match=f"BFCL_v4_format_sensitivity.json: .*{message}"):
        data.load(tmp_path, "format_sensitivity")


def test_names_of_variations() -> None:
    assert len(set(CONFIGS)) == 26
    assert [parse_config(config.name) for config in CONFIGS] == list(CONFIGS)
    assert PromptConfig().name == (
        "ret_fmt=python&tool_call_tag=False&func_doc_fmt=json&prompt_fmt=plaintext&style=classic"
    )


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("ret_fmt=json", "expected ret_fmt=...&tool_call_tag=..."),
        (PromptConfig().name.replace("=False", "=no"), "'tool_call_tag=no' should be"),
        (PromptConfig().name.replace("style=", "kind="), "should be style=classic|experimental"),
    ],
)
def test_bad_names_of_variations(name: str, message: str) -> None:
    with pytest.raises(UserError) as caught:
        parse_config(name)
    assert message in str(caught.value)


def verbose(*parameters: str) -> str:
    inner = "".join(f"<param {parameter}/>" for parameter in parameters)
    return f'<functions><function name="f"><params>{inner}</params></function></functions>'


def concise(value: str, type_name: str = "string") -> str:
    parameter = f'<param name="x" type="{type_name}">{value}</param>'
    return f'<functions><function name="f">{parameter}</function></functions>'


F = '{"function": "f", "parameters": {}}'
G = '{"function": "g", "parameters": {}}'


@pytest.mark.parametrize(
    ("text", "return_format", "calls"),
    [
        (f"[{F}]", "json", [{"f": {}}]),
        (f"Two: [{F}] and [{G}]", "json", [{"f": {}}]),
        (f"[1] then [{F}, {G}]", "json", [{"f": {}}, {"g": {}}]),
        ("[1, null]", "json", []),
        ("[{'function': 'f', 'parameters': {}}]", "json", []),
        (f"[{F},]", "json", []),
        ('[{"function": "f", "parameters": {"x": [{"a": 1}]}}]', "json", []),  # cut at the first }]
        (verbose('name="x" value="1" type="integer"'), "verbose_xml", [{"f": {"x": 1}}]),
        (verbose('value="1"'), "verbose_xml", [{"f": {None: "1"}}]),
        (verbose('name="x"'), "verbose_xml", [{"f": {"x": ""}}]),
        (verbose('name="x" value="(1, 2)" type="tuple"'), "verbose_xml", [{"f": {"x": (1, 2)}}]),
        (verbose(), "concise_xml", [{"f": {}}]),
        (concise(" 1.5 ", "float"), "concise_xml", [{"f": {"x": 1.5}}]),
        (concise("1", "int"), "concise_xml", [{"f": {"x": "1"}}]),
        (concise("yes", "boolean"), "concise_xml", [{"f": {"x": False}}]),
        (concise("0", "null"), "concise_xml", [{"f": {"x": None}}]),
        (concise("{'a': [1, 'b']}", "dict"), "concise_xml", [{"f": {"x": {"a": [1, "b"]}}}]),
        (concise("a &lt; b<i>c</i>"), "concise_xml", [{"f": {"x": "a < b"}}]),
        ("<functions>none</functions>", "concise_xml", []),
    ],
)
def test_calls_in_other_formats(
    text: str, return_format: ReturnFormat, calls: list[dict[str, Any]]
) -> None:
    assert decode(text, "python", return_format) == calls
    tagged = f"I call <TOOLCALL>\n{text}\n</TOOLCALL> and <TOOLCALL>nothing</TOOLCALL>"
    assert decode(tagged, "python", return_format, tool_call_tag=True) == calls


@pytest.mark.parametrize(
    ("text", "return_format", "message"),
    [
        ('[{"name": "f", "parameters": {}}]', "json", "without 'parameters'|without 'function'"),
        ('[{"function": ["f"], "parameters": {}}]', "json", "not a name"),
        ('[{"function": "f", "parameters": null}]', "json", "not an object"),
        (f"[{'1' * 5000}]", "json", "cannot be read"),
        (f"[{F}]", "verbose_xml", "there is no <functions>"),
        ("<functions>", "concise_xml", "there is no <functions>"),
        ("<functions><function></functions>", "concise_xml", "not XML"),
        ("<functions><function/></functions>", "verbose_xml", "without 'name'"),
        (verbose('name="x" value="1" type="integer"', 'value="x" type="float"'), "verbose_xml", ""),
        (verbose('value="1"').replace("params>", "p>"), "concise_xml", ""),
        (concise("f()", "array"), "concise_xml", "the value of 'x' is no array"),
        (concise("[" * 10_000, "array"), "concise_xml", "the value of 'x' is no array"),
        (concise("1" * 5000, "integer"), "concise_xml", "the value of 'x' is no integer"),
        (concise("\udc80"), "concise_xml", "not XML"),
    ],
)
def test_answers_in_other_formats_that_do_not_decode(
    text: str, return_format: ReturnFormat, message: str
) -> None:
    if message:
        with pytest.raises(DecodeError, match=message):
            decode(text, "python", return_format)
    with pytest.raises(DecodeError, match="there is no <TOOLCALL>"):
        decode(text, "python", return_format, tool_call_tag=True)


def test_entities_do_not_expand() -> None:
    bomb = '<!DOCTYPE functions [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    assert decode(bomb + concise("x"), "python", "concise_xml") == [{"f": {"x": "x"}}]
    for text in (
        bomb + concise("&b;"),
        concise("&b;").replace("<functions>", f"<functions>{bomb}"),
        bomb.replace("[", "<functions>["),
    ):
        with pytest.raises(DecodeError):
            decode(text, "python", "concise_xml")


def test_ambiguous_brackets_cost_no_time() -> None:
    assert decode("[" + "{}," * 100_000 + "x]", "python", "json") == []
    assert decode("[{" * 100_000, "python", "json") == []


def test_brackets_are_added_outside_the_tag() -> None:
    assert decode(F, "python", "json") == [{"f": {}}]
    assert decode(f"<TOOLCALL>{F}</TOOLCALL>", "python", "json", tool_call_tag=True) == []


def test_a_tag_changes_code_too() -> None:
    assert decode("<TOOLCALL>f(), g()</TOOLCALL>", "python", tool_call_tag=True) == [
        {"f": {}},
        {"g": {}},
    ]
    assert decode("<TOOLCALL>[f(x=1)]</TOOLCALL>", "javascript", tool_call_tag=True) == [
        {"f": {"x": "1"}}
    ]
    for text in ("[f()]", "<TOOLCALL></TOOLCALL>", "<TOOLCALL>`f()`</TOOLCALL>"):
        with pytest.raises(DecodeError):
            decode(text, "python", tool_call_tag=True)


PIECES = (
    "<functions>",
    "</functions>",
    '<function name="f">',
    "</function>",
    "<params>",
    "</params>",
    '<param name="x" type="array" value="[1]"/>',
    '<param name="x" type="dict">',
    "</param>",
    "<TOOLCALL>",
    "</TOOLCALL>",
    "&e;",
    "[",
    "]",
    "{",
    "}",
    '{"function": "f", "parameters": {}}',
    ",",
    "1",
    "f(x=1)",
)


@given(
    st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=12).map("".join),
    st.sampled_from(CONFIGS),
)
def test_any_text_decodes_or_says_why(text: str, config: PromptConfig) -> None:
    try:
        calls = decode(text, "python", config.return_format, config.tool_call_tag)
    except DecodeError as error:
        assert str(error)
    else:
        assert all(type(arguments) is dict for call in calls for arguments in call.values())


DOCS = [{"name": "f", "parameters": {"properties": {"x": {"type": "integer"}}, "required": []}}]


def test_verdicts_go_by_the_variation() -> None:
    config = PromptConfig("json", tool_call_tag=True)
    right = '<TOOLCALL>[{"function": "f", "parameters": {"x": 1}}]</TOOLCALL>'
    args = ("simple_python", DOCS, [{"f": {"x": [1]}}])
    assert judge(*args, right, config).valid is True
    assert judge(*args, right).error_type == "ast_decoder:decoder_failed"
    untagged = judge(*args, "f(x=1)", config)
    assert untagged.message == (
        "The answer does not read as calls: there is no <TOOLCALL> ... </TOOLCALL>."
    )
    assert judge_lenient(*args, "f(x=1)", config).valid is True
    untagged_xml = concise("1", "integer")
    assert judge_lenient(*args, untagged_xml, PromptConfig("concise_xml", True)).valid is True


def written(calls: list[tuple[str, dict[str, Any]]], config: PromptConfig) -> str:
    """What a perfect model answers."""
    if config.return_format == "python":
        each = (f"{f}({', '.join(f'{k}={v!r}' for k, v in given.items())})" for f, given in calls)
        text = f"[{', '.join(each)}]"
    elif config.return_format == "json":
        text = json.dumps([{"function": f, "parameters": given} for f, given in calls])
    else:
        elements = "".join(xml_call(f, given, config.return_format) for f, given in calls)
        text = f"<functions>{elements}</functions>"
    return f"<TOOLCALL>{text}</TOOLCALL>" if config.tool_call_tag else text


def xml_call(function: str, given: dict[str, Any], return_format: str) -> str:
    types = {str: "string", int: "integer", float: "float", bool: "boolean", list: "array"}
    inner = ""
    for name, value in given.items():
        text, start = str(value), f"<param name={quoteattr(name)}"
        kind = f'type="{types.get(type(value), "dict")}"'
        if return_format == "verbose_xml":
            inner += f"{start} value={quoteattr(text)} {kind}/>"
        else:
            inner += f"{start} {kind}>{escape(text)}</param>"
    if return_format == "verbose_xml":
        inner = f"<params>{inner}</params>"
    return f"<function name={quoteattr(function)}>{inner}</function>"


def first(values: list[Any]) -> Any:
    """The first acceptable value; keys of dicts that may be left out are."""
    value = next(value for value in values if value != "")
    if isinstance(value, list):
        return [filled(item) if isinstance(item, dict) else item for item in value]
    return filled(value) if isinstance(value, dict) else value


def filled(value: dict[str, Any]) -> dict[str, Any]:
    return {key: items[0] for key, items in value.items() if "" not in items}


def test_perfect_answers_meet_what_is_reachable(entries: list[data.Entry]) -> None:
    never = set()
    for entry in entries:
        assert entry.config is not None
        required = {doc["name"]: doc["parameters"]["required"] for doc in entry.functions}
        calls = []
        for expected in entry.truth or []:
            ((name, parameters),) = expected.items()
            given = {
                key: first(values)
                for key, values in parameters.items()
                if key in required[name] or "" not in values
            }
            calls.append((name, given))
        text = written(calls, entry.config)
        verdict = judge(entry.category, entry.functions, entry.truth, text, entry.config)
        assert verdict.valid is (reachable.reach(entry.id) == "natural"), (entry.id, verdict)
        if not verdict.valid:
            never.add(entry.id)
    assert len(never) == 6
    assert reachable.ceiling([entry.id for entry in entries]) == 5194 / 5200


def test_sensitivity() -> None:
    one, two, three = CONFIGS[:3]
    found = sensitivity(
        [(one, True), (one, True), (two, True), (two, False), (three, False), (three, True)]
    )
    assert [score.accuracy for score in found.scores.values()] == [1.0, 0.5, 0.5]
    assert (found.max_delta, found.std, found.variance) == (50.0, 28.87, 833.33)
    alone = sensitivity([(one, True), (one, False)])
    assert (alone.scores[one].n, alone.max_delta, alone.std, alone.variance) == (2, 0, 0, 0)
    assert sensitivity([]).scores == {}


def test_command_judges_official_entries(
    tmp_path: Path,
    bfcl_root: Path,
    entries: list[data.Entry],
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = [{"id": entry.id, "result": "<functions></functions>"} for entry in entries[:26]]
    file = tmp_path / "rows.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert main([str(file), "--data", str(bfcl_root)]) == 0
    judged = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    empty = [
        entry.config
        for entry, row in zip(entries, judged, strict=False)
        if (row["error_type"] == "simple_function_checker:wrong_count")
    ]
    assert [config.return_format for config in empty if config] == (
        ["json"] * 3 + ["verbose_xml"] * 3 + ["concise_xml"] * 3
    )
    file.write_text(json.dumps({"id": "format_sensitivity_0:x:multiple_1", "result": ""}))
    assert main([str(file), "--data", str(bfcl_root)]) == 2
    assert "prompt variation 'x': expected ret_fmt=" in capsys.readouterr().err
