"""Syntax trees of Java and JavaScript, as far as the decoders need them.

tree-sitter never fails: what it cannot make sense of becomes an ERROR node, what it misses (the
semicolon, mostly) a MISSING node. The official decoders refuse the former and accept the latter.
"""

from __future__ import annotations

import functools
import importlib
from typing import TYPE_CHECKING, Literal

from eval.bfcl.calls import DecodeError

if TYPE_CHECKING:
    from tree_sitter import Language, Node, Tree


def parse(code: str, language: Literal["java", "javascript"]) -> Tree:
    """Parse a piece of code; a parser of its own for each call, so from any thread.

    Raises:
        DecodeError: there is an ERROR in the tree, or the text is not encodable.
    """
    from tree_sitter import Parser

    try:
        source = code.encode()
    except UnicodeEncodeError:
        raise DecodeError("the text has a lone surrogate") from None
    tree = Parser(_grammar(language)).parse(source)
    if _has_error(tree.root_node):
        raise DecodeError(f"not {'Java' if language == 'java' else 'JavaScript'}")
    return tree


def _has_error(root: Node) -> bool:
    """Whether there is an ERROR node; a flag marks the branches with an ERROR or a MISSING one."""
    pending = [root]
    while pending:
        node = pending.pop()
        if node.has_error:
            if node.is_error:
                return True
            pending += node.children
    return False


@functools.cache
def _grammar(language: Literal["java", "javascript"]) -> Language:
    from tree_sitter import Language

    grammar = importlib.import_module(f"tree_sitter_{language}")
    return Language(grammar.language())
