"""Stored models: a struct is declared as what a collection keeps, and each of its fields says whose data it is.

`@document` refuses a model with a field that says nothing. `documents()` is what the sweeper, the page of the data map
and the completeness tests work from. It stores nothing itself.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec

from call24.data_map.facts import REFERENCE, SETTING, STATE, Fact
from call24.data_map.retention import Retention, WithDocument, WithInstallation, WithOrganisation

D = TypeVar("D", bound=type[msgspec.Struct])


@dataclass(frozen=True, slots=True)
class Document:
    """A stored model. `tenant`: its documents belong to one each; `kept`: how long; `facts`: by dotted path;
    `audited`: the fields whose values the audit log tells when they are changed."""

    struct: type[msgspec.Struct]
    collection: str
    tenant: bool
    kept: Retention
    facts: dict[str, Fact]
    audited: frozenset[str] = frozenset()

    def kept_of(self, path: str) -> Retention:
        """How long the field is kept: its own rule, or its document's."""
        own = self.facts[path].kept
        return self.kept if isinstance(own, WithDocument) else own

    @property
    def personal(self) -> bool:
        return any(fact.personal for fact in self.facts.values())


_by_struct: dict[type[msgspec.Struct], Document] = {}
_by_collection: dict[str, Document] = {}


def document(
    collection: str, *, tenant: bool, kept: Retention | None = None, audited: tuple[str, ...] | None = None
) -> Callable[[D], D]:
    """Declare a struct as what `collection` keeps. `kept` None: as long as the organisation, or the installation.

    `audited`: the audit log tells to what its settings are changed, and these fields besides; None: not.

    Raises: TypeError when a field carries no Fact, or the rule names a field that the struct has not.
    """
    rule = kept or (WithOrganisation() if tenant else WithInstallation())

    def declare(struct: D) -> D:
        facts = dict(_facts(struct, ""))
        names = struct.__struct_fields__
        if "id" not in names:
            raise TypeError(f"{struct.__name__} has no id")
        if tenant and "tenant_id" not in names:
            raise TypeError(f"{struct.__name__} belongs to a tenant and has no tenant_id")
        if (named := getattr(rule, "field", None)) is not None and named not in names:
            raise TypeError(f"{struct.__name__} is kept by its {named} and has no such field")
        known = _by_collection.get(collection)
        if known is not None and known.struct.__qualname__ != struct.__qualname__:
            raise TypeError(f"{collection} is already declared by {known.struct.__name__}")
        told = frozenset[str]() if audited is None else _told(facts, audited)
        _by_struct[struct] = _by_collection[collection] = Document(struct, collection, tenant, rule, facts, told)
        return struct

    return declare


def _told(facts: dict[str, Fact], besides: tuple[str, ...]) -> frozenset[str]:
    """Fields that are settings through and through: nothing of a person and no secret is below them. How names are
    compared is left out."""
    plain = (SETTING, REFERENCE)
    mixed = {path.partition(".")[0] for path, fact in facts.items() if fact not in (*plain, STATE)}
    settings = {path for path, fact in facts.items() if fact in plain and "." not in path} - mixed
    return frozenset({*(name for name in settings if not name.endswith("_key")), *besides})


def document_of(struct: type[msgspec.Struct]) -> Document:
    """Raises: TypeError for a struct that was never declared."""
    try:
        return _by_struct[struct]
    except KeyError:
        raise TypeError(f"{struct.__name__} is not a declared document") from None


def belongs_to_tenants(collection: str) -> bool:
    """Whether a declared collection has documents of one tenant each."""
    declared = _by_collection.get(collection)
    return declared is not None and declared.tenant


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
