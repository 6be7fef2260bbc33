"""The names of environments and suites, from installed packages and built in.

An entry point ``"acme/Bank-v0" = "my_bank:Bank"`` in the group ``itool.envs`` becomes a Gymnasium
registration without importing ``my_bank``; that happens when the environment is made
(`envs.registry`). Suites (group ``itool.suites``) are only listed here.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import lru_cache

_BUILTIN = {
    "itool.envs": {
        "itool/APIBank-v0": "eval.api_bank.world:APIBank",
        "itool/ApiTasks-v0": "eval.bfcl.generated.world:ApiTasks",
        "itool/BFCL-v0": "eval.bfcl.env:BFCLWorld",
        "itool/Bank-v0": "envs.worlds.bank:Bank",
    },
    "itool.suites": {
        "api_bank": "eval.api_bank.command:Config",
        "bfcl": "eval.bfcl.command:Config",
    },
}
"""As in pyproject.toml, for a checkout that is not installed."""

ENTRY = "envs.registry:make_env"
"""What Gymnasium calls to make any of them."""


@dataclass(frozen=True)
class Plugin:
    """A name that some package gives to an object."""

    id: str
    target: str
    """``module:Object``."""
    package: str
    """The distribution that brings it."""


def plugins() -> dict[str, Plugin]:
    """All environments, by id: built in, or installed when `register_all` last looked."""
    return _listed("itool.envs")


def ids() -> list[str]:
    """The ids of all environments."""
    return sorted(plugins())


def suites() -> dict[str, str]:
    """All suites: name -> ``module:Object``, not imported."""
    return {name: plugin.target for name, plugin in _listed("itool.suites").items()}


@lru_cache
def _listed(group: str) -> dict[str, Plugin]:
    from importlib.metadata import entry_points

    found = {name: Plugin(name, target, "itool") for name, target in _BUILTIN[group].items()}
    for point in sorted(entry_points(group=group), key=lambda p: (p.name, p.value)):
        package = point.dist.name if point.dist else "unknown"
        known = found.setdefault(point.name, Plugin(point.name, point.value, package))
        if known.target != point.value:
            _warn(
                f"{package}: {point.name!r} is taken by {known.package}; {point.value} is left out"
            )
    return found


def register_all() -> None:
    """Look for plug-ins anew and register all environments that Gymnasium does not have yet."""
    import gymnasium

    _listed.cache_clear()
    for plugin in plugins().values():
        if plugin.id in gymnasium.registry:
            continue
        try:
            gymnasium.register(
                plugin.id,
                entry_point=ENTRY,
                order_enforce=False,  # ToolEnv does that itself
                disable_env_checker=True,  # envs.check does more
                kwargs={"world": plugin.target},
            )
        except gymnasium.error.Error as error:
            _warn(f"{plugin.package}: cannot register {plugin.id!r}: {error}")


def _warn(text: str) -> None:
    warnings.warn(" ".join(text.split())[:300], stacklevel=3)
