"""A CPU's memory: how much there is, and how the C library treats what tensors free."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _MMAP_MAX = -1, -3, -4
"""Names of settings in glibc's ``malloc.h``."""
_USUAL = {_MMAP_MAX: 65_536, _MMAP_THRESHOLD: 32 << 20, _TRIM_THRESHOLD: 64 << 20}
"""What glibc comes to by itself in a process that frees large blocks."""


@contextmanager
def freed_memory_kept() -> Iterator[bool]:
    """Have freed memory kept for the next tensor; say whether the C library can.

    By default glibc gives every large block back to the system at once and asks for it again a
    moment later, and each page costs a fault. A model that is trained on a CPU makes and frees the
    same large tensors at every step, so the process keeps its largest size and computes in between.
    For the whole process, until it ends; only glibc knows it.
    """
    glibc = _glibc()
    kept = bool(glibc and glibc.mallopt(_MMAP_MAX, 0) and glibc.mallopt(_TRIM_THRESHOLD, -1))
    try:
        yield kept
    finally:
        if glibc:
            for name, value in _USUAL.items():
                glibc.mallopt(name, value)
        give_freed_memory_back()


def give_freed_memory_back() -> None:
    """Return to the system what was freed and lies between what was not, where glibc can."""
    if glibc := _glibc():
        glibc.malloc_trim(0)


class Trimmer:
    """Gives freed memory back whenever the process has grown by so much since the last time.

    Tensors of ever other sizes leave gaps that the next ones do not fit, and a process that
    decodes for an hour grows to several times what it holds. Giving back costs a fault for each
    page that is used again, so it is not done more often.

    Args:
        step: bytes.
    """

    def __init__(self, step: int) -> None:
        self._step = step
        self._low: int | None = None

    def __call__(self) -> bool:
        """Look, and perhaps give back; whether it did."""
        now = resident_memory()
        if self._low is None or now < self._low:
            self._low = now
        if now - self._low <= self._step:
            return False
        give_freed_memory_back()
        self._low = resident_memory()
        return True


def physical_memory() -> int:
    """Bytes of memory of this machine; 0 where the system does not tell."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return 0


def resident_memory() -> int:
    """Bytes of memory that this process occupies now; 0 where the system does not tell."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError, IndexError):
        return 0


@cache
def _glibc() -> Any:
    """The C library, if it is glibc."""
    if not sys.platform.startswith("linux"):
        return None
    try:
        library = ctypes.CDLL(None)
        return library if library.mallopt and library.malloc_trim else None
    except (OSError, AttributeError):
        return None
