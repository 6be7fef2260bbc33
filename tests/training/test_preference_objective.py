"""Preference training on ids: TRL's losses and gradients, a reference on disk, runs that die."""

import json
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

pytestmark = pytest.mark.torch
torch = pytest.importorskip("torch")
pytest.importorskip("trl")

from killed_runs import Killed, kill_and_finish, kill_at, log, until_update, weights  # noqa: E402
from prefer_tiny import SETTINGS, make_adapted, make_pairs, move, run  # noqa: E402
from tiny_model import make_model, make_tokenizer  # noqa: E402

from envs.common.errors import UserError  # noqa: E402
from training.plan import plan_updates  # noqa: E402
from training.preference_objective import Preference, pair_batches, pair_logps  # noqa: E402
from training.trainer import NotFinite, TrainingRun, train  # noqa: E402
from training.trl_trainer import make_trainer  # noqa: E402

HERE = Path(__file__).parent
BATCH = 6


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """An uninterrupted run."""
    return run(tmp_path_factory.mktemp("whole"))


# --- TRL's numbers


def gradients(model: Any) -> Any:
    named = sorted((n, p) for n, p in model.named_parameters() if "lora_" in n and ".ref." not in n)
    return torch.cat([p.grad.flatten() for _, p in named])


class Ours:
    """One update of our trainer; the reference is the model as it starts."""

    def __init__(self, folder: Path, objective: Preference, max_tokens: int = 4096) -> None:
        self.pairs = make_pairs()[:BATCH]
        settings = replace(SETTINGS, batch_size=BATCH, pass_tokens=max_tokens)
        updates = plan_updates(self.pairs, BATCH)
        parts = ("all",)
        task = TrainingRun(self.pairs, updates, settings, folder, parts, None, None, objective)
        self.trainer = make_trainer(make_adapted(), make_tokenizer(), task)
        self.trainer.create_optimizer()
        self.trainer.prepare()

    def update(self) -> tuple[float, Any, dict[str, float]]:
        self.trainer.model.zero_grad()
        inputs = {"update": 1, "rows": list(range(BATCH))}
        loss = self.trainer.training_step(self.trainer.model, inputs)
        return float(loss), gradients(self.trainer.model), self.trainer.measured


def rows() -> list[dict[str, list[int]]]:
    return [
        {
            "prompt_ids": list(pair.prompt_ids),
            "chosen_ids": list(pair.answer_ids),
            "rejected_ids": list(pair.rejected_ids),
        }
        for pair in make_pairs()[:BATCH]
    ]


def trl_dpo(folder: Path, losses: list[str]) -> Any:
    """TRL's trainer on our ids; it keeps a copy of the adapter as the reference."""
    from datasets import Dataset
    from trl import DPOConfig, DPOTrainer

    class StepDPO(DPOTrainer):  # type: ignore[misc]
        def _prepare_dataset(self, dataset: Any, *args: Any, **kwargs: Any) -> Any:
            return dataset

    arguments = DPOConfig(
        str(folder),
        beta=0.1,
        loss_type=losses,
        use_cpu=True,
        bf16=False,
        gradient_checkpointing=False,
        max_length=None,
        report_to="none",
    )
    return StepDPO(
        make_adapted(),
        None,
        arguments,
        train_dataset=Dataset.from_list(rows()),
        processing_class=make_tokenizer(),
    )


@pytest.mark.parametrize(
    ("loss", "theirs", "first"), [("dpo", "sigmoid", 0.693147), ("ipo", "ipo", 25.0)]
)
def test_dpo_and_ipo_are_trls(tmp_path: Path, loss: str, theirs: str, first: float) -> None:
    """At the start, where policy and reference agree, and somewhere else."""
    ours = Ours(tmp_path, Preference(loss, 0.1))
    trainer = trl_dpo(tmp_path, [theirs])
    batch = trainer.data_collator(rows())
    for moved in (False, True):
        if moved:
            move(ours.trainer.model, 2)
            move(trainer.model, 2)
        trainer.model.zero_grad()
        expected = trainer.compute_loss(trainer.model, batch)
        expected.backward()
        found, slopes, measured = ours.update()
        assert found == pytest.approx(first, abs=1e-4 * first) or moved
        assert found == pytest.approx(expected.item(), abs=1e-4, rel=1e-5)
        assert abs(found - first) > 1e-3 or not moved
        scale = slopes.abs().max()
        torch.testing.assert_close(
            slopes / scale, gradients(trainer.model) / scale, atol=1e-4, rtol=1e-3
        )
        names = {"chosen_reward": "chosen", "rejected_reward": "rejected", "margin": "margins"}
        for name, trls in {**names, "accuracy": "accuracies"}.items():
            expected_mean = trainer._metrics["train"][f"rewards/{trls}"][-1]
            assert measured[name] == pytest.approx(expected_mean, abs=1e-4)


