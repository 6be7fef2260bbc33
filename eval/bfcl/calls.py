"""What an answer decodes to, whatever language it is written in."""

from __future__ import annotations

from typing import Any

Arguments = dict[str | None, Any]
"""Parameter -> value. The key ``None`` holds what the official decoders could not name."""
Call = dict[str, Arguments]
"""One call as ``{function: arguments}``."""


class DecodeError(ValueError):
    """An answer cannot be read as calls; the text says why in a few words."""

    error_type = "ast_decoder:decoder_failed"
    """The official name of the failure."""


class NoCallError(DecodeError):
    """An answer is well-formed, with something else than a call where one has to be."""

    error_type = "ast_decoder:decoder_wrong_output_format"
