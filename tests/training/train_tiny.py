"""A training run of the tiny model as a process of its own, to be killed at any moment."""

import random
import sys
from pathlib import Path

from tiny_model import make_model, make_tokenizer

from training.examples import Example
from training.trainer import Trained, TrainSettings, train

PARTS = ("easy", "medium", "hard")
SETTINGS = TrainSettings(
    rank=4, dropout=0.1, batch_size=6, learning_rate=1e-2, save_every=2, seed=3
)


def make_examples(count: int = 72) -> list[Example]:
    rng = random.Random(0)

    def ids(n: int) -> tuple[int, ...]:
        return tuple(rng.randrange(3, 400) for _ in range(n))

    heads = [ids(30) for _ in range(12)]
    return [
        Example(
            heads[n % 12] + ids(3 + n % 4),
            ids(2 + n % 5),
            part=n * 3 // count,
            group=str(n % 12),
            id=f"row-{n}",
        )
        for n in range(count)
    ]


def run(folder: Path, settings: TrainSettings = SETTINGS, **options: object) -> Trained:
    tokenizer = make_tokenizer()
    return train(
        make_model(tokenizer), tokenizer, make_examples(), settings, folder, parts=PARTS, **options
    )  # type: ignore[arg-type]


if __name__ == "__main__":
    import torch

    torch.set_num_threads(1)
    run(Path(sys.argv[1]), on_update=lambda row: print(row["update"], flush=True))
