"""A letter that waits to be sent."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from call24.data_map import ID, MEASURE, STATE, TENANT, TIME, Category, Recipient, Until, document, of_user
from call24.identity.emails import LetterKind
from call24.kit.ids import LetterId, TenantId

_SENT = Until("it is sent", latest="`until`, when it is of no use any more,")
_TO = (Recipient.MAIL_SERVER,)


@document("letters", tenant=True, kept=_SENT)
class OutgoingEmail(msgspec.Struct, frozen=True, kw_only=True):
    """`text`: subject and body, sealed with the app key, since links in them open accounts.

    `kind`: None in what an earlier version stored.
    """

    id: Annotated[LetterId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    to: Annotated[str, of_user(Category.EMAIL, "sending the e-mail", recipients=_TO)]
    kind: Annotated[LetterKind | None, STATE] = None
    text: Annotated[bytes, of_user(Category.MESSAGE, "sending the e-mail; sealed", recipients=_TO)]
    created_at: Annotated[datetime, TIME]
    until: Annotated[datetime, TIME]
    tries: Annotated[int, MEASURE] = 0
    due_at: Annotated[datetime, TIME]
