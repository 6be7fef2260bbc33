"""The demo model: converted once, answering as transformers does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from agents.engines import open_engine
from agents.engines.base import Constraint, Request, generate_all, run, score_all
from agents.engines.demo import MANIFEST, NAME, PACKAGE, demo_model_folder
from agents.formats import get_format
from envs.common.assets import locate
from envs.common.errors import UserError
from envs.types import Message, ToolSpec

pytestmark = [pytest.mark.torch, pytest.mark.slow]

WEATHER = ToolSpec(
    "get_weather",
    "Weather of a city",
    {
        "type": "object",
        "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
        "required": ["city"],
    },
)


@pytest.fixture(scope="module")
def demo() -> Any:
    try:
        locate(PACKAGE)
    except UserError as error:
        pytest.skip(str(error))
    engine = open_engine("demo", device="cpu")
    yield engine
    run(engine.aclose())


def test_the_folder_is_whole_and_made_once(demo: Any) -> None:
    folder = demo_model_folder()
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    assert manifest["name"] == demo.name == NAME
    assert "quantization_config" not in json.loads((folder / "config.json").read_text("utf-8"))
    written = (folder / "model.safetensors").stat().st_mtime_ns
    assert demo_model_folder() == folder
    assert (folder / "model.safetensors").stat().st_mtime_ns == written
    assert not list(folder.parent.glob(".converting-*"))


def test_it_answers_and_ends_its_turn(demo: Any) -> None:
    assert demo.context_length == 8192
    ((answer,),) = generate_all(
        demo, [Request((Message("user", "What is the capital of France?"),))]
    )
    assert answer.text == "The capital of France is Paris."
    assert answer.finish == "stop"
    assert demo.tokenizer.decode(answer.ids[-1:]) == "<|im_end|>"
    prompt = demo.tokenizer.decode(answer.prompt_ids)
    assert prompt.startswith("<|im_start|>system\n")
    assert prompt.endswith("<|im_start|>assistant\n")


def test_batches_with_a_shared_head_answer_as_generate_does(demo: Any) -> None:
    import torch

    system = Message("system", "You are a helpful assistant. Answer in one short sentence. " * 8)
    questions = ["Who wrote Hamlet?", "What is 2 + 2? Explain why that is so.", "Name a colour."]
    requests = [Request((system, Message("user", q)), max_tokens=16) for q in questions]
    for (answer,) in generate_all(demo, requests):
        ids = torch.tensor([answer.prompt_ids])
        with torch.inference_mode():
            out = demo._loaded.model.generate(
                ids, attention_mask=torch.ones_like(ids), max_new_tokens=16, do_sample=False
            )
        assert out[0, ids.shape[1] :].tolist() == list(answer.ids)
        (scores,) = score_all(demo, [(answer.prompt_ids, answer.ids)])
        assert answer.logprobs == pytest.approx(scores, abs=1e-4)


def test_it_writes_a_sensible_call_under_a_constraint(demo: Any) -> None:
    python = get_format("python")
    text = "Call a tool. get_weather(city: str, days: int). What is the weather in Paris?"
    constraint = Constraint(python.grammar([WEATHER], "calls"), "calls")
    ((answer,),) = generate_all(demo, [Request((Message("user", text),), constraint=constraint)])
    assert answer.finish == "stop"
    (call, *_) = python.parse(answer.text).calls
    assert call.arguments["city"] == "Paris"


def test_the_folder_needs_no_package_once_it_is_there(demo: Any, tmp_path: Path) -> None:
    assert demo_model_folder(assets=tmp_path, offline=True) == demo_model_folder()


LEFT_OPEN = """
import asyncio
from agents import Request, open_engine
from envs.types import Message

async def main():
    global kept
    engine = open_engine("demo", device="cpu")
    long = Request((Message("user", "Go on."),), max_tokens=400, n=8)
    kept = engine, asyncio.ensure_future(engine.generate(long))
    await asyncio.sleep(1)

asyncio.new_event_loop().run_until_complete(main())
"""


def test_a_program_may_end_while_an_engine_works(demo: Any) -> None:
    """An interpreter that ends under a thread inside torch aborts."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    command = [sys.executable, "-c", LEFT_OPEN]
    for _ in range(2):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
