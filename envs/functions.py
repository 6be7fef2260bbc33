"""Plain functions as a world: hints and docstrings become schemas, no class is needed.

``tools:FILE.py`` names the functions of a file wherever an environment is named; `world_of` takes
functions from Python. Functions are trusted like any code that is imported: they run in the
process. What they remember by themselves (a global, a data base) no snapshot sees.
"""

from __future__ import annotations

import importlib.util
import inspect
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, ClassVar

from envs.common.errors import UserError
from envs.common.text import one_line
from envs.given import Given, GivenWorld
from envs.state import digest
from envs.tools import MARK, Tool, toolkit
from envs.types import JSON, ToolCall, ToolError

PREFIX = "tools:"
"""What such a name starts with."""
STATELESS = "STATELESS"
"""A file that sets this to true promises what `world_of` calls ``stateless``."""
BLOCKING = "BLOCKING"
"""A file that sets this to true says what `world_of` calls ``blocking``."""


class FunctionsWorld(GivenWorld):
    """Plain functions and the user's tasks.

    `ToolError` and ``ValueError`` out of a function go to the model; anything else is a bug of the
    function.
    """

    toolkit: ClassVar[Mapping[str, Tool]] = {}

    def answer(self, call: ToolCall) -> JSON:
        """Run the function."""
        if call.name not in self.toolkit:
            raise ToolError(f"unknown tool {call.name!r}")
        try:
            return self.toolkit[call.name].call(call.arguments)
        except ValueError as error:
            raise ToolError(str(error) or type(error).__name__) from error


def world_of(
    functions: Iterable[Callable[..., Any]],
    *,
    tasks: Given = (),
    stateless: bool = False,
    blocking: bool = False,
    name: str = "Functions",
) -> type[FunctionsWorld]:
    """A world class of functions, for `envs.make` and everything else that takes one.

    Args:
        functions: with hints for all parameters; see `envs.tools`.
        tasks: a JSON-lines file, tasks, or the objects that stand for them (`envs.tasks`).
        stateless: the promise that they remember nothing and change nothing that matters, so that
            an episode can be gone back in, and searched.
        blocking: they wait for something else (the network) and may be called from several threads
            at once, so that episodes that are played together do not wait for each other.
        name: of the class.

    Raises:
        UserError: a function cannot be a tool, or there is none.
    """
    functions = list(functions)
    if not functions:
        raise UserError("there is no function to make a tool of")
    for function in functions:
        if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
            raise UserError(f"{function.__name__}: an async function cannot be a tool")
    try:
        tools = dict(toolkit(*functions))
    except (TypeError, ValueError) as error:
        raise UserError(str(error)) from None
    fields = {
        "__doc__": f"{len(tools)} functions, and the tasks that the user gives.",
        "__module__": __name__,
        "toolkit": tools,
        "offered": tuple(tool.spec for tool in tools.values()),
        "given": tasks,
        "copyable": stateless,
        "blocking": blocking,
    }
    return type(name, (FunctionsWorld,), fields)


def world_of_file(env: str) -> type[FunctionsWorld]:
    """The world class of ``tools:FILE.py``.

    The tools are the functions marked with `envs.tool`, or, where none is, all public functions
    that the file defines. Tasks are those of the file of the same name that ends in ``.jsonl``, if
    it is there.

    Raises:
        UserError: no such file, it does not import, or a function cannot be a tool.
    """
    path = Path(env.removeprefix(PREFIX)).expanduser().resolve()
    try:
        stamp = path.stat().st_mtime_ns
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}") from None
    return _world_of_file(path, stamp)


@lru_cache(maxsize=64)
def _world_of_file(path: Path, stamp: int) -> type[FunctionsWorld]:
    """The class of a file as it stood at `stamp`: made once, as a module is imported once."""
    module = _loaded(path, stamp)
    found = [f for f in vars(module).values() if isinstance(f, FunctionType)]
    public = [f for f in found if f.__module__ == module.__name__ and f.__name__[0] != "_"]
    chosen = [f for f in found if hasattr(f, MARK)] or public
    tasks = path.with_suffix(".jsonl")
    try:
        return world_of(
            dict.fromkeys(chosen),
            tasks=tasks if tasks.is_file() else (),
            stateless=bool(getattr(module, STATELESS, False)),
            blocking=bool(getattr(module, BLOCKING, False)),
            name=path.stem,
        )
    except UserError as error:
        raise UserError(f"{path}: {error}") from None


def _loaded(path: Path, stamp: int) -> ModuleType:
    """The file as a module, under a name that no other module has."""
    import cloudpickle  # type: ignore[import-untyped]

    name = f"{path.stem}_{digest([str(path), stamp])[:8]}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise UserError(f"{path}: a file of Python, FILE.py, is needed")
    if str(path.parent) not in sys.path:
        sys.path.append(str(path.parent))  # what lies beside it can be imported, as in a script
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:  # whatever it does when it is imported
        del sys.modules[name]
        lines = [
            f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == str(path)
        ]
        where = f"{path}:{lines[-1]}" if lines else str(path)
        cause = one_line(f"{type(error).__name__}: {error}")[:300]
        raise UserError(f"{where}: does not import: {cause}") from error
    cloudpickle.register_pickle_by_value(module)  # no other process knows it by its name
    return module
