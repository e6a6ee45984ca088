"""What other rooms are told of restrictions. By ids alone."""

from __future__ import annotations

from typing import Any

import msgspec

from call24.changes.model import EventType
from call24.kit.ids import ContactId, PersonId, RestrictionId
from call24.restrictions.model import Action, Restriction


class RestrictionChanged(msgspec.Struct, frozen=True, kw_only=True):
    restriction_id: RestrictionId
    action: Action
    contact_ids: tuple[ContactId, ...]
    person_id: PersonId | None = None


RESTRICTION_CHANGED = EventType(
    name="restriction.changed",
    room="restrictions",
    body=RestrictionChanged,
    says="A person's data was restricted, opened by an officer, or is used again.",
)
EVENTS: tuple[EventType[Any], ...] = (RESTRICTION_CHANGED,)


def changed(restriction: Restriction) -> RestrictionChanged:
    return RestrictionChanged(
        restriction_id=restriction.id,
        action=restriction.history[-1].action,
        contact_ids=restriction.contact_ids,
        person_id=restriction.person_id,
    )
