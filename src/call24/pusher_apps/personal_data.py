"""What this room holds of persons: events that wait to be told; and of organisations: what their sockets work by."""

from __future__ import annotations

from call24.data_map import KeptById, Trace
from call24.kit.holdings import Holdings, Keeper, Stage
from call24.pusher_apps.model import WaitingEvent
from call24.pusher_apps.service import ApplicationService

HOLDS = Holdings(
    room="pusher_apps",
    traces=(
        Trace(
            struct=WaitingEvent,
            erase=KeptById("two hours at most"),
            untold="told the organisation's own server within seconds",
        ),
    ),
    keepers=(Keeper(of=ApplicationService, forget_organisation=ApplicationService.erase_tenant, stage=Stage.FILES),),
)
