"""Documents with a canary in each field that the data map calls a caller's, made from the struct and the map alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from msgspec import inspect
from tests.support.product.composed import least, made_up

from call24.data_map import Category, Document, Subject


def canaries(document: Document, mark: str) -> dict[str, str]:
    """Path -> the canary that stands there, of texts and names; of the rest, the caller's own ids and numbers do."""
    spoken = {
        path: f"{mark} {document.collection} {path}"
        for path, fact in document.facts.items()
        if fact.subject is Subject.CALLER and fact.category is not Category.ID
    }
    return {path: text for path, text in spoken.items() if path not in ("number", "caller", "seen_at")}


def document_with(document: Document, tenant_id: str, due: datetime, values: Mapping[str, Any]) -> dict[str, Any]:
    """As MongoDB keeps it; `values`: by dotted path, in lists in their first element."""
    made = made_up(document.struct, tenant_id, due)
    for path, value in values.items():
        _put(made, document.struct, path.split("."), value)
    return made


def _put(into: dict[str, Any], struct: type[msgspec.Struct], path: list[str], value: Any) -> None:
    name, *rest = path
    kinds = {field.encode_name: field.type for field in inspect.type_info(struct).fields}  # type: ignore[attr-defined]
    kind = _plain(kinds["id" if name == "_id" else name])
    if not rest:
        into[name] = [value] if isinstance(kind, inspect.VarTupleType | inspect.ListType) else value
        return
    if isinstance(kind, inspect.VarTupleType | inspect.ListType):
        inner = _plain(kind.item_type)
        if not into.get(name):
            into[name] = [_built(inner)]
        _put(into[name][0], inner.cls, rest, value)
    else:
        if not into.get(name):
            into[name] = _built(kind)
        _put(into[name], kind.cls, rest, value)


def _built(kind: inspect.Type) -> dict[str, Any]:
    built: dict[str, Any] = msgspec.to_builtins(least(kind), builtin_types=(datetime, bytes))
    return built


def _plain(kind: inspect.Type) -> Any:
    while isinstance(kind, inspect.Metadata):
        kind = kind.type
    if isinstance(kind, inspect.UnionType):
        return _plain(next(one for one in kind.types if not isinstance(one, inspect.NoneType)))
    return kind
