"""What the C library does with freed memory, in processes of their own."""

import subprocess
import sys

import pytest

from agents.engines import memory

pytestmark = pytest.mark.skipif(memory._glibc() is None, reason="needs glibc")

FREED = """
from agents.engines.memory import Trimmer, freed_memory_kept, give_freed_memory_back
from agents.engines.memory import resident_memory

MB = 1 << 20

def gaps():
    blocks = [bytearray(200_000) for _ in range(1500)]  # of 300 MB every other block is freed
    return blocks[::2]
"""


def run(code: str) -> None:
    done = subprocess.run([sys.executable, "-c", FREED + code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_freed_memory_is_kept_and_then_given_back() -> None:
    run("""
before = resident_memory()
with freed_memory_kept() as kept:
    assert kept
    left = gaps()
    assert resident_memory() - before > 250 * MB
assert resident_memory() - before < 200 * MB
big = bytearray(100 * MB)  # and later blocks go as they used to
del left, big
assert resident_memory() - before < 200 * MB
""")


def test_a_process_that_grew_is_trimmed() -> None:
    run("""
trim = Trimmer(100 * MB)
assert not trim()
before = resident_memory()
with freed_memory_kept():
    left = gaps()
    assert trim() and resident_memory() - before < 200 * MB
    held = bytearray(50 * MB)
    assert not trim()  # it grew by less than the step since then
""")


def test_elsewhere_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_glibc", lambda: None)
    with memory.freed_memory_kept() as kept:
        assert not kept
    memory.give_freed_memory_back()
