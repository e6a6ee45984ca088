"""What this room holds of persons: who made an address. What is written to one is the rooms' of tasks and files."""

from __future__ import annotations

from datetime import datetime

import msgspec

from call24.data_map import KeptById, Trace
from call24.kit.holdings import Holdings
from call24.task_mails.model import TaskAddress


class MadeAddress(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    created_at: datetime


HOLDS = Holdings(
    room="task_mails",
    traces=(
        Trace(
            struct=TaskAddress,
            fields=("created_by",),
            erase=KeptById("the organisation's"),
            file="task_addresses",
            part=MadeAddress,
            order="created_at",
        ),
    ),
)
