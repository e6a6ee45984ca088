"""Tasks: voicemails, missed calls, failed callbacks, and what users wrote down."""

from __future__ import annotations

from call24.changes.service import Changes
from call24.kit.clock import Clock
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.room import Built, Room
from call24.tasks import events, personal_data, store
from call24.tasks.api import tasks
from call24.tasks.permissions import PERMISSIONS
from call24.tasks.service import TaskService


def build(there: Provided) -> Built:
    return Built(services=(TaskService(there.get(Mongo), there.get(Clock), there.get(Changes)),))


ROOM = Room(
    name="tasks",
    provides=(TaskService,),
    build=build,
    permissions=PERMISSIONS,
    routers=(tasks.router,),
    indexes=store.INDEXES,
    events=events.EVENTS,
    holds=personal_data.HOLDS,
)
