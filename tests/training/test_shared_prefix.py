"""Sharing a prompt's beginning changes the time and not the values."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tiny_model import make_model, make_tokenizer

from training.prompt_tree import prompt_tree
from training.shared_prefix import answer_logprobs, batch_logprobs, batches, shares_prompts

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


def test_what_is_shared_goes_through_the_model_once(
    model: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed, predicted = [], []
    plain, head = model.forward, model.lm_head.forward

    def counted(*args: Any, **kwargs: Any) -> Any:
        computed.append(kwargs["input_ids"].numel())
        return plain(*args, **kwargs)

    def counted_head(hidden: Any) -> Any:
        predicted.append(hidden.shape[:-1].numel())
        return head(hidden)

    assert shares_prompts(model)
    monkeypatch.setattr(model, "forward", counted)
    monkeypatch.setattr(model.lm_head, "forward", counted_head)
    system, tools = list(range(10, 60)), [list(range(m, m + 40)) for m in (100, 200)]
    pairs = [([*system, *t, n, n + 1], [n, 3, 4]) for t in tools for n in range(300, 304)]
    answer_logprobs(model, pairs)
    assert computed == [50 + 2 * (40 + 4 * (2 + 2))]  # nobody reads what the last token predicts
    assert predicted == [8 * 3]
    # The two sides of a preference: the prompt's last token predicts for both.
    answer_logprobs(model, [([*system, 7], [8, 9]), ([*system, 7], [10])])
    assert computed[1:] == [51 + 1] and predicted[1:] == [2]


def test_padding_and_more_rows_than_fit_change_nothing(model: Any) -> None:
    head = list(range(10, 60))
    pairs = [([*head, n, *head[: n % 7]], [n, 3]) for n in range(200, 212)]
    check_same(model, pairs, lambda: answer_logprobs(model, pairs, most=100))


@pytest.mark.parametrize("checkpointing", [False, True])
def test_recomputed_activations_change_nothing(checkpointing: bool) -> None:
    model = make_model(make_tokenizer()).train()
    if checkpointing:
        model.gradient_checkpointing_enable()
    head = list(range(10, 60))
    pairs = [([*head, n], [n, 3]) for n in range(200, 203)]
    check_same(model, pairs, lambda: answer_logprobs(model, pairs))


def test_a_model_that_has_taken_trees_still_takes_batches(model: Any) -> None:
    assert shares_prompts(model)
    untouched = make_model(make_tokenizer())
    ids = torch.tensor([[5, 6, 7, 8], [9, 10, 0, 0]])
    mask = torch.tensor([[1, 1, 1, 1], [1, 1, 0, 0]])
    with torch.no_grad():
        found = model(input_ids=ids, attention_mask=mask).logits
        expected = untouched(input_ids=ids, attention_mask=mask).logits
    torch.testing.assert_close(found[mask == 1], expected[mask == 1], atol=1e-5, rtol=1e-5)


TINY = {
    "vocab_size": 300,
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 8,
    "initializer_range": 0.4,
    "pad_token_id": 0,
}


@pytest.mark.parametrize(
    ("kind", "own", "shares"),
    [
        ("qwen3", {}, True),
        ("mistral", {"sliding_window": 20}, True),
        ("granite", {"logits_scaling": 3.0}, True),
        ("gpt_neox", {}, True),
        ("mamba", {"state_size": 4}, False),
        ("llama", {"attn_implementation": "eager"}, False),
    ],
)
def test_other_models(kind: str, own: dict[str, Any], shares: bool) -> None:
    """Windows, scaled logits, models without attention: shared or not, values are the same."""
    from transformers import AutoConfig, AutoModelForCausalLM

    torch.manual_seed(0)
    other = AutoModelForCausalLM.from_config(AutoConfig.for_model(kind, **TINY, **own)).eval()
    head = list(range(10, 60))
    pairs = [([*head, n, *head[: n % 4]], [n, 3]) for n in range(200, 204)]
    with torch.no_grad():
        expected = [
            torch.log_softmax(other(input_ids=torch.tensor([[*p, *a]])).logits[0], -1)[
                range(len(p) - 1, len(p) + 1), a
            ]
            for p, a in pairs
        ]
        found = answer_logprobs(other, pairs)
    assert shares_prompts(other) is shares
    for value, wanted in zip(found, expected, strict=True):
        torch.testing.assert_close(value, wanted, atol=1e-4, rtol=1e-4)


@settings(deadline=None)
@given(pair_lists(), st.integers(1, 300), st.booleans())
def test_batches_hold_every_pair_once(pairs: Any, most: int, whole: bool) -> None:
    found = list(batches(pairs, most=most, whole=whole))
    assert sorted(n for batch in found for n in batch) == list(range(len(pairs)))
    for batch in found:
        rows = [(*pairs[n][0], *pairs[n][1][:-1]) for n in batch]
        tokens = len(rows) * max(map(len, rows)) if whole else len(prompt_tree(rows).ids)
        assert len(rows) == 1 or tokens <= most


def test_batches_put_together_what_shares() -> None:
    one, other = list(range(100, 400)), list(range(500, 800))
    pairs = [([*head, n], [1, 2]) for n in range(5) for head in (one, other)]
    assert [sorted(batch) for batch in batches(pairs, most=320)] == [
        [0, 2, 4, 6, 8],
        [1, 3, 5, 7, 9],
    ]
    assert all(len(batch) == 1 for batch in batches(pairs, most=10))
