"""Training tokens per second: shared prompts against plain TRL, on the same rows, in one process.

    python benchmarks/sft_speed.py [--updates 4] [--model demo]

Both sides train the same LoRA on the same rows in the same updates, one update of ours, one of
TRL's, in turn (the machine's speed drifts). Two kinds of rows: six over each list of tools, as the
generator makes them, and one over each, which share the head of the system prompt and no more.
Tokens are all tokens of the rows, prompt and answer, whoever computes them how often. Prints the
comparison and the largest difference between the losses, and writes results/sft_speed.json.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agents.engines.memory import freed_memory_kept
from training import models
from training.examples import Example
from training.generator.compose import generated
from training.plan import Update, plan_updates
from training.render import renderer
from training.sft import Config
from training.trainer import TrainingRun, TrainSettings
from training.trl_trainer import make_trainer

RESULT = Path(__file__).parent / "results" / "sft_speed.json"
ROWS, LONGEST = 6, 1200


@dataclass
class Side:
    """What one side took."""

    seconds: float = 0.0
    losses: list[float] = field(default_factory=list)


def examples_of(choice: Any, per_list: int, count: int) -> list[Example]:
    write = renderer(models.tokenizer_of(choice), ("bfcl",))
    rows = generated(4 * count, seed=99, per_list=per_list, most_tools=4)
    return [e for e in map(write, rows) if len(e) <= LONGEST][:count]


def one_by_one(step: Any, updates: int, side: Side) -> Iterator[None]:
    """Take an update at a time; the first, which warms up, does not count."""
    for number in range(updates):
        started = time.perf_counter()
        loss = step(number)
        if number:
            side.seconds += time.perf_counter() - started
        side.losses.append(loss)
        yield


def ours(
    choice: Any, examples: list[Example], updates: list[Update], settings: TrainSettings, home: Path
) -> Any:
    run = TrainingRun(examples, updates, settings, home, ("all",), None, None)
    trainer = make_trainer(models.model_of(choice), models.tokenizer_of(choice), run)
    optimizer = trainer.create_optimizer()

    def step(number: int) -> float:
        inputs = {"update": number + 1, "rows": list(updates[number].rows)}
        loss = trainer.training_step(trainer.model, inputs)
        optimizer.step()
        optimizer.zero_grad()
        return float(loss)

    return step


def plain_trl(
    choice: Any, examples: list[Example], updates: list[Update], settings: TrainSettings, home: Path
) -> Any:
    """TRL's trainer on input ids and labels, with what suits a CPU switched as it should be."""
    from datasets import Dataset
    from peft import LoraConfig
    from trl import SFTConfig, SFTTrainer

    tokenizer = models.tokenizer_of(choice)
    rows = [
        {
            "input_ids": [*e.prompt_ids, *e.answer_ids],
            "labels": [-100] * len(e.prompt_ids) + list(e.answer_ids),
        }
        for e in examples
    ]
    arguments = SFTConfig(
        str(home),
        per_device_train_batch_size=settings.batch_size,
        learning_rate=settings.learning_rate,
        lr_scheduler_type="constant",
        weight_decay=settings.weight_decay,
        seed=settings.seed,
        use_cpu=True,
        bf16=False,
        gradient_checkpointing=False,
        report_to="none",
        max_length=None,
        disable_tqdm=True,
    )
    adapter = LoraConfig(
        r=settings.rank,
        lora_alpha=settings.alpha,
        target_modules="all-linear",
        task_type="CAUSAL_LM",
    )
    trainer = SFTTrainer(
        models.model_of(choice),
        arguments,
        train_dataset=Dataset.from_list(rows),
        peft_config=adapter,
        processing_class=tokenizer,
    )
    optimizer = trainer.create_optimizer()

    def step(number: int) -> float:
        batch = trainer.data_collator([rows[n] for n in updates[number].rows])
        answers = sum(len(examples[n].answer_ids) for n in updates[number].rows)
        loss = trainer.training_step(trainer.model, batch, num_items_in_batch=answers)
        optimizer.step()
        optimizer.zero_grad()
        return float(loss)

    return step


def compare(choice: Any, per_list: int, updates: int) -> dict[str, Any]:
    settings = TrainSettings(batch_size=ROWS, schedule="constant", warmup=0.0, learning_rate=1e-4)
    examples = examples_of(choice, per_list, ROWS * updates)
    planned = plan_updates(examples, ROWS, seed=0)[:updates]
    sides = {"ours": Side(), "trl": Side()}
    with tempfile.TemporaryDirectory() as home:
        turns = [
            one_by_one(make(choice, examples, planned, settings, Path(home)), len(planned), side)
            for make, side in zip((ours, plain_trl), sides.values(), strict=True)
        ]
        for _ in planned:
            for turn in turns:
                next(turn)
    tokens = sum(len(examples[n]) for update in planned[1:] for n in update.rows)
    rates = {name: tokens / side.seconds for name, side in sides.items()}
    pairs = zip(sides["ours"].losses, sides["trl"].losses, strict=True)
    return {
        "rows a list": per_list,
        "updates": len(planned) - 1,
        "tokens": tokens,
        "tokens per second": {name: round(rate, 1) for name, rate in rates.items()},
        "ratio": round(rates["ours"] / rates["trl"], 2),
        "largest difference of losses": max(abs(a - b) for a, b in pairs),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--updates", type=int, default=5, help="of each side; the first warms up")
    parser.add_argument("--model", default="demo")
    options = parser.parse_args()
    choice = Config(model=options.model)
    with freed_memory_kept():  # for both, as training has it
        runs = [compare(choice, per_list, options.updates) for per_list in (6, 1)]
    result = {"model": models.name_of(choice), "batch": ROWS, "runs": runs}
    for run in runs:
        print(
            f"{run['rows a list']} rows a list of tools: ours / TRL = {run['ratio']} "
            f"({run['tokens per second']['ours']} / {run['tokens per second']['trl']} tokens/s); "
            f"losses differ by {run['largest difference of losses']:.1e} at most"
        )
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
