"""An import of a caller's file: who brought it, how far it is, and from where what it brought comes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from call24.data_map import (
    ID,
    MEASURE,
    STATE,
    TENANT,
    TIME,
    Basis,
    Category,
    Until,
    document,
    of_caller,
    of_user,
)
from call24.kit.ids import CallerImportId, ContactId, TenantId, UserId

ImportState = Literal["running", "done", "failed"]

_WHO = of_user(Category.ID, "showing who brought data of a caller along", basis=Basis.LEGITIMATE_INTERESTS)
_WHOSE = of_caller(Category.ID, "whose data was brought along", basis=Basis.LEGAL_OBLIGATION)


@document(
    "caller_imports",
    tenant=True,
    kept=Until(
        "nothing that it brought is kept", latest="a failed one a day after it ended, or when the caller is erased"
    ),
)
class CallerImport(msgspec.Struct, frozen=True, kw_only=True):
    """`sha256`: of the file; the same file is imported once. `source`: the name of the organisation that made it, and
    `made_at` when. `rows_done`, `rows_in_all`: documents and recordings; `expired`: those of them that this
    organisation would not have any more. `problem`: a code, and `trouble` what is wrong, in words."""

    id: Annotated[CallerImportId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    asked_by: Annotated[UserId, _WHO]
    sha256: Annotated[str, STATE]
    contact_id: Annotated[ContactId | None, _WHOSE] = None
    source: Annotated[str, STATE] = ""
    made_at: Annotated[str, STATE] = ""
    state: Annotated[ImportState, STATE] = "running"
    rows_done: Annotated[int, MEASURE] = 0
    rows_in_all: Annotated[int | None, MEASURE] = None
    expired: Annotated[int, MEASURE] = 0
    problem: Annotated[str, STATE] = ""
    trouble: Annotated[str, STATE] = ""
    created_at: Annotated[datetime, TIME]
    ended_at: Annotated[datetime | None, TIME] = None
