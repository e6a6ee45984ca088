"""What other rooms are told of the address book. By ids alone; of private entries nothing is told."""

from __future__ import annotations

from typing import Any

import msgspec

from call24.changes.model import EventType
from call24.kit.ids import PersonId


class PersonChanged(msgspec.Struct, frozen=True, kw_only=True):
    person_id: PersonId


PERSON_CREATED = EventType(
    name="person.created",
    room="people",
    body=PersonChanged,
    says="A person was written into the organisation's address book.",
)
PERSON_UPDATED = EventType(
    name="person.updated",
    room="people",
    body=PersonChanged,
    says="A person of the organisation's address book was changed, or lost a number that was erased.",
)
PERSON_DELETED = EventType(
    name="person.deleted",
    room="people",
    body=PersonChanged,
    says="A person of the organisation's address book was deleted or erased. Not told when the organisation goes.",
)
EVENTS: tuple[EventType[Any], ...] = (PERSON_CREATED, PERSON_UPDATED, PERSON_DELETED)
