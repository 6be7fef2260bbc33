"""Function docs as prompts show them, to the official letter: JSON, XML, something like Python."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from eval.bfcl.data import Doc
from eval.bfcl.formats import DocFormat


def show_docs(docs: Sequence[Doc], doc_format: DocFormat) -> str:
    """The docs as one text."""
    if doc_format == "xml":
        return "\n".join(_xml(doc) for doc in docs)
    if doc_format == "python":
        return "\n\n".join(part for doc in docs for part in (_python(doc), "\n"))
    return json.dumps(docs, indent=4)


def _description(spec: Doc) -> str:
    choices = f" Enum values: {spec['enum']}." if "enum" in spec else ""
    return f"{spec.get('description', '')}{choices}"


# XML


def _xml(doc: Doc) -> str:
    parameters = doc["parameters"]
    lines = [
        f'<function name="{doc["name"]}">',
        f"  <desc>{doc.get('description', '')}</desc>",
        "  <params>",
        *_xml_parameters(parameters.get("properties", {}), parameters.get("required"), "    "),
        "  </params>",
        "</function>",
    ]
    return "".join(f"{line}\n" for line in lines)


def _xml_parameters(
    properties: dict[str, Doc], required: Collection[str] | None, indent: str
) -> Iterator[str]:
    """Lines for parameters and what is nested in them; without a list all are required."""
    for name, spec in properties.items():
        needed = "true" if required is None or name in required else "false"
        attributes = f'name="{name}" type="{_xml_type(spec)}" required="{needed}"'
        if "default" in spec:
            attributes += f' default="{spec["default"]!r}"'
        yield f"{indent}<param {attributes.replace(',', '')}>"
        yield f"{indent}  <desc>{_description(spec)}</desc>"
        if "properties" in spec:
            yield f"{indent}  <params>"
            yield from _xml_parameters(spec["properties"], spec.get("required"), indent + "    ")
            yield f"{indent}  </params>"
        yield f"{indent}</param>"


def _xml_type(spec: Doc) -> str:
    kind = str(spec.get("type", "string"))
    if "type" in spec.get("items", ()):
        return f"{kind}[{spec['items']['type']}]"
    if "additionalProperties" in spec:
        return f"{kind}[{spec['additionalProperties'].get('type', 'string')}]"
    return kind


# Python

_PYTHON_TYPES = {"string": "str", "number": "float", "integer": "int", "boolean": "bool"}


def _python(doc: Doc) -> str:
    lines = [f"# Function: {doc['name']}", '    """', f"    {doc.get('description', '')}", ""]
    properties = doc.get("parameters", {}).get("properties")
    if properties:
        lines += ["    Args:", *_python_parameters(properties, " " * 8)]
    return "".join(f"{line}\n" for line in (*lines, '    """'))


def _python_parameters(properties: dict[str, Doc], indent: str) -> Iterator[str]:
    for name, spec in properties.items():
        default = f", default={spec['default']!r}" if "default" in spec else ""
        yield f"{indent}{name} ({_python_type(spec)}{default}): {_description(spec)}"
        yield from _python_parameters(spec.get("properties", {}), indent + "    ")


def _python_type(spec: dict[str, Any]) -> str:
    kind = str(spec.get("type", "string"))
    if kind in ("array", "list", "tuple") and "items" in spec:
        return f"list[{_python_type(spec['items'])}]"
    if kind in ("object", "dict"):
        if "additionalProperties" in spec:
            return f"dict[str, {_python_type(spec['additionalProperties'])}]"
        return "dict"
    return _PYTHON_TYPES.get(kind, kind)
