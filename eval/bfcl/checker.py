"""Are these the expected calls? The official AST checker's rules, in the official order.

A call is compared with a truth that lists the acceptable values of every parameter. The first rule
broken decides the error type. Rules that look odd are the official ones: types are compared
exactly, a value of the first acceptable value's type passes whatever the doc declares, texts are
compared without case and some punctuation, and elements of lists are checked one level deep.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from eval.bfcl import java_values, javascript_values
from eval.bfcl.calls import Arguments, Call
from eval.bfcl.categories import Kind, Language
from eval.bfcl.data import Doc, Truth


class Failure(NamedTuple):
    """The first rule that an answer breaks."""

    error_type: str
    """The official name of the rule."""
    parameter: str | None = None
    """The parameter concerned."""
    expected: Any = None
    got: Any = None


class CheckerCrash(Exception):
    """The official checker crashes on this answer, so it has no verdict."""


def check(
    kind: Kind,
    language: Language,
    functions: Sequence[Doc],
    truth: Truth,
    calls: Sequence[Call],
    *,
    underscored: bool = False,
) -> Failure | None:
    """Compare `calls` with `truth`; ``None`` when they are right.

    Args:
        kind: ``parallel`` takes the calls in any order, each truth the first call left that fits.
        language: of the answer and of the types in the docs.
        functions: docs without hints.
        truth: the expected calls.
        calls: what the answer decoded to.
        underscored: a right call has ``_`` for every ``.`` in the function's name.

    Raises:
        CheckerCrash: the official checker would crash.
    """
    try:
        if kind == "parallel":
            return _unordered(language, functions, truth, calls, underscored)
        if kind == "multiple":
            if len(calls) != len(truth):
                return Failure(
                    "multiple_function_checker:wrong_count", None, len(truth), len(calls)
                )
            return _call(language, _doc(functions, truth[0]), truth[0], calls[0], underscored)
        if len(calls) != 1:
            return Failure("simple_function_checker:wrong_count", None, 1, len(calls))
        return _call(language, functions[0], truth[0], calls[0], underscored)
    except (
        LookupError,
        TypeError,
        AttributeError,
        ValueError,
        ArithmeticError,
        NotImplementedError,
        RecursionError,
    ) as error:
        raise CheckerCrash(f"{type(error).__name__}: {error}") from error


def _unordered(
    language: Language,
    functions: Sequence[Doc],
    truth: Truth,
    calls: Sequence[Call],
    underscored: bool,
) -> Failure | None:
    if len(calls) != len(truth):
        kind = "parallel_function_checker_no_order:wrong_count"
        return Failure(kind, None, len(truth), len(calls))
    left = list(calls)
    for expected in truth:
        doc = _doc(functions, expected)
        failures = []
        for at, candidate in enumerate(left):
            failure = _call(language, doc, expected, candidate, underscored)
            if failure is None:
                del left[at]
                break
            failures.append(failure)
        else:
            nearest = next((f for f in failures if f.parameter is not None), failures[0])
            kind = "parallel_function_checker_no_order:cannot_find_match"
            return Failure(kind, None, expected, nearest)
    return None


def _doc(functions: Sequence[Doc], expected: dict[str, Any]) -> Any:
    """The doc of an expected call; ``None``, which crashes later, where there is none."""
    (name,) = expected
    for doc in functions:
        if doc["name"] == name:
            return doc
    return None


def _call(
    language: Language, doc: Doc, expected: dict[str, Any], call: Call, underscored: bool
) -> Failure | None:
    """Compare one call with one truth."""
    (acceptable,) = expected.values()
    name, parameters = doc["name"], doc["parameters"]
    properties, required = parameters["properties"], parameters["required"]
    if underscored:
        name = name.replace(".", "_")
    if name not in call:
        return Failure("simple_function_checker:wrong_func_name", None, name, next(iter(call)))
    arguments = call[name]
    for parameter in required:
        if parameter not in arguments:
            return Failure("simple_function_checker:missing_required", parameter)
    for key, value in arguments.items():
        if key not in properties or key not in acceptable:
            return Failure("simple_function_checker:unexpected_param", str(key), got=value)
        error = _argument(language, properties[key], value, acceptable[key])
        if error is not None:
            return Failure(error, key, acceptable[key], value)
    return _missing_optional(acceptable, arguments)


def _missing_optional(acceptable: dict[str, Any], arguments: Arguments) -> Failure | None:
    for parameter, values in acceptable.items():
        if parameter not in arguments and "" not in values:
            return Failure("simple_function_checker:missing_optional", parameter, values)
    return None


PYTHON_TYPES: dict[str, type] = {
    "string": str,
    "integer": int,
    "float": float,
    "boolean": bool,
    "array": list,
    "tuple": list,
    "dict": dict,
    "any": str,
}
_SCALARS = (str, int, float, bool)


def _argument(language: Language, spec: Doc, value: Any, acceptable: Any) -> str | None:
    """The error type of one argument; ``None`` when type and value are right."""
    declared = spec["type"]
    element: type | None = None
    if language == "python":
        expected = PYTHON_TYPES[declared]
        if type(value) is expected and expected in _SCALARS and type(acceptable) is list:
            if value in acceptable:
                return None  # as all that follows would find, at length
        elif expected is list:
            element = PYTHON_TYPES[spec["items"]["type"]]
            if declared == "tuple" and type(value) is tuple:
                value = list(value)
        elif expected is float and type(value) is int:
            value = float(value)
    else:
        values = java_values if language == "java" else javascript_values
        expected = values.TYPES[declared]
        if type(value) is not str:
            return "type_error:java" if language == "java" else "type_error:js"
        inner = None
        if declared in ("Array", "ArrayList", "array"):
            inner = spec["items"]["type"]
            element = values.TYPES[inner]
        value = values.convert(value, declared, inner)
    first = _first_type(acceptable)
    if not _type_fits(value, acceptable, expected, element):
        if type(value) is expected and expected is first:
            return "type_error:nested"
        return "type_error:simple"
    if first is None or first is expected:
        if expected is str:
            return _text_error(value, acceptable)
        if expected is dict:
            return _dict_error(value, acceptable)
        if expected is list:
            return (_dicts_error if element is dict else _list_error)(value, acceptable)
    return None if value in acceptable else "value_error:others"


def _first_type(acceptable: Any) -> type | None:
    """The type of the first acceptable value that is more than "may be left out"."""
    for answer in acceptable:
        if answer != "":
            return type(answer)
    return None


def _type_fits(value: Any, acceptable: Any, expected: type, element: type | None) -> bool:
    """Whether a value has the declared type or that of the first acceptable value.

    Elements are checked against each acceptable list in turn; an acceptable value that is no list
    (``""`` for one) accepts any elements.
    """
    if type(value) is expected:
        return element is None or any(_items_fit(value, answer, element) for answer in acceptable)
    return type(value) is _first_type(acceptable)


def _items_fit(items: Any, answer: Any, element: type) -> bool:
    return type(answer) is not list or all(
        _type_fits(item, answer, element, None) for item in items
    )


def standard(text: str) -> str:
    """A text as texts are compared: some punctuation gone, lower case, quotes alike."""
    for mark in " ,./-_*^":
        text = text.replace(mark, "")
    return text.lower().replace("'", '"')


def _standard(value: Any) -> Any:
    return standard(value) if type(value) is str else value


def _standards(values: Any) -> list[Any]:
    # by index as in the official code, which crashes where a dict stands in place of a list
    return [_standard(values[at]) for at in range(len(values))]


def _text_error(value: str, acceptable: Any) -> str | None:
    accepted = (standard(answer) for answer in acceptable if type(answer) is str)
    return None if standard(value) in accepted else "value_error:string"


def _list_error(value: list[Any], acceptable: Any) -> str | None:
    accepted = [_standards(answer) for answer in acceptable]
    return None if _standards(value) in accepted else "value_error:list/tuple"


def _dict_error(value: dict[Any, Any], acceptable: Iterable[Any]) -> str | None:
    """The error type against the last acceptable dict; ``None`` when one fits."""
    error: str | None = "dict_checker:unclear"
    for answer in acceptable:
        if answer != "":
            error = _one_dict_error(value, answer)
            if error is None:
                return None
    return error


def _one_dict_error(value: dict[Any, Any], answer: dict[Any, Any]) -> str | None:
    error = None
    for key, item in value.items():
        if key not in answer:
            error = "value_error:dict_key"
            break
        if _standard(item) not in _standards(answer[key]):
            error = "value_error:dict_value"
            break
    for key, items in answer.items():  # a missing key is what gets reported, if there is one
        if key not in value and "" not in items:
            return "value_error:dict_key"
    return error


def _dicts_error(value: list[Any], acceptable: Any) -> str | None:
    """The error type of a list of dicts, compared place by place."""
    error: str | None = "list_dict_checker:unclear"
    for answer in acceptable:
        if len(value) != len(answer):
            error = "value_error:list_dict_count"
            continue
        places = (_dict_error(item, [answer[at]]) for at, item in enumerate(value))
        error = next(filter(None, places), None)
        if error is None:
            return None
    return error
