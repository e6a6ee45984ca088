"""What this room holds of persons: their working day, as lines by ids; and of organisations: lines that wait on
disk.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from call24.data_map import KeptById, Trace
from call24.journal.journal import Journal
from call24.journal.model import Entry
from call24.kit.holdings import Holdings, Keeper, Stage


class LineOf(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    seq: int
    at: datetime
    type: str
    call_id: str | None = None
    body: dict[str, Any]


HOLDS = Holdings(
    room="journal",
    traces=(
        Trace(
            struct=Entry,
            fields=("agent_id",),
            erase=KeptById("the organisation's record of its calls, until their day"),
            file="working_day",
            part=LineOf,
            order="at",
        ),
    ),
    keepers=(Keeper(of=Journal, forget_organisation=Journal.close_tenant, stage=Stage.WRITERS),),
)
