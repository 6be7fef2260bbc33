"""Make environments, one or many, from ids, ``module:World``, classes or worlds."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Callable
from functools import partial
from typing import Any, Literal

import gymnasium
from gymnasium.envs.registration import EnvSpec

from envs.common.errors import UserError, suggest
from envs.env import ToolEnv
from envs.plugins import ENTRY, ids, plugins
from envs.world import World

_FILES = {
    "mcp:": (".toml", "envs.mcp.files:world_of_file"),
    "openai:": (".json", "envs.openai_tools:world_of_file"),
    "tools:": (".py", "envs.functions:world_of_file"),
}
"""How a name with a file in it starts and ends, and what makes a class of it."""
_OPTIONS = frozenset(inspect.signature(ToolEnv).parameters) - {"world"}


def make_env(world: str | type[World], **options: Any) -> ToolEnv:
    """Make the environment of a world (the entry point of every registration).

    Args:
        world: ``module:World`` or the class.
        options: those of `ToolEnv`; all others go to the world.

    Raises:
        UserError: the world cannot be imported or does not know an option.
    """
    cls = resolve_world(world)
    own = {name: value for name, value in options.items() if name in _OPTIONS}
    rest = {name: value for name, value in options.items() if name not in _OPTIONS}
    accepted = inspect.signature(cls).parameters
    if not any(p.kind is p.VAR_KEYWORD for p in accepted.values()):
        for name in rest.keys() - accepted.keys():
            near = suggest(name, sorted({*_OPTIONS, *accepted}))
            raise UserError(f"{cls.__name__} has no option {name!r}{near}")
    return ToolEnv(cls(**rest), **own)


def make(env: str | type[World] | World, **options: Any) -> ToolEnv:
    """Make an environment.

    Args:
        env: a registered id, ``module:World``, ``tools:FILE.py`` (functions, see
            `envs.functions`), ``openai:FILE.json`` (`envs.openai_tools`), ``mcp:FILE.toml``
            (`envs.mcp`), a `World` class or a world.
        options: those of `ToolEnv`, and of the world.

    Raises:
        UserError: no such environment or option, or it cannot be imported.
    """
    if isinstance(env, World):
        return ToolEnv(env, **options)
    if isinstance(env, str) and not _is_target(env):
        made = gymnasium.make(_known(env), **options).unwrapped
        assert isinstance(made, ToolEnv)
        return made
    made = make_env(env, **options)
    target = env if isinstance(env, str) else f"{env.__module__}:{env.__qualname__}"
    name = re.sub(r"[^\w-]+", "-", target.rpartition(":")[2].replace("<locals>", "local"))
    made.spec = EnvSpec(
        f"local/{name}-v0",
        entry_point=ENTRY,
        order_enforce=False,
        disable_env_checker=True,
        kwargs={"world": env, **options},
    )
    return made


def make_vec(
    env: str | type[World],
    num_envs: int,
    *,
    mode: Literal["sync", "async"] = "sync",
    context: str | None = None,
    **options: Any,
) -> gymnasium.vector.VectorEnv[Any, Any, Any]:
    """Make several environments that step together, with what their spaces need set.

    Observations and actions are tuples with one entry for each environment.

    Args:
        env: as for `make`.
        num_envs: how many.
        mode: ``sync``: one after another in this process; ``async``: a process each.
        context: start method of the processes (``spawn``, ``forkserver``, ``fork``).
        options: as for `make`.
    """
    build: list[Callable[[], ToolEnv]] = [partial(make, env, **options)] * num_envs
    if mode == "sync":
        return gymnasium.vector.SyncVectorEnv(build, copy=False)  # observations do not change
    if mode == "async":
        return gymnasium.vector.AsyncVectorEnv(
            build, shared_memory=False, copy=False, context=context
        )
    raise UserError(f"mode {mode!r}: choose 'sync' or 'async'")


def resolve_world(env: str | type[World]) -> type[World]:
    """Return the class behind an id, ``module:World`` or a name with a file in it.

    Raises:
        UserError: there is none, or its package does not import; names the package.
    """
    if not isinstance(env, str):
        return env
    if maker := _maker(env):
        module, _, name = maker.partition(":")
        made: type[World] = getattr(importlib.import_module(module), name)(env)
        return made
    target = env if _is_target(env) else plugins()[_known(env)].target
    module, _, path = target.partition(":")
    try:
        found: Any = importlib.import_module(module)
        for name in path.split("."):
            found = getattr(found, name)
    except Exception as error:  # whatever a plug-in does when it is imported
        raise UserError(f"{_told(target)} does not import: {_cause(error)}") from error
    if not (isinstance(found, type) and issubclass(found, World)):
        raise UserError(f"{_told(target)} is not a World class")
    return found


def _told(target: str) -> str:
    """The target with the package that brings it."""
    packages = (plugin.package for plugin in plugins().values() if plugin.target == target)
    package = next(packages, None)
    return f"{target} (package {package})" if package else target


def _cause(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:300]


def _is_target(env: str) -> bool:
    """Whether it is ``module:World`` or has a file in it.

    An id is neither, nor is ``module:namespace/Name-v0``, as Gymnasium has it.
    """
    return _maker(env) is not None or (":" in env and "/" not in env)


def _maker(env: str) -> str | None:
    """What makes a class of a name with a file in it, as ``module:function``."""
    for start, (end, maker) in _FILES.items():
        if env.startswith(start) and env.endswith(end):
            return maker
    return None


def _known(env: str) -> str:
    env = env.removeprefix("envs:")
    if env in plugins():
        return env
    known = ids()
    start, colon, _ = env.partition(":")
    if start + colon in _FILES:
        raise UserError(f"{env}: {start}: takes a file that ends with {_FILES[start + colon][0]}")
    raise UserError(
        f"no environment {env!r}{suggest(env, known)}; `python -m envs.list` shows all, and "
        "'module:World' names a class directly"
    )
