"""A restriction: a person's data is kept and not used, from when an officer restricts it until it is lifted."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from call24.data_map import (
    ID,
    REFERENCE,
    STATE,
    TENANT,
    TIME,
    Basis,
    Category,
    OnItsDay,
    document,
    of_caller,
    of_user,
)
from call24.kit.ids import ContactId, PersonId, PrivacyRequestId, RestrictionId, TenantId, UserId

Ground = Literal["accuracy", "unlawful", "legal_claims", "objection"]
"""Why data is restricted: it may be wrong; its use was unlawful and the person does not want it erased; the person
needs it for legal claims; they objected, and it is not decided yet. Source: GDPR, article 18(1)(a) to (d)."""
UseGround = Literal["consent", "legal_claims", "rights_of_others", "public_interest"]
"""What restricted data may be used for all the same. Source: GDPR, article 18(2)."""
Action = Literal["restricted", "opened", "told", "lifted"]

_KEPT = OnItsDay(period="three years after it was lifted, within which it may be disputed")
_WHOSE = of_caller(Category.ID, "whose data is kept and not used", basis=Basis.LEGAL_OBLIGATION)
_OFFICER = of_user(Category.ID, "who restricted data, opened it or lifted that", basis=Basis.LEGAL_OBLIGATION)
_WORDS = of_caller(Category.TEXT, "why, in the officer's words", basis=Basis.LEGAL_OBLIGATION)


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the history. Of `opened`: `ground`, for what the data is used, and `until` when by this officer."""

    at: Annotated[datetime, TIME]
    by: Annotated[UserId, _OFFICER]
    action: Annotated[Action, STATE]
    note: Annotated[str, _WORDS] = ""
    ground: Annotated[UseGround | None, STATE] = None
    until: Annotated[datetime | None, TIME] = None


@document("restrictions", tenant=True, kept=_KEPT)
class Restriction(msgspec.Struct, frozen=True, kw_only=True):
    """`contact_ids`: the numbers whose data is restricted; `person_id`: the person of the address book whose they are.

    `request_id`: the privacy request that asked for it. `told_at`: when the person was told that it will be lifted;
    `lifted_at` None: it holds. `history` only grows.
    """

    id: Annotated[RestrictionId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    contact_ids: Annotated[tuple[ContactId, ...], _WHOSE]
    person_id: Annotated[PersonId | None, _WHOSE] = None
    request_id: Annotated[PrivacyRequestId, REFERENCE]
    ground: Annotated[Ground, STATE]
    set_at: Annotated[datetime, TIME]
    told_at: Annotated[datetime | None, TIME] = None
    lifted_at: Annotated[datetime | None, TIME] = None
    version: Annotated[int, STATE] = 1
    history: Annotated[tuple[Line, ...], STATE] = ()
    delete_at: Annotated[datetime | None, TIME] = None

    def open_until(self, reader: UserId) -> datetime | None:
        """Until when this officer may use the data; None: they never opened it."""
        mine = [line.until for line in self.history if line.by == reader and line.until is not None]
        return max(mine, default=None)
