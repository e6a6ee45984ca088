"""What this room holds of callers: events by ids; of organisations: how far readers have come, in memory."""

from __future__ import annotations

from call24.changes.feed import Feed
from call24.changes.model import Change
from call24.data_map import CallerTrace
from call24.kit.holdings import Holdings, Keeper

HOLDS = Holdings(
    room="changes",
    callers=(
        CallerTrace(
            struct=Change,
            untold="ids alone, for a week: the file has what they point at",
            stays="an id for a week, which leads to nobody",
        ),
    ),
    keepers=(Keeper(of=Feed, forget_organisation=Feed.close_tenant),),
)
