"""Grammars as data, written out in llguidance's Lark dialect.

A grammar is a set of named rules over a few node types. Writing it out first removes what can never
be completed (an alternative that needs an impossible value, a recursion without an end), so that a
constrained answer cannot run into a dead end; a grammar with nothing left is `Impossible`.

llguidance splits text into lexemes by longest match. That is safe here because a lexeme that
can go on is never one that has to stop: numbers are followed by punctuation, strings carry their
quotes, and constant lists and dictionaries are spelled mark by mark.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass


class Impossible(ValueError):
    """No text belongs to the language."""


@dataclass(frozen=True)
class Text:
    """These characters."""

    text: str


@dataclass(frozen=True)
class Regex:
    """Text that matches a regular expression of Rust's `regex` syntax as a whole."""

    pattern: str
    unless: str | None = None
    """A regular expression whose matches are left out."""
    also: str | None = None
    """A second regular expression that has to match as well."""


@dataclass(frozen=True)
class Ref:
    """What the rule of this name says."""

    rule: str


@dataclass(frozen=True)
class Seq:
    """One after the other; without parts: nothing."""

    parts: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Alt:
    """One of these; without options: impossible."""

    options: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Repeat:
    """From `least` to `most` times."""

    part: Node
    least: int
    most: int


Node = Text | Regex | Ref | Seq | Alt | Repeat
NOTHING = Seq()
IMPOSSIBLE = Alt()


class Grammar:
    """Named rules. Names are made unique here, so callers pass hints."""

    def __init__(self) -> None:
        self._rules: dict[str, Node] = {}

    def rule(self, hint: str, node: Node) -> Ref:
        """Give `node` a name; what is shared or recursive needs one."""
        ref = self.declare(hint)
        self.define(ref, node)
        return ref

    def declare(self, hint: str) -> Ref:
        """Reserve a name, for a rule that refers to itself; `define` it later."""
        name = f"{hint}_{len(self._rules)}"
        self._rules[name] = IMPOSSIBLE
        return Ref(name)

    def define(self, ref: Ref, node: Node) -> None:
        """Say what a declared rule stands for."""
        self._rules[ref.rule] = node

    def possible(self, node: Node) -> bool:
        """Whether some finite text matches `node`."""
        return _possible(node, self._completable())

    def lark(self, start: Node) -> str:
        """The grammar of `start` as text.

        Raises:
            Impossible: nothing matches it.
        """
        alive = self._completable()
        if not _possible(start, alive):
            raise Impossible("nothing can be written")
        writer = _Writer(alive)
        lines = [f"start: {writer.write(start)}"]
        waiting, seen = list(_refs(start)), set[str]()
        while waiting:
            name = waiting.pop()
            if name in alive and name not in seen:
                seen.add(name)
                lines.append(f"{name}: {writer.write(self._rules[name])}")
                waiting += _refs(self._rules[name])
        lines += [f"{name}: {body}" for body, name in writer.terminals.items()]
        return "\n".join(lines) + "\n"

    def _completable(self) -> frozenset[str]:
        """The rules that some finite text matches: the least fixed point."""
        alive: frozenset[str] = frozenset()
        while True:
            more = frozenset(n for n, node in self._rules.items() if _possible(node, alive))
            if more == alive:
                return alive
            alive = more


def _possible(node: Node, alive: frozenset[str]) -> bool:
    match node:
        case Ref(rule):
            return rule in alive
        case Seq(parts):
            return all(_possible(part, alive) for part in parts)
        case Alt(options):
            return any(_possible(option, alive) for option in options)
        case Repeat(part, least, _):
            return least == 0 or _possible(part, alive)
    return True


def _refs(node: Node) -> Iterator[str]:
    match node:
        case Ref(rule):
            yield rule
        case Seq(children) | Alt(children):
            for child in children:
                yield from _refs(child)
        case Repeat(part):
            yield from _refs(part)


class _Writer:
    def __init__(self, alive: frozenset[str]) -> None:
        self._alive = alive
        self.terminals: dict[str, str] = {}

    def write(self, node: Node) -> str:
        match node:
            case Text(text):
                return json.dumps(text, ensure_ascii=False)
            case Regex():
                body = _terminal(node)
                return self.terminals.setdefault(body, f"T{len(self.terminals)}")
            case Ref(rule):
                return rule
            case Seq(parts):
                return " ".join(map(self.write, parts)) or '""'
            case Alt(options):
                alive = [o for o in options if _possible(o, self._alive)]
                return f"({' | '.join(map(self.write, alive))})"
            case Repeat(part, least, most):
                if most == 0 or not _possible(part, self._alive):
                    return '""'
                return f"({self.write(part)}){{{least},{most}}}"


def _terminal(node: Regex) -> str:
    body = _slashed(node.pattern)
    if node.also is not None:
        body += f" & {_slashed(node.also)}"
    if node.unless is not None:
        body += f" & ~{_slashed(node.unless)}"
    return body


def _slashed(pattern: str) -> str:
    escaped = pattern.replace("/", r"\/")
    return f"/{escaped}/"
