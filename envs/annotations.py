"""JSON Schemas from type hints, and how to make a hinted value of a JSON value.

Understood: ``str int float bool None Any``, ``list tuple dict`` and their abstract cousins,
``Literal``, `enum.Enum`, unions, ``TypedDict``, dataclasses, ``NewType`` and ``Annotated`` with a
text, which becomes the description. Recursive types are not.
"""

from __future__ import annotations

import collections.abc
import types
import typing
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from typing import Annotated, Any, Literal, NamedTuple, Union

from envs.types import JSON

Converter = Callable[[Any], Any]


class Unsupported(Exception):
    """An annotation has no JSON Schema; the text is the rest of a sentence about it."""


class Shape(NamedTuple):
    """What an annotation comes to."""

    schema: dict[str, JSON]
    convert: Converter | None = None
    """From a JSON value that fits the schema; ``None`` where that value will do."""


_ARRAYS = (list, collections.abc.Sequence, collections.abc.Iterable, collections.abc.Collection)
_OBJECTS = (dict, collections.abc.Mapping, collections.abc.MutableMapping)


def _to_int(value: Any) -> Any:
    return int(value) if type(value) is float else value


def _to_float(value: Any) -> Any:
    return float(value) if type(value) is int else value


_SCALARS: dict[Any, Shape] = {
    str: Shape({"type": "string"}),
    int: Shape({"type": "integer"}, _to_int),  # 1.0 is an integer to JSON Schema
    float: Shape({"type": "number"}, _to_float),
    bool: Shape({"type": "boolean"}),
    None: Shape({"type": "null"}),
    type(None): Shape({"type": "null"}),
    Any: Shape({}),
    object: Shape({}),
}


def shape_of(annotation: Any, within: tuple[Any, ...] = ()) -> Shape:
    """Schema and converter of an annotation.

    Args:
        annotation: a resolved type hint.
        within: the classes that are being described, to notice recursion.

    Raises:
        Unsupported: it has no JSON Schema.
    """
    if annotation is None or (isinstance(annotation, type) and annotation in _SCALARS):
        found = _SCALARS[annotation]
        return Shape(dict(found.schema), found.convert)
    if annotation in within:
        raise Unsupported(f"{_name(annotation)} contains itself, which tools do not support")
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is Annotated:
        return _annotated(arguments, within)
    if origin is Literal:
        return Shape(_enum(arguments, annotation))
    if origin in (Union, types.UnionType):
        return _union(arguments, within)
    if origin in _ARRAYS or annotation in _ARRAYS:
        return _array(arguments, within)
    if origin is tuple or annotation is tuple:
        return _tuple(arguments, within)
    if origin in _OBJECTS or annotation in _OBJECTS:
        return _mapping(annotation, arguments, within)
    if typing.is_typeddict(annotation):
        return _typed_dict(annotation, (*within, annotation))
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return Shape(_enum([member.value for member in annotation], annotation), annotation)
    if isinstance(annotation, type) and is_dataclass(annotation):
        return _dataclass(annotation, (*within, annotation))
    if hasattr(annotation, "__supertype__"):  # a NewType
        return shape_of(annotation.__supertype__, within)
    raise Unsupported(
        f"{_name(annotation)} has no JSON Schema; use str, int, float, bool, list, dict, tuple, "
        "Literal, an Enum, a TypedDict or a dataclass"
    )


def _annotated(arguments: tuple[Any, ...], within: tuple[Any, ...]) -> Shape:
    shape = shape_of(arguments[0], within)
    texts = [note for note in arguments[1:] if isinstance(note, str)]
    return Shape({**shape.schema, "description": texts[0]}, shape.convert) if texts else shape


def _enum(values: collections.abc.Sequence[Any], annotation: Any) -> dict[str, JSON]:
    kinds = {type(value) for value in values}
    if not kinds <= {str, int, float, bool, type(None)}:
        raise Unsupported(f"{_name(annotation)} has values that are not JSON")
    schema: dict[str, JSON] = {"enum": list(values)}
    return {**_SCALARS[kinds.pop()].schema, **schema} if len(kinds) == 1 else schema


def _union(arguments: tuple[Any, ...], within: tuple[Any, ...]) -> Shape:
    arms = [shape_of(argument, within) for argument in arguments]
    others = [arm for arm in arms if arm.schema != {"type": "null"}]
    schemas = [arm.schema for arm in others]
    if all(schema.keys() == {"type"} for schema in schemas) or len(others) == 1 != len(arms):
        kinds = list(dict.fromkeys(kind for s in schemas for kind in _kinds(s)))
        if kinds:
            schema = {**schemas[0], "type": kinds}
            if len(others) < len(arms):
                schema["type"] = [*kinds, "null"]
                if "enum" in schema:
                    schema["enum"] = [*schema["enum"], None]
            return Shape(schema, _first_that_fits(others))
    return Shape({"anyOf": [arm.schema for arm in arms]}, _first_that_fits(others))


