"""The transformers engine against transformers itself, on a tiny random model."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agents.engines import open_engine
from agents.engines.base import (
    Completion,
    EngineError,
    PromptTooLong,
    Request,
    generate_all,
    run,
    score_all,
)
from envs.common.errors import UserError
from envs.types import Message, ToolSpec

pytestmark = pytest.mark.torch

SYSTEM = Message("system", "You are a function caller. " * 4)


def ask(text: str, **options: Any) -> Request:
    return Request((SYSTEM, Message("user", text)), **options)


def mixed_prompts(count: int) -> list[str]:
    """Prompts of very different lengths; some share a head, some are the same."""
    texts = [f"question {i}: " + "word " * (i * 7 % 23) for i in range(count)]
    return [*texts, texts[0], texts[3]]


def reference(engine: Any, prompt: tuple[int, ...], max_tokens: int) -> list[int]:
    """What `model.generate` says, alone and from scratch."""
    import torch

    ids = torch.tensor([prompt])
    with torch.inference_mode():
        out = engine._loaded.model.generate(
            ids,
            attention_mask=torch.ones_like(ids),
            max_new_tokens=max_tokens,
            do_sample=False,
            eos_token_id=sorted(engine._loaded.end_ids),
        )
    answer: list[int] = out[0, ids.shape[1] :].tolist()
    return answer


def teacher_forced(engine: Any, prompt: tuple[int, ...], ids: tuple[int, ...]) -> list[float]:
    import torch

    with torch.inference_mode():
        logits = engine._loaded.model(torch.tensor([[*prompt, *ids]])).logits[0].float()
    scores = logits.log_softmax(-1)[len(prompt) - 1 : -1]
    return [scores[i, token].item() for i, token in enumerate(ids)]


def ending_at(engine: Any, ids: Iterable[int]) -> Any:
    """The same model with other end tokens."""
    from agents.engines.hf import HFEngine

    return HFEngine(replace(engine._loaded, end_ids=frozenset(ids)))


def test_batched_greedy_ids_are_those_of_generate_one_at_a_time(tiny: Any) -> None:
    engine = ending_at(tiny, range(0, 420, 20))
    requests = [ask(text, max_tokens=5 + i) for i, text in enumerate(mixed_prompts(24))]
    answers = [completions[0] for completions in generate_all(engine, requests)]
    for request, answer in zip(requests, answers, strict=True):
        assert list(answer.ids) == reference(engine, answer.prompt_ids, request.max_tokens)
    assert {answer.finish for answer in answers} == {"stop", "length"}
    run(engine.aclose())


def test_logprobs_are_the_models_own(tiny: Any) -> None:
    requests = [
        ask(text, max_tokens=12, temperature=t, top_p=0.9, seed=3)
        for text in mixed_prompts(6)
        for t in (0.0, 0.7)
    ]
    for (answer,) in generate_all(tiny, requests):
        expected = teacher_forced(tiny, answer.prompt_ids, answer.ids)
        assert answer.logprobs == pytest.approx(expected, abs=1e-4)


def test_scores_are_teacher_forced_whether_alone_or_beside_others(tiny: Any) -> None:
    (answers,) = generate_all(tiny, [ask("go", n=5, temperature=1.0, seed=1, max_tokens=9)])
    pairs = [(answer.prompt_ids, answer.ids) for answer in answers]
    pairs += [(answers[0].prompt_ids[:1], (5,)), ((7, 8, 9), (1, 2, 3, 4)), ((7, 8, 9), ())]
    for (prompt, target), scores in zip(pairs, score_all(tiny, pairs), strict=True):
        expected = teacher_forced(tiny, tuple(prompt), tuple(target)) if target else []
        assert scores == pytest.approx(expected, abs=1e-4)


def test_a_scored_prompt_is_not_read_again(tiny: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ranking scores one answer behind each prompt, and prompts over a tool list begin alike."""
    from agents.engines.hf_runners import SlotRunner

    read: list[int] = []
    forward = SlotRunner._forward

    def counted(self: SlotRunner, rows: Any, *rest: Any, **options: Any) -> Any:
        read.append(sum(map(len, rows)))
        return forward(self, rows, *rest, **options)

    monkeypatch.setattr(SlotRunner, "_forward", counted)
    head = tuple(range(40, 100))
    pairs = [((*head, 7, 8), (5, 6)), ((*head, 9), (5, 6)), ((*head, 7, 8), (5, 6, 4))]
    scores = [score_all(tiny, [pair])[0] for pair in pairs]
    assert read == [63, 2, 3]  # all of the first; of the others what is theirs alone
    for (prompt, target), found in zip(pairs, scores, strict=True):
        assert found == pytest.approx(teacher_forced(tiny, prompt, target), abs=1e-4)


