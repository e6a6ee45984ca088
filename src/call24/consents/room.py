"""Consents: which purposes a person agreed or objected to, and the question that is asked at the moment of use."""

from __future__ import annotations

from call24.changes.reader import RoomReader
from call24.changes.service import Changes
from call24.consents import api, events, personal_data, store
from call24.consents.activity import ACTIVITY, ConsentActivity
from call24.consents.permissions import PERMISSIONS
from call24.consents.service import Consents
from call24.kit.clock import Clock
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.room import Built, Room
from call24.restrictions.service import Restrictions


def build(there: Provided) -> Built:
    consents = Consents(there.get(Mongo), there.get(Clock), there.get(Changes), there.get(Restrictions))
    return Built(services=(consents, ConsentActivity(there.get(Mongo))), refresh=(consents.load,))


ROOM = Room(
    name="consents",
    provides=(Consents, ConsentActivity),
    build=build,
    routers=(api.router,),
    permissions=PERMISSIONS,
    indexes=store.INDEXES,
    events=events.EVENTS,
    readers=(RoomReader(name="consents", wants=Consents.wants, of=Consents, read=Consents.read),),
    activity=ACTIVITY,
    holds=personal_data.HOLDS,
)
