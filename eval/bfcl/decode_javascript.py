"""A JavaScript call ``f(a=1, b="x")``: assignments in a call's brackets stand for named arguments.

Values stay text; `eval.bfcl.javascript_values` turns them into values by the declared type. As in
the official decoder the answer is the first statement that is itself a call; sequences, awaited
calls and assignments are none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eval.bfcl import syntax_tree
from eval.bfcl.calls import Arguments, Call, DecodeError, NoCallError

if TYPE_CHECKING:
    from tree_sitter import Node


def decode_javascript(text: str) -> list[Call]:
    """Read ``[f(a=1)]``.

    Raises:
        DecodeError: it is not JavaScript, or names an argument twice.
    """
    program = syntax_tree.parse(text[1:-1], "javascript").root_node
    if program.type == "program":
        for statement in program.children:
            if statement.type == "expression_statement":
                for expression in statement.children:
                    if expression.type == "call_expression":
                        return [_call(expression)]
    raise NoCallError("JavaScript whose statements are no calls")


def _call(node: Node) -> Call:
    name, brackets = node.children[0], node.children[1]
    arguments: Arguments = {}
    for child in brackets.children:
        if child.type == "assignment_expression":
            key: str | None = _text(child.children[0])
            value = unquoted(_text(child.children[2]))
        elif child.type in ("identifier", "true"):
            key, value = None, _text(child)
        else:  # other unnamed arguments are ignored
            continue
        if key in arguments:
            raise DecodeError(f"the argument {key!r} is given twice")
        arguments[key] = value
    return {_text(name): arguments}


def unquoted(text: str) -> str:
    """Drop a quote character that the text both starts and ends with."""
    for quote in "\"'":
        if text.startswith(quote) and text.endswith(quote):
            return text[1:-1]
    return text


def _text(node: Node) -> str:
    return (node.text or b"").decode()
