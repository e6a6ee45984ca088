"""An event about a changed document, its kind, and how far each reader has come. Pure; it knows no room's events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Generic, TypeVar

import msgspec

from call24.data_map import ID, MEASURE, REFERENCE, STATE, TENANT, TIME, Category, Expires, document, of_caller
from call24.kit.ids import EventId, TenantId

E = TypeVar("E", bound=msgspec.Struct)

KEPT = timedelta(days=7)
"""How long an event stays. A reader that is behind for longer has missed what is older."""

_BODY = of_caller(
    Category.ID, "what changed, by ids of callers and users and by states: never a name, a number or a word"
)


@dataclass(frozen=True)
class EventType(Generic[E]):
    """A kind of event, as its room declares it. ``name`` and ``version`` are what readers and stored events rely on.

    ``body``: ids and states, no personal data; who needs more reads the document. ``outside``: whether webhooks may
    tell of it. ``says``: one sentence for the catalogue.
    """

    name: str
    room: str
    body: type[E]
    says: str
    version: int = 1
    outside: bool = False

    def of(self, change: Change) -> E:
        """The body. Raises: msgspec.ValidationError where it is not of this kind."""
        return msgspec.convert(change.body, self.body)


@document("changes", tenant=True, kept=Expires("at", KEPT))
class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One event. ``seq`` counts from 1 within the organisation, without gaps, in the order in which changes were
    stored. ``subject``: the document that changed.
    """

    id: Annotated[EventId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    seq: Annotated[int, STATE]
    at: Annotated[datetime, TIME]
    type: Annotated[str, STATE]
    version: Annotated[int, STATE]
    subject: Annotated[str, REFERENCE]
    body: Annotated[dict[str, Any], _BODY]


@document("change_heads", tenant=True)
class ChangeHead(msgspec.Struct, frozen=True, kw_only=True):
    """The highest number given out in an organisation. Its id is the organisation's.

    Each transaction with an event counts it up, so two of them cannot be under way at once: numbers are given in the
    order of commits, and a reader that is past one will never see a lower one appear.
    """

    id: Annotated[str, ID]
    tenant_id: Annotated[TenantId, TENANT]
    seq: Annotated[int, STATE]


@document("change_positions", tenant=True)
class Position(msgspec.Struct, frozen=True, kw_only=True):
    """How far a reader has read an organisation's events; its id is of both.

    ``failing_since``, ``trouble``, ``tries``: of the event after ``seq``, which the reader could not take; None and 0
    where all is well.
    """

    id: Annotated[str, ID]
    tenant_id: Annotated[TenantId, TENANT]
    reader: Annotated[str, STATE]
    seq: Annotated[int, STATE]
    failing_since: Annotated[datetime | None, TIME] = None
    trouble: Annotated[str | None, STATE] = None
    tries: Annotated[int, MEASURE] = 0


def position_id(tenant_id: TenantId, reader: str) -> str:
    return f"{tenant_id}:{reader}"
