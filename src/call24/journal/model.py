"""One line of the journal. The journal knows no room's events: it carries a type name and a body."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, TypeVar, get_args

import msgspec

from call24.data_map import ID, REFERENCE, STATE, TENANT, TIME, Category, OnItsDay, document, of_user
from call24.kit.ids import CallId, EventId, TenantId, UserId

E = TypeVar("E", bound=msgspec.Struct)

BODY = of_user(Category.ID, "what happened, by ids alone: never a name, a number or a word that was said")
AGENT = of_user(Category.ID, "who worked")
_DAY = OnItsDay(period="with its call, or as long as call records are kept", call="call_id")


@document("journal", tenant=True, kept=_DAY)
class Entry(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """``seq`` counts from 1 within the tenant, without gaps; ``at`` is when it happened.

    Beside its fields it keeps what several readers make of it alike (`event_of`): no part of it, and not stored.
    """

    id: Annotated[EventId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    seq: Annotated[int, STATE]
    at: Annotated[datetime, TIME]
    type: Annotated[str, STATE]
    call_id: Annotated[CallId | None, REFERENCE]
    agent_id: Annotated[UserId | None, AGENT]
    body: Annotated[dict[str, Any], BODY]
    delete_at: Annotated[datetime, TIME]


@document("journal_heads", tenant=True)
class JournalHead(msgspec.Struct, frozen=True, kw_only=True):
    """The highest number ever given out in a tenant, kept when its lines are deleted. Its id is the tenant's."""

    id: Annotated[str, ID]
    tenant_id: Annotated[TenantId, TENANT]
    seq: Annotated[int, STATE]


class Fresh(msgspec.Struct, frozen=True, kw_only=True):
    """An event that is to be written down; the journal gives it its id and number."""

    at: datetime
    event: msgspec.Struct
    delete_at: datetime
    call_id: CallId | None = None
    agent_id: UserId | None = None


def body_of(event: msgspec.Struct) -> dict[str, Any]:
    body: dict[str, Any] = msgspec.to_builtins(event, builtin_types=(datetime,))
    return body


def as_read(entry: Entry) -> Entry:
    """The entry as MongoDB gives it back: times to the millisecond, sequences as lists."""
    at, delete_at = _as_read(entry.at), _as_read(entry.delete_at)
    return msgspec.structs.replace(entry, at=at, delete_at=delete_at, body=_as_read(entry.body))


def _as_read(value: Any) -> Any:
    match value:
        case datetime():
            return value.replace(microsecond=value.microsecond // 1000 * 1000)
        case dict():
            return {key: _as_read(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_as_read(inner) for inner in value]
        case _:
            return value


def event_of(entry: Entry, union: Any) -> Any:
    """The entry's event as one of ``union``'s structs, read once for all who ask.

    ``union``: a union or a struct that a module has. Raises: msgspec.ValidationError for a type that is not in it.
    """
    kind = _kinds(union).get(entry.type, union)
    read = entry.__dict__.get(_EVENT)
    if type(read) is not kind:
        read = entry.__dict__[_EVENT] = msgspec.convert(entry.body, kind)
    return read


def _kinds(union: Any) -> dict[str, Any]:
    """By type name: msgspec would study the whole union again for each line, and so would a look-up by its value."""
    if (known := _known.get(id(union))) is None:
        members: tuple[Any, ...] = get_args(union) or (union,)
        known = _known[id(union)] = (union, {kind.__struct_config__.tag: kind for kind in members})
    return known[1]


_EVENT = "event"
_known: dict[int, tuple[Any, dict[str, Any]]] = {}
"""With the union, so that nothing else is ever found where it was."""
