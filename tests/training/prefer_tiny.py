"""A preference run of the tiny model as a process of its own, to be killed at any moment."""

import random
import sys
from pathlib import Path
from typing import Any

from tiny_model import make_model, make_tokenizer

from training.preference_data import PairExample
from training.preference_objective import Preference
from training.trainer import Trained, TrainSettings, train

SETTINGS = TrainSettings(rank=4, batch_size=4, learning_rate=1e-2, save_every=2, seed=3)


def make_pairs(count: int = 48) -> list[PairExample]:
    """Pairs over eight prompts, two trees each; steps of unlike lengths."""
    rng = random.Random(0)

    def ids(n: int) -> tuple[int, ...]:
        return tuple(rng.randrange(3, 400) for _ in range(n))

    heads = [ids(30) for _ in range(8)]
    return [
        PairExample(
            heads[n % 8] + ids(n % 3),
            ids(2 + n % 5),
            group=str(n % 8),
            id=f"pair-{n}",
            rejected_ids=ids(1 + n % 4),
        )
        for n in range(count)
    ]


def make_adapted() -> Any:
    """The tiny model with an adapter that does something, as a round before leaves it."""
    import peft

    config = peft.LoraConfig(
        r=4, lora_alpha=8, lora_dropout=0.1, target_modules="all-linear", task_type="CAUSAL_LM"
    )
    model = peft.get_peft_model(make_model(make_tokenizer()), config)
    move(model, 1)
    return model.train()


def move(model: Any, seed: int) -> None:
    """Change an adapter, the same way for the same seed."""
    import torch

    random = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            if "lora_" in name and ".ref." not in name:
                parameter += 0.05 * torch.randn(parameter.shape, generator=random)


def run(folder: Path, **options: Any) -> Trained:
    options = {"objective": Preference("dpo", 0.1, key="k"), **options}
    return train(make_adapted(), make_tokenizer(), make_pairs(), SETTINGS, folder, **options)


if __name__ == "__main__":
    import torch

    torch.set_num_threads(1)
    run(Path(sys.argv[1]), on_update=lambda row: print(row["update"], flush=True))
