"""The note that agents keep of a call: one for each call, written while it rings, in the call and after it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from call24.data_map import (
    ID,
    MEASURE,
    TENANT,
    TIME,
    Category,
    Recipient,
    WithCall,
    document,
    of_caller,
    of_user,
)
from call24.kit.ids import CallId, ContactId, TenantId, UserId

_TEXT = of_caller(Category.TEXT, "what agents note of a call", recipients=(Recipient.DOWNLOAD, Recipient.CRM))
_BY = of_user(Category.ID, "who wrote the note of a call")


@document("call_notes", tenant=True, kept=WithCall("id"))
class CallNote(msgspec.Struct, frozen=True, kw_only=True):
    """`id`: the call's. `text`: never empty. `version`: one more with each change. `by`: who changed it last, `at`:
    when; `authors`: all who did, the first first.
    """

    id: Annotated[CallId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    contact_id: Annotated[ContactId | None, of_caller(Category.ID, "erasing the note with the caller")]
    text: Annotated[str, _TEXT]
    version: Annotated[int, MEASURE]
    by: Annotated[UserId, _BY]
    authors: Annotated[tuple[UserId, ...], _BY]
    at: Annotated[datetime, TIME]
