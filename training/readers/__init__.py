"""Training data of many formats, read as rows; one module a format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envs.common.lazy import lazy_exports

if TYPE_CHECKING:
    from training.readers.reading import FORMATS as FORMATS
    from training.readers.reading import detect as detect
    from training.readers.reading import read as read

__getattr__, __dir__, __all__ = lazy_exports(
    __name__, {"training.readers.reading": ("FORMATS", "detect", "read")}
)
