"""The vLLM engine against the transformers engine, on a small random model."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agents.engines.base import (
    Completion,
    Constraint,
    EngineError,
    PromptTooLong,
    Request,
    generate_all,
    run,
    score_all,
)
from agents.formats import get_format
from envs.common.errors import UserError
from envs.types import Message, ToolSpec

pytestmark = [pytest.mark.vllm, pytest.mark.torch, pytest.mark.slow]

TOOL = ToolSpec(
    "book",
    "Book a seat",
    {
        "type": "object",
        "properties": {
            "row": {"type": "integer", "minimum": 1, "maximum": 99},
            "side": {"enum": ["left", "right"]},
            "paid": {"type": "boolean"},
        },
        "required": ["row", "side", "paid"],
    },
)


def ask(text: str = "go", **options: Any) -> Request:
    return Request((Message("user", text),), **options)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random model with heads of a width that vLLM's kernels know."""
    pytest.importorskip("vllm", reason="needs a vllm that runs here")
    import torch
    from tiny_model import make_tokenizer
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(0)
    tokenizer = make_tokenizer()
    config = LlamaConfig(
        vocab_size=len(tokenizer) + 12,
        hidden_size=128,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        max_position_embeddings=512,
        initializer_range=0.2,
        tie_word_embeddings=False,
        eos_token_id=tokenizer.eos_token_id,
        bos_token_id=None,
        pad_token_id=None,
    )
    path = tmp_path_factory.mktemp("vllm") / "small"
    LlamaForCausalLM(config).save_pretrained(path)
    tokenizer.save_pretrained(path)
    return path


@pytest.fixture(scope="module")
def engine(folder: Path) -> Iterator[Any]:
    from agents.engines import open_engine

    opened = open_engine(f"vllm:{folder}")
    yield opened
    run(opened.aclose())


@pytest.fixture(scope="module")
def reference(folder: Path) -> Iterator[Any]:
    from agents.engines import open_engine

    opened = open_engine(f"hf:{folder}")
    yield opened
    run(opened.aclose())


def processes(engine: Any) -> list[Any]:
    """The processes that vLLM started for an engine."""
    return list(engine._llm.engine_core.resources.engine_manager.processes)


def save_adapter(folder: Path, to: Path, seed: int) -> None:
    """A random adapter of the model in `folder`."""
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    torch.manual_seed(seed)
    model = AutoModelForCausalLM.from_pretrained(folder)
    config = LoraConfig(target_modules=["q_proj", "v_proj"], init_lora_weights=False, r=4)
    get_peft_model(model, config).save_pretrained(to)


def same(ours: Completion, theirs: Completion) -> bool:
    """Equal ids, or a tie where they part."""
    for a, b, p, q in zip(ours.ids, theirs.ids, ours.logprobs, theirs.logprobs, strict=False):
        if a != b:
            return abs(p - q) < 1e-3
    return len(ours.ids) == len(theirs.ids)


def test_greedy_answers_and_logprobs_are_those_of_transformers(engine: Any, reference: Any) -> None:
    requests = [ask(f"question {i}: " + "word " * i, max_tokens=10 + i) for i in range(8)]
    requests.append(ask("again", n=2, max_tokens=5))
    for ours, theirs in zip(
        generate_all(engine, requests), generate_all(reference, requests), strict=True
    ):
        assert len(ours) == len(theirs)
        assert ours[0].prompt_ids == theirs[0].prompt_ids
        assert same(ours[0], theirs[0])
        if ours[0].ids == theirs[0].ids:
            assert ours[0].logprobs == pytest.approx(theirs[0].logprobs, abs=1e-3)
            assert (ours[0].text, ours[0].finish) == (theirs[0].text, theirs[0].finish)
            assert ours[0].usage == theirs[0].usage


