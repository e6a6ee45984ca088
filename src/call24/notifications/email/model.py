"""A letter that waits to be sent."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from call24.kit.datamap import ID, MEASURE, TENANT, TIME, Fact, document
from call24.kit.ids import LetterId, TenantId

_SENT = "until sent, or of no use any more"


@document("letters", tenant=True)
class OutgoingLetter(msgspec.Struct, frozen=True, kw_only=True):
    """`text`: subject and body, sealed with the app key, since links in them open accounts."""

    id: Annotated[LetterId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    to: Annotated[str, Fact("user", "contact", "sending the letter", _SENT)]
    text: Annotated[bytes, Fact("user", "message", "sending the letter; sealed", _SENT)]
    created_at: Annotated[datetime, TIME]
    until: Annotated[datetime, TIME]
    tries: Annotated[int, MEASURE] = 0
    due_at: Annotated[datetime, TIME]