def _kinds(schema: dict[str, JSON]) -> list[str]:
    kind = schema.get("type", [])
    return [kind] if isinstance(kind, str) else list(kind)


def _first_that_fits(arms: list[Shape]) -> Converter | None:
    if all(arm.convert is None for arm in arms):
        return None
    numeric = {"integer", "number"} <= {kind for arm in arms for kind in _kinds(arm.schema)}

    def convert(value: Any) -> Any:
        from envs.schema import errors

        if numeric and type(value) in (int, float):
            return value  # ``int | float`` takes either as it comes
        for arm in arms:
            if not errors(value, arm.schema):
                return value if arm.convert is None else arm.convert(value)
        return value

    return convert


def _array(arguments: tuple[Any, ...], within: tuple[Any, ...]) -> Shape:
    if not arguments:
        return Shape({"type": "array"}, list)
    item = shape_of(arguments[0], within)
    convert = item.convert
    if convert is None:
        return Shape({"type": "array", "items": item.schema}, list)
    return Shape({"type": "array", "items": item.schema}, lambda value: [*map(convert, value)])


def _tuple(arguments: tuple[Any, ...], within: tuple[Any, ...]) -> Shape:
    if not arguments or arguments[-1] is Ellipsis:
        array = _array(arguments[:1], within)
        inner = array.convert or list
        return Shape(array.schema, lambda value: tuple(inner(value)))
    shapes = [shape_of(argument, within) for argument in arguments]
    schema = {
        "type": "array",
        "prefixItems": [shape.schema for shape in shapes],
        "items": False,
        "minItems": len(shapes),
    }
    return Shape(
        schema,
        lambda value: tuple(_apply(s, item) for s, item in zip(shapes, value, strict=True)),
    )


def _mapping(annotation: Any, arguments: tuple[Any, ...], within: tuple[Any, ...]) -> Shape:
    if not arguments:
        return Shape({"type": "object"})
    if arguments[0] is not str:
        raise Unsupported(
            f"{_name(annotation)} has keys that are not str, which JSON does not know"
        )
    item = shape_of(arguments[1], within)
    schema = {"type": "object", "additionalProperties": item.schema}
    if item.convert is None:
        return Shape(schema)
    return Shape(schema, lambda value: {key: _apply(item, v) for key, v in value.items()})


def _typed_dict(annotation: Any, within: tuple[Any, ...]) -> Shape:
    hints = typing.get_type_hints(annotation, include_extras=True)
    required = set(annotation.__required_keys__)
    shapes: dict[str, Shape] = {}
    for name, hint in hints.items():
        # A marker inside a string annotation is not in __required_keys__ before Python 3.14.
        marker = typing.get_origin(hint)
        if marker in (typing.Required, typing.NotRequired):
            (required.add if marker is typing.Required else required.discard)(name)
            (hint,) = typing.get_args(hint)
        shapes[name] = shape_of(hint, within)
    return _object(shapes, [name for name in shapes if name in required], dict)


def _dataclass(annotation: type, within: tuple[Any, ...]) -> Shape:
    hints = typing.get_type_hints(annotation, include_extras=True)
    own = [item for item in fields(annotation) if item.init]
    shapes = {item.name: shape_of(hints[item.name], within) for item in own}
    required = [
        item.name for item in own if item.default is MISSING and item.default_factory is MISSING
    ]
    return _object(shapes, required, lambda value: annotation(**value))


def _object(shapes: dict[str, Shape], required: list[str], make: Converter) -> Shape:
    schema: dict[str, JSON] = {
        "type": "object",
        "properties": {name: shape.schema for name, shape in shapes.items()},
        "additionalProperties": False,
    }
    if required:
        schema["required"] = required
    if make is dict and all(shape.convert is None for shape in shapes.values()):
        return Shape(schema)
    return Shape(
        schema, lambda value: make({name: _apply(shapes[name], v) for name, v in value.items()})
    )


def _apply(shape: Shape, value: Any) -> Any:
    return value if shape.convert is None else shape.convert(value)


def _name(annotation: Any) -> str:
    return annotation.__name__ if isinstance(annotation, type) else str(annotation)