def test_what_a_seed_draws_does_not_depend_on_the_batch(engine: Any) -> None:
    request = ask("sample", n=3, temperature=1.2, top_p=0.9, seed=11, max_tokens=8)
    (alone,) = generate_all(engine, [request])
    others = [ask(f"other {i}", temperature=1.0, seed=i, max_tokens=9) for i in range(5)]
    crowded = generate_all(engine, [*others, request])[-1]
    assert [c.ids for c in alone] == [c.ids for c in crowded]
    assert len({c.ids for c in alone}) > 1
    (next_seed,) = generate_all(engine, [ask("sample", temperature=1.2, seed=12, max_tokens=8)])
    assert next_seed[0].ids not in {c.ids for c in alone}


def test_scores_and_labels_are_those_of_transformers(engine: Any, reference: Any) -> None:
    (answer,) = generate_all(engine, [ask(temperature=1.0, seed=1, max_tokens=9)])[0]
    pairs = [(answer.prompt_ids, answer.ids), ((7, 8, 9), (1,)), ((7,), (1, 2, 3)), ((7,), ())]
    for ours, theirs in zip(score_all(engine, pairs), score_all(reference, pairs), strict=True):
        assert ours == pytest.approx(theirs, abs=1e-3)
    assert score_all(engine, pairs)[0] == pytest.approx(answer.logprobs, abs=1e-3)
    labels = ask(label_ids=(5, 40, 7), max_tokens=1)
    ours = generate_all(engine, [labels])[0][0].label_logprobs
    assert ours == pytest.approx(generate_all(reference, [labels])[0][0].label_logprobs, abs=1e-3)


def test_stop_texts_cut_the_text_and_not_the_ids(engine: Any) -> None:
    (whole,) = generate_all(engine, [ask(max_tokens=20)])[0]
    stop = whole.text[4:7]
    (cut,) = generate_all(engine, [ask(max_tokens=20, stop=(stop, "never"))])[0]
    assert cut.text == whole.text[: whole.text.index(stop)]
    assert cut.finish == "stop" and cut.ids == whole.ids[: len(cut.ids)]


def test_prompts_and_requests_that_cannot_be_asked(engine: Any) -> None:
    assert engine.context_length == 512
    with pytest.raises(PromptTooLong, match="prompt has 512 tokens, the context holds 512"):
        generate_all(engine, [Request(ids=(5,) * 512)])
    assert len(generate_all(engine, [Request(ids=(5,) * 510)])[0][0].ids) <= 2
    with pytest.raises(PromptTooLong):
        score_all(engine, [((5,) * 500, (6,) * 13)])
    assert len(score_all(engine, [((5,) * 500, (6,) * 12)])[0]) == 12
    with pytest.raises(ValueError, match="not a grammar"):
        generate_all(engine, [ask(constraint=Constraint("start: missing", "calls"))])
    with pytest.raises(EngineError, match="takes its adapter when it is opened"):
        generate_all(engine, [ask(adapter="/tmp")])


def test_constrained_answers_parse_and_equal_those_of_transformers(
    engine: Any, reference: Any
) -> None:
    python = get_format("python")
    constraint = Constraint(python.grammar([TOOL], "calls"), "calls")
    requests = [
        ask(f"seat {i}", constraint=constraint, max_tokens=300, temperature=t, seed=i)
        for i in range(4)
        for t in (0.0, 0.8)
    ]
    finished = 0
    for request, (ours,), (theirs,) in zip(
        requests, generate_all(engine, requests), generate_all(reference, requests), strict=True
    ):
        if ours.finish == "stop":
            finished += 1
            action = python.parse(ours.text)
            assert action.error is None and action.calls
            assert all(call.name == "book" and len(call.arguments) == 3 for call in action.calls)
        if request.temperature == 0:
            assert same(ours, theirs)
            if ours.ids == theirs.ids:
                assert ours.logprobs == pytest.approx(theirs.logprobs, abs=1e-3)
    assert finished


