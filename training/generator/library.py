"""All domains by name."""

from __future__ import annotations

import importlib
import pkgutil

from training.generator import domains
from training.generator.plan import Domain


def _load() -> dict[str, Domain]:
    names = sorted(module.name for module in pkgutil.iter_modules(domains.__path__))
    modules = (importlib.import_module(f"{domains.__name__}.{name}") for name in names)
    return {module.DOMAIN.name: module.DOMAIN for module in modules}


DOMAINS = _load()
"""Name -> domain, in alphabetical order."""
