"""The JSON Schema of each part of a caller's file, made from the struct that is stored and the data map. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from call24.caller_files.masking import left_out
from call24.data_map import Document, Fact

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_REF = "#/$defs/"


def schema_of(document: Document) -> dict[str, Any]:
    """Of the whole part: a list of documents, each with what the file shows of it."""
    [shown], components = msgspec.json.schema_components([document.struct], ref_template=_REF + "{name}")
    name = shown["$ref"].removeprefix(_REF)
    components[name]["properties"].pop("tenant_id", None)
    _trim(components, name, document.facts, "")
    for one in components.values():
        if "properties" in one:
            one["additionalProperties"] = False
            one["required"] = [key for key in one.get("required", []) if key in one["properties"]]
    return {
        "$schema": DIALECT,
        "title": document.collection,
        "type": "array",
        "items": shown,
        "$defs": components,
    }


def _trim(components: dict[str, Any], name: str, facts: dict[str, Fact], before: str) -> None:
    """Takes out what the file leaves out, here and below."""
    properties = components[name].get("properties", {})
    for key in list(properties):
        path = f"{before}{'_id' if key == 'id' and not before else key}"
        if left_out(facts[path]):
            del properties[key]
            continue
        for inner in _refs(properties[key]):
            if any(known.startswith(f"{path}.") for known in facts):
                _trim(components, inner, facts, f"{path}.")


def _refs(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(ref := schema.get("$ref"), str):
            yield ref.removeprefix(_REF)
        for inner in schema.values():
            yield from _refs(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from _refs(inner)
