"""Restrictions: whose data is kept and not used, and the question that is asked wherever data is shown or used."""

from __future__ import annotations

from call24.changes.reader import RoomReader
from call24.changes.service import Changes
from call24.kit.clock import Clock
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.room import Built, Room
from call24.restrictions import events, personal_data, store
from call24.restrictions.api import restrictions
from call24.restrictions.permissions import PERMISSIONS
from call24.restrictions.service import Restrictions


def build(there: Provided) -> Built:
    register = Restrictions(there.get(Mongo), there.get(Clock), there.get(Changes))
    return Built(services=(register,), refresh=(register.load,))


ROOM = Room(
    name="restrictions",
    provides=(Restrictions,),
    build=build,
    routers=(restrictions.router,),
    permissions=PERMISSIONS,
    indexes=store.INDEXES,
    events=events.EVENTS,
    readers=(RoomReader(name="restrictions", wants=Restrictions.wants, of=Restrictions, read=Restrictions.read),),
    holds=personal_data.HOLDS,
)
