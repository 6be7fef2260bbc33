"""Rows as ids: what is trained is what is played."""

from dataclasses import replace
from typing import Any

import pytest

pytest.importorskip("transformers")

from tiny_model import make_tokenizer

from agents.formats import get_format
from envs.common.errors import UserError
from envs.schema import check_schema
from envs.types import Message, ToolCall, ToolSpec
from eval.bfcl import data, prompts, schemas
from training.generator.compose import generated
from training.render import data_hash, renderer
from training.rows import NO_CALL, Row

TOOL = ToolSpec(
    "add",
    "Add.",
    {"type": "object", "properties": {"a": {"type": "number"}}, "required": ["a"]},
)
ROW = Row("r", (TOOL,), (Message("user", "Add 2.5."),), (ToolCall("add", {"a": 2.5}),))


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    return make_tokenizer()


def test_the_prompt_is_what_the_policy_reads(tokenizer: Any) -> None:
    from agents.engines.base import Request
    from agents.engines.chat import prompt_ids
    from agents.prompts import tool_prompt
    from envs.types import Observation

    example = renderer(tokenizer)(ROW)
    asked = tool_prompt(get_format("python"))(Observation(ROW.messages, ROW.tools))
    assert list(example.prompt_ids) == prompt_ids(tokenizer, Request(messages=asked))
    end = tokenizer.convert_tokens_to_ids("<|im_end|>")
    assert example.answer_ids[-1] == end and end not in example.answer_ids[:-1]
    assert tokenizer.decode(example.answer_ids[:-1]) == "[add(a=2.5)]"


@pytest.mark.parametrize("name", ["python", "hermes", "llama3", "mistral", "json"])
def test_answers_are_read_back_in_every_format(tokenizer: Any, name: str) -> None:
    write = renderer(tokenizer, format=name)
    for row in generated(40, seed=2):
        text = tokenizer.decode(write(row).answer_ids[:-1])
        read = get_format(name).parse(text)
        assert [(c.name, dict(c.arguments)) for c in read.calls] == [
            (c.name, dict(c.arguments)) for c in row.answer
        ], text


def test_a_turn_without_calls_says_something(tokenizer: Any) -> None:
    write = renderer(tokenizer)
    assert tokenizer.decode(write(replace(ROW, answer=())).answer_ids[:-1]) == NO_CALL
    said = replace(ROW, answer=(), answer_text="Which number?")
    assert tokenizer.decode(write(said).answer_ids[:-1]) == "Which number?"


def test_the_official_prompt_is_that_of_the_benchmark(tokenizer: Any, bfcl_root: Any) -> None:
    """A question of BFCL written as a row reads as the benchmark shows it, type names apart."""
    entry = data.load(bfcl_root, "simple_python")[0]
    official = prompts.render(entry, prompts.load(bfcl_root))
    row = Row("r", tuple(map(schemas.to_spec, entry.functions)), entry.messages, ())
    text = tokenizer.decode(renderer(tokenizer, ("bfcl",))(row).prompt_ids)
    expected = "".join(f"<|im_start|>{m.role}\n{m.content}<|im_end|>\n" for m in official)
    expected += "<|im_start|>assistant\n"
    assert text.replace('"float"', '"number"') == expected.replace('"float"', '"number"')


def test_docs_and_schemas_of_the_benchmark_round_trip() -> None:
    for row in generated(60, seed=4):
        for tool in row.tools:
            doc = schemas.to_doc(tool)
            assert doc["parameters"]["type"] == "dict"
            again = schemas.to_spec(doc)
            check_schema(again)
            assert list(again.parameters["properties"]) == list(tool.parameters["properties"])


def test_rows_over_the_same_tools_share_prompt_and_group(tokenizer: Any, bfcl_root: Any) -> None:
    write = renderer(tokenizer, ("bfcl", "tools"))
    rows = list(generated(60, seed=1, per_list=6))
    by_list: dict[Any, list[Row]] = {}
    for row in rows:
        by_list.setdefault(row.meta["scene"], []).append(row)
    for own in by_list.values():
        assert len({write(row).group for row in own}) == 1
        assert len({write.mix.name_of(row) for row in own}) == 1
    assert {write.mix.name_of(row) for row in rows} == {"bfcl", "tools"}


def test_conversations_with_results_are_not_put_under_the_official_prompt(tokenizer: Any) -> None:
    call = ToolCall("add", {"a": 1}, id="c1")
    row = replace(
        ROW,
        messages=(
            Message("user", "Add 1, then 2.5."),
            Message("assistant", "", (call,)),
            Message("tool", "1", call_id="c1", name="add"),
        ),
    )
    write = renderer(tokenizer, ("bfcl", "tools"))
    assert write.mix.name_of(row) == "tools"
    assert "<tool_result" in tokenizer.decode(write(row).prompt_ids)


def test_a_call_of_the_conversation_that_cannot_be_written_is_the_rows_fault(
    tokenizer: Any,
) -> None:
    earlier = Message("assistant", "", (ToolCall("add-up", {"a": 1}),))
    row = replace(
        ROW, messages=(*ROW.messages, earlier, Message("tool", "1"), Message("user", "?"))
    )
    with pytest.raises(ValueError, match="add-up"):
        renderer(tokenizer, format="python")(row)


def test_hashes_tell_data_apart(tokenizer: Any) -> None:
    write = renderer(tokenizer)
    one, other = write(ROW), write(replace(ROW, answer=()))
    assert data_hash([one]) != data_hash([other]) != data_hash([one, other])


def test_bad_choices_are_one_line(tokenizer: Any) -> None:
    with pytest.raises(UserError, match=r"unknown prompt 'bfc' .did you mean 'bfcl'"):
        renderer(tokenizer, ("bfc",))
    with pytest.raises(UserError, match="asks for a list of calls in Python"):
        renderer(tokenizer, ("bfcl",), format="hermes")
    with pytest.raises(UserError, match="no prompt"):
        renderer(tokenizer, ())
