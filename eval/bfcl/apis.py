"""The official simulated APIs, loaded in isolation from the files of the official package.

A class is compiled from its source file and lives in a module of its own that `sys.modules` never
sees. What the file imports is looked up here: siblings are loaded the same way, a few modules of
the standard library are the real ones, everything else has to be handed in as a stand-in. So no
installed ``bfcl_eval`` and no ``__init__`` of it ever runs, nothing is written, and code that asks
for ``subprocess`` gets an empty module.
"""

from __future__ import annotations

import builtins
import functools
import importlib
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from envs.common.errors import UserError, suggest
from envs.common.optional import need

FOLDER = "eval_checker/multi_turn_eval/func_source_code"
"""Where the sources are, under the package's folder."""
PACKAGE = "bfcl_eval.eval_checker.multi_turn_eval.func_source_code"
"""What the sources call that folder."""

FILES = {
    "GorillaFileSystem": "gorilla_file_system",
    "MathAPI": "math_api",
    "MessageAPI": "message_api",
    "TwitterAPI": "posting_api",
    "TicketAPI": "ticket_api",
    "TradingBot": "trading_bot",
    "TravelAPI": "travel_booking",
    "VehicleControlAPI": "vehicle_control",
    "WebSearchAPI": "web_search",
    "MemoryAPI_kv": "memory_kv",
    "MemoryAPI_vector": "memory_vector",
    "MemoryAPI_rec_sum": "memory_rec_sum",
}
"""Class -> file of its source, and of its function docs, without the ending."""

STANDARD = frozenset(
    [
        "abc",
        "copy",
        "datetime",
        "decimal",
        "json",
        "math",
        "pathlib",
        "random",
        "re",
        "typing",
        "urllib.parse",
    ]
)
"""Modules of the standard library that the sources may have."""

_LOCK = threading.Lock()
"""Two loadings at once would make two classes of one, whose instances never compare equal."""


def load_api(
    root: Path, class_name: str, stand_ins: Mapping[str, ModuleType] | None = None
) -> type:
    """The official class of that name; the same object for the same arguments.

    Args:
        root: folder of the official package.
        class_name: one of `FILES`.
        stand_ins: full module name -> what an import of it gets, in place of the module. Modules
            that are neither here nor in `STANDARD` cannot be imported by the sources.

    Raises:
        UserError: no such class or file, a file that does not load, or a missing package.
    """
    if class_name not in FILES:
        raise UserError(f"BFCL has no API {class_name!r}{suggest(class_name, tuple(FILES))}")
    with _LOCK:
        library = _library(root, tuple(sorted((stand_ins or {}).items())))
        module = library.module(FILES[class_name])
    found = getattr(module, class_name, None)
    if not isinstance(found, type):
        raise UserError(f"{module.__file__}: has no class {class_name}")
    return found


class _Library:
    """The modules of one folder, each loaded once."""

    def __init__(self, root: Path, stand_ins: Mapping[str, ModuleType]) -> None:
        self._folder = root / FOLDER
        self._stand_ins = {"subprocess": ModuleType("subprocess"), **stand_ins}
        self._modules: dict[str, ModuleType] = {}

    def module(self, name: str) -> ModuleType:
        """The module of a source file."""
        if name not in self._modules:
            self._modules[name] = self._load(name)
        return self._modules[name]

    def _load(self, name: str) -> ModuleType:
        path = self._folder / f"{name}.py"
        module = ModuleType(f"{PACKAGE}.{name}")
        module.__file__ = str(path)
        names = {**vars(builtins), "__import__": self._import}
        module.__dict__["__builtins__"] = names
        try:
            code = compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
            exec(code, module.__dict__)
            names["__import__"] = __import__  # the C code behind strptime imports when it runs
        except UserError:
            raise
        except OSError as error:
            raise UserError(f"{path}: {error.strerror or error}") from None
        except Exception as error:
            raise UserError(f"{path}: does not load: {type(error).__name__}: {error}") from None
        return module

    def _import(
        self,
        name: str,
        globals: Mapping[str, object] | None = None,
        locals: Mapping[str, object] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        """Stand in for ``__import__`` in the sources."""
        if name in self._stand_ins:
            return self._stand_ins[name]
        if name.startswith(f"{PACKAGE}.") and fromlist:
            return self.module(name.removeprefix(f"{PACKAGE}."))
        if name == "mpmath":
            self._stand_ins[name] = _private_mpmath()
            return self._stand_ins[name]
        if name in STANDARD and (fromlist or "." not in name):
            return importlib.import_module(name)
        raise ImportError(f"no stand-in for the module {name!r}", name=name)


@functools.lru_cache(maxsize=16)
def _library(root: Path, stand_ins: tuple[tuple[str, ModuleType], ...]) -> _Library:
    return _Library(root, dict(stand_ins))


def _private_mpmath() -> ModuleType:
    """What the sources use of mpmath, in a context of its own: its precision is theirs alone."""
    context: Any = need("mpmath", extra="bench").MPContext()
    module = ModuleType("mpmath")
    module.mp, module.log = context, context.log  # type: ignore[attr-defined]
    return module
