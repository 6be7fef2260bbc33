"""What tools say of themselves: our own words by default, the official ones where there is data.

The official descriptions are read from ``tool_docs.json`` of a data folder, else from the sources
of a checkout, as syntax: nothing is imported.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from envs.common.errors import UserError
from envs.common.python_source import parse_module
from envs.types import ToolSpec
from eval.api_bank.tools.base import Api

SOURCES = {1: "apis", 2: "apis", 3: "lv3_apis"}
"""The folder of a checkout that holds the tools of a level."""
_FIELDS = ("description", "input_parameters", "output_parameters")
_CAPITAL = re.compile(r"(?=[A-Z])")

_TYPES: Mapping[str, Mapping[str, Any]] = {
    "str": {"type": "string"},
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "bool": {"type": "boolean"},
    "list": {"type": "array"},
    "list(str)": {"type": "array", "items": {"type": "string"}},
}


@dataclass(frozen=True)
class ToolDoc:
    """A tool in the official shape."""

    name: str
    description: str
    input_parameters: Mapping[str, Mapping[str, str]]
    """``type`` (an official one) and ``description`` of each parameter."""
    output_parameters: Mapping[str, Mapping[str, str]]

    @property
    def search_text(self) -> str:
        """What ToolSearcher compares keywords with; no space before the description."""
        return spaced(self.name).lower() + self.description

    def to_json(self) -> dict[str, Any]:
        """As ToolSearcher returns it."""
        return {
            "name": self.name,
            "description": self.description,
            "input_parameters": {k: dict(v) for k, v in self.input_parameters.items()},
            "output_parameters": {k: dict(v) for k, v in self.output_parameters.items()},
        }

    def spec(self, api: Api) -> ToolSpec:
        """The tool with these words, as a model sees it."""
        properties = {
            name: {
                **_TYPES.get(parameter.get("type", "str"), {}),
                "description": parameter.get("description", ""),
            }
            for name, parameter in self.input_parameters.items()
        }
        schema = {
            "type": "object",
            "properties": properties,
            "required": [name for name in api.required if name in properties],
            "additionalProperties": False,
        }
        return ToolSpec(self.name, self.description, schema)


Docs = Mapping[str, ToolDoc]
"""By the names of the tools."""


def spaced(name: str) -> str:
    """With a space before each capital but the first letter."""
    return _CAPITAL.sub(" ", name).strip()


def own_docs(apis: Mapping[str, Api]) -> Docs:
    """The tools in our own words."""
    docs = {}
    for api in apis.values():
        properties = api.spec.parameters["properties"]
        parameters = {
            name: {"type": api.kinds[name], "description": schema.get("description", "")}
            for name, schema in properties.items()
        }
        docs[api.name] = ToolDoc(api.name, api.spec.description, parameters, {})
    return docs


def official_docs(root: Path, level: int, apis: Mapping[str, Api]) -> Docs | None:
    """The tools of a level in official words, where `root` has them.

    Raises:
        UserError: a file is broken, or lacks a tool.
    """
    listed = root / "tool_docs.json"
    if listed.is_file():
        docs = _listed(listed, level)
    elif (root / SOURCES[level]).is_dir():
        docs = _from_sources(root / SOURCES[level])
    else:
        return None
    if missing := apis.keys() - docs.keys():
        raise UserError(f"{root}: no description of the tool {min(missing)}")
    return {name: docs[name] for name in apis}


def _listed(path: Path, level: int) -> dict[str, ToolDoc]:
    import json

    try:
        rows = json.loads(path.read_bytes())
        return {
            row["name"]: ToolDoc(row["name"], *(row[field] for field in _FIELDS))
            for row in rows
            if level in row["levels"]
        }
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError) as error:
        raise UserError(f"{path}: not a list of tools: {error!r}") from None


def _from_sources(folder: Path) -> dict[str, ToolDoc]:
    docs = {}
    for path in sorted(folder.glob("*.py")):
        try:
            body = parse_module(path.read_bytes()).body
        except (SyntaxError, ValueError) as error:
            raise UserError(f"{path}: not Python: {error}") from None
        for node in body:
            if isinstance(node, ast.ClassDef) and (values := _literals(node)).keys() >= {*_FIELDS}:
                docs[node.name] = ToolDoc(node.name, *(values[field] for field in _FIELDS))
    return docs


def _literals(node: ast.ClassDef) -> dict[str, Any]:
    """What a class sets to literals."""
    values = {}
    for statement in node.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            try:
                values[statement.targets[0].id] = ast.literal_eval(statement.value)
            except ValueError:
                continue
    return values
