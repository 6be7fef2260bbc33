"""What an API-Bank tool is: a method with a description, a result and a way to compare results.

A result is the official record of a call: ``{api_name, input, output, exception}``. What a tool
refuses is a `ToolError`, whose text is the result's ``exception``. An `Escape` is an error that
the official program lets out of the call; it has no result.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar

from envs.state import ATOMS, copied
from envs.tools import spec_of, tool
from envs.types import JSON, ToolError, ToolSpec

if TYPE_CHECKING:
    from eval.api_bank.tools.library import Library

Result = dict[str, Any]
"""Keys ``api_name`` (not of every tool), ``input``, ``output`` and ``exception``."""
Check = Callable[[Result, Result], bool]
"""Official comparison of a response with the truth, in this order.

Raises:
    KeyError: the official one does, which is a verdict of its own.
    CheckCrash: the official one ends the program.
"""
Kind = Literal["str", "int", "float", "bool", "list", "list(str)"]
"""A declared type, in official words."""
Told = Literal["all", "given", "nothing"]
F = TypeVar("F", bound=Callable[..., Any])

_KINDS: Mapping[str, Kind] = {
    "string": "str",
    "integer": "int",
    "number": "float",
    "boolean": "bool",
    "array": "list",
}


class Escape(ToolError):
    """A call that ends without a result, as an exception of the official program.

    Args:
        kind: Python's name of that exception; ``NEVER_RETURNS`` where the official call hangs.
        text: its text.
    """

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind


class CheckCrash(Exception):
    """An official comparison that would end the program; the text says how."""


@dataclass(frozen=True)
class Api:
    """One tool."""

    name: str
    function: Callable[..., JSON]
    check: Check
    named: bool
    """Its results carry ``api_name``."""
    told: Told
    """The arguments that a result repeats as ``input``."""

    @functools.cached_property
    def spec(self) -> ToolSpec:
        """The tool as a model sees it, in our own words."""
        return spec_of(self.function)

    @functools.cached_property
    def kinds(self) -> Mapping[str, Kind]:
        """The declared type of each parameter, in order."""
        return {name: _kind(s) for name, s in self.spec.parameters["properties"].items()}

    @functools.cached_property
    def required(self) -> tuple[str, ...]:
        """The parameters that a call has to give."""
        return tuple(self.spec.parameters.get("required", ()))

    def input(self, arguments: Mapping[str, JSON]) -> dict[str, JSON] | None:
        """What a result repeats of the arguments."""
        if self.told == "nothing":
            return None
        if self.told == "given":
            return dict(arguments)
        return {name: arguments.get(name) for name in self.kinds}


def api(name: str, check: Check, *, named: bool = True, told: Told = "all") -> Callable[[F], F]:
    """Mark a method as the tool `name`; its hints and docstring describe it."""

    def mark(function: F) -> F:
        function.__api__ = Api(name, tool(name=name)(function), check, named, told)  # type: ignore[attr-defined]
        return function

    return mark


class ToolSet:
    """Tools of one level, and what they work on.

    Args:
        library: the initial databases and what never changes.
        databases: the present state, filled with copies of the initial databases when tools reach
            for them; plain data.
    """

    apis: ClassVar[Mapping[str, Api]] = {}
    """By name."""

    def __init__(self, library: Library, databases: dict[str, Any] | None = None) -> None:
        self.library = library
        self.databases = {} if databases is None else databases
        self.recorded: JSON = None
        """Output of the recorded call that is being repeated: its ids are taken over."""

    def __init_subclass__(cls) -> None:
        found = [vars(base).values() for base in reversed(cls.__mro__)]
        marked = [member.__api__ for own in found for member in own if hasattr(member, "__api__")]
        cls.apis = {api.name: api for api in marked}

    def data(self, name: str) -> Any:
        """The present database of that name, to read and to change."""
        if name not in self.databases:
            initial = self.library.initial[name]
            if name not in self.library.writable:
                return initial
            self.databases[name] = copied(initial)
        return self.databases[name]

    def find(self, name: str) -> Api:
        """The tool of that name.

        Raises:
            Escape: there is none.
        """
        found = self.apis.get(name)
        if found is None:
            raise Escape("Exception", "invalid tool name.")
        return found

    def call(self, name: str, arguments: Mapping[str, JSON]) -> Result:
        """Call a tool with arguments of the declared types.

        Raises:
            Escape: the official call ends without a result.
        """
        found = self.find(name)
        if missing := [p for p in found.required if p not in arguments]:
            raise Escape("TypeError", _missing_text(name, missing))
        output, exception = None, None
        try:
            output = found.function(self, **arguments)
        except Escape:
            raise
        except ToolError as error:
            exception = str(error)
        result: Result = {"api_name": name} if found.named else {}
        output = output if type(output) in ATOMS else copied(output)
        return {
            **result,
            "input": found.input(arguments),
            "output": output,
            "exception": exception,
        }

    def repeat(self, name: str, arguments: Mapping[str, JSON], recorded: JSON) -> None:
        """Call a tool again for what it does to the databases; new ids become the recorded ones.

        A call that fails now changes nothing.
        """
        self.recorded = recorded
        try:
            self.call(name, arguments)
        except ToolError:
            pass
        finally:
            self.recorded = None


def invented(alphabet: str, length: int, *parts: str) -> str:
    """An id or a token: it looks random, and is always the same for the same parts.

    The official tools draw them. That they depend on the call alone makes episodes repeat.
    """
    number = int.from_bytes(hashlib.blake2b("\0".join(parts).encode()).digest(), "big")
    letters = []
    for _ in range(length):
        number, place = divmod(number, len(alphabet))
        letters.append(alphabet[place])
    return "".join(letters)


def _missing_text(name: str, missing: list[str]) -> str:
    quoted = [f"'{parameter}'" for parameter in missing]
    if len(quoted) > 2:
        quoted[-1] = f"and {quoted[-1]}"
        listed = ", ".join(quoted)
    else:
        listed = " and ".join(quoted)
    plural = "s" if len(quoted) > 1 else ""
    return f"{name}.call() missing {len(quoted)} required positional argument{plural}: {listed}"


def _kind(schema: Mapping[str, JSON]) -> Kind:
    kind = schema["type"] if isinstance(schema["type"], str) else schema["type"][0]
    if kind == "array" and schema.get("items") == {"type": "string"}:
        return "list(str)"
    return _KINDS[kind]
