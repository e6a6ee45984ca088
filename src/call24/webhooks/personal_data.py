"""What this room holds of persons: who subscribed; and of organisations: subscriptions in memory."""

from __future__ import annotations

from datetime import datetime

import msgspec

from call24.data_map import KeptById, Trace
from call24.kit.holdings import Holdings, Keeper, Stage
from call24.webhooks.model import Webhook
from call24.webhooks.service import WebhookService


class MadeThing(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    created_at: datetime


HOLDS = Holdings(
    room="webhooks",
    traces=(
        Trace(
            struct=Webhook,
            fields=("created_by",),
            erase=KeptById("the organisation's"),
            file="webhooks",
            part=MadeThing,
        ),
    ),
    keepers=(Keeper(of=WebhookService, forget_organisation=WebhookService.close_tenant, stage=Stage.FILES),),
)
