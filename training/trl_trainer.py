"""TRL's supervised trainer with updates planned ahead and prompts shared, whatever the loss.

An item of the dataset is the part of an update that one process computes, so the order, the
resuming and the distribution over processes are those of `training.plan`; the loss is that of
`training.objectives`. Imports torch; only `training.trainer` imports this.
"""

from __future__ import annotations

from typing import Any

import torch
from datasets import Dataset
from peft import LoraConfig, PeftModel
from transformers import TrainerCallback
from trl import SFTConfig, SFTTrainer

from training.trainer import CHECKPOINTS, PARTS, TrainingRun, TrainSettings


def make_trainer(model: Any, tokenizer: Any, run: TrainingRun) -> SharedPrefixTrainer:
    """A trainer for a run."""
    settings = run.settings
    arguments = _arguments(run)
    adapter = None
    if settings.method != "full" and not isinstance(model, PeftModel):
        adapter = LoraConfig(
            r=settings.rank,
            lora_alpha=settings.alpha,
            lora_dropout=settings.dropout,
            target_modules="all-linear",
            task_type="CAUSAL_LM",
        )
    return SharedPrefixTrainer(run, model, tokenizer, arguments, adapter)


class SharedPrefixTrainer(SFTTrainer):  # type: ignore[misc]
    """Computes an update from its rows' ids; see the module."""

    def __init__(
        self, run: TrainingRun, model: Any, tokenizer: Any, arguments: SFTConfig, adapter: Any
    ) -> None:
        self.run = run
        self.last: dict[str, float] = {}
        """Loss, learning rate and so on of the last update."""
        self.measured: dict[str, float] = {}
        """What its loss measured beside."""
        world = arguments.world_size
        items = [
            {"update": number, "rows": list(update.rows[rank::world])}
            for number, update in enumerate(run.updates, 1)
            for rank in range(world)
        ]
        super().__init__(
            model=model,
            args=arguments,
            train_dataset=Dataset.from_list(items),
            processing_class=tokenizer,
            data_collator=_only_item,
            peft_config=adapter,
            callbacks=[_Records(self)],
        )

    def _get_train_sampler(self, *args: Any, **kwargs: Any) -> Any:
        return torch.utils.data.SequentialSampler(self.train_dataset)

    def floating_point_ops(self, inputs: Any) -> int:
        """Not counted: rows that share a prompt do not cost what their tokens say."""
        return 0

    def prepare(self) -> None:
        """Let the loss compute what it needs of the model as it starts."""
        inner = self.accelerator.unwrap_model(self.model)
        with self.compute_loss_context_manager():
            self.run.objective.prepare(
                inner, self.run.examples, self.run.folder, self.run.settings.pass_tokens
            )

    def training_step(self, model: Any, inputs: Any, num_items_in_batch: Any = None) -> Any:
        """Gradients of the loss of an update, in all its parts; the loss, detached."""
        model.train()
        number, objective = inputs["update"], self.run.objective
        rows = [self.run.examples[n] for n in inputs["rows"]]
        inner = self.accelerator.unwrap_model(model)
        *totals, tokens = self._sums([*objective.counts(rows), float(sum(map(len, rows)))])
        measured = dict.fromkeys(objective.measures, 0.0)
        total = torch.zeros((), device=self.args.device)
        for summand in objective.summands(inner, rows, totals, self.run.settings.pass_tokens):
            with self.compute_loss_context_manager():
                part, measures = summand()
            self.accelerator.backward(part)
            total += part.detach()
            for name, value in measures.items():
                measured[name] += value
        self._add_up_gradients(inner)
        loss, *values = self._sums([total.item(), *measured.values()])
        gradients = [p.grad for p in inner.parameters() if p.grad is not None]
        norm = torch.nn.utils.get_total_norm(gradients).item()
        self.run.check_finite(number, loss, "loss")
        self.run.check_finite(number, norm, "gradient's norm")
        self.measured = dict(zip(measured, values, strict=True))
        self.last = {
            "loss": loss,
            "learning_rate": self.optimizer.param_groups[0]["lr"],
            "grad_norm": norm,
            "tokens": int(tokens),
        }
        return torch.tensor(loss, device=self.args.device)

    def log(self, logs: dict[str, float], start_time: float | None = None) -> None:
        """Hand what is measured to the trackers, beside the loss."""
        super().log({**logs, **self.measured} if "loss" in logs else logs, start_time)

    def _sums(self, values: list[float]) -> list[float]:
        """The sums of numbers over all processes."""
        if self.args.world_size == 1:
            return values
        tensor = torch.tensor(values, dtype=torch.float64, device=self.args.device)
        sums: list[float] = self.accelerator.reduce(tensor, reduction="sum").tolist()
        return sums

    def _add_up_gradients(self, model: Any) -> None:
        """Sum gradients over processes; each has computed its rows' share of the update."""
        if self.args.world_size == 1:
            return
        for parameter in model.parameters():
            if parameter.requires_grad:
                if parameter.grad is None:
                    parameter.grad = torch.zeros_like(parameter)
                torch.distributed.all_reduce(parameter.grad)


class _Records(TrainerCallback):  # type: ignore[misc]
    """Logs updates, keeps what each part ends with, and marks whole checkpoints."""

    def __init__(self, trainer: SharedPrefixTrainer) -> None:
        self._trainer = trainer

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        trainer, run = self._trainer, self._trainer.run
        if state.is_world_process_zero:
            run.record(state.global_step, {**trainer.last, **trainer.measured})
        if (name := run.ends_part(state.global_step)) and len(run.parts) > 1:
            run.save_model(trainer, run.folder / PARTS / name)

    def on_save(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        self._trainer.accelerator.wait_for_everyone()  # each process writes a part of it
        if state.is_world_process_zero:
            self._trainer.run.mark_whole(state.global_step)


def _only_item(items: list[dict[str, Any]]) -> dict[str, Any]:
    (item,) = items
    return item


def _arguments(run: TrainingRun) -> SFTConfig:
    settings: TrainSettings = run.settings
    gpu = torch.cuda.is_available()
    return SFTConfig(
        output_dir=str(run.folder / CHECKPOINTS),
        per_device_train_batch_size=1,
        gradient_accumulation_steps=1,
        num_train_epochs=1,
        learning_rate=settings.learning_rate,
        lr_scheduler_type=settings.schedule,
        warmup_steps=round(settings.warmup * len(run.updates)),
        weight_decay=settings.weight_decay,
        max_grad_norm=settings.max_grad_norm,
        save_strategy="steps",
        save_steps=settings.save_every,
        save_total_limit=2,
        logging_strategy="no" if not settings.report_to else "steps",
        logging_steps=1,
        report_to=list(settings.report_to) or "none",
        seed=settings.seed,
        data_seed=settings.seed,
        bf16=gpu and settings.dtype != "float32" and torch.cuda.is_bf16_supported(),
        use_cpu=not gpu,
        gradient_checkpointing=False,
        remove_unused_columns=False,
        dataset_kwargs={"skip_prepare_dataset": True},
        dataloader_num_workers=0,
        dataloader_pin_memory=False,
        disable_tqdm=True,
        max_length=None,
    )
