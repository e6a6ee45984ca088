"""What organisations look like: logo, colour and help contact."""

from __future__ import annotations

from call24.branding import api, events, personal_data
from call24.branding.service import Brandings
from call24.changes.service import Changes
from call24.kit.clock import Clock
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.room import Built, Room


def build(there: Provided) -> Built:
    brandings = Brandings(there.get(Mongo), there.get(Clock), there.get(Changes))
    return Built(services=(brandings,), refresh=(brandings.refresh,))


ROOM = Room(
    name="branding",
    provides=(Brandings,),
    build=build,
    routers=(api.router, api.public),
    events=events.EVENTS,
    holds=personal_data.HOLDS,
)
