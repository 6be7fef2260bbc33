"""Tools from Python functions: signature, type hints and docstring become a `ToolSpec`.

`tool` marks a function or a method; `tools_of` collects the marked methods of a class, `toolkit`
a set of plain functions. A `Tool` runs with arguments that fit its schema: it turns them into what
the hints say (an enum member, a tuple, a dataclass) and checks nothing.
"""

from __future__ import annotations

import inspect
import re
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar, overload
from weakref import WeakKeyDictionary

from envs.annotations import Converter, Unsupported, shape_of
from envs.state import plain
from envs.types import JSON, ToolSpec

F = TypeVar("F", bound=Callable[..., Any])
MARK = "__itool_name__"
"""Attribute of a marked function: the name of the tool."""


@overload
def tool(function: F) -> F: ...
@overload
def tool(*, name: str) -> Callable[[F], F]: ...
def tool(function: F | None = None, *, name: str | None = None) -> F | Callable[[F], F]:
    """Mark a function or a method as a tool; it stays as it is and can be called as before.

    Args:
        function: what is marked; its name, hints and docstring describe the tool.
        name: what the model calls, where it is not the function's own name (``math.add``).
    """

    def mark(function: F) -> F:
        if not isinstance(function, types.FunctionType):
            raise TypeError(f"@tool goes on a function, not on a {type(function).__name__}")
        setattr(function, MARK, name or function.__name__)
        return function

    return mark if function is None else mark(function)


@dataclass(frozen=True)
class Tool:
    """A function with its spec."""

    spec: ToolSpec
    function: Callable[..., Any]
    converters: Mapping[str, Converter] = field(default_factory=dict)
    """For each parameter that needs one: from the JSON value to what the hint says."""

    def call(self, arguments: Mapping[str, JSON], receiver: object | None = None) -> Any:
        """Run the function with arguments that fit the schema, as a method of `receiver` if any."""
        function = self.function
        if receiver is not None:  # by name, so that a subclass may override the method
            function = getattr(receiver, function.__name__)
        if not self.converters:
            return function(**arguments)
        values = dict(arguments)
        for name, convert in self.converters.items():
            if name in values:
                values[name] = convert(values[name])
        return function(**values)


@lru_cache(maxsize=1024)
def tool_of(function: Callable[..., Any]) -> Tool:
    """Make a tool of a function or a method.

    Raises:
        TypeError: a parameter has no annotation, or one that has no JSON Schema; names both.
    """
    label = getattr(function, "__qualname__", repr(function)).replace("<locals>.", "")
    try:
        hints = typing.get_type_hints(function, include_extras=True)
    except NameError as error:
        raise TypeError(f"{label}: cannot read the annotations: {error}") from None
    description, notes = _docstring(inspect.getdoc(function) or "")
    properties: dict[str, JSON] = {}
    converters: dict[str, Converter] = {}
    required = []
    for name, parameter in _parameters(function, label):
        if name not in hints:
            raise TypeError(f"{label}: parameter {name!r} has no annotation")
        try:
            schema, converter = shape_of(hints[name])
        except Unsupported as error:
            raise TypeError(f"{label}: parameter {name!r}: {error}") from None
        if name in notes and "description" not in schema:
            schema = {**schema, "description": notes[name]}
        if parameter.default is parameter.empty:
            required.append(name)
        else:
            schema = {**schema, **_default(parameter.default)}
        properties[name] = schema
        if converter is not None:
            converters[name] = converter
    parameters: dict[str, JSON] = {"type": "object", "properties": properties}
    if required:
        parameters["required"] = required
    parameters["additionalProperties"] = False
    name = getattr(function, MARK, getattr(function, "__name__", label))
    return Tool(ToolSpec(name, description, parameters), function, converters)


def spec_of(function: Callable[..., Any]) -> ToolSpec:
    """The spec of `tool_of`."""
    return tool_of(function).spec


_collected: WeakKeyDictionary[type, Mapping[str, Tool]] = WeakKeyDictionary()


def tools_of(owner: type) -> Mapping[str, Tool]:
    """The tools among the methods of a class, by name, bases first and in order of definition.

    A method that a subclass overrides stays a tool, marked again or not; overridden by ``None``
    it is none.

    Raises:
        ValueError: two methods have the same tool name.
        TypeError: as `tool_of`.
    """
    if owner in _collected:
        return _collected[owner]
    marked: dict[str, Callable[..., Any]] = {}
    for base in reversed(owner.__mro__):
        for name, member in vars(base).items():
            if hasattr(member, MARK):
                marked[name] = member
            elif member is None:
                marked.pop(name, None)
    return _collected.setdefault(owner, toolkit(*marked.values()))


def toolkit(*functions: Callable[..., Any]) -> Mapping[str, Tool]:
    """Tools of functions, by name.

    Raises:
        ValueError: two have the same name.
        TypeError: as `tool_of`.
    """
    tools: dict[str, Tool] = {}
    for function in functions:
        made = tool_of(function)
        if made.spec.name in tools:
            raise ValueError(f"two tools are called {made.spec.name!r}")
        tools[made.spec.name] = made
    return types.MappingProxyType(tools)


def _parameters(
    function: Callable[..., Any], label: str
) -> Iterable[tuple[str, inspect.Parameter]]:
    for index, (name, parameter) in enumerate(inspect.signature(function).parameters.items()):
        if index == 0 and name == "self":
            continue
        if parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
            raise TypeError(
                f"{label}: parameter {name!r} is {parameter.kind.description}; a tool is called "
                "with named arguments only"
            )
        yield name, parameter


def _default(value: Any) -> dict[str, JSON]:
    if value is None or isinstance(value, str | int | float | bool | list | dict):
        return {"default": value}
    try:
        return {"default": plain(value)}
    except TypeError:
        return {"default": list(value)} if isinstance(value, tuple) else {}


_SECTION = re.compile(r"^(Args|Arguments|Returns|Raises|Yields|Note|Notes|Examples?):\s*$", re.M)
_ENTRY = re.compile(r"^ {2,8}\**(\w+)(?: *\([^)]*\))?:(.*)$")


def _docstring(text: str) -> tuple[str, dict[str, str]]:
    """The description and the parameters' descriptions of a Google-style docstring."""
    pieces = _SECTION.split(text)
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n", pieces[0].strip())]
    notes: dict[str, str] = {}
    for title, body in zip(pieces[1::2], pieces[2::2], strict=True):
        if title not in ("Args", "Arguments"):
            continue
        indent, name = None, ""
        for line in body.splitlines():
            depth = len(line) - len(line.lstrip())
            entry = _ENTRY.match(line) if indent in (None, depth) else None
            if entry:
                indent, name = depth, entry[1]
                notes[name] = entry[2].strip()
            elif name:
                notes[name] = f"{notes[name]} {line.strip()}".strip()
    return "\n".join(paragraphs).strip(), notes
