"""Optional packages: imported where they are used, with the remedy in the error."""

from __future__ import annotations

import importlib
from typing import Any

from envs.common.errors import UserError


class MissingDependency(UserError, ImportError):
    """An optional package is not installed; the text has the pip line that installs it."""


def need(module: str, *, extra: str) -> Any:
    """Import `module`, or say which extra brings it.

    Raises:
        MissingDependency: it is not installed.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        if error.name and error.name.split(".")[0] != module.split(".")[0]:
            raise  # the package is there, something inside it is broken: not ours to reword
        raise MissingDependency(
            f"this needs the package {module.split('.')[0]!r}: pip install 'itool[{extra}]'"
        ) from None
