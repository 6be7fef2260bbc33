"""Calls written as Python, carried out on the simulated APIs without running Python.

A call string is parsed, its syntax tree is walked, and known methods are called with literal
arguments; results and the texts of errors are those of the official code, which runs the string.
What only Python itself could answer (names of builtins, attributes, comprehensions, ...) and what
would take too long is not carried out: an error result in our own words, told apart as
``refused``.

The official code rewrites every ``name(`` to ``<instance>.name(`` before it runs a string, inside
of string literals too, and drops the space before the bracket. This one does the same, so a text
with the name of a method and a bracket in it never equals the expected one, here as there.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import decimal
import json
import re
import threading
import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from envs.common.python_source import parse_expression
from envs.state import ATOMS, copied
from eval.bfcl.arithmetic import compute
from eval.bfcl.calls import DecodeError
from eval.bfcl.multi_turn.instances import Apis, is_official
from eval.bfcl.multi_turn.limits import MAX_NESTED, MAX_SOURCE, Refused, check, size
from eval.bfcl.multi_turn.plain_calls import (
    CALLED,
    SOURCE_NAME,
    Methods,
    PlainCall,
    methods,
    read_plain,
)

FORBIDDEN = frozenset(("kill", "exit", "quit", "remove", "unlink", "popen", "Popen", "run"))
"""Names that the official code does not let pass as what a string calls."""
_OFFICIAL_NAMES = """
__builtins__ __cached__ __file__ copy importlib inspect json re CLASS_FILE_PATH_MAPPING
STATELESS_CLASSES execute_multi_turn_func_call is_empty_execute_response _process_method_calls
func_call_list initial_config involved_classes model_name test_entry_id long_context is_evaL_run
class_method_name_mapping involved_instances class_name module_name instance_name module class_
class_instance class_initial_config method_name method execution_results func_call func_call_copy
func_call_result
"""
_NAMES = frozenset((*dir(builtins), *_OFFICIAL_NAMES.split()))
"""Names that mean something where the official code runs a string."""

_ONE_AT_A_TIME = threading.Lock()
"""Official methods keep what they compute in globals of their modules until it becomes text."""


class Result(NamedTuple):
    """What a call comes to."""

    text: str
    """What the model reads and the checker compares."""
    kind: Literal["done", "error", "refused"] = "done"
    """``error``: Python's answer is an error. ``refused``: not carried out, see the module."""


class Scope(NamedTuple):
    """What names mean in the calls of one side of an entry."""

    methods: Methods
    instances: Mapping[str, str]
    """Class -> the name of its instance."""
    official: bool = True
    """Whether there is an official class among them."""


def scope(apis: Apis, owner: str) -> Scope:
    """The scope of instances.

    Args:
        apis: the instances.
        owner: becomes part of their names. Texts that quote a call tell two owners apart.
    """
    owner = re.sub(r"[-./:]", "_", owner)
    instances = {name: f"{owner}_{name}_instance" for name in apis}
    return Scope(methods(apis), instances, any(map(is_official, apis.values())))


def execute(call: str, apis: Apis, scope: Scope) -> Result:
    """Carry out one call string. Never raises."""
    plain = read_plain(call, scope.methods)
    try:
        lock = _ONE_AT_A_TIME if scope.official else contextlib.nullcontext()
        with lock, decimal.localcontext():
            if plain:
                value = _carry_out(plain, apis)
            else:
                value = _Evaluation(apis, scope).value(_parsed(call, scope))
            return Result(_as_text(value))
    except Refused as refused:
        return Result(f"Error during execution: not carried out: {refused}.", "refused")
    except Exception as error:
        return Result(f"Error during execution: {error}", "error")


def _carry_out(call: PlainCall, apis: Apis) -> Any:
    api = apis[call.class_name]
    positional, named = call.arguments()
    check(api, call.method, positional, named)
    return _with_own_defaults(getattr(api, call.method))(*positional, **named)


def _with_own_defaults(method: Any) -> Any:
    """The method with defaults that nobody else has.

    Some official methods put a list that is a default into their state and change it later, so
    that what one conversation did would show in all that follow.
    """
    function = getattr(method, "__func__", None)
    defaults = getattr(function, "__defaults__", None) or ()
    if function is None or all(type(value) in ATOMS for value in defaults):
        return method
    own = types.FunctionType(
        function.__code__,
        function.__globals__,
        function.__name__,
        copied(defaults),
        function.__closure__,
    )
    own.__qualname__, own.__kwdefaults__ = function.__qualname__, function.__kwdefaults__
    return types.MethodType(own, method.__self__)