def test_the_likelihood_beside_is_trls(tmp_path: Path) -> None:
    ours = Ours(tmp_path, Preference("dpo", 0.1, sft_weight=1.0))
    trainer = trl_dpo(tmp_path, ["sigmoid", "sft"])
    expected = trainer.compute_loss(trainer.model, trainer.data_collator(rows()))
    expected.backward()
    found, slopes, _ = ours.update()
    assert found == pytest.approx(expected.item(), abs=1e-4)
    torch.testing.assert_close(slopes, gradients(trainer.model), atol=1e-4, rtol=1e-3)


def padded_batch() -> dict[str, Any]:
    """As TRL's experimental trainers want pairs, without the end tokens that they would add."""
    from torch.nn.utils.rnn import pad_sequence

    batch = {}
    for side in ("chosen", "rejected"):
        ids = [torch.tensor(row["prompt_ids"] + row[f"{side}_ids"]) for row in rows()]
        labels = [
            torch.tensor([-100] * len(row["prompt_ids"]) + row[f"{side}_ids"]) for row in rows()
        ]
        masks = [torch.ones_like(each) for each in ids]
        batch[f"{side}_input_ids"] = pad_sequence(ids, batch_first=True)
        batch[f"{side}_attention_mask"] = pad_sequence(masks, batch_first=True)
        batch[f"{side}_labels"] = pad_sequence(labels, batch_first=True, padding_value=-100)
    return batch


def experimental(kind: type, **options: Any) -> Any:
    """A trainer of TRL without the tokenizing that its constructor does."""
    trainer = object.__new__(kind)
    accelerator = SimpleNamespace(device="cpu", gather_for_metrics=lambda value: value)
    known = {"is_encoder_decoder": False, "aux_loss_enabled": False, "pad_token_id": 0}
    known |= {"padding_value": 0, "label_pad_token_id": -100}
    trainer.__dict__.update(known, accelerator=accelerator, **options)
    return trainer


@pytest.mark.parametrize("loss", ["simpo", "orpo"])
def test_simpo_and_orpo_are_trls(tmp_path: Path, loss: str) -> None:
    model = make_adapted().eval()
    if loss == "simpo":
        module = pytest.importorskip("trl.experimental.cpo")
        options = {"alpha": 0.0, "beta": 2.0, "simpo_gamma": 0.7, "label_smoothing": 0.0}
        trainer = experimental(module.CPOTrainer, loss_type="simpo", cpo_alpha=0.0, **options)
        ours = Ours(tmp_path, Preference("simpo", 2.0, 0.7))
    else:
        module = pytest.importorskip("trl.experimental.orpo")
        trainer = experimental(module.ORPOTrainer, beta=0.3)
        # Its likelihood is of the prompt too, which is not ours: the other term alone.
        ours = Ours(tmp_path, Preference("orpo", 0.3, sft_weight=-1.0))
    expected, metrics = trainer.get_batch_loss_metrics(model, padded_batch())
    if loss == "orpo":
        expected = expected - trainer.concatenated_forward(model, padded_batch())[4]
    expected.backward()
    found, slopes, measured = ours.update()
    assert found == pytest.approx(expected.item(), abs=1e-4)
    scale = slopes.abs().max()
    torch.testing.assert_close(slopes / scale, gradients(model) / scale, atol=1e-4, rtol=1e-3)
    assert measured["margin"] == pytest.approx(metrics["rewards/margins"], abs=1e-4)


def test_many_passes_are_one(tmp_path: Path) -> None:
    """How an update is cut into passes changes neither loss nor gradients."""
    found, slopes, measured = Ours(tmp_path / "one", Preference("orpo", 0.2)).update()
    again = Ours(tmp_path / "many", Preference("orpo", 0.2), max_tokens=50)
    assert len(list(pair_batches(again.trainer.model, again.pairs, 50))) > 2
    other, other_slopes, other_measured = again.update()
    assert other == pytest.approx(found, abs=1e-5)
    torch.testing.assert_close(other_slopes, slopes, atol=1e-5, rtol=1e-3)
    assert other_measured == pytest.approx(measured, abs=1e-5)


