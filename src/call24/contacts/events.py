"""What other rooms, and webhooks, are told of contacts. By id alone: name and number are in the document."""

from __future__ import annotations

from typing import Any

import msgspec

from call24.changes.model import EventType
from call24.kit.ids import ContactId


class ContactChanged(msgspec.Struct, frozen=True, kw_only=True):
    contact_id: ContactId


CONTACT_CREATED = EventType(
    name="contact.created",
    room="contacts",
    body=ContactChanged,
    says="Somebody called, or was called, for the first time, or for the first time since the contact was deleted; or "
    "the number was written into the address book.",
    outside=True,
)
CONTACT_UPDATED = EventType(
    name="contact.updated",
    room="contacts",
    body=ContactChanged,
    says="The network calls a contact by another name than before, or it was corrected, or the address book names "
    "other people with its number. That it called again is none.",
    outside=True,
)
CONTACT_DELETED = EventType(
    name="contact.deleted",
    room="contacts",
    body=ContactChanged,
    says="Nothing is kept of a contact any more. Not told when the whole organisation goes.",
    outside=True,
)
EVENTS: tuple[EventType[Any], ...] = (CONTACT_CREATED, CONTACT_UPDATED, CONTACT_DELETED)
