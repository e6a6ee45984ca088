"""What other rooms are told of the ledger of consents. By ids and states alone."""

from __future__ import annotations

from typing import Any

import msgspec

from call24.changes.model import EventType
from call24.consents.model import Act, ConsentEntry, Purpose
from call24.kit.ids import ConsentEntryId, ContactId, UserId


class ConsentChanged(msgspec.Struct, frozen=True, kw_only=True):
    """One of ``contact_id`` and ``user_id``."""

    entry_id: ConsentEntryId
    purpose: Purpose
    act: Act
    contact_id: ContactId | None = None
    user_id: UserId | None = None


CONSENT_CHANGED = EventType(
    name="consent.changed",
    room="consents",
    body=ConsentChanged,
    says="Somebody agreed to a purpose, withdrew their consent or objected.",
)
EVENTS: tuple[EventType[Any], ...] = (CONSENT_CHANGED,)


def changed(entry: ConsentEntry) -> ConsentChanged:
    return ConsentChanged(
        entry_id=entry.id,
        purpose=entry.purpose,
        act=entry.act,
        contact_id=entry.contact_id,
        user_id=entry.user_id,
    )
