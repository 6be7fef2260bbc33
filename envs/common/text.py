"""Texts of strangers, made safe to look at."""

from __future__ import annotations

import unicodedata


def visible(text: str) -> str:
    r"""The text with everything that could drive a terminal, or hide in it, as an escape.

    Control characters, bidirectional and other format characters, unpaired surrogates and
    unassigned characters become what a Python literal writes for them; newlines, tabs and spaces
    of all widths stay.

    >>> print(visible("\x1b[31mred \u202e"))
    \x1b[31mred \u202e
    """
    if text.isprintable():
        return text
    return "".join(map(_shown, text))


def one_line(text: str) -> str:
    """The text, visible, with every run of white space as one space."""
    return " ".join(visible(text).split())


def _shown(char: str) -> str:
    if char.isprintable() or char in "\n\t" or unicodedata.category(char) == "Zs":
        return char
    return char.encode("unicode_escape").decode("ascii")
