"""Legal holds as they are stored. What a hold stops is found in `hold_rules.py`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from call24.data_map import (
    ID,
    PERSON,
    REFERENCE,
    STATE,
    TENANT,
    TIME,
    Basis,
    Category,
    OnItsDay,
    document,
    of_caller,
    of_organisation,
)
from call24.kit.ids import HoldId, TenantId, UserId

SubjectKind = Literal["call", "contact", "user", "queue", "organisation"]

_SUBJECT = of_caller(
    Category.ID, "what must not be deleted: a call, a caller, a user or a queue", basis=Basis.LEGAL_OBLIGATION
)
_TEXT = of_organisation(Category.TEXT, "why data was kept beyond its day")


class HoldStep(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a hold's history. `review_at`: the next review, as it was said then."""

    at: Annotated[datetime, TIME]
    by: Annotated[UserId, PERSON]
    action: Annotated[Literal["set", "reviewed", "released"], STATE]
    note: Annotated[str, _TEXT] = ""
    review_at: Annotated[datetime | None, TIME] = None


@document("legal_holds", tenant=True, kept=OnItsDay(period="while it is open, and three years after its release"))
class LegalHold(msgspec.Struct, frozen=True, kw_only=True):
    """`subject_id`: None of the whole organisation. `since`, `until`: of a queue, calls that arrived from then on and
    before then. `history`: only appended to. `delete_at`: None while it is open."""

    id: Annotated[HoldId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    kind: Annotated[SubjectKind, STATE]
    subject_id: Annotated[str | None, _SUBJECT] = None
    since: Annotated[datetime | None, TIME] = None
    until: Annotated[datetime | None, TIME] = None
    reason: Annotated[str, _TEXT]
    state: Annotated[Literal["open", "released"], STATE] = "open"
    set_at: Annotated[datetime, TIME]
    review_at: Annotated[datetime, TIME]
    released_at: Annotated[datetime | None, TIME] = None
    history: Annotated[tuple[HoldStep, ...], REFERENCE]
    delete_at: Annotated[datetime | None, TIME] = None
