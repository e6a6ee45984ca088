"""Two entries of the address book that look like one person."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from call24.data_map import ID, MEASURE, PERSON, REFERENCE, STATE, TENANT, TIME, Category, Until, document, of_user
from call24.kit.ids import DuplicateId, PersonId, TenantId, UserId, derived_id

Reason = Literal[
    "same_name", "similar_name", "same_number", "same_email", "same_birth_date", "similar_birth_date",
    "same_address", "similar_address", "same_company", "same_field", "similar_field",
]  # fmt: skip
"""What speaks for one person."""


@document(
    "person_duplicates",
    tenant=True,
    kept=Until("one of the two is deleted, merged or erased", latest="the organisation is closed"),
)
class Duplicate(msgspec.Struct, frozen=True, kw_only=True):
    """By ids alone. `dismissed`: a user said that they are two people; that is remembered.

    `score`: points (duplicate_rules.py); `why`: what speaks for one person, the weightiest first.
    """

    id: Annotated[DuplicateId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    private_to: Annotated[UserId | None, of_user(Category.ID, "whose private entries they are")] = None
    people: Annotated[tuple[PersonId, PersonId], REFERENCE]
    state: Annotated[Literal["suspected", "dismissed"], STATE] = "suspected"
    score: Annotated[int, MEASURE] = 0
    why: Annotated[tuple[Reason, ...], STATE] = ()
    found_at: Annotated[datetime, TIME]
    dismissed_by: Annotated[UserId | None, PERSON] = None
    dismissed_at: Annotated[datetime | None, TIME] = None


def pair_id(one: PersonId, other: PersonId) -> DuplicateId:
    return DuplicateId(derived_id("dup", *sorted((one, other))))


def pair(one: PersonId, other: PersonId) -> tuple[PersonId, PersonId]:
    """The first that was written down first: ids are in the order of time."""
    return (one, other) if one < other else (other, one)
