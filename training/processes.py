"""One command in several processes, as ``torchrun`` and ``accelerate launch`` start them.

The first process makes the run's folder, writes and prints; all of them read the data and compute.
Each holds the whole model: nothing is sharded here. With one process, which is what there is
without a launcher, all of this does nothing.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import os
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from envs.common.errors import UserError
from envs.common.optional import need

T = TypeVar("T")

_PACKAGES = ("agents", "envs", "eval", "training")


def count() -> int:
    """How many processes there are."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def place() -> int:
    """Which of them this is, from 0."""
    return int(os.environ.get("RANK", "0"))


def is_first() -> bool:
    """Whether this is the process that writes and prints."""
    return place() == 0


def agreed(body: Callable[[], T]) -> T:
    """What the first process gets from `body`, in all of them.

    Raises:
        UserError: what `body` raised there, in all of them.
    """
    if count() == 1:
        return body()
    found: list[Any] = [None, None]
    if is_first():
        try:
            found[0] = body()
        except UserError as error:
            found[1] = str(error)
    _connected().broadcast_object_list(found, src=0)
    if found[1] is not None:
        raise UserError(found[1])
    value: T = found[0]
    return value


def gathered(value: T) -> list[T]:
    """The values of all processes, by their place, in all of them."""
    if count() == 1:
        return [value]
    found: list[Any] = [None] * count()
    _connected().all_gather_object(found, value)
    return found


def part() -> None:
    """Wait for the others a last time; the first may go on alone."""
    if count() > 1:
        distributed = _connected()
        distributed.barrier()
        distributed.destroy_process_group()
        # A model that was trained in processes is held by cycles, and holds the group's threads: an
        # interpreter that ends under one of them may end in an abort.
        gc.collect()


@contextlib.contextmanager
def first_speaks() -> Iterator[None]:
    """Let the other processes print nothing but what goes wrong."""
    if is_first():
        yield
        return
    levels = {name: logging.getLogger(name).level for name in _PACKAGES}
    for name in _PACKAGES:
        logging.getLogger(name).setLevel(logging.ERROR)
    try:
        with (
            open(os.devnull, "w") as nowhere,
            contextlib.redirect_stdout(nowhere),
            contextlib.redirect_stderr(nowhere),
        ):
            yield
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


def _connected() -> Any:
    """torch.distributed, with this process in its group."""
    torch = need("torch", extra="train")
    if not torch.distributed.is_initialized():
        accelerate = need("accelerate", extra="train")
        accelerate.PartialState(cpu=not torch.cuda.is_available())
    return torch.distributed
