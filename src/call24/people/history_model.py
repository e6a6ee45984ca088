"""What was done with a person of the address book, and what there was before: for as long as it can be undone."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from call24.data_map import ID, PERSON, REFERENCE, STATE, TENANT, TIME, Category, OnItsDay, document, of_caller, of_user
from call24.kit.ids import ContactId, HistoryEntryId, PersonId, TenantId, UserId
from call24.people.model import Person

Done = Literal["changed", "deleted", "merged"]


@document("person_history", tenant=True, kept=OnItsDay(period="30 days after it was done"))
class HistoryEntry(msgspec.Struct, frozen=True, kw_only=True):
    """`before`: the person before it; `after`: after it, None where it was deleted. Of a merge `person_id` is who
    stayed, and `other` who went into them. Neither has what searches go by.

    `contact_ids`: of all numbers in it, by which an erasure finds it. `dismissed`: with whom the one who went is not
    the same, and `dismissed_by_merge`: of these, those with whom who stayed is not the same only since.
    """

    id: Annotated[HistoryEntryId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    private_to: Annotated[UserId | None, of_user(Category.ID, "whose private entry it was")] = None
    kind: Annotated[Done, STATE]
    person_id: Annotated[PersonId, REFERENCE]
    other_id: Annotated[PersonId | None, REFERENCE] = None
    before: Annotated[Person, STATE]
    other: Annotated[Person | None, STATE] = None
    after: Annotated[Person | None, STATE] = None
    contact_ids: Annotated[tuple[ContactId, ...], of_caller(Category.ID, "erasing it with the caller")] = ()
    dismissed: Annotated[tuple[PersonId, ...], REFERENCE] = ()
    dismissed_by_merge: Annotated[tuple[PersonId, ...], REFERENCE] = ()
    at: Annotated[datetime, TIME]
    by: Annotated[UserId, PERSON]
    undone_at: Annotated[datetime | None, TIME] = None
    undone_by: Annotated[UserId | None, PERSON] = None
    delete_at: Annotated[datetime, TIME]
