"""Preference-training tokens per second: shared prompts against plain TRL, in one process.

    python benchmarks/dpo_speed.py [--updates 2] [--model demo:warmup]

All sides go on from the same adapter with DPO on the same pairs in the same updates, an update of
each in turn (the machine's speed drifts): ours, TRL's `DPOTrainer` as it comes (its reference, a
copy of the adapter, is asked in every update), and the same with the reference computed ahead, as
ours is. What that takes counts. Pairs are steps of generated rows, the right call against a wrong
one: four over each prompt, as many as a search tree gives at most by default, and one over each.
Tokens are those of both rows of a pair, its prompt twice, whoever computes them how often. Prints
the comparison and the largest difference between the losses, writes results/dpo_speed.json.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from agents.engines.memory import freed_memory_kept
from agents.search.steps import StepSplitter
from agents.search.tokens import ModelTokens
from envs.types import JSON, Action, ToolCall, ToolSpec
from training import models
from training.generator.compose import generated
from training.plan import Update, plan_updates
from training.preference import Config
from training.preference_data import PairExample
from training.preference_objective import Preference
from training.render import Renderer, renderer
from training.rows import Row
from training.trainer import TrainingRun, TrainSettings
from training.trl_trainer import make_trainer

RESULT = Path(__file__).parent / "results" / "dpo_speed.json"
BETA = 0.1
KINDS = ((4, 4), (1, 2))
"""Pairs over each prompt, and pairs of an update."""
AT_ONCE = 1
"""Pairs that TRL's trainer computes at once, adding up the gradients: more need too much memory."""
SETTINGS = TrainSettings(schedule="constant", warmup=0.0, learning_rate=5e-5)
PROMPTS, MOST_TOOLS, LONGEST = ("bfcl", "bfcl", "tools"), 5, 1400
"""As in configs/cpu.toml."""


# --- Pairs


def pairs_of(
    tokenizer: Any, per_prompt: int, count: int, prompts: Sequence[str] = PROMPTS
) -> list[PairExample]:
    """So many pairs of generated rows, each row over tools of its own."""
    write = renderer(tokenizer, prompts)
    found: list[PairExample] = []
    for row in generated(50 * count, seed=99, per_list=1, most_tools=MOST_TOOLS):
        pairs = list(itertools.islice(pairs_of_row(write, row), per_prompt))
        if len(pairs) == per_prompt and all(pair.longest <= LONGEST for pair in pairs):
            found += pairs
        if len(found) >= count:
            break
    return found[:count]


def pairs_of_row(write: Renderer, row: Row) -> Iterator[PairExample]:
    """A row's right calls against wrong ones, each behind the right calls before it."""
    format = write.mix.of(row).format
    example = write(row)
    steps = _steps(write, format, example.answer_ids)
    calls = row.answer
    if len(steps) != len(calls):
        return
    seen = set()
    for wrong in zip(*(_wrong(call, row.tools) for call in calls), strict=False):
        for n, call in enumerate(wrong):
            try:
                text = format.render(Action("", (*calls[:n], call, *calls[n + 1 :])))
            except ValueError:
                continue
            ids = write.tokenizer(text, add_special_tokens=False)["input_ids"]
            rejected = _steps(write, format, (*ids, write.end_id))[n]
            shorter = min(len(steps[n]), len(rejected))
            if steps[n][:shorter] == rejected[:shorter] or (n, rejected) in seen:
                continue
            seen.add((n, rejected))
            yield PairExample(
                (*example.prompt_ids, *itertools.chain(*steps[:n])),
                steps[n],
                group=row.id,
                id=f"{row.id}/{len(seen)}",
                rejected_ids=rejected,
            )


def _steps(write: Renderer, format: Any, ids: Sequence[int]) -> list[tuple[int, ...]]:
    """A turn cut as a search does."""
    splitter = StepSplitter(ModelTokens(write.tokenizer).decode, format.name)
    return [piece.ids for piece in [*splitter.feed(ids), *splitter.finish()]]


