"""A raw answer of prompting mode -> its calls, as the official decoders read it."""

from __future__ import annotations

from eval.bfcl.calls import Call, DecodeError
from eval.bfcl.categories import Language
from eval.bfcl.decode_java import decode_java
from eval.bfcl.decode_javascript import decode_javascript
from eval.bfcl.decode_json import decode_json
from eval.bfcl.decode_python import decode_python
from eval.bfcl.decode_xml import decode_concise_xml, decode_verbose_xml
from eval.bfcl.formats import ReturnFormat

__all__ = ["Call", "DecodeError", "decode"]

DECODERS = {"python": decode_python, "java": decode_java, "javascript": decode_javascript}
"""Of calls written as code, by language."""
MARKUP = {
    "json": decode_json,
    "verbose_xml": decode_verbose_xml,
    "concise_xml": decode_concise_xml,
}
"""Of calls written otherwise, by return format."""

_TAG, _END_TAG = "<TOOLCALL>", "</TOOLCALL>"


def decode(
    text: str,
    language: Language,
    return_format: ReturnFormat = "python",
    tool_call_tag: bool = False,
) -> list[Call]:
    """Read an answer: backticks, spaces and line ends are cut off, missing brackets are added.

    Tabs, carriage returns, prose and the name after a code fence are not forgiven in code.

    Args:
        text: the answer to the letter.
        language: of calls written as code.
        return_format: how the prompt wants calls spelled; ``python`` is code of any language.
        tool_call_tag: the prompt wants calls in a tag; only what is in the first one is read.

    Raises:
        DecodeError: it does not read as calls; `error_type` tells two kinds apart.
    """
    text = text.strip("`\n ")
    if not text.startswith("["):
        text = "[" + text
    if not text.endswith("]"):
        text += "]"
    if tool_call_tag:
        text = _tagged(text)
    return (MARKUP.get(return_format) or DECODERS[language])(text)


def _tagged(text: str) -> str:
    start = text.find(_TAG)
    end = text.find(_END_TAG, start + len(_TAG))
    if start < 0 or end < 0:
        raise DecodeError(f"there is no {_TAG} ... {_END_TAG}")
    return text[start + len(_TAG) : end].strip()
