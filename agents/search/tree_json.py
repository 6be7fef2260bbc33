"""Search trees as JSON: one object a node, fields at their defaults left out, floats exact."""

from __future__ import annotations

import json
import math
from dataclasses import MISSING, asdict, fields
from pathlib import Path
from typing import Any, get_args, get_type_hints

from agents.search.config import SearchConfig
from agents.search.laws import broken_shape
from agents.search.tree import Node, Prompt, PromptTail, SearchTree
from envs.common.errors import UserError
from envs.common.files import read_bytes

VERSION = 1
"""Rises when a field changes its meaning."""

_UNSAVED = ("index", "state")
_TREE = (
    "task",
    "seed",
    "checked",
    "policy_tokens",
    "judge_tokens",
    "expansions",
    "judgements",
    "waves",
    "stop",
)
_LISTS = {"children", "ids", "spellings"}


def tree_to_json(tree: SearchTree) -> dict[str, Any]:
    """The tree; `tree_from_json` gives it back, but for the problem's states."""
    return {
        "version": VERSION,
        **{name: getattr(tree, name) for name in _TREE},
        "config": asdict(tree.config),
        "prompts": [_prompt_row(entry) for entry in tree.prompts],
        "nodes": [_node_row(node) for node in tree.nodes],
    }


def tree_from_json(value: Any, where: str) -> SearchTree:
    """The tree that `tree_to_json` gave.

    Raises:
        UserError: it is not one.
    """
    try:
        if value["version"] != VERSION:
            raise ValueError(f"version {value['version']!r}, not {VERSION}")
        tree = SearchTree(
            SearchConfig(**value["config"]),
            **{name: value[name] for name in _TREE},
            nodes=[_node(index, row) for index, row in enumerate(value["nodes"])],
            prompts=[_prompt(row) for row in value["prompts"]],
        )
        _typed(SearchTree, tree, _TREE)
        for law in broken_shape(tree):
            raise ValueError(law)
    except KeyError as error:
        raise UserError(f"{where}: not a search tree: no field {error}") from None
    except (TypeError, ValueError, AttributeError, UserError) as error:
        raise UserError(f"{where}: not a search tree: {error}") from None
    return tree


def load_tree(path: Path) -> SearchTree:
    """The tree in a JSON file.

    Raises:
        UserError: it cannot be read, or is not one.
    """
    try:
        value = json.loads(read_bytes(path).decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError) as error:
        raise UserError(f"{path}: not JSON: {error}") from None
    return tree_from_json(value, str(path))


def _node_row(node: Node) -> dict[str, Any]:
    row = {}
    for field in fields(Node):
        value = getattr(node, field.name)
        default = () if field.name in _LISTS else field.default
        if field.name not in _UNSAVED and (default is MISSING or value != default):
            row[field.name] = value
    for name in _LISTS:
        if not row.get(name, True):
            del row[name]
    if "ids" in row:
        row["ids"] = list(node.ids)
    if "spellings" in row:
        row["spellings"] = [[list(ids), logp] for ids, logp in node.spellings]
    return row


def _node(index: int, row: dict[str, Any]) -> Node:
    row = {**row}
    if "state" in row:
        raise ValueError("node with a state")
    row["ids"] = _ids(row.get("ids", ()))
    row["spellings"] = tuple((_ids(ids), float(lp)) for ids, lp in row.get("spellings", ()))
    row["children"] = list(_ids(row.get("children", ())))
    node = Node(**{**row, "index": index})
    _typed(Node, node, [f.name for f in fields(Node) if f.name not in {*_LISTS, "state"}])
    return node


def _prompt_row(entry: PromptTail) -> dict[str, Any]:
    tail = {"ids": list(entry.tail.ids), "text": entry.tail.text}
    return {"base": entry.base, "keep": entry.keep, "keep_text": entry.keep_text, **tail}


def _prompt(row: dict[str, Any]) -> PromptTail:
    entry = PromptTail(
        row["base"], row["keep"], row["keep_text"], Prompt(_ids(row["ids"]), row["text"])
    )
    _typed(PromptTail, entry, ("base", "keep", "keep_text"))
    _typed(Prompt, entry.tail, ("text",))
    return entry


def _ids(value: Any) -> tuple[int, ...]:
    ids = tuple(value)
    if not all(type(x) is int for x in ids):
        raise TypeError("ids have to be whole numbers")
    return ids


def _typed(kind: type, value: Any, names: Any) -> None:
    """Check plain fields against their annotations; whole numbers pass for floats."""
    hints = _HINTS.setdefault(kind, get_type_hints(kind))
    for name in names:
        got, hint = getattr(value, name), hints[name]
        kinds = get_args(hint) or (hint,)
        whole_float = type(got) is int and float in kinds
        if not whole_float and type(got) not in kinds:
            raise TypeError(f"{name} is {got!r}")
        if isinstance(got, float) and not math.isfinite(got):
            raise ValueError(f"{name} is {got!r}")


_HINTS: dict[type, dict[str, Any]] = {}
