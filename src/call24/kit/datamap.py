"""The data map: every stored field says whose data it is, what for, how long it stays and how it goes.

Models carry it beside each field (`Annotated[str, Fact(...)]`); `@document` refuses a model with a field that says
nothing. `declared()` is what the policy page, the sweeper and the completeness test read. It stores nothing itself.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec


@dataclass(frozen=True, slots=True)
class Fact:
    """What the privacy policy must know about one stored field.

    subject: whose data (`caller`, `user`, `contact`, `organisation`, `none`); category: what kind of data; purpose: why
    we have it; retention: the rule that ends it; erase: how it is erased.
    """

    subject: str
    category: str
    purpose: str
    retention: str
    erase: str = "with the document"

    @property
    def personal(self) -> bool:
        return self.subject not in ("none", "organisation")


_AS_LONG = "as long as the document"

ID = Fact("none", "identifier", "tells documents apart", _AS_LONG)
TENANT = Fact("organisation", "identifier", "keeps organisations apart", _AS_LONG)
REFERENCE = Fact("none", "identifier", "points at another document", _AS_LONG)
TIME = Fact("none", "time", "order and duration", _AS_LONG)
STATE = Fact("none", "state", "what state it is in", _AS_LONG)
MEASURE = Fact("none", "measure", "durations and counts", _AS_LONG)
SETTING = Fact("organisation", "setting", "how the organisation wants it", "while the organisation exists")

D = TypeVar("D", bound=type[msgspec.Struct])


@dataclass(frozen=True, slots=True)
class Document:
    """A stored model: its collection, whether it belongs to one tenant, and its fields by dotted path."""

    struct: type[msgspec.Struct]
    collection: str
    tenant: bool
    facts: dict[str, Fact]


_by_struct: dict[type[msgspec.Struct], Document] = {}
_by_collection: dict[str, Document] = {}


def document(collection: str, *, tenant: bool) -> Callable[[D], D]:
    """Declare a struct as what `collection` keeps. Raises: TypeError when a field carries no Fact."""

    def declare(struct: D) -> D:
        facts = dict(_facts(struct, ""))
        names = struct.__struct_fields__
        if "id" not in names:
            raise TypeError(f"{struct.__name__} has no id")
        if tenant and "tenant_id" not in names:
            raise TypeError(f"{struct.__name__} belongs to a tenant and has no tenant_id")
        known = _by_collection.get(collection)
        if known is not None and known.struct.__qualname__ != struct.__qualname__:
            raise TypeError(f"{collection} is already declared by {known.struct.__name__}")
        _by_struct[struct] = _by_collection[collection] = Document(struct, collection, tenant, facts)
        return struct

    return declare


def document_of(struct: type[msgspec.Struct]) -> Document:
    """Raises: TypeError for a struct that was never declared."""
    try:
        return _by_struct[struct]
    except KeyError:
        raise TypeError(f"{struct.__name__} is not a declared document") from None


def documents() -> list[Document]:
    return [_by_collection[name] for name in sorted(_by_collection)]


def declared() -> dict[str, dict[str, Fact]]:
    """Collection -> dotted path (as stored, so `_id`) -> Fact.

    Lists do not appear in paths; a Fact covers all below its path unless deeper paths are declared too.
    """
    return {name: dict(doc.facts) for name, doc in _by_collection.items()}


def undeclared_paths(collection: str, stored: dict[str, Any]) -> list[str]:
    """The dotted paths of a stored document that the data map does not know."""
    facts = _by_collection[collection].facts if collection in _by_collection else {}
    return sorted(set(_unknown(stored, "", facts)))


def _unknown(value: Any, path: str, facts: dict[str, Fact]) -> Iterator[str]:
    if isinstance(value, dict):
        deeper = any(known.startswith(f"{path}.") for known in facts) if path else True
        if path and not deeper:
            return  # the Fact of this path covers all of it
        for key, inner in value.items():
            inner_path = f"{path}.{key}" if path else key
            if inner_path in facts:
                yield from _unknown(inner, inner_path, facts)
            else:
                yield inner_path
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _unknown(inner, path, facts)


def _facts(struct: type[msgspec.Struct], prefix: str) -> Iterator[tuple[str, Fact]]:
    config = struct.__struct_config__
    if config.tag_field is not None:
        yield prefix + config.tag_field, STATE
    hints = get_type_hints(struct, include_extras=True)
    renamed = dict(zip(struct.__struct_fields__, struct.__struct_encode_fields__, strict=True))
    for name in struct.__struct_fields__:
        fact = _fact_of(hints[name])
        if fact is None:
            raise TypeError(f"{struct.__name__}.{name} does not say whose data it is: Annotated[..., Fact(...)]")
        stored = "_id" if name == "id" and not prefix else renamed[name]
        yield prefix + stored, fact
        for nested in structs_in(hints[name]):
            yield from _facts(nested, f"{prefix}{stored}.")


def _fact_of(hint: Any) -> Fact | None:
    if get_origin(hint) is Annotated:
        return next((extra for extra in hint.__metadata__ if isinstance(extra, Fact)), None)
    return None


def structs_in(hint: Any) -> Iterator[type[msgspec.Struct]]:
    """Structs reached through unions, lists and tuples; a dict's values are covered by the field's own Fact."""
    origin = get_origin(hint)
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        yield hint
    elif origin in (Annotated, Union, types.UnionType, list, tuple):
        for part in get_args(hint)[: 1 if origin is Annotated else None]:
            yield from structs_in(part)
