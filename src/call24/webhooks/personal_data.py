"""What this room holds of persons: who subscribed; and of organisations: subscriptions in memory."""

from __future__ import annotations

from datetime import datetime

import msgspec

from call24.data_map import (
    AsAgreed,
    CallerTrace,
    Category,
    GivenTo,
    KeptById,
    Place,
    Recipient,
    Trace,
    of_caller,
    of_user,
)
from call24.kit.holdings import Holdings, Keeper, Stage
from call24.webhooks.model import Delivery, Webhook
from call24.webhooks.service import WebhookService


class MadeThing(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    created_at: datetime


_TOLD = "telling the organisation's own software what happens"

HOLDS = Holdings(
    room="webhooks",
    places=(
        Place(
            where=GivenTo(Recipient.OWN_SERVER),
            what={
                "calls, contacts and people of the address book, by id": of_caller(Category.ID, _TOLD),
                "what agents do, by id": of_user(Category.WORK, _TOLD),
            },
            kept=AsAgreed("the organisation's own rules; its server is told `contact.deleted` and `person.deleted`"),
        ),
    ),
    traces=(
        Trace(
            struct=Webhook,
            fields=("created_by",),
            erase=KeptById("the organisation's"),
            file="webhooks",
            part=MadeThing,
        ),
    ),
    callers=(CallerTrace(struct=Delivery, untold="ids alone, for days: the file has what they point at"),),
    keepers=(
        Keeper(
            of=WebhookService,
            forget_organisation=WebhookService.close_tenant,
            stage=Stage.FILES,
            erase_callers=("webhook_deliveries", WebhookService.erase_callers),
        ),
    ),
)
