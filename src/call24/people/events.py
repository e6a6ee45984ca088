"""What other rooms are told of the address book. By ids alone; of private entries nothing is told."""

from __future__ import annotations

from typing import Any

import msgspec

from call24.changes.model import EventType
from call24.kit.ids import PersonId


class PersonChanged(msgspec.Struct, frozen=True, kw_only=True):
    person_id: PersonId


class PeopleMerged(msgspec.Struct, frozen=True, kw_only=True):
    """``person_id``: who stays; ``other_id``: who went into them, or is a person again."""

    person_id: PersonId
    other_id: PersonId


PERSON_CREATED = EventType(
    name="person.created",
    room="people",
    body=PersonChanged,
    says="A person was written into the organisation's address book, or is in it again.",
    outside=True,
)
PERSON_UPDATED = EventType(
    name="person.updated",
    room="people",
    body=PersonChanged,
    says="A person of the organisation's address book was changed, or lost a number that was erased.",
    outside=True,
)
PERSON_DELETED = EventType(
    name="person.deleted",
    room="people",
    body=PersonChanged,
    says="A person of the organisation's address book was deleted or erased. Not told when the organisation goes.",
    outside=True,
)
PERSON_MERGED = EventType(
    name="person.merged",
    room="people",
    body=PeopleMerged,
    says="Two people were made one. Who stays is told as updated too, and who went into them as deleted.",
    outside=True,
)
PERSON_UNMERGED = EventType(
    name="person.unmerged",
    room="people",
    body=PeopleMerged,
    says="A merge was undone. Who stayed is told as updated too, and who is a person again as created.",
    outside=True,
)
EVENTS: tuple[EventType[Any], ...] = (PERSON_CREATED, PERSON_UPDATED, PERSON_DELETED, PERSON_MERGED, PERSON_UNMERGED)
