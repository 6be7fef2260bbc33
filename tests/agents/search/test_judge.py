"""Self-evaluation as a token probability (Eq. 7)."""

from __future__ import annotations

import asyncio
import math
from dataclasses import replace

import pytest
from env_toys import Sayings, fumble

from agents.engines.base import Completion, PromptTooLong
from agents.engines.http import HttpEngine
from agents.search.judge import UNKNOWN, Critic, confidence, question_text
from agents.search.tokens import ByteTokens, ModelTokens
from envs.common.errors import UserError


def judged(critic: Critic, text: str, seed: int = 0):
    return asyncio.run(critic.judge(tuple(f"User: ?\n\nAssistant:{text}".encode()), seed=seed))


@pytest.mark.parametrize(
    ("first", "second", "swapped", "value"),
    [
        (0.6, 0.2, False, 0.75),
        (0.6, 0.2, True, 0.25),
        (0.03, 0.01, False, None),  # below the floor
        (0.04, 0.01, False, 0.8),  # at the floor
        (0.0, 0.0, False, None),
        (1.0, 0.0, True, 0.0),
        (math.nan, 0.1, False, None),
    ],
)
def test_confidence(first, second, swapped, value):
    got = confidence(first, second, swapped=swapped)
    assert got == (None if value is None else pytest.approx(value))


def test_the_order_of_the_labels_is_no_matter():
    critic = Critic(Sayings(fumble, right=lambda text: 0.8 if text == "good" else 0.1))
    for seed in range(4):
        assert judged(critic, "good", seed).value == pytest.approx(0.8)
        assert judged(critic, "bad", seed).value == pytest.approx(0.1)
    assert judged(critic, "good").tokens == 1
    assert critic.counts["answered"] == 9


def test_a_liking_for_one_letter_cancels_out():
    engine = Sayings(fumble)
    letter = Completion("A", ids=(65,), label_logprobs=(math.log(0.9), math.log(0.1)))
    engine.letter = lambda request, text: letter
    values = [judged(Critic(engine), "x", seed).value for seed in (0, 1)]
    assert sum(values) == pytest.approx(1)
    judgement = judged(Critic(engine, both=True), "x")
    assert (judgement.value, judgement.tokens) == (pytest.approx(0.5), 2)


def test_a_model_that_does_not_answer_has_no_opinion():
    engine = Sayings(fumble)
    letter = Completion("?", ids=(63,), label_logprobs=(math.log(0.02), math.log(0.001)))
    engine.letter = lambda request, text: letter
    critic = Critic(engine)
    assert judged(critic, "x").value == UNKNOWN
    assert critic.counts == {"unsure": 1}


def test_no_room_for_the_question():
    engine = Sayings(fumble)

    def full(request, text):
        raise PromptTooLong("full")

    engine.letter = full
    critic = Critic(engine)
    judgement = judged(critic, "x")
    assert (judgement.value, judgement.tokens) == (UNKNOWN, 0)
    assert critic.counts == {"full": 1}


def test_engines_that_cannot_judge_are_refused():
    with pytest.raises(UserError, match="log-probabilities"):
        Critic(HttpEngine("http://localhost:1/v1", "m"))
    engine = Sayings(fumble)
    letter = engine.letter
    engine.letter = lambda request, text: replace(letter(request, text), label_logprobs=())
    with pytest.raises(UserError, match="log-probabilities of chosen tokens"):
        judged(Critic(engine), "x")


def test_the_question():
    assert "A: It is right.\nB: It is wrong." in question_text()
    assert "A: It is wrong.\nB: It is right." in question_text(swapped=True)
    critic = Critic(Sayings(fumble))
    text = bytes(critic.question((*b"Assistant:[f()]", 256))).decode()  # its own end is left out
    assert text.startswith("Assistant:[f()]\n\nUser: Check the assistant's work")
    assert text.endswith("Answer with the letter alone.\n\nAssistant:")


@pytest.mark.torch
def test_all_spellings_of_a_letter_and_the_template():
    from tiny_model import make_tokenizer

    tokenizer = make_tokenizer()
    tokens = ModelTokens(tokenizer)
    ids = tokens.labels("A")
    spelt = {tokenizer.decode([i]) for i in ids}
    assert "A" in spelt
    assert all(text.strip(" \n()") == "A" for text in spelt)
    behind = tokens.decode(tokens.question("Right?"))
    assert "Right?" in behind
    assert tokens.question("Right?")[0] == tokenizer.convert_tokens_to_ids("<|im_end|>")
    assert tokens.end_id == tokenizer.convert_tokens_to_ids("<|im_end|>")
    assert ByteTokens().labels("B") == (66,)


@pytest.mark.torch
def test_a_model_judges_with_the_probabilities_of_its_letters(tiny):
    import torch

    critic = Critic(tiny, floor=0.0)
    ids = tuple(tiny.tokenizer("Hello there.")["input_ids"])
    got = asyncio.run(critic.judge(ids, seed=0))
    question = critic.question(ids)
    with torch.no_grad():
        logits = tiny._loaded.model(torch.tensor([question])).logits[0, -1]
    p = logits.float().softmax(-1)
    right, wrong = (p[list(critic._tokens.labels(x))].sum().item() for x in "AB")
    assert got.value == pytest.approx(right / (right + wrong), rel=1e-3)
