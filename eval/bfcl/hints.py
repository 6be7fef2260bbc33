"""Language hints: what the official generation adds to function docs before it shows them.

Every description ends with a sentence that names the language. In the Java and JavaScript
categories every parameter becomes a string whose description says which type the string spells.
The wording is the official package's and is taken from there as data: its ``utils.py`` is parsed,
never imported. Answers are checked against the docs without hints.
"""

from __future__ import annotations

import ast
import copy
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from envs.common.errors import UserError
from envs.common.python_source import parse_module
from eval.bfcl.categories import Language
from eval.bfcl.data import Doc

SOURCE = "utils.py"
"""Where the wording is, under the package's folder."""


@dataclass(frozen=True)
class ParameterHints:
    """What is appended to a parameter's description; ``{}`` stands for what is named."""

    untyped: str
    """Of type ``any``."""
    typed: str
    """``{}``: the type."""
    elements: str
    """Of lists, after the other. ``{}``: the type of the elements."""
    entries: str = ""
    """Of JavaScript objects, after the other. ``{}``: their properties as JSON."""


@dataclass(frozen=True)
class Hints:
    """The official wording."""

    languages: dict[Language, str]
    """Appended to a function's description."""
    java: ParameterHints
    javascript: ParameterHints


def read_hints(root: Path) -> Hints:
    """Take the wording out of the official package.

    Raises:
        UserError: the file is missing or is not made as in the pinned release.
    """
    path = root / SOURCE
    try:
        tree = parse_module(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(f"{path}: {error.strerror or error}") from None
    except (SyntaxError, ValueError) as error:
        raise UserError(f"{path}: cannot be parsed: {error}") from None
    bodies = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    try:
        java, javascript, python = _sentences(bodies["_get_language_specific_hint"], ast.Return)
        parameters = _sentences(bodies["_func_doc_language_specific_pre_processing"], ast.AugAssign)
        java_parameters, javascript_parameters = parameters[:3], parameters[3:]
        return Hints(
            {"python": python, "java": java, "javascript": javascript},
            ParameterHints(*java_parameters),
            ParameterHints(*javascript_parameters),
        )
    except (KeyError, ValueError, TypeError):
        raise UserError(
            f"{path}: the language hints are not where bfcl-eval 2026.3.23 has them"
        ) from None


def hinted(docs: Sequence[Doc], language: Language, hints: Hints) -> list[Doc]:
    """Copies of `docs` as a prompt shows them (key order kept: prompts print docs as JSON)."""
    shown = copy.deepcopy(list(docs))
    for doc in shown:
        doc["description"] += hints.languages[language].format()
        if language == "python":
            continue
        wording = hints.java if language == "java" else hints.javascript
        for parameter in doc["parameters"]["properties"].values():
            _spell_as_string(parameter, wording)
    return shown


def _spell_as_string(parameter: Doc, wording: ParameterHints) -> None:
    kind = parameter["type"]
    hint = wording.untyped if kind == "any" else wording.typed
    parameter["description"] += hint.format(kind)
    if kind in ("Array", "ArrayList", "array"):
        parameter["description"] += wording.elements.format(parameter.pop("items")["type"])
    elif kind == "dict" and "properties" in parameter:
        properties = json.dumps(parameter.pop("properties"))
        parameter["description"] += wording.entries.format(properties)
    parameter["type"] = "string"


def _sentences(function: ast.FunctionDef, statement: type[ast.stmt]) -> list[str]:
    """The texts of a function's returns or additions, in document order, as templates."""
    found = [node for node in ast.walk(function) if isinstance(node, statement)]
    found.sort(key=lambda node: node.lineno)
    return [_template(value) for node in found if (value := getattr(node, "value", None))]


def _template(node: ast.expr) -> str:
    """A string as a template for `str.format`; what an f-string fills in becomes ``{}``."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value.replace("{", "{{").replace("}", "}}")
    if isinstance(node, ast.JoinedStr):
        return "".join(
            _template(part) if isinstance(part, ast.Constant) else "{}" for part in node.values
        )
    return ""
