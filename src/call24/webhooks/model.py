"""A webhook: an address that an organisation is told at; and a delivery: one message for one address."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from call24.data_map import (
    ID,
    MEASURE,
    REFERENCE,
    SETTING,
    STATE,
    TENANT,
    TIME,
    Category,
    OnItsDay,
    Recipient,
    document,
    of_caller,
    of_organisation,
    of_user,
)
from call24.kit.ids import DeliveryId, TenantId, UserId, WebhookId

_SECRET = of_organisation(Category.SECRET, "signs what is sent; sealed")
_MAKER = of_user(Category.ID, "who subscribed")
_MESSAGE = of_caller(
    Category.ID,
    "what is told the organisation's own server: by ids alone, never a name, a number or a word",
    recipients=(Recipient.OWN_SERVER,),
)

State = Literal["waiting", "delivered", "dead"]
Trouble = Literal["no_answer", "too_slow", "not_allowed", "refused", "gone", "switched_off"]
"""Why the last attempt failed: nobody answered; not in time; an address that webhooks do not go to; a status that is no
success; 410, so that the webhook was switched off; nothing was sent since it, or the organisation, was switched off."""


@document("webhooks", tenant=True)
class Webhook(msgspec.Struct, frozen=True, kw_only=True):
    """`old_secret` signs beside the new one until `old_until`. `gone_at`: the address answered 410, which ended it.

    `failing_since`: the first of the attempts that have all failed; None since the last one that did not. `country`:
    ISO 3166 code of where its server is; empty: not stated.
    """

    id: Annotated[WebhookId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    url: Annotated[str, SETTING]
    kinds: Annotated[tuple[str, ...], SETTING]
    description: Annotated[str, SETTING] = ""
    country: Annotated[str, SETTING] = ""
    enabled: Annotated[bool, SETTING] = True
    secret: Annotated[bytes, _SECRET]
    secret_at: Annotated[datetime, TIME]
    old_secret: Annotated[bytes | None, _SECRET] = None
    old_until: Annotated[datetime | None, TIME] = None
    gone_at: Annotated[datetime | None, TIME] = None
    failing_since: Annotated[datetime | None, TIME] = None
    created_by: Annotated[UserId | None, _MAKER] = None
    created_at: Annotated[datetime, TIME]


@document(
    "webhook_deliveries",
    tenant=True,
    kept=OnItsDay(period="three days after it was taken, two weeks where it was not"),
)
class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """Its id follows from webhook and event, so that an event that is told again makes no second one.

    `message_id`: the `webhook-id` header, the same for every attempt; `body`: what is sent, byte for byte; `until`:
    when trying ends; `status`: of the last answer; `delete_at`: when it goes, whatever became of it.
    """

    id: Annotated[DeliveryId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    webhook_id: Annotated[WebhookId, REFERENCE]
    message_id: Annotated[str, REFERENCE]
    kind: Annotated[str, STATE]
    body: Annotated[str, _MESSAGE]
    state: Annotated[State, STATE] = "waiting"
    tries: Annotated[int, MEASURE] = 0
    status: Annotated[int | None, STATE] = None
    trouble: Annotated[Trouble | None, STATE] = None
    created_at: Annotated[datetime, TIME]
    due_at: Annotated[datetime, TIME]
    until: Annotated[datetime, TIME]
    delivered_at: Annotated[datetime | None, TIME] = None
    delete_at: Annotated[datetime, TIME]
