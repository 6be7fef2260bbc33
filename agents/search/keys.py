"""Canonical keys of steps: two steps with equal keys are the same step, differently spelt.

Numbers keep their type: a checker may take 5 and not 5.0.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from typing import Any


def text_key(text: str) -> str:
    """The text in NFKC, with every run of white space as one space.

    >>> text_key(" Let me  look. ")
    'Let me look.'
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    key = " ".join(text.split())
    return text if key == text else key  # one string, kept once


def call_key(name: str, arguments: Mapping[str, Any]) -> str:
    """The name and the sorted arguments of a parsed call.

    >>> call_key("f", {"b": 1, "a": "x"})
    'f{"a":"x","b":1}'
    """
    return name + json.dumps(arguments, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def request_seed(run_seed: int, task: str, node_key: str, purpose: str, k: int) -> int:
    """The seed of request `k` for a purpose at a node: 31 bits, as model servers keep."""
    return int.from_bytes(hash_of([run_seed, task, node_key, purpose, k], 4)) >> 1


def hash_of(value: Any, size: int = 16) -> bytes:
    """BLAKE2b of a JSON value, `size` bytes."""
    text = json.dumps(value, separators=(",", ":"), allow_nan=False)
    return hashlib.blake2b(text.encode(), digest_size=size).digest()
