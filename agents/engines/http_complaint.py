"""Why a server refuses: its error bodies, read across dialects.

Sources: the OpenAI API's error codes, and what vLLM, llama.cpp, SGLang, TGI and FastAPI answer.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from envs.types import JSON


@dataclass(frozen=True)
class Complaint:
    """Why a server answers with an error, in its own words."""

    text: str = ""
    kinds: frozenset[str] = frozenset()
    """Its codes and types, such as ``context_length_exceeded``."""

    @property
    def too_long(self) -> bool:
        """The prompt does not fit the model's context."""
        known = {"context_length_exceeded", "exceed_context_size_error"}
        return bool(self.kinds & known) or _TOO_LONG.search(self.text) is not None

    @property
    def room(self) -> int | None:
        """Tokens left for an answer, where the complaint has the numbers."""
        limit = _LIMIT.search(self.text)
        prompt = _PROMPT.search(self.text)
        return int(limit[1]) - int(prompt[1]) if limit and prompt else None


_TOO_LONG = re.compile(
    r"maximum context length|(?:exceed|longer than|too large).{0,60}\b(?:context|model length)"
    r"|longer than the maximum|max_tokens must be at least 1, got|must have less than \d+ tokens"
    r"|`inputs` tokens \+ |maximum number of tokens allowed|prompt is too long",
    re.IGNORECASE | re.DOTALL,
)
_LIMIT = re.compile(r"(?:maximum context length (?:is|of)|must be <=) (\d{1,9})")
_PROMPT = re.compile(r"(\d{1,9}) (?:in the (?:messages|prompt)|input tokens|`inputs` tokens)")


def read_complaint(body: JSON) -> Complaint:
    """The error in a body; servers nest it in several ways."""
    error = body.get("error", body) if isinstance(body, dict) else body
    if isinstance(error, str):
        return Complaint(error)
    if not isinstance(error, dict):
        return Complaint()
    text = error.get("message") or error.get("detail") or ""
    kinds = [error.get("code"), error.get("type")]
    return Complaint(
        text if isinstance(text, str) else json.dumps(text),
        frozenset(kind for kind in kinds if isinstance(kind, str)),
    )