def _parsed(call: str, scope: Scope) -> ast.expr:
    """The syntax tree of a call string, with instances before the methods.

    Raises:
        SyntaxError, ValueError: Python's own, in its words.
        PermissionError: it calls what the official code does not let pass.
        Refused: it is nested too deeply, or too long.
    """
    if len(call) > MAX_SOURCE:
        raise Refused(f"it has more than {MAX_SOURCE:,} characters")
    source = CALLED.sub(lambda found: _qualified(found[1], scope), call)
    called = source.partition("(")[0]
    if "." in called:
        called = called.split(".")[1]
    if called in FORBIDDEN:
        raise PermissionError(f"Function call {called} is not allowed.")
    try:
        tree = parse_expression(source.lstrip(" \t"), SOURCE_NAME).body
        for node in ast.walk(tree):
            _check_keywords(node)
        return tree
    except SyntaxError as error:
        error.filename = "<string>"
        raise
    except (RecursionError, MemoryError):
        raise Refused("it is nested too deeply") from None


def _qualified(name: str, scope: Scope) -> str:
    class_name = scope.methods.owners.get(name)
    return name if class_name is None else f"{scope.instances[class_name]}.{name}"


def _check_keywords(node: ast.AST) -> None:
    """Raise what Python raises about repeated keywords only when it compiles a tree."""
    if not isinstance(node, ast.Call) or len(node.keywords) < 2:
        return
    names = [keyword.arg for keyword in node.keywords if keyword.arg is not None]
    if len(set(names)) < len(names):
        twice = next(name for at, name in enumerate(names) if name in names[:at])
        where = (SOURCE_NAME, node.lineno, None, None)
        raise SyntaxError(f"keyword argument repeated: {twice}", where)


def _as_text(value: Any) -> str:
    if type(value) is str:
        return value
    if type(value) is dict:
        try:
            return json.dumps(value)
        except Exception:  # whatever is wrong with it as JSON
            return str(value)
    return str(value)


@dataclass(frozen=True)
class _Evaluation:
    """Walks the tree of one expression in the order in which Python would."""

    apis: Apis
    scope: Scope

    def value(self, node: ast.expr) -> Any:
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Call():
                return self._call(node)
            case ast.List(elts=elements):
                return self._values(elements)
            case ast.Tuple(elts=elements):
                return tuple(self._values(elements))
            case ast.Set(elts=elements):
                return set(self._values(elements))
            case ast.Dict(keys=keys, values=values) if None not in keys:
                return {
                    self.value(key): self.value(item)
                    for key, item in zip(keys, values, strict=True)
                    if key is not None
                }
            case ast.BinOp() | ast.UnaryOp():
                return self._computed(node)
        raise self._refusal(node)

    def _values(self, nodes: Sequence[ast.expr]) -> list[Any]:
        return [self.value(node) for node in nodes]

    def _computed(self, node: ast.expr) -> Any:
        try:
            return compute(node)
        except DecodeError as error:
            self._known(node)
            raise Refused(str(error)) from None

    def _call(self, node: ast.Call) -> Any:
        instance, class_name = "", None
        match node.func:
            case ast.Attribute(value=ast.Name(id=instance), attr=method):
                class_name = self.scope.methods.owners.get(method)
        if class_name is None or instance != self.scope.instances[class_name]:
            raise self._refusal(node.func)
        if any(keyword.arg is None for keyword in node.keywords):
            raise Refused("it unpacks arguments")
        positional = [self._argument(item) for item in node.args]
        named = {str(keyword.arg): self._argument(keyword.value) for keyword in node.keywords}
        call = PlainCall(class_name, method, tuple(positional), named, fixed=True)
        return _carry_out(call, self.apis)

    def _argument(self, node: ast.expr) -> Any:
        """A value of the call's own: results of inner calls may be parts of an API's state."""
        value = self.value(node)
        if type(value) in ATOMS or type(node) is ast.Constant:
            return value
        if size(value) > MAX_NESTED:
            raise Refused("an argument is too large")
        return copied(value)

    def _refusal(self, node: ast.expr) -> Exception:
        """What to raise for a part that is not evaluated."""
        self._known(node)
        name = type(node).__name__
        return Refused(f"it takes running Python code ({name})")

    def _known(self, node: ast.expr) -> None:
        """Raise `NameError` where the name that Python reads first is unknown to it."""
        while True:
            match node:
                case ast.Attribute(value=first) | ast.Subscript(value=first):
                    node = first
                case ast.Call(func=first) | ast.UnaryOp(operand=first):
                    node = first
                case ast.BinOp(left=first) | ast.Compare(left=first):
                    node = first
                case ast.BoolOp(values=[first, *_]):
                    node = first
                case ast.Name(id=name) if not (
                    name in _NAMES or name in self.scope.instances.values()
                ):
                    raise NameError(f"name {name!r} is not defined")
                case _:
                    return
