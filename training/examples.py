"""What a trainer sees of a row: token ids, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Example:
    """A prompt and the answer to learn."""

    prompt_ids: tuple[int, ...]
    answer_ids: tuple[int, ...]
    """The answer with the token that ends it; the loss is over these alone."""
    part: int = 0
    """Of the curriculum; parts are trained on in ascending order."""
    group: str = ""
    """Examples of one group have most of their prompt in common and are kept side by side."""
    id: str = ""
    """Of the row, to name it in errors."""

    def __len__(self) -> int:
        """Tokens of prompt and answer."""
        return len(self.prompt_ids) + len(self.answer_ids)
