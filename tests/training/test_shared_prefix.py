"""Sharing a prompt's beginning changes the time and not the values."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tiny_model import make_model, make_tokenizer

from training.shared_prefix import answer_logprobs, batch_logprobs, batches, common_prefix

pytestmark = pytest.mark.torch
torch = pytest.importorskip("torch")

token = st.integers(3, 400)


@pytest.fixture(scope="module")
def model() -> Any:
    torch.set_num_threads(1)
    return make_model(make_tokenizer()).train()


@pytest.fixture(scope="module")
def adapted(model: Any) -> Any:
    peft = pytest.importorskip("peft")
    config = peft.LoraConfig(r=4, target_modules="all-linear", task_type="CAUSAL_LM")
    adapted = peft.get_peft_model(make_model(make_tokenizer()), config).train()
    with torch.no_grad():  # B starts at zero, which would hide wrong gradients of A
        for name, parameter in adapted.named_parameters():
            if "lora_B" in name:
                parameter.normal_(std=0.1)
    return adapted


@st.composite
def pair_lists(draw: Any) -> list[tuple[list[int], list[int]]]:
    heads = draw(st.lists(st.lists(token, min_size=1, max_size=40), min_size=1, max_size=3))
    tails = st.lists(token, min_size=1, max_size=6)
    return draw(
        st.lists(
            st.tuples(
                st.builds(lambda head, tail: head + tail, st.sampled_from(heads), tails), tails
            ),
            min_size=1,
            max_size=6,
        )
    )


def values_and_gradients(model: Any, compute: Any) -> tuple[list[Any], Any]:
    model.zero_grad()
    values = compute()
    torch.cat(values).sum().backward()
    gradients = [p.grad.flatten() for p in model.parameters() if p.grad is not None]
    return [value.detach() for value in values], torch.cat(gradients)


def check_same(model: Any, pairs: Any, compute: Any) -> None:
    expected, slopes = values_and_gradients(
        model, lambda: [batch_logprobs(model, [pair])[0] for pair in pairs]
    )
    found, own = values_and_gradients(model, compute)
    for value, wanted in zip(found, expected, strict=True):
        torch.testing.assert_close(value, wanted, atol=1e-4, rtol=1e-4)
    scale = slopes.abs().max().item() + 1
    torch.testing.assert_close(own / scale, slopes / scale, atol=1e-5, rtol=1e-4)


relaxed = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@relaxed
@given(pair_lists())
def test_same_as_separate_passes(model: Any, pairs: Any) -> None:
    check_same(model, pairs, lambda: answer_logprobs(model, pairs))
    check_same(model, pairs, lambda: batch_logprobs(model, pairs))


@relaxed
@given(pair_lists())
def test_same_through_an_adapter(adapted: Any, pairs: Any) -> None:
    check_same(adapted, pairs, lambda: answer_logprobs(adapted, pairs))


def test_same_as_the_models_own_loss(model: Any) -> None:
    prompt, answer = [5, 6, 7, 8], [9, 10, 11]
    ids = torch.tensor([prompt + answer])
    labels = torch.tensor([[-100] * len(prompt) + answer])
    with torch.no_grad():
        loss = model(input_ids=ids, labels=labels).loss
        own = answer_logprobs(model, [(prompt, answer)])[0]
    torch.testing.assert_close(-own.mean(), loss)


def test_a_shared_prompt_goes_through_the_model_once(
    model: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed = []
    plain = model.forward

    def counted(*args: Any, **kwargs: Any) -> Any:
        computed.append(kwargs["input_ids"].numel())
        return plain(*args, **kwargs)

    monkeypatch.setattr(model, "forward", counted)
    head = list(range(10, 110))
    pairs = [([*head, n, n + 1], [n, 3, 4]) for n in range(200, 204)]
    answer_logprobs(model, pairs)
    assert computed == [100, 4 * (2 + 3)]


def test_models_that_keep_no_plain_cache_get_whole_rows(
    model: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = list(range(10, 60))
    pairs = [([*head, n], [n, 3]) for n in range(200, 203)]
    expected = [value.detach() for value in answer_logprobs(model, pairs)]
    monkeypatch.setattr("training.shared_prefix._cache_of", lambda *args: None)
    for value, wanted in zip(answer_logprobs(model, pairs), expected, strict=True):
        torch.testing.assert_close(value, wanted, atol=1e-4, rtol=1e-4)


@given(pair_lists(), st.integers(1, 300))
def test_batches_hold_every_pair_once(pairs: Any, most: int) -> None:
    found = list(batches(pairs, most=most))
    assert sorted(n for batch in found for n in batch) == list(range(len(pairs)))


def test_batches_are_bounded_and_share_what_pays() -> None:
    one, other = list(range(100, 400)), list(range(500, 800))
    pairs = [([*head, n], [1, 2]) for n in range(5) for head in (one, other)]
    assert {tuple(sorted(batch)) for batch in batches(pairs)} == {
        (0, 2, 4, 6, 8),
        (1, 3, 5, 7, 9),
    }
    assert all(len(batch) == 1 for batch in batches(pairs, most=10))


def test_common_prefix_leaves_the_last_prompt_token_out() -> None:
    assert common_prefix([[1, 2, 3], [1, 2, 3]]) == 2
    assert common_prefix([[1, 2, 3], [1, 2, 4, 5]]) == 2
    assert common_prefix([[1], [1, 2]]) == 0
    assert common_prefix([[9, 2], [1, 2]]) == 0
