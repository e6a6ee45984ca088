"""Reports: counts of calls and agents."""

from __future__ import annotations

from call24.kit.room import Room
from call24.statistics import api, personal_data, store

ROOM = Room(
    name="statistics",
    routers=(api.router,),
    indexes=store.INDEXES,
    holds=personal_data.HOLDS,
)
