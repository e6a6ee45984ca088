"""The change feed: what was changed outside of calls, in order, for readers."""

from __future__ import annotations

from call24.changes import personal_data, store
from call24.changes.service import Changes
from call24.kit.clock import Clock
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.room import Built, Room


def build(there: Provided) -> Built:
    return Built(services=(Changes(there.get(Mongo), there.get(Clock)),))


ROOM = Room(
    name="changes",
    provides=(Changes,),
    build=build,
    indexes=store.INDEXES,
    holds=personal_data.HOLDS,
)
