"""Call records: ended calls, and why each went to whom."""

from __future__ import annotations

from call24.call_records import kept_calls, personal_data, projector
from call24.call_records.activity import ACTIVITY, CallActivity
from call24.call_records.api import calls, routing_decisions
from call24.call_records.permissions import PERMISSIONS
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.room import Built, Room


def build(there: Provided) -> Built:
    return Built(services=(CallActivity(there.get(Mongo)),))


ROOM = Room(
    name="call_records",
    provides=(CallActivity,),
    build=build,
    permissions=PERMISSIONS,
    routers=(
        calls.router,
        routing_decisions.router,
    ),
    indexes=(*projector.INDEXES, *kept_calls.INDEXES),
    activity=ACTIVITY,
    holds=personal_data.HOLDS,
)