def _wrong(call: ToolCall, tools: Sequence[ToolSpec]) -> Iterator[ToolCall]:
    """A call, spoilt in one way after the other."""
    given = dict(call.arguments)
    for name, value in given.items():
        yield replace(call, arguments=given | {name: _another(value)})
    for name in given:
        yield replace(call, arguments={k: v for k, v in given.items() if k != name})
    for tool in tools:
        if tool.name != call.name:
            yield replace(call, name=tool.name)
    for name, value in given.items():
        yield replace(call, arguments=given | {f"{name}_2": value})


def _another(value: JSON) -> JSON:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, list) and value:
        return value[:-1]
    return f"{value} or so"


# --- Sides


@dataclass
class Side:
    """A trainer under the clock."""

    trainer: Any
    inputs: Callable[[Sequence[int]], Any]
    """What it trains on, of pairs by their numbers."""
    at_once: int | None = None
    """Pairs of a forward pass, where not the trainer decides."""
    ahead: float = 0.0
    """Seconds of the reference, where it was computed ahead."""
    seconds: float = 0.0
    """Of updates."""
    losses: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._optimizer = self.trainer.create_optimizer()

    def warm_up(self, row: int) -> None:
        """Compute a pair, and learn nothing."""
        self._gradients([row])
        self._optimizer.zero_grad()

    def update(self, rows: Sequence[int]) -> None:
        """Take an update."""
        started = time.perf_counter()
        loss = self._gradients(rows)
        self._optimizer.step()
        self._optimizer.zero_grad()
        self.seconds += time.perf_counter() - started
        self.losses.append(loss)

    def _gradients(self, rows: Sequence[int]) -> float:
        loss, size = 0.0, self.at_once or len(rows)
        for start in range(0, len(rows), size):
            part = rows[start : start + size]
            self.trainer.current_gradient_accumulation_steps = len(rows) / len(part)
            loss += float(self.trainer.training_step(self.trainer.model, self.inputs(part)))
        return loss


Make = Callable[[Any, Any, list[PairExample], list[Update], TrainSettings, Path], Side]
"""A side, of a model, its tokenizer, pairs, updates, settings and a folder."""


def ours(
    model: Any,
    tokenizer: Any,
    pairs: list[PairExample],
    updates: list[Update],
    settings: TrainSettings,
    home: Path,
) -> Side:
    """Our trainer."""
    objective = Preference("dpo", BETA)
    run = TrainingRun(pairs, updates, settings, home, ("all",), None, None, objective)
    trainer = make_trainer(model, tokenizer, run)
    started = time.perf_counter()
    trainer.prepare()
    ahead = time.perf_counter() - started
    return Side(trainer, lambda rows: {"update": 1, "rows": list(rows)}, ahead=ahead)


