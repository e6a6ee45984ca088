"""What this room holds of persons: who made an entry of the register."""

from __future__ import annotations

from datetime import datetime

import msgspec

from call24.data_map import KeptById, Trace
from call24.data_transfers.model import DataTransfer
from call24.kit.holdings import Holdings


class MadeEntry(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    created_at: datetime


HOLDS = Holdings(
    room="data_transfers",
    traces=(
        Trace(
            struct=DataTransfer,
            fields=("created_by",),
            erase=KeptById("the organisation's register"),
            file="data_transfers",
            part=MadeEntry,
        ),
    ),
)
