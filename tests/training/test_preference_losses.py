"""The losses of preference training: formulas by hand, and TRL's own numbers."""

import math
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.torch
torch = pytest.importorskip("torch")

from training.preference_losses import Side, dpo, ipo, loss_of, orpo, simpo  # noqa: E402

NAMES = ("dpo", "ipo", "simpo", "orpo")
logp = st.floats(-60, -1e-3)
tokens = st.integers(1, 20)


def side(logps: list[float], tokens: list[int], reference: list[float] | None = None) -> Side:
    def tensor(values: Any) -> Any:
        return torch.tensor(values, dtype=torch.float64)

    return Side(tensor(logps), tensor(tokens), None if reference is None else tensor(reference))


def sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


@settings(deadline=None)
@given(logp, logp, logp, logp, tokens, tokens, st.floats(0.01, 3))
def test_the_formulas(
    w: float, lose: float, ref_w: float, ref_l: float, n_w: int, n_l: int, beta: float
) -> None:
    chosen, rejected = side([w], [n_w], [ref_w]), side([lose], [n_l], [ref_l])
    h_w, h_l = w - ref_w, lose - ref_l
    found = dpo(chosen, rejected, beta)
    if abs(beta * (h_w - h_l)) < 30:
        assert found.losses.item() == pytest.approx(-math.log(sigmoid(beta * (h_w - h_l))))
    assert found.chosen_rewards.item() == pytest.approx(beta * h_w)
    gap = h_w / n_w - h_l / n_l
    assert ipo(chosen, rejected, beta).losses.item() == pytest.approx(
        (gap - 1 / (2 * beta)) ** 2, abs=1e-9
    )
    margin = beta * (w / n_w - lose / n_l) - 0.5
    if abs(margin) < 30:
        assert simpo(chosen, rejected, beta, 0.5).losses.item() == pytest.approx(
            -math.log(sigmoid(margin))
        )
    odds = [math.exp(x) / -math.expm1(x) for x in (w / n_w, lose / n_l)]
    assert orpo(chosen, rejected, beta).losses.item() == pytest.approx(
        -beta * math.log(odds[0] / (odds[0] + odds[1])), rel=1e-6, abs=1e-9
    )


def test_first_losses() -> None:
    """A policy that is its own reference, whatever it is."""
    chosen, rejected = side([-3.0, -70.0], [2, 9], [-3.0, -70.0]), side([-5.0], [4], [-5.0])
    assert dpo(chosen, rejected, 0.1).losses.tolist() == pytest.approx([math.log(2)] * 2)
    assert ipo(chosen, rejected, 0.1).losses.tolist() == pytest.approx([25.0] * 2)


@pytest.mark.parametrize("name", NAMES)
def test_gradients_are_numbers_wherever_a_policy_is_certain(name: str) -> None:
    for logps in ([0.0, -1e-6, -500.0], [-500.0, 0.0, -1e-6]):
        values = torch.tensor(logps, requires_grad=True)
        one = Side(values, torch.ones(3), torch.zeros(3))
        other = Side(values.flip(0), torch.ones(3), torch.zeros(3))
        loss = loss_of(name, 0.1)(one, other).losses.sum()
        loss.backward()
        assert torch.isfinite(loss) and torch.isfinite(values.grad).all()


def test_a_loss_without_its_reference() -> None:
    with pytest.raises(ValueError, match="needs a reference"):
        dpo(side([-1.0], [1]), side([-2.0], [1]), 0.1)


def losses_and_gradients(compute: Any, *values: Any) -> list[Any]:
    own = [value.clone().requires_grad_() for value in values]
    losses = compute(*own)
    losses.sum().backward()
    return [losses.detach(), *(value.grad for value in own)]


@pytest.mark.parametrize("seed", range(3))
def test_simpo_and_orpo_are_trls(seed: int) -> None:
    """TRL's own functions take means over tokens; ours sums and lengths."""
    cpo = pytest.importorskip("trl.experimental.cpo")
    theirs = pytest.importorskip("trl.experimental.orpo")
    generator = torch.Generator().manual_seed(seed)
    w, lose = (-5 * torch.rand(16, generator=generator) - 1e-3 for _ in range(2))
    n_w, n_l = (torch.randint(1, 9, (16,), generator=generator).float() for _ in range(2))
    accelerator = SimpleNamespace(device="cpu")
    trainer = SimpleNamespace(
        loss_type="simpo",
        alpha=0.0,
        beta=2.0,
        simpo_gamma=0.7,
        label_smoothing=0.0,
        accelerator=accelerator,
    )
    expected = losses_and_gradients(
        lambda a, b: cpo.CPOTrainer.cpo_loss(trainer, a / n_w, b / n_l)[0], w, lose
    )
    found = losses_and_gradients(
        lambda a, b: simpo(Side(a, n_w), Side(b, n_l), 2.0, 0.7).losses, w, lose
    )
    torch.testing.assert_close(found, expected)
    trainer = SimpleNamespace(beta=0.1, accelerator=accelerator)
    expected = losses_and_gradients(
        lambda a, b: -theirs.ORPOTrainer.odds_ratio_loss(trainer, a / n_w, b / n_l)[0], w, lose
    )
    found = losses_and_gradients(lambda a, b: orpo(Side(a, n_w), Side(b, n_l), 0.1).losses, w, lose)
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-4)