def plain_trl(
    model: Any,
    tokenizer: Any,
    pairs: list[PairExample],
    updates: list[Update],
    settings: TrainSettings,
    home: Path,
    *,
    ahead: bool = False,
) -> Side:
    """TRL's trainer on ids, with what suits a CPU switched as it should be."""
    from datasets import Dataset
    from trl import DPOConfig, DPOTrainer

    taken = 0.0

    class StepDPO(DPOTrainer):  # type: ignore[misc]
        """Takes steps as they are: its own preparation would end each with an end token."""

        def _prepare_dataset(self, dataset: Any, *args: Any, **kwargs: Any) -> Any:
            return dataset

        def _precompute_ref_logps(self, *args: Any, **kwargs: Any) -> Any:
            nonlocal taken
            started = time.perf_counter()
            found = super()._precompute_ref_logps(*args, **kwargs)
            taken = time.perf_counter() - started
            return found

    rows = [
        {
            "prompt_ids": list(pair.prompt_ids),
            "chosen_ids": list(pair.answer_ids),
            "rejected_ids": list(pair.rejected_ids),
        }
        for pair in pairs
    ]
    arguments = DPOConfig(
        str(home),
        beta=BETA,
        precompute_ref_log_probs=ahead,
        per_device_train_batch_size=AT_ONCE,
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
    trainer = StepDPO(
        model, None, arguments, train_dataset=Dataset.from_list(rows), processing_class=tokenizer
    )

    def inputs(chosen: Sequence[int]) -> Any:
        return trainer.data_collator([trainer.train_dataset[n] for n in chosen])

    return Side(trainer, inputs, AT_ONCE, taken)


def trl_with_reference_ahead(*args: Any) -> Side:
    """The same with the reference computed before."""
    return plain_trl(*args, ahead=True)


SIDES: Mapping[str, Make] = {
    "ours": ours,
    "trl": plain_trl,
    "trl, reference ahead": trl_with_reference_ahead,
}


# --- The comparison


def compare(
    load: Callable[[], Any],
    tokenizer: Any,
    pairs: list[PairExample],
    settings: TrainSettings,
    makes: Mapping[str, Make] = SIDES,
) -> dict[str, Any]:
    """Train on the pairs on all sides; the first is compared with the others.

    Args:
        load: gives the model with the adapter that training starts from, each time the same.
        tokenizer: the model's.
        pairs: each is trained on once.
        settings: of all sides.
        makes: the sides by name.
    """
    updates = plan_updates(pairs, settings.batch_size, seed=settings.seed)
    with tempfile.TemporaryDirectory() as home:
        sides = {
            name: make(load(), tokenizer, pairs, updates, settings, Path(home, name))
            for name, make in makes.items()
        }
        shortest = min(range(len(pairs)), key=lambda n: len(pairs[n]))
        for side in sides.values():
            side.warm_up(shortest)
        for number, update in enumerate(updates, 1):
            for side in sides.values():
                side.update(update.rows)
            spent = ", ".join(f"{name} {side.seconds:.1f} s" for name, side in sides.items())
            print(f"update {number} of {len(updates)}: {spent}", file=sys.stderr)
    tokens = sum(map(len, pairs))
    rates = {name: tokens / (side.ahead + side.seconds) for name, side in sides.items()}
    first, *others = sides
    return {
        "pairs": len(pairs),
        "updates": len(updates),
        "tokens": tokens,
        "seconds": {n: [round(s.ahead, 2), round(s.seconds, 2)] for n, s in sides.items()},
        "tokens per second": {name: round(rate, 1) for name, rate in rates.items()},
        "ratio": {name: round(rates[first] / rates[name], 2) for name in others},
        "losses": {name: side.losses for name, side in sides.items()},
        "largest difference of losses": max(
            abs(a - b)
            for name in others
            for a, b in zip(sides[first].losses, sides[name].losses, strict=True)
        ),
    }


def main() -> None:
    """Measure, print and write."""
    import torch

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--updates", type=int, default=2, help="of each side")
    parser.add_argument("--model", default="demo:warmup", help="with an adapter")
    options = parser.parse_args()
    choice = Config(model=options.model)
    tokenizer = models.tokenizer_of(choice)
    result: dict[str, Any] = {
        "model": models.name_of(choice),
        "threads": torch.get_num_threads(),
        "runs": [],
    }
    for per_prompt, batch in KINDS:
        pairs = pairs_of(tokenizer, per_prompt, batch * options.updates)
        settings = replace(SETTINGS, batch_size=batch)
        run: dict[str, Any] = {"pairs a prompt": per_prompt, "batch": batch}
        with freed_memory_kept():  # for all, as training has it
            run |= compare(lambda: models.model_of(choice), tokenizer, pairs, settings)
        result["runs"].append(run)
        ratios = ", ".join(f"ours / {name} = {ratio}" for name, ratio in run["ratio"].items())
        print(
            f"{per_prompt} pairs a prompt: {ratios} ({run['tokens per second']['ours']} tokens/s); "
            f"losses differ by {run['largest difference of losses']:.1e} at most"
        )
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
