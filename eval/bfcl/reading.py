"""Calls in an answer that does not keep to the format: tags, fences, JSON, prose, one per line.

`find_calls` reads what a reader would take for the answer's calls. It looks at a limited length
and makes a limited number of attempts, so hostile text costs no more than long text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from eval.bfcl.calls import Arguments, Call, DecodeError
from eval.bfcl.categories import Language
from eval.bfcl.decode import decode
from eval.bfcl.decode_python import decode_tree

MAX_LENGTH = 10_000
"""Characters of an answer that are looked at."""
MAX_ATTEMPTS = 50
"""Failed attempts at JSON, and at calls in other text, before giving up."""

JSON_NAMES = {"true": True, "false": False, "null": None}
"""What models write in Python calls for want of the Python name."""

_TAGGED = re.compile(
    r"<(tool_?calls?|function_?calls?)>(.*?)(?:</\1>|$)"
    r"|(?:<\|python_tag\|>|\[TOOL_CALLS\])(.*)",
    re.DOTALL | re.IGNORECASE,
)
_FENCED = re.compile(r"```[\w+-]*[ \t]*\n(.*?)(?:```|$)", re.DOTALL)
_OPENING = re.compile(r"[\[{]")
_CALLED = re.compile(r"(?<![\w.])([^\W\d][\w.]*)[ \t]*\(")
_WORD = re.compile(r"\w")
_BULLET = re.compile(r"^\s*(?:[-*]|\d+[.)])\s")
_MARK = re.compile(r"""'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|[()\[\]{}]""")

_WRAPPERS = ("tool_calls", "tool_call", "function_call", "calls", "function")
_NAMES = ("name", "function", "function_name", "tool", "tool_name")
_ARGUMENTS = ("arguments", "parameters", "args", "params", "kwargs", "input")


@dataclass(frozen=True)
class Reader:
    """Reads answers to a question that offers certain functions."""

    language: Language
    offered: Collection[str]
    """Names of the functions; ``_`` for ``.`` is read as the same name."""

    def find_calls(self, text: str, *, in_prose: bool = True) -> list[Call]:
        """The calls of an answer; none where nothing looks like one.

        The first place that has calls decides: tags, then code fences, then the whole text.

        Args:
            text: the answer.
            in_prose: take a call that stands inside a sentence, where there is no other.
        """
        text = text.rpartition("</think>")[2][:MAX_LENGTH]
        tagged = "\n".join(part for found in _TAGGED.findall(text) for part in found[1:])
        fenced = "\n".join(_FENCED.findall(text))
        for place in (tagged, fenced):
            if calls := self._in_code(place, in_prose=True):
                return calls
        return self._in_code(text, in_prose=in_prose)

    def _in_code(self, text: str, *, in_prose: bool) -> list[Call]:
        if not text.strip():
            return []
        calls = self._decoded(text) or self._in_json(text) or self._in_lines(text)
        calls = calls or self._among_text(text, in_prose=in_prose)
        return [
            {self._known(name): arguments} for call in calls for name, arguments in call.items()
        ]

    def _decoded(self, text: str) -> list[Call]:
        """All of `text` as calls, as the official decoder reads it."""
        try:
            if self.language == "python":
                text = text.strip("`\n\r\t ;")
                listed = text if text.startswith("[") else f"[{text}]"
                return decode_tree(listed, JSON_NAMES)
            return decode(text, self.language)
        except DecodeError:
            return []

    def _in_lines(self, text: str) -> list[Call]:
        """One call or list of calls in every line."""
        calls: list[Call] = []
        for line in filter(str.strip, text.splitlines()):
            found = self._decoded(line)
            if not found:
                return []
            calls += found
        return calls

    def _among_text(self, text: str, *, in_prose: bool) -> list[Call]:
        """Calls of offered functions: those on lines without other words, else all of them."""
        found = list(self._spans(text))
        masked = text
        for start, end, _ in found:
            masked = masked[:start] + " " * (end - start) + masked[end:]
        apart: list[Call] = []
        for start, end, calls in found:
            line = masked[masked.rfind("\n", 0, start) + 1 : end] + masked[end:].partition("\n")[0]
            if not _WORD.search(_BULLET.sub("", line)):
                apart += calls
        if apart or not in_prose:
            return apart
        return [call for _, _, calls in found for call in calls]

    def _spans(self, text: str) -> Iterator[tuple[int, int, list[Call]]]:
        """Where a call of an offered function starts and ends, and what it decodes to."""
        attempts = at = 0
        while attempts < MAX_ATTEMPTS and (found := _CALLED.search(text, at)):
            at = found.end()
            if self._known(found[1]) not in self.offered:
                continue
            end = _closing(text, found.end() - 1)
            ending = "" if self.language == "python" else ";"
            calls = self._decoded(text[found.start() : end] + ending) if end else []
            if end and calls:
                yield found.start(), end, calls
                at = end
            else:
                attempts += 1

    def _in_json(self, text: str) -> list[Call]:
        """Calls spelled as JSON objects, alone or in lists, wherever they stand."""
        calls: list[Call] = []
        decoder = json.JSONDecoder()
        attempts = at = 0
        while attempts < MAX_ATTEMPTS and (found := _OPENING.search(text, at)):
            try:
                value, at = decoder.raw_decode(text, found.start())
            except (ValueError, RecursionError):
                attempts += 1
                at = found.end()
                continue
            calls += self._spelled(value)
        return calls

    def _spelled(self, value: Any) -> list[Call]:
        """The calls in a JSON value, in any of the shapes that models are trained on."""
        if isinstance(value, list):
            return [call for item in value for call in self._spelled(item)]
        if not isinstance(value, dict):
            return []
        for wrapper in _WRAPPERS:
            if isinstance(value.get(wrapper), (dict, list)):
                return self._spelled(value[wrapper])
        name = next((value[key] for key in _NAMES if isinstance(value.get(key), str)), None)
        given = next((value[key] for key in _ARGUMENTS if key in value), None)
        if name is not None and (given is not None or self._known(name) in self.offered):
            arguments = _arguments(given)
            return [] if arguments is None else [self._written({name: arguments})]
        if value and all(
            self._known(key) in self.offered and isinstance(item, dict)
            for key, item in value.items()
        ):
            return [self._written({key: item}) for key, item in value.items()]
        return []

    def _written(self, call: Call) -> Call:
        """A call from JSON as the language's decoder leaves it; other than in Python, all text."""
        if self.language == "python":
            return call
        return {
            name: {key: v if isinstance(v, str) else json.dumps(v) for key, v in arguments.items()}
            for name, arguments in call.items()
        }

    def _known(self, name: str) -> str:
        """The offered name that is meant, or `name` itself."""
        if name in self.offered:
            return name
        return next((o for o in self.offered if o.replace(".", "_") == name), name)


def _arguments(given: Any) -> Arguments | None:
    """The arguments of a JSON call, which may be JSON in a string; ``None`` if they are neither."""
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except (ValueError, RecursionError):
            return None
    if given is None:
        return {}
    return given if isinstance(given, dict) else None


def _closing(text: str, at: int) -> int | None:
    """The end of what the bracket at `at` opens; brackets inside quotes do not count."""
    depth = 0
    for mark in _MARK.finditer(text, at):
        if mark[0] in ("(", "[", "{"):
            depth += 1
        elif mark[0] in (")", "]", "}"):
            depth -= 1
            if depth == 0:
                return mark.end()
    return None
