"""A Java call ``f(a=1, b="x")``: assignments in a call's brackets stand for named arguments.

Values stay text; `eval.bfcl.java_values` turns them into values by the declared type. The official
decoder's habits are kept: the first call of the text is the answer, the body of an anonymous class
is lost, and any character outside ASCII shifts every later piece of text (it cuts the text at byte
offsets).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eval.bfcl import syntax_tree
from eval.bfcl.calls import Arguments, Call, DecodeError, NoCallError

if TYPE_CHECKING:
    from tree_sitter import Node

_VERBATIM = ("identifier", "class_literal", "type_identifier", "method_invocation")
_LITERALS = ("string_literal", "character_literal")
_BRACKETS = ("(", ",", ")")


def decode_java(text: str) -> list[Call]:
    """Read ``[f(a=1)]``.

    Raises:
        DecodeError: it is not Java, is nested too deeply, or names an argument twice.
    """
    code = text[1:-1]
    tree = syntax_tree.parse(code, "java")
    try:
        found = _first_call(tree.root_node)
        if found is None:
            raise NoCallError("Java without a method call")
        return [_Reader(code).call(found)]
    except RecursionError:
        raise DecodeError("nested too deeply") from None


def _first_call(node: Node) -> Node | None:
    """The first method call in document order that has brackets."""
    pending = [node]
    while pending:
        node = pending.pop()
        if node.type != "method_invocation":
            pending += reversed(node.children)
        elif node.child_by_field_name("arguments"):
            return node
    return None


class _Reader:
    """Reads nodes of one piece of code."""

    def __init__(self, code: str) -> None:
        self.code = code

    def text(self, node: Node | None) -> str:
        return "" if node is None else self.code[node.start_byte : node.end_byte]

    def call(self, node: Node) -> Call:
        name = self.text(node.child_by_field_name("name"))
        if owner := node.child_by_field_name("object"):
            name = f"{self.text(owner)}.{name}"
        brackets = node.child_by_field_name("arguments")
        arguments: Arguments = {}
        for child in brackets.children if brackets else ():
            if child.type == "assignment_expression":
                key: str | None = self.text(child.children[0])
                spelled = self.value(child.children[2])
            elif child.type in ("identifier", "class_literal"):
                key, spelled = None, self.text(child)
            else:  # other unnamed arguments are ignored
                continue
            if key in arguments:
                raise DecodeError(f"the argument {key!r} is given twice")
            arguments[key] = spelled
        return {name: arguments}

    def value(self, node: Node) -> str:
        """The text of an argument; a string or character loses its quotes."""
        if node.type in _LITERALS:
            return self.text(node)[1:-1]
        return self.source(node)

    def source(self, node: Node | None) -> str:
        """The text of an expression, rebuilt without the spaces between its parts."""
        if node is None:
            raise DecodeError("a part of an expression is missing")
        if node.type in _VERBATIM or node.type in _LITERALS or node.child_count == 0:
            return self.text(node)
        if node.type == "array_creation_expression":
            kind, items = node.child_by_field_name("type"), node.child_by_field_name("value")
            return f"new {self.source(kind)}[]{self.source(items)}"
        if node.type == "object_creation_expression":
            return self._object_creation(node)
        return "".join(self.source(child) for child in node.children)

    def _object_creation(self, node: Node) -> str:
        kind = self.source(node.child_by_field_name("type"))
        brackets = node.child_by_field_name("arguments")
        inner = [] if brackets is None else brackets.children
        return f"new {kind}({', '.join(self.source(c) for c in inner if c.type not in _BRACKETS)})"
