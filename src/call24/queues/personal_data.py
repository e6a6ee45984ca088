"""What this room holds of persons: whose place in a queue it is; and of organisations: queues and opening hours
in memory.
"""

from __future__ import annotations

import msgspec

from call24.data_map import ChangedByRoom, Trace
from call24.kit.holdings import Holdings, Keeper
from call24.queues.hours_service import HoursService
from call24.queues.model import Queue
from call24.queues.service import QueueService


class MemberOf(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str


HOLDS = Holdings(
    room="queues",
    traces=(
        Trace(
            struct=Queue,
            fields=("members",),
            erase=ChangedByRoom("without the member"),
            file="queues",
            part=MemberOf,
        ),
    ),
    keepers=(
        Keeper(
            of=QueueService,
            forget_person=QueueService.forget_user,
            forget_organisation=QueueService.forget_tenant,
        ),
        Keeper(of=HoursService, forget_organisation=HoursService.forget_tenant),
    ),
)