# --- the reference


def test_the_reference_is_computed_once(whole: Any, tmp_path: Path) -> None:
    """What a killed run has of it counts; what is of other pairs does not."""
    stored = [json.loads(x) for x in (whole.folder.parent / "reference.jsonl").open()]
    known = {name: value for row in stored for name, value in row["logps"].items()}
    pairs = make_pairs()
    assert set(known) == {pair.id for pair in pairs}
    with torch.no_grad():
        expected = pair_logps(make_adapted().eval(), pairs)
    found = torch.tensor([known[pair.id] for pair in pairs])
    torch.testing.assert_close(found, expected, atol=1e-4, rtol=1e-5)

    run_over = {"of": "k", "seconds": 0, "logps": {name: [-1.0, -2.0] for name in known}}
    objective = Preference("dpo", 0.1, key="k")
    (tmp_path / "reference.jsonl").write_text(json.dumps(run_over) + "\n")
    objective.prepare(make_adapted(), pairs, tmp_path, 4096)
    assert objective.reference["pair-0"] == (-1.0, -2.0)
    objective = Preference("dpo", 0.1, key="of other pairs")
    objective.prepare(make_adapted(), pairs, tmp_path, 4096)
    assert objective.reference["pair-0"] == pytest.approx(tuple(known["pair-0"]), abs=1e-4)


def test_losses_without_a_reference_compute_none(tmp_path: Path) -> None:
    Preference("simpo", 2.0).prepare(make_adapted(), make_pairs(), tmp_path, 4096)
    assert not (tmp_path / "reference.jsonl").exists()


# --- whole runs


def test_a_run_learns_what_is_preferred(whole: Any) -> None:
    found = log(whole.folder.parent)
    assert found[0]["loss"] == pytest.approx(0.6931, abs=1e-3)
    assert found[0]["margin"] == pytest.approx(0, abs=1e-3)
    with torch.no_grad():
        start, end = make_adapted().eval(), make_adapted().eval()
        import peft

        peft.set_peft_model_state_dict(end, weights(whole.folder))
        before, after = (pair_logps(model, make_pairs()) for model in (start, end))
    gap = (after - before)[:, 0] - (after - before)[:, 1]
    assert (gap > 0).float().mean() > 0.7  # half by chance


@pytest.mark.parametrize("update", [1, 7])
def test_an_interrupted_run_ends_with_the_same_weights(
    whole: Any, tmp_path: Path, update: int
) -> None:
    with pytest.raises(Killed):
        run(tmp_path, on_update=kill_at(update))
    kept = (tmp_path / "reference.jsonl").read_bytes()
    again = run(tmp_path)
    assert (tmp_path / "reference.jsonl").read_bytes() == kept
    assert again.losses == whole.losses
    expected, found = weights(whole.folder), weights(again.folder)
    assert all(torch.equal(found[name], expected[name]) for name in expected)


@pytest.mark.slow
def test_killed_at_random_moments(whole: Any, tmp_path: Path) -> None:
    """SIGKILL while the reference is computed, and four times after an update."""
    folder = tmp_path / "run"

    def wait(number: int, process: Any) -> None:
        if number > 0:
            until_update(process, 2 * number)
        while number == 0 and not (folder / "reference.jsonl").exists():
            assert process.poll() is None
            time.sleep(0.01)

    kill_and_finish("prefer_tiny.py", folder, wait)
    expected, found = weights(whole.folder), weights(folder / "adapter")
    assert all(torch.equal(found[name], expected[name]) for name in expected)
    assert [row["update"] for row in log(folder)] == list(range(1, whole.updates + 1))


def test_a_loss_that_is_no_number_stops_before_the_update(tmp_path: Path) -> None:
    model = make_model(make_tokenizer())
    with torch.no_grad():
        model.lm_head.weight.fill_(float("nan"))
    options: Any = (make_tokenizer(), make_pairs(), SETTINGS)
    with pytest.raises(UserError, match=r"pair pair-\d+: the reference gives log-probabilities"):
        train(model, *options, tmp_path / "dpo", objective=Preference("dpo", 0.1))
    with pytest.raises(NotFinite, match=r"update 1: the loss is nan; its rows: pair-\d+"):
        train(model, *options, tmp_path / "simpo", objective=Preference("simpo", 2.0))
