"""Random tools whose schemas stay within what constrained decoding supports."""

from __future__ import annotations

import random
from typing import Any

from envs.types import ToolSpec

NAMES = ["x", "city", "from", "Content-Type", "ключ", 'say "hi"', "a.b", "class", "days", "_n"]
PATTERNS = [
    "^[a-c]{2,4}$",
    "^\\d{3}-\\d{2}$",
    "[xyz]",
    "^(red|green)?$",
    "b$|^a",
    "^\\w+@x\\.y$",
    "é+",
]
STRINGS = ["red", "a b", 'q"q', "back\\slash", "new\nline", "日本", "", "🙂", "it's", "\t"]
VALUES: list[Any] = [1, -5, 2.5, True, False, None, [1, 2], ["a", None], {"k": 1}, {}, 10**12, 1e-9]


class Schemas:
    """Draws schemas; the same seed gives the same ones."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        self.defs: dict[str, Any] = {}

    def tools(self) -> list[ToolSpec]:
        count = self.draw.choice([1, 1, 1, 2, 3])
        return [
            self.tool(f"{self.draw.choice(['f', 'math.add', 'get_it'])}{i}") for i in range(count)
        ]

    def tool(self, name: str) -> ToolSpec:
        self.defs = {}
        schema = self.object(2, top=True)
        if self.defs:
            schema["$defs"] = self.defs
        return ToolSpec(name, "does things", schema)

    def chance(self, probability: float) -> bool:
        return self.draw.random() < probability

    def value(self, depth: int) -> Any:
        kinds = [
            "string",
            "string",
            "integer",
            "number",
            "boolean",
            "null",
            "enum",
            "const",
            "types",
        ]
        if depth:
            kinds += [
                "array",
                "array",
                "object",
                "object",
                "anyOf",
                "oneOf",
                "$ref",
                "tuple",
                "any",
            ]
        schema = getattr(self, self.draw.choice(kinds).replace("$", ""))(depth)
        if isinstance(schema, dict) and self.chance(0.2):
            schema |= {"description": "x", "default": 3, "format": "date", "nullable": True}
        return schema

    def string(self, depth: int) -> Any:
        schema: dict[str, Any] = {"type": "string"}
        if self.chance(0.3):
            return schema | {"pattern": self.draw.choice(PATTERNS)}
        low = self.draw.randint(0, 3)
        if self.chance(0.8):
            schema["maxLength"] = low + self.draw.randint(0, 8)
        if self.chance(0.4):
            schema["minLength"] = low
        return schema

    def bounds(self, scale: Any) -> Any:
        low = scale(self.draw.uniform(-1000, 1000))
        schema: dict[str, Any] = {}
        if self.chance(0.5):
            schema[self.draw.choice(["minimum", "exclusiveMinimum"])] = low
        if self.chance(0.5):
            gap = scale(self.draw.choice([1, 2, 50, 1e6]))
            schema[self.draw.choice(["maximum", "exclusiveMaximum"])] = low + gap
        return schema

    def integer(self, depth: int) -> Any:
        return {"type": "integer", **self.bounds(round)}

    def number(self, depth: int) -> Any:
        digits = self.draw.choice([0, 1, 3, 17])
        return {"type": "number", **self.bounds(lambda x: round(x, digits))}

    def boolean(self, depth: int) -> Any:
        return {"type": "boolean"}

    def null(self, depth: int) -> Any:
        return {"type": "null"}

    def enum(self, depth: int) -> Any:
        schema: dict[str, Any] = {"enum": self.draw.sample(STRINGS + VALUES, 4)}
        if self.chance(0.5):
            schema = {"enum": self.draw.sample(STRINGS, 3), "type": "string"}
        return schema

    def const(self, depth: int) -> Any:
        return {"const": self.draw.choice(STRINGS + VALUES)}

    def types(self, depth: int) -> Any:
        schema = self.string(depth) | self.integer(depth)
        return schema | {"type": self.draw.sample(["string", "integer", "null", "boolean"], 2)}

    def array(self, depth: int) -> Any:
        schema: dict[str, Any] = {"type": "array"}
        if self.chance(0.9):
            schema["items"] = self.value(depth - 1)
        low = self.draw.randint(0, 2)
        if self.chance(0.5):
            schema["minItems"] = low
        if self.chance(0.7):
            schema["maxItems"] = low + self.draw.randint(0, 3)
        return schema

    def tuple(self, depth: int) -> Any:
        first = [self.value(depth - 1) for _ in range(self.draw.randint(1, 3))]
        schema: dict[str, Any] = {"type": "array", "prefixItems": first}
        if self.chance(0.5):
            schema["items"] = self.draw.choice([False, {"type": "integer"}])
        if self.chance(0.5):
            schema["minItems"] = self.draw.randint(0, len(first))
        if self.chance(0.3):
            schema["maxItems"] = self.draw.randint(0, 4)
        return schema

    def object(self, depth: int, *, top: bool = False) -> Any:
        names = self.draw.sample(NAMES, self.draw.randint(0, 4))
        schema: dict[str, Any] = {
            "type": "object",
            "properties": {name: self.value(max(depth - 1, 0)) for name in names},
        }
        if self.chance(0.7):
            schema["required"] = [name for name in names if self.chance(0.5)]
        if self.chance(0.3):
            schema["additionalProperties"] = self.draw.choice([False, {"type": "integer"}])
        if self.chance(0.1) and not top and "additionalProperties" not in schema:
            schema["required"] = ["undeclared"]
        return schema

    def any(self, depth: int) -> Any:
        return self.draw.choice(
            [{}, True, {"description": "free"}, {"maxLength": 3}, {"items": {}}]
        )

    def anyOf(self, depth: int) -> Any:
        return {"anyOf": [self.value(depth - 1) for _ in range(self.draw.randint(1, 3))]}

    def oneOf(self, depth: int) -> Any:
        if self.chance(0.5):
            return {"oneOf": [self.string(0), self.integer(0), self.null(0)]}
        kinds = [
            {
                "type": "object",
                "properties": {"kind": {"const": kind}, "v": self.value(depth - 1)},
                "required": ["kind"],
            }
            for kind in ("a", "b")
        ]
        return {"oneOf": kinds}

    def ref(self, depth: int) -> Any:
        if self.chance(0.5):
            self.defs["tree"] = {
                "type": "object",
                "properties": {
                    "v": self.integer(0),
                    "kids": {"type": "array", "items": {"$ref": "#/$defs/tree"}, "maxItems": 2},
                },
                "additionalProperties": False,
            }
            return {"$ref": "#/$defs/tree"}
        name = f"d/{len(self.defs)}~"
        self.defs[name] = True
        self.defs[name] = self.value(depth - 1)
        return {"$ref": f"#/$defs/{name.replace('~', '~0').replace('/', '~1')}"}
