"""Training on ids: TRL's losses, parts in order, and a run that can be killed."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.torch
torch = pytest.importorskip("torch")
pytest.importorskip("trl")

from killed_runs import Killed, kill_and_finish, kill_at, log, until_update, weights  # noqa: E402
from tiny_model import make_model, make_tokenizer  # noqa: E402
from train_tiny import PARTS, SETTINGS, make_examples, run  # noqa: E402

from envs.common.errors import UserError  # noqa: E402
from training.examples import Example  # noqa: E402
from training.plan import plan_updates  # noqa: E402
from training.trainer import NotFinite, too_long, train  # noqa: E402

HERE = Path(__file__).parent


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """An uninterrupted run."""
    return run(tmp_path_factory.mktemp("whole"))


def test_parts_are_trained_in_order_and_kept(whole: Any) -> None:
    rows = log(whole.folder.parent)
    assert [row["update"] for row in rows] == list(range(1, whole.updates + 1))
    assert list(dict.fromkeys(row["part"] for row in rows)) == list(PARTS)
    assert list(whole.parts) == list(PARTS)
    easy, hard = weights(whole.parts["easy"]), weights(whole.parts["hard"])
    assert any((easy[name] != hard[name]).any() for name in easy)
    final = weights(whole.folder)
    assert all((final[name] == hard[name]).all() for name in final)
    assert whole.tokens == sum(map(len, make_examples()))
    assert not (whole.folder.parent / "checkpoints").exists()


def test_losses_are_those_of_plain_trl(tmp_path: Path) -> None:
    """The same rows in the same updates, as input ids and labels, by TRL's own trainer."""
    from datasets import Dataset
    from peft import LoraConfig
    from trl import SFTConfig, SFTTrainer

    settings = replace(SETTINGS, dropout=0.0, schedule="linear", save_every=100)
    examples = [replace(example, part=0) for example in make_examples()]
    updates = plan_updates(examples, 6, seed=settings.seed)
    assert all(len(update.rows) == 6 for update in updates)
    tokenizer = make_tokenizer()
    ours = train(make_model(tokenizer), tokenizer, examples, settings, tmp_path / "ours")
    order = [examples[n] for update in updates for n in update.rows]
    rows = Dataset.from_list(
        [
            {
                "input_ids": [*e.prompt_ids, *e.answer_ids],
                "labels": [-100] * len(e.prompt_ids) + list(e.answer_ids),
            }
            for e in order
        ]
    )

    class InOrder(SFTTrainer):  # type: ignore[misc]
        def _get_train_sampler(self, *args: Any) -> Any:
            return torch.utils.data.SequentialSampler(self.train_dataset)

    arguments = SFTConfig(
        str(tmp_path / "trl"),
        per_device_train_batch_size=6,
        num_train_epochs=1,
        learning_rate=settings.learning_rate,
        lr_scheduler_type="linear",
        warmup_steps=round(settings.warmup * len(updates)),
        weight_decay=settings.weight_decay,
        max_grad_norm=settings.max_grad_norm,
        logging_steps=1,
        seed=settings.seed,
        bf16=False,
        use_cpu=True,
        gradient_checkpointing=False,
        report_to="none",
        save_strategy="no",
        max_length=None,
        disable_tqdm=True,
    )
    adapter = LoraConfig(
        r=4, lora_alpha=settings.alpha, target_modules="all-linear", task_type="CAUSAL_LM"
    )
    trainer = InOrder(
        make_model(tokenizer),
        arguments,
        train_dataset=rows,
        peft_config=adapter,
        processing_class=tokenizer,
    )
    trainer.train()
    theirs = [row["loss"] for row in trainer.state.log_history if "loss" in row]
    assert len(theirs) == len(ours.losses)
    # Its log rounds to four digits.
    assert ours.losses == pytest.approx(theirs, abs=1e-4)


def test_a_finished_run_is_not_trained_again(whole: Any) -> None:
    before = weights(whole.folder)
    again = run(whole.folder.parent, on_update=lambda row: pytest.fail("trained again"))
    assert again.updates == whole.updates
    assert all((weights(again.folder)[name] == before[name]).all() for name in before)


@pytest.mark.parametrize("update", [1, 7])
def test_an_interrupted_run_ends_with_the_same_weights(
    whole: Any, tmp_path: Path, update: int
) -> None:
    with pytest.raises(Killed):
        run(tmp_path, on_update=kill_at(update))
    # A checkpoint that was not written to its end does not count.
    torn = tmp_path / "checkpoints" / "checkpoint-999"
    torn.mkdir()
    (torn / "trainer_state.json").write_text("{")
    again = run(tmp_path)
    assert [row["update"] for row in log(tmp_path)] == list(range(1, whole.updates + 1))
    assert again.losses == whole.losses
    expected, found = weights(whole.folder), weights(again.folder)
    assert all(torch.equal(found[name], expected[name]) for name in expected)


