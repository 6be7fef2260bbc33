"""Engines by name, loading, and chat templates."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from agents.engines import find_adapter, open_engine
from agents.engines.base import EngineError, Request, generate_all, run
from agents.engines.chat import merge_system, plain_prompt, prompt_ids
from envs.common.errors import UserError
from envs.types import Message, ToolCall, ToolSpec

SYSTEM, USER = Message("system", "Be brief."), Message("user", "Hello?")


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("dmeo", "unknown engine 'dmeo'; there are: demo, .*did you mean 'demo'"),
        ("scriptd:x", "did you mean 'scripted:FILE'"),
        ("gpt", "unknown engine 'gpt'"),
        ("hf:", "unknown engine"),
        ("demo:none", "demo:none: no adapter 'none' in .*configs.adapters"),
        ("/no/such/folder", "/no/such/folder: no such folder"),
    ],
)
def test_names_that_mean_nothing(name: str, error: str) -> None:
    with pytest.raises(UserError, match=error) as caught:
        open_engine(name)
    assert "\n" not in str(caught.value)


def test_engines_without_weights_of_their_own_take_no_dtype(tmp_path: Path) -> None:
    for name, error in (
        ("http://localhost:9/v1", "a server has its own dtype"),
        (f"scripted:{tmp_path}/x.jsonl", "a scripted engine takes no dtype"),
    ):
        with pytest.raises(UserError, match=error):
            open_engine(name, dtype="float32")


@pytest.mark.torch
def test_the_flag_dtype_is_that_of_the_weights(tiny_folder: Path) -> None:
    from agents.options import ModelOptions, open_model

    for flag, dtype in ((None, "float32"), ("bfloat16", "bfloat16")):
        engine: Any = open_model(ModelOptions(str(tiny_folder), dtype=flag))  # type: ignore[arg-type]
        assert engine.describe()["dtype"] == dtype
        run(engine.aclose())


@pytest.mark.torch
def test_folders_without_what_they_need(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=f"{tmp_path}: there is no config.json in this folder"):
        open_engine(f"hf:{tmp_path}")
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(UserError, match=f"cannot load {tmp_path}: ") as caught:
        open_engine(str(tmp_path))
    assert "\n" not in str(caught.value)


@pytest.mark.torch
def test_a_model_that_is_not_on_this_machine() -> None:
    with pytest.raises(UserError, match="cannot load no-such-org/none: "):
        open_engine("no-such-org/none", offline=True)


@pytest.mark.torch
def test_weights_come_from_safetensors_only(tiny_folder: Path, tmp_path: Path) -> None:
    for file in tiny_folder.iterdir():
        if file.suffix != ".safetensors":
            (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "pytorch_model.bin").write_bytes(b"a pickle")
    with pytest.raises(UserError, match="safetensors"):
        open_engine(str(tmp_path))


@pytest.mark.torch
def test_an_adapter_is_merged(tiny_folder: Path, tiny: Any, tmp_path: Path) -> None:
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    torch.manual_seed(3)
    model = AutoModelForCausalLM.from_pretrained(tiny_folder)
    config = LoraConfig(target_modules=["q_proj", "v_proj"], init_lora_weights=False, r=4)
    get_peft_model(model, config).save_pretrained(tmp_path / "mine")
    assert find_adapter("mine", tmp_path) == tmp_path / "mine"
    engine = open_engine(str(tiny_folder), adapter=tmp_path / "mine", device="cpu")
    ask = [Request((USER,), max_tokens=8)]
    assert generate_all(engine, ask)[0][0].ids != generate_all(tiny, ask)[0][0].ids
    run(engine.aclose())
    with pytest.raises(UserError, match=r"there is no adapter_config.json"):
        open_engine(str(tiny_folder), adapter=tmp_path)


def test_opening_a_scripted_engine_loads_nothing_heavy(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"answer": "x"}))
    code = (
        "import sys; from agents.engines import open_engine; open_engine('scripted:a.jsonl');"
        "from agents.formats import get_format; get_format('python').parse('[f(x=1)]');"
        "print({'torch', 'transformers', 'llguidance', 'jsonschema'} & set(sys.modules))"
    )
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, env=env
    )
    assert done.stdout == "set()\n", done.stderr


def test_a_cache_around_an_engine_keeps_what_the_engine_says(tmp_path: Path) -> None:
    script = tmp_path / "a.jsonl"
    script.write_text(json.dumps({"answer": "x"}))
    engine: Any = open_engine(f"scripted:{script}", cache=tmp_path / "kept")
    for _ in range(2):
        assert generate_all(engine, [Request((USER,))])[0][0].text == "x"
    assert (engine.hits, engine.misses) == (1, 1)
    assert getattr(engine, "chat_template", None) is None
    run(engine.aclose())


@pytest.mark.torch
def test_a_model_shows_its_chat_template(tiny: Any, tmp_path: Path) -> None:
    from agents.engines.cache import CachedEngine

    assert tiny.chat_template == tiny.tokenizer.chat_template
    assert CachedEngine(tiny, tmp_path).chat_template == tiny.chat_template


# --- chat templates ------------------------------------------------------------------------------


@pytest.fixture
def tokenizer(tiny_folder: Path) -> Any:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(tiny_folder)


def prompt(tokenizer: Any, *messages: Message, tools: tuple[ToolSpec, ...] = ()) -> str:
    return str(tokenizer.decode(prompt_ids(tokenizer, Request(messages, tools))))


@pytest.mark.torch
def test_messages_go_through_the_template(tokenizer: Any) -> None:
    expected = "<|im_start|>user\nHello?<|im_end|>\n<|im_start|>assistant\n"
    assert prompt(tokenizer, USER) == expected


@pytest.mark.torch
def test_a_system_message_joins_the_user_where_the_template_has_none(tokenizer: Any) -> None:
    tokenizer.chat_template = (
        "{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('no system') }}"
        "{% endif %}<{{ m.role }}>{{ m.content }}{% endfor %}"
    )
    assert prompt(tokenizer, SYSTEM, USER) == "<user>Be brief.\n\nHello?"
    assert prompt(tokenizer, SYSTEM) == "<user>Be brief."
    tokenizer.chat_template = "{{ raise_exception('roles must alternate') }}"
    with pytest.raises(EngineError, match="refuses the messages: roles must alternate"):
        prompt(tokenizer, USER)
    with pytest.raises(EngineError, match="refuses the messages: roles must alternate"):
        prompt(tokenizer, SYSTEM, USER)


def test_the_system_message_goes_before_the_first_user_message() -> None:
    chat = [{"role": r, "content": r} for r in ("system", "assistant", "user", "user")]
    merged = merge_system(chat)
    assert merged is not None
    assert [m["content"] for m in merged] == ["assistant", "system\n\nuser", "user"]
    assert merge_system(chat[1:]) is None


@pytest.mark.torch
def test_calls_results_and_tools_reach_the_template(tokenizer: Any) -> None:
    tokenizer.chat_template = "{{ messages | tojson }}{{ tools | tojson }}"
    call = ToolCall("f", {"x": [1]}, "call_0")
    text = prompt(
        tokenizer,
        Message("assistant", "", (call,)),
        Message("tool", "7", call_id="call_0", name="f"),
        tools=(ToolSpec("f"),),
    )
    decoder = json.JSONDecoder()
    messages, end = decoder.raw_decode(text)
    assert messages[0]["tool_calls"] == [
        {"type": "function", "function": {"name": "f", "arguments": {"x": [1]}}, "id": "call_0"}
    ]
    assert messages[1] == {"role": "tool", "content": "7", "tool_call_id": "call_0", "name": "f"}
    assert decoder.raw_decode(text[end:])[0] == [ToolSpec("f").to_openai()]


@pytest.mark.torch
def test_a_model_without_a_template(tokenizer: Any) -> None:
    tokenizer.chat_template = None
    assert plain_prompt([SYSTEM, USER]) == "System: Be brief.\n\nUser: Hello?\n\nAssistant:"
    assert prompt(tokenizer, SYSTEM, USER) == plain_prompt([SYSTEM, USER])
    with pytest.raises(UserError, match="no chat template"):
        prompt(tokenizer, USER, tools=(ToolSpec("f"),))