def test_a_cancelled_request_leaves_vllm(engine: Any) -> None:
    async def go() -> None:
        task = asyncio.ensure_future(engine.generate(ask("long", max_tokens=450)))
        while not engine._llm.output_processor.has_unfinished_requests():
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        for _ in range(500):
            if not engine._llm.output_processor.has_unfinished_requests():
                return
            await asyncio.sleep(0.01)
        raise AssertionError("the request is still there")

    run(go())
    assert generate_all(engine, [ask(max_tokens=2)])[0][0].usage.completion <= 2


def test_an_engine_says_what_it_is(engine: Any, folder: Path) -> None:
    assert engine.name == "small" and "<|im_start|>" in engine.chat_template
    capabilities = engine.capabilities
    assert capabilities.constrained and capabilities.score and not capabilities.lora
    described = engine.describe()
    assert described["engine"] == "vllm" and described["source"] == str(folder)
    assert described["vllm"] and described["weights_sha256"]


def test_an_adapter_is_merged_and_closing_ends_the_processes(
    folder: Path, engine: Any, tmp_path: Path
) -> None:
    from agents.engines import open_engine

    save_adapter(folder, tmp_path / "mine", 3)
    adapted = open_engine(f"vllm:{folder}", adapter=tmp_path / "mine")
    reference = open_engine(f"hf:{folder}", adapter=tmp_path / "mine")
    requests = [ask(f"{i}", max_tokens=8) for i in range(3)]
    ours, theirs = generate_all(adapted, requests), generate_all(reference, requests)
    assert all(same(a, b) for (a,), (b,) in zip(ours, theirs, strict=True))
    assert ours[0][0].ids != generate_all(engine, requests)[0][0].ids
    started = processes(adapted)
    run(adapted.aclose())
    run(reference.aclose())
    assert started and not any(process.is_alive() for process in started)
    assert not adapted._model.log.exists()
    with pytest.raises(EngineError, match="closed"):
        generate_all(adapted, requests)


def test_an_adapter_by_request_is_read_anew_when_its_folder_changes(
    folder: Path, tmp_path: Path
) -> None:
    from agents.engines import open_engine
    from agents.engines.vllm_engine import VLLMEngine
    from agents.engines.vllm_load import VLLMOptions

    engine = VLLMEngine(str(folder), VLLMOptions(lora=True, lora_rank=8))
    assert engine.capabilities.lora
    policy = tmp_path / "policy"
    seen = [generate_all(engine, [ask(max_tokens=6)])[0][0]]
    for seed in (3, 4):
        save_adapter(folder, policy, seed)
        reference = open_engine(f"hf:{folder}", adapter=policy)
        (ours,) = generate_all(engine, [ask(max_tokens=6, adapter=str(policy))])[0]
        assert same(ours, generate_all(reference, [ask(max_tokens=6)])[0][0])
        seen.append(ours)
        run(reference.aclose())
    assert len({answer.ids for answer in seen}) == 3
    run(engine.aclose())


def test_an_engine_that_dies_fails_its_requests(folder: Path) -> None:
    from agents.engines import open_engine

    doomed: Any = open_engine(f"vllm:{folder}")

    async def go() -> None:
        task = asyncio.ensure_future(doomed.generate(ask("long", max_tokens=450)))
        while not doomed._llm.output_processor.has_unfinished_requests():
            await asyncio.sleep(0.01)
        os.kill(processes(doomed)[0].pid, signal.SIGKILL)
        with pytest.raises(EngineError, match="vLLM died") as caught:
            await asyncio.wait_for(task, 60)
        assert "\n" not in str(caught.value)
        with pytest.raises(EngineError, match="vLLM died"):
            await doomed.generate(ask())

    run(go())
    run(doomed.aclose())


def test_what_vllm_cannot_run_is_one_line(tmp_path: Path, folder: Path) -> None:
    from agents.engines import open_engine

    with pytest.raises(UserError, match=r"there is no config.json"):
        open_engine(f"vllm:{tmp_path}")
    with pytest.raises(UserError, match="this vLLM was built for"):
        open_engine(f"vllm:{folder}", device="tpu")