@pytest.mark.slow
def test_killed_at_random_moments(whole: Any, tmp_path: Path) -> None:
    """SIGKILL five times, each time a while after the first update of the sitting."""
    folder = tmp_path / "run"
    kill_and_finish("train_tiny.py", folder, lambda n, process: until_update(process, 2 + 2 * n))
    expected, found = weights(whole.folder), weights(folder / "adapter")
    assert all(torch.equal(found[name], expected[name]) for name in expected)
    assert [row["update"] for row in log(folder)] == list(range(1, whole.updates + 1))


# --- faults


def test_nothing_to_train_on(tmp_path: Path) -> None:
    tokenizer = make_tokenizer()
    with pytest.raises(UserError, match="no row to train on"):
        train(make_model(tokenizer), tokenizer, [], SETTINGS, tmp_path)
    one = [Example((5, 6), (7,), part=0)]
    with pytest.raises(UserError, match="the part 'medium' has no row"):
        train(make_model(tokenizer), tokenizer, one, SETTINGS, tmp_path, parts=PARTS)


def test_rows_that_do_not_fit() -> None:
    rows = make_examples()
    fit, long = too_long(rows, 36)
    assert fit and long and len(fit) + len(long) == len(rows)
    with pytest.raises(UserError, match="--max-length 5: no row fits; the shortest"):
        too_long(rows, 5)


def test_a_loss_that_is_no_number_stops_before_the_update(tmp_path: Path) -> None:
    tokenizer = make_tokenizer()
    model = make_model(tokenizer)
    with torch.no_grad():
        model.lm_head.weight.fill_(float("nan"))
    with pytest.raises(NotFinite, match=r"update 1: the loss is nan; its rows: row-\d+"):
        train(model, tokenizer, make_examples(), SETTINGS, tmp_path, parts=PARTS)
    assert not (tmp_path / "adapter").exists()


def test_a_full_disk_is_one_line_and_the_last_checkpoint_stays(
    whole: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import safetensors.torch

    plain = safetensors.torch.save_file

    def full(tensors: Any, filename: Any, *args: Any, **kwargs: Any) -> None:
        if "checkpoint-6" in str(filename):
            raise OSError(28, "No space left on device")
        plain(tensors, filename, *args, **kwargs)

    for module in ("peft.peft_model", "transformers.trainer"):
        monkeypatch.setattr(f"{module}.safe_save_file", full, raising=False)
    monkeypatch.setattr("safetensors.torch.save_file", full)
    with pytest.raises(UserError, match="the disk is full"):
        run(tmp_path)
    monkeypatch.undo()
    assert (tmp_path / "checkpoints" / "checkpoint-4" / "whole").is_file()
    again = run(tmp_path)
    expected, found = weights(whole.folder), weights(again.folder)
    assert all(torch.equal(found[name], expected[name]) for name in expected)


def test_a_full_disk_is_told_by_torchs_writer_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its words for a full disk do not say so (seen on a file system of 130 kB)."""

    def full(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("[enforce fail at inline_container.cc:672] . unexpected pos 64 vs 0")

    monkeypatch.setattr("torch.save", full)
    with pytest.raises(UserError, match="the disk is full"):
        run(tmp_path)


def test_the_log_survives_whatever_moment_a_run_is_killed_at(
    whole: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Going on cuts later updates off the log: in one step, so that no row can get lost."""
    with pytest.raises(Killed):
        run(tmp_path, on_update=kill_at(7))
    before = log(tmp_path)

    def killed(*args: Any) -> None:
        raise Killed

    monkeypatch.setattr("os.replace", killed)
    with pytest.raises(Killed):
        run(tmp_path)
    assert log(tmp_path) == before
    monkeypatch.undo()
    assert run(tmp_path).losses == whole.losses


def test_full_fine_tuning_saves_the_model(tmp_path: Path) -> None:
    from transformers import AutoModelForCausalLM

    done = run(tmp_path, replace(SETTINGS, method="full", learning_rate=1e-3))
    model = AutoModelForCausalLM.from_pretrained(done.folder)
    start = make_model(make_tokenizer())
    assert (model.lm_head.weight != start.lm_head.weight).any()
