"""Structs <-> stored documents: `id` is `_id`, times are BSON dates, everything else as msgspec sees it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Any, TypeVar, get_type_hints

import msgspec

from call24.data_map import structs_in

T = TypeVar("T", bound=msgspec.Struct)

_KEPT = (datetime, bytes)
_FORBIDDEN = frozenset({"$where", "$function", "$accumulator", "$expr"})


def stored(doc: msgspec.Struct) -> dict[str, Any]:
    document: dict[str, Any] = msgspec.to_builtins(doc, builtin_types=_KEPT, str_keys=True)
    return {"_id": document.pop("id"), **document}


def loaded(raw: dict[str, Any], struct: type[T]) -> T:
    if "_id" in raw:
        raw["id"] = raw.pop("_id")
    return msgspec.convert(raw, struct)


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """A filter or a set of new values with our own types made storable, and `id` as `_id`."""
    made: dict[str, Any] = msgspec.to_builtins(dict(values), builtin_types=_KEPT, str_keys=True)
    if "id" in made:
        made["_id"] = made.pop("id")
    return made


@cache
def projection(part: type[msgspec.Struct]) -> dict[str, int]:
    """What to ask the server for, so that documents come with the fields of `part` alone, nested ones too."""
    return dict.fromkeys(_paths(part, ""), 1)


def _paths(struct: type[msgspec.Struct], prefix: str) -> Iterator[str]:
    hints = get_type_hints(struct, include_extras=True)
    for name in struct.__struct_fields__:
        stored = "_id" if name == "id" and not prefix else name
        nested = [path for inner in structs_in(hints[name]) for path in _paths(inner, f"{prefix}{stored}.")]
        yield from nested or [f"{prefix}{stored}"]


def refuse_scope(values: object) -> None:
    """Raises: ValueError when a filter or an update names the tenant itself, or asks the server to run code."""
    if isinstance(values, Mapping):
        for key, inner in values.items():
            if key == "tenant_id":
                raise ValueError("the scope adds tenant_id itself")
            if key in _FORBIDDEN:
                raise ValueError(f"{key} is not allowed in a query")
            refuse_scope(inner)
    elif isinstance(values, list | tuple):
        for inner in values:
            refuse_scope(inner)
