"""A CPU's memory: how much there is, and how the C library treats what tensors free."""

from __future__ import annotations

import ctypes
import os
import sys

_TRIM_THRESHOLD, _MMAP_MAX = -1, -4
"""Names of settings in glibc's ``malloc.h``."""


def keep_freed_memory() -> bool:
    """Have freed memory kept for the next tensor; say whether the C library can.

    By default glibc gives every large block back to the system at once and asks for it again a
    moment later, and each page costs a fault. A model on a CPU makes and frees the same large
    tensors at every step, so the process keeps its largest size and computes in between. For the
    whole process; only glibc knows it.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False
    return bool(mallopt(_MMAP_MAX, 0)) and bool(mallopt(_TRIM_THRESHOLD, -1))


def physical_memory() -> int:
    """Bytes of memory of this machine; 0 where the system does not tell."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return 0
