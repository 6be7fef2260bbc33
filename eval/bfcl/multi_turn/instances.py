"""Instances of the simulated APIs: made for an entry, copied, shown.

What changes in an episode is in these instances alone. A copy shares nothing with its original
that either could change, not even with the modules of the official sources, which pad long
contexts with objects of their own.
"""

from __future__ import annotations

import copy
import inspect
import random
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from envs.state import ABSENT, ATOMS, copied
from envs.types import JSON
from eval.bfcl.apis import PACKAGE, load_api
from eval.bfcl.multi_turn.data import MultiTurnEntry

Apis = dict[str, Any]
"""Class -> its instance in an episode, in the entry's order."""

STATELESS = frozenset({"MathAPI"})
"""Classes that take no scenario."""
_UNCHANGING = ATOMS | {datetime}


def make(root: Path, entry: MultiTurnEntry) -> Apis:
    """Fresh instances for an entry, in the state that its scenarios tell.

    Raises:
        UserError: an API cannot be loaded.
    """
    apis: Apis = {}
    for name in entry.classes:
        instance = load_api(root, name)()
        if name not in STATELESS:
            scenario = copied(entry.initial_config.get(name, {}))
            instance._load_scenario(scenario, long_context=entry.long_context)
        apis[name] = instance
    return copied_apis(apis) if entry.long_context else apis


def copied_apis(apis: Mapping[str, Any]) -> Apis:
    """Independent copies of instances."""
    memo: dict[int, Any] = {}
    return {name: _copied(instance, memo) for name, instance in apis.items()}


class Copies(dict[str, Any]):
    """Copies of instances, each made when it is first asked for."""

    def __init__(self, originals: Mapping[str, Any]) -> None:
        self._originals = originals

    def __missing__(self, name: str) -> Any:
        twin = self[name] = _copied(self._originals[name], {})
        return twin

    def seen(self, name: str) -> Any:
        """The copy to look at; the original where there is none yet."""
        return self.get(name, self._originals[name])


def is_official(value: Any) -> bool:
    """Whether a value is of a class of the official sources."""
    return type(value).__module__.startswith(PACKAGE)


def methods_of(instance: Any) -> frozenset[str]:
    """The names of an instance's methods that a model may call."""
    kind: Any = type(instance)
    return _methods_of(kind)


@cache
def _methods_of(kind: type) -> frozenset[str]:
    members = inspect.getmembers(kind, inspect.isfunction)
    return frozenset(name for name, _ in members if not name.startswith("_"))


def attributes(instance: Any) -> dict[str, Any]:
    """What counts in comparing two instances: all attributes but the private ones."""
    return {name: value for name, value in vars(instance).items() if not name.startswith("_")}


def difference(expected: Any, got: Any, path: str = "") -> tuple[str, JSON, JSON]:
    """The first place where two values of instances differ: its path, and both as in `view`.

    Where one side has nothing, its value is `ABSENT`.
    """
    wanted, found = _entries(expected), _entries(got)
    if wanted is None or found is None or type(expected) is not type(got):
        return path, _shown(expected, ()), _shown(got, ())
    for key in [*wanted, *found]:
        where = f"{path}.{key}"
        if key not in wanted:
            return where, ABSENT, _shown(found[key], ())
        if key not in found:
            return where, _shown(wanted[key], ()), ABSENT
        if wanted[key] != found[key]:
            return difference(wanted[key], found[key], where)
    return path, _shown(expected, ()), _shown(got, ())


def _entries(value: Any) -> dict[Any, Any] | None:
    """What a value holds by key; a directory or a file is looked through to its contents."""
    if is_official(value):
        value = vars(value).get("contents")
    if isinstance(value, list):
        return dict(enumerate(value))
    return value if isinstance(value, dict) else None


def view(apis: Mapping[str, Any]) -> dict[str, JSON]:
    """What counts of instances, as JSON; a directory is an object, a file its content."""
    return {
        name: {key: _shown(value, ()) for key, value in attributes(instance).items()}
        for name, instance in apis.items()
    }


def _copied(value: Any, memo: dict[int, Any]) -> Any:
    if (twin := memo.get(id(value))) is not None:
        return twin
    kind: Any = type(value)
    if kind is dict:
        twin = memo[id(value)] = {}
        _fill(twin, value, memo)
    elif kind is list:
        twin = memo[id(value)] = []
        twin += [x if type(x) in _UNCHANGING else _copied(x, memo) for x in value]
    elif kind is random.Random:
        twin = memo[id(value)] = random.Random(0)
        twin.setstate(value.getstate())
    elif is_official(value):
        twin = memo[id(value)] = kind.__new__(kind)
        _fill(vars(twin), vars(value), memo)
    elif kind not in _UNCHANGING:
        twin = copy.deepcopy(value, memo)
    else:
        twin = value
    return twin


def _fill(twin: dict[Any, Any], original: dict[Any, Any], memo: dict[int, Any]) -> None:
    for key, item in original.items():
        twin[key] = item if type(item) in _UNCHANGING else _copied(item, memo)


def _shown(value: Any, inside: tuple[int, ...]) -> JSON:
    kind: Any = type(value)
    if kind in (str, int, float, bool, type(None)):
        return value
    if id(value) in inside:
        return "<itself>"
    inside = (*inside, id(value))
    if kind is dict:
        return {
            key if isinstance(key, str) else str(key): _shown(item, inside)
            for key, item in value.items()
        }
    if kind in (list, tuple):
        return [_shown(item, inside) for item in value]
    if is_official(value):
        shown = attributes(value)
        within = shown.get("contents", shown.get("content"))
        return _shown(shown if within is None else within, inside)
    return str(value)
