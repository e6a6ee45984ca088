"""How calls sounded: what the phones of agents measured on their way to the PBX."""

from __future__ import annotations

from call24.call_quality import api, personal_data, service
from call24.call_quality.service import CallQuality
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.room import Built, Room


def build(there: Provided) -> Built:
    return Built(services=(CallQuality(there.get(Mongo)),))


ROOM = Room(
    name="call_quality",
    provides=(CallQuality,),
    build=build,
    routers=(api.router,),
    indexes=service.INDEXES,
    holds=personal_data.HOLDS,
)
