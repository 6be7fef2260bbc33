"""A raw answer of prompting mode -> its calls, as the official decoders read it."""

from __future__ import annotations

from eval.bfcl.calls import Call, DecodeError
from eval.bfcl.categories import Language
from eval.bfcl.decode_java import decode_java
from eval.bfcl.decode_javascript import decode_javascript
from eval.bfcl.decode_python import decode_python

__all__ = ["Call", "DecodeError", "decode"]

DECODERS = {"python": decode_python, "java": decode_java, "javascript": decode_javascript}


def decode(text: str, language: Language) -> list[Call]:
    """Read an answer: backticks, spaces and line ends are cut off, missing brackets are added.

    Tabs, carriage returns, prose and the name after a code fence are not forgiven.

    Raises:
        DecodeError: it does not read as calls; `error_type` tells two kinds apart.
    """
    text = text.strip("`\n ")
    if not text.startswith("["):
        text = "[" + text
    if not text.endswith("]"):
        text += "]"
    return DECODERS[language](text)