def test_an_answer_asked_for_in_pieces_is_the_whole_one_and_nothing_is_read_again(
    tiny_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside others that join and leave; the pieces are of any length."""
    engine = open_engine(str(tiny_folder))
    prompts = [engine.tokenizer(text)["input_ids"] for text in mixed_prompts(6)]
    prompts = [tuple(ids) for ids in prompts if len(ids) > 1]
    read: list[int] = []
    runner = engine._loop._runner  # type: ignore[attr-defined]
    forward = runner._forward

    def counted(rows: Any, *rest: Any, **options: Any) -> Any:
        read.extend(map(len, rows))
        return forward(rows, *rest, **options)

    monkeypatch.setattr(runner, "_forward", counted)

    async def in_pieces(prompt: tuple[int, ...], size: int) -> tuple[list[int], list[float]]:
        ids: list[int] = []
        logprobs: list[float] = []
        while len(ids) < 12:
            request = Request(ids=(*prompt, *ids), max_tokens=min(size, 12 - len(ids)))
            (piece,) = await engine.generate(request)
            ids += piece.ids
            logprobs += piece.logprobs
            if piece.finish == "stop":
                break
        return ids, logprobs

    async def all_of_them() -> list[tuple[list[int], list[float]]]:
        return await asyncio.gather(*(in_pieces(p, 1 + n % 5) for n, p in enumerate(prompts)))

    pieces = run(all_of_them())
    once = sum(read)
    assert once <= sum(map(len, prompts))
    wholes = generate_all(engine, [Request(ids=p, max_tokens=12) for p in prompts])
    assert sum(read) == once  # what was said is known, too
    for (ids, logprobs), (whole,), prompt in zip(pieces, wholes, prompts, strict=True):
        assert ids == list(whole.ids) == reference(engine, prompt, 12)
        assert logprobs == pytest.approx(teacher_forced(engine, prompt, whole.ids), abs=1e-4)
    run(engine.aclose())


def test_what_a_seed_draws_does_not_depend_on_the_batch(tiny: Any) -> None:
    request = ask("sample", n=3, temperature=1.3, seed=11, max_tokens=10)
    (alone,) = generate_all(tiny, [request])
    others = [
        ask(f"other {i}", temperature=1.0, seed=i, top_p=0.5 + i / 20, max_tokens=20)
        for i in range(9)
    ]
    crowded = generate_all(tiny, [*others, request])[-1]
    assert [c.ids for c in alone] == [c.ids for c in crowded]
    assert len({c.ids for c in alone}) > 1
    (again,) = generate_all(tiny, [ask("sample", n=2, temperature=1.3, seed=11, max_tokens=10)])
    assert [c.ids for c in again] == [c.ids for c in alone[:2]]


def test_a_seeded_sample_follows_the_distribution(tiny: Any) -> None:
    import math

    requests = [ask("dice", temperature=1.0, seed=s, max_tokens=1) for s in range(600)]
    drawn = [answer.ids[0] for (answer,) in generate_all(tiny, requests)]
    token = max(set(drawn), key=drawn.count)
    ((greedy,),) = generate_all(tiny, [ask("dice", max_tokens=1, label_ids=(token,))])
    expected = math.exp(greedy.label_logprobs[0])
    assert abs(drawn.count(token) / 600 - expected) < 4 * math.sqrt(expected / 600)


def test_top_p_keeps_the_likeliest_tokens_only(tiny: Any) -> None:
    requests = [ask("dice", temperature=1.0, top_p=1e-6, seed=s, max_tokens=4) for s in range(4)]
    ((greedy,),) = generate_all(tiny, [ask("dice", max_tokens=4)])
    assert {answer.ids for (answer,) in generate_all(tiny, requests)} == {greedy.ids}


def test_label_logprobs_come_from_the_first_position(tiny: Any) -> None:
    ((answer,),) = generate_all(tiny, [ask("yes?", max_tokens=3, label_ids=(5, answer_id := 40))])
    expected = [teacher_forced(tiny, answer.prompt_ids, (i,))[0] for i in (5, answer_id)]
    assert answer.label_logprobs == pytest.approx(expected, abs=1e-4)


def test_a_stop_text_ends_the_text_but_not_the_ids(tiny: Any) -> None:
    ((free,),) = generate_all(tiny, [ask("tell", temperature=1.5, seed=2, max_tokens=30)])
    stop = free.text[3:5]
    request = ask("tell", temperature=1.5, seed=2, max_tokens=30, stop=(stop, "\0"))
    ((cut,),) = generate_all(tiny, [request])
    assert cut.text == free.text[: free.text.index(stop)]
    assert cut.finish == "stop"
    assert cut.ids == free.ids[: len(cut.ids)]
    assert stop in tiny.tokenizer.decode(cut.ids)


def test_end_tokens_are_those_of_config_tokenizer_and_template(tiny: Any) -> None:
    names = tiny.tokenizer.convert_ids_to_tokens(sorted(tiny._loaded.end_ids))
    assert set(names) == {"<|endoftext|>", "<|im_end|>"}


def test_a_prompt_too_long_fails_alone_and_answers_are_clipped(tiny: Any) -> None:
    assert tiny.context_length == 512
    long, short = Request(ids=(5,) * 512), Request(ids=(5,) * 510, max_tokens=100)

    async def go() -> list[Any]:
        return await asyncio.gather(
            tiny.generate(long), tiny.generate(short), return_exceptions=True
        )

    error, answers = run(go())
    assert isinstance(error, PromptTooLong)
    assert str(error) == "prompt has 512 tokens, the context holds 512"
    assert len(answers[0].ids) <= 2


def test_more_completions_and_prompts_than_fit_a_batch(tiny_folder: Path) -> None:
    from agents.engines.hf import HFEngine
    from agents.engines.hf_load import load
    from agents.engines.hf_runners import Limits

    engine = HFEngine(
        load(str(tiny_folder), device="cpu"), limits=Limits(rows=3, tokens=300, prefix_bytes=40_000)
    )
    requests = [ask(f"q{i}", n=5, temperature=1.0, seed=i, max_tokens=8) for i in range(6)]
    small = generate_all(engine, requests)
    assert [len(answers) for answers in small] == [5] * 6
    run(engine.aclose())
    large = open_engine(str(tiny_folder), device="cpu")
    assert [[a.ids for a in answers] for answers in generate_all(large, requests)] == [
        [a.ids for a in answers] for answers in small
    ]
    run(large.aclose())


def test_long_answers_outgrow_their_buffers(tiny: Any) -> None:
    engine = ending_at(tiny, [419])
    requests = [Request(ids=(5, 6 + i), max_tokens=400) for i in range(4)]
    answers = [completions[0] for completions in generate_all(engine, requests)]
    for answer in answers:
        assert list(answer.ids) == reference(engine, answer.prompt_ids, 400)
    assert max(len(answer.ids) for answer in answers) == 400
    run(engine.aclose())


def test_cancelling_a_task_frees_its_rows(tiny: Any) -> None:
    engine = ending_at(tiny, [])

    async def go() -> Completion:
        endless = [
            asyncio.create_task(engine.generate(Request(ids=(9, i), max_tokens=500)))
            for i in range(20)
        ]
        await asyncio.sleep(0.05)
        for task in endless:
            task.cancel()
        await asyncio.gather(*endless, return_exceptions=True)
        assert all(task.cancelled() for task in endless)
        answers: list[Completion] = await engine.generate(ask("after", max_tokens=3))
        return answers[0]

    assert len(run(go()).ids) == 3
    run(engine.aclose())


def test_a_failing_model_fails_its_requests_and_goes_on(
    tiny_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine: Any = open_engine(str(tiny_folder), device="cpu")
    generate_all(engine, [ask("hello", max_tokens=2)])
    forward = type(engine._loaded.model).forward

    def broken(*args: Any, **kwargs: Any) -> Any:
        raise RuntimeError("out of memory\nmany details")

    monkeypatch.setattr(type(engine._loaded.model), "forward", broken)
    with pytest.raises(EngineError, match=r"^RuntimeError: out of memory$"):
        generate_all(engine, [ask("hello")])
    with pytest.raises(EngineError, match="out of memory"):
        score_all(engine, [((1, 2), (3,))])
    monkeypatch.setattr(type(engine._loaded.model), "forward", forward)
    assert generate_all(engine, [ask("hello", max_tokens=2)])[0][0].ids
    run(engine.aclose())


def test_a_piece_that_cannot_join_fails_and_the_engine_goes_on(
    tiny_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = open_engine(str(tiny_folder))
    first = Request(ids=tuple(range(40, 60)), max_tokens=3)
    ((piece,),) = generate_all(engine, [first])
    rest = replace(first, ids=(*range(40, 60), *piece.ids))
    with monkeypatch.context() as broken:

        def full(prompts: Any) -> None:
            raise MemoryError("no room")

        slots = engine._loop._runner._slots  # type: ignore[attr-defined]
        broken.setattr(slots, "insert", full)
        with pytest.raises(EngineError, match="no room"):
            generate_all(engine, [rest])
    ((more,),) = generate_all(engine, [rest])
    assert more.ids == tuple(reference(engine, rest.ids or (), 3))
    run(engine.aclose())


def test_a_bug_in_the_loop_leaves_nobody_waiting(
    tiny: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = ending_at(tiny, [])
    monkeypatch.setattr(type(engine._loop), "advance", lambda self: 1 // 0)
    with pytest.raises(EngineError, match="ZeroDivisionError"):
        generate_all(engine, [ask("hello"), ask("world")])
    monkeypatch.undo()
    assert generate_all(engine, [ask("hello", max_tokens=2)])[0][0].ids
    run(engine.aclose())


def test_a_closed_engine_says_so(tiny: Any) -> None:
    engine = ending_at(tiny, [])

    async def go() -> None:
        task = asyncio.create_task(engine.generate(Request(ids=(9, 3), max_tokens=500)))
        await asyncio.sleep(0.05)
        await engine.aclose()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(go())
    with pytest.raises(EngineError, match="closed"):
        generate_all(engine, [ask("hello")])


def test_bad_requests_are_refused(tiny: Any) -> None:
    for request in (ask("x", n=0), ask("x", max_tokens=0), Request(ids=())):
        with pytest.raises(ValueError, match=r"must be|empty"):
            generate_all(tiny, [request])
    with pytest.raises(UserError, match="no place for tools"):
        generate_all(tiny, [Request((Message("user", "x"),), tools=(ToolSpec("f"),))])
    with pytest.raises(ValueError, match="prompt"):
        score_all(tiny, [((), (1,))])


def test_describe_names_what_a_manifest_needs(tiny: Any) -> None:
    described = tiny.describe()
    assert described["name"] == "tiny"
    assert described["dtype"] == "float32"
    assert described["context_length"] == 512
    assert len(described["weights_sha256"]) == 64
    assert tiny.capabilities.constrained


# --- other architectures -------------------------------------------------------------------------


def small(kind: str) -> Any:
    """A tiny model of another architecture."""
    import transformers

    common = {
        "vocab_size": 128,
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 4,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": 256,
        "initializer_range": 0.4,
        "pad_token_id": 0,
        "bos_token_id": 1,
        "eos_token_id": 2,
    }
    extra: dict[str, dict[str, Any]] = {
        "Mistral": {"sliding_window": 8},
        "Gemma2": {"sliding_window": 8, "head_dim": 8, "query_pre_attn_scalar": 8},
        "Gemma3Text": {"sliding_window": 8, "head_dim": 8, "sliding_window_pattern": 2},
        "Qwen2": {},
        "Lfm2": {"layer_types": ["conv", "full_attention", "conv", "full_attention"]},
        "Qwen3Next": {
            "head_dim": 8,
            "num_experts": 2,
            "num_experts_per_tok": 1,
            "moe_intermediate_size": 16,
            "shared_expert_intermediate_size": 16,
            "linear_num_key_heads": 2,
            "linear_num_value_heads": 4,
            "linear_key_head_dim": 8,
            "linear_value_head_dim": 8,
        },
        "Mamba": {"state_size": 4, "expand": 2, "conv_kernel": 4},
    }
    config = getattr(transformers, f"{kind}Config")(**common, **extra[kind])
    name = f"{kind.removesuffix('Text')}ForCausalLM"
    import torch

    torch.manual_seed(1)
    return getattr(transformers, name)(config).eval()


@pytest.mark.parametrize(
    "kind", ["Mistral", "Gemma2", "Gemma3Text", "Qwen2", "Lfm2", "Qwen3Next", "Mamba"]
)
def test_any_architecture_decodes_as_it_does_alone(kind: str, tiny: Any) -> None:
    from agents.engines.hf import HFEngine
    from agents.engines.hf_load import LoadedModel

    model = small(kind)
    loaded = LoadedModel(model, tiny.tokenizer, kind, kind, frozenset({2}), 256)
    engine = HFEngine(loaded)
    head = tuple(range(10, 30))
    prompts = [(*head, *range(40, 41 + i * 3)) for i in range(6)] + [(7,), (8, 9, 10)]
    requests = [Request(ids=ids, max_tokens=20, n=1 + i % 2) for i, ids in enumerate(prompts)]
    for answers in generate_all(engine, requests):
        expected = reference(engine, answers[0].prompt_ids, 20)
        assert [list(answer.ids) for answer in answers] == [expected] * len(answers)
        assert answers[0].logprobs == pytest.approx(
            teacher_forced(engine, answers[0].prompt_ids, answers[0].ids), abs=1e-3
        )
    pairs = [(prompts[0], (3, 4, 5)), (prompts[0], (6,)), (prompts[5], (9, 8))]
    for (prompt, target), scores in zip(pairs, score_all(engine, pairs), strict=True):
        assert scores == pytest.approx(teacher_forced(engine, prompt, target), abs=1e-3)
    run(engine.aclose())


def test_a_conversation_that_the_template_refuses_costs_that_one_answer(tiny: Any) -> None:
    from copy import deepcopy

    from agents.engines.base import EngineError
    from agents.engines.chat import prompt_ids

    strict = deepcopy(tiny.tokenizer)
    strict.chat_template = (
        "{% if messages|length > 1 %}{{ raise_exception('roles must alternate') }}{% endif %}"
        "{{ messages[0]['content'] }}"
    )
    user = Message("user", "x")
    assert prompt_ids(strict, Request((user,)))
    with pytest.raises(EngineError, match="refuses the messages: roles must alternate"):
        prompt_ids(strict, Request((user, user)))
