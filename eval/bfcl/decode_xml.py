"""Calls written as XML: ``<functions>`` with a ``<function name=...>`` for each call.

The document that is parsed begins with the tag ``<functions>``, so it has no document type and
defines no entities: nothing in it can expand to more text than there is.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any
from xml.etree import ElementTree

from envs.common.python_source import parse_expression
from eval.bfcl.calls import Arguments, Call, DecodeError
from eval.bfcl.decode_python import SOURCE_NAME

_START, _END = "<functions>", "</functions>"


def decode_verbose_xml(text: str) -> list[Call]:
    """Read ``<param name= value= type=/>``, inside ``<params>`` or without it.

    Raises:
        DecodeError: the text has no such XML, or a value is not of the type beside it.
    """
    return _decode(text, _verbose)


def decode_concise_xml(text: str) -> list[Call]:
    """Read ``<param name= type=>value</param>``.

    Raises:
        DecodeError: the text has no such XML, or a value is not of the type beside it.
    """
    return _decode(text, _concise)


Parameter = tuple[str | None, str, str]
"""Name, value as text, name of the type."""


def _decode(
    text: str, parameters: Callable[[ElementTree.Element], Iterator[Parameter]]
) -> list[Call]:
    start = text.find(_START)
    end = text.find(_END, start + len(_START))
    if start < 0 or end < 0:
        raise DecodeError(f"there is no {_START} ... {_END}")
    try:
        root = ElementTree.fromstring(text[start : end + len(_END)])
    except (ElementTree.ParseError, ValueError) as error:
        raise DecodeError(f"not XML: {error}") from None
    try:
        return [
            {function.attrib["name"]: _arguments(parameters(function))}
            for function in root.findall("function")
        ]
    except KeyError as error:
        raise DecodeError(f"an XML element without {error}") from None


def _arguments(parameters: Iterator[Parameter]) -> Arguments:
    arguments: Arguments = {}
    for name, value, type_name in parameters:
        try:
            arguments[name] = convert(value, type_name)
        except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
            raise DecodeError(f"the value of {name!r} is no {type_name}") from None
    return arguments


def _verbose(function: ElementTree.Element) -> Iterator[Parameter]:
    wrapper = function.find("params")
    for parameter in (function if wrapper is None else wrapper).findall("param"):
        given = parameter.attrib
        yield given.get("name"), given.get("value", ""), given.get("type", "string")


def _concise(function: ElementTree.Element) -> Iterator[Parameter]:
    for parameter in function.findall("param"):
        value = (parameter.text or "").strip()
        yield parameter.attrib["name"], value, parameter.attrib.get("type", "string")


def convert(value: str, type_name: str) -> Any:
    """A value as its type says; text where there is no such type.

    Raises:
        ValueError, TypeError, SyntaxError, RecursionError, MemoryError: it does not spell one.
    """
    match type_name:
        case "integer":
            return int(value)
        case "float":
            return float(value)
        case "boolean":
            return value.lower() == "true"
        case "null":
            return None
        case "array" | "tuple" | "object" | "dict":
            return ast.literal_eval(parse_expression(value.lstrip(" \t"), SOURCE_NAME))
    return value
