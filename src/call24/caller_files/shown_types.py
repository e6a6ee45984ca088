"""The type of a document as a caller's file has it: the stored struct without what the file leaves out. Pure.

What the data map says makes the type, so that a file is checked against the same declaration that it was made from.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, reduce
from operator import or_
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec
from msgspec import NODEFAULT

from call24.caller_files.masking import left_out
from call24.data_map import Fact, document_of


@cache
def shown_type(struct: type[msgspec.Struct]) -> type[msgspec.Struct]:
    """Decodes a row of this collection's part of the file; a field that is not in the file is refused."""
    return _shown(struct, document_of(struct).facts, "")


def _shown(struct: type[msgspec.Struct], facts: Mapping[str, Fact], before: str) -> type[msgspec.Struct]:
    fields: list[Any] = []
    for one in msgspec.structs.fields(struct):
        path = f"{before}{'_id' if one.name == 'id' and not before else one.name}"
        if path == "tenant_id" or left_out(facts[path]):
            continue
        kind = (
            _deeper(one.type, facts, f"{path}.") if any(known.startswith(f"{path}.") for known in facts) else one.type
        )
        if one.default is not NODEFAULT:
            fields.append((one.name, kind, one.default))
        elif one.default_factory is not NODEFAULT:
            fields.append((one.name, kind, msgspec.field(default_factory=one.default_factory)))
        else:
            fields.append((one.name, kind))
    config = struct.__struct_config__
    return msgspec.defstruct(
        struct.__name__,
        fields,
        kw_only=True,
        frozen=True,
        forbid_unknown_fields=True,
        tag=config.tag,
        tag_field=config.tag_field,
    )


def _deeper(kind: Any, facts: Mapping[str, Fact], before: str) -> Any:
    """The same type with the structs in it as they are shown."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return _shown(kind, facts, before)
    origin, inner = get_origin(kind), get_args(kind)
    if origin is None or origin is Literal:
        return kind
    if origin is Annotated:
        return _deeper(inner[0], facts, before)
    made = tuple(one if one is Ellipsis else _deeper(one, facts, before) for one in inner)
    if origin is Union or origin is UnionType:
        return reduce(or_, made)
    return origin[made]
