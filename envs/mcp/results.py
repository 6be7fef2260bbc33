"""What an MCP server sends, as our own data: tools as specs, results as texts."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from typing import Any

from envs.common.text import one_line
from envs.schema import check_schema
from envs.types import ToolSpec

logger = logging.getLogger(__name__)


def specs_of(tools: Iterable[Any], server: str) -> tuple[ToolSpec, ...]:
    """The tools, their schemas as they are.

    A tool whose schema cannot be used is left out with a warning: its calls could not be checked,
    and the server's other tools are none the worse for it.
    """
    specs = []
    for tool in tools:
        spec = ToolSpec(tool.name, tool.description or tool.title or "", tool.input_schema)
        try:
            check_schema(spec)
        except ValueError as error:
            logger.warning("%s: left out: %s", server, one_line(str(error)))
        else:
            specs.append(spec)
    return tuple(specs)


def text_of(result: Any) -> str:
    """A result as the model reads it.

    Texts are joined by newlines. Images, sound and binary resources, which a text cannot hold,
    are named with their type and size. Structured content is shown where there is nothing else.
    """
    parts = [_part(block) for block in result.content]
    if not parts and result.structured_content is not None:
        parts = [json.dumps(result.structured_content, ensure_ascii=False, separators=(",", ":"))]
    return "\n".join(parts)


def cut(text: str, limit: int) -> str:
    """The text, or its first `limit` characters and a note."""
    return text if len(text) <= limit else f"{text[:limit]}\n[cut: {len(text)} characters in all]"


def _part(block: Any) -> str:
    kind = block.type
    if kind == "text":
        return str(block.text)
    if kind in ("image", "audio"):
        return f"[{kind}: {block.mime_type}, {_size(block.data)} bytes]"
    if kind == "resource_link":
        about = f", {block.description}" if block.description else ""
        return f"[link: {block.uri}{about}]"
    if kind == "resource":
        held = block.resource
        if hasattr(held, "text"):
            return f"[resource: {held.uri}]\n{held.text}"
        return f"[resource: {held.uri}, {held.mime_type}, {_size(held.blob)} bytes]"
    return f"[{kind}]"


def _size(base64: str) -> int:
    return len(base64) * 3 // 4 - base64[-2:].count("=")
