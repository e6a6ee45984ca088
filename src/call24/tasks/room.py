"""Tasks: voicemails, missed calls, failed callbacks, and what users wrote down."""

from __future__ import annotations

from call24.kit.room import Room
from call24.tasks import personal_data, store
from call24.tasks.api import tasks
from call24.tasks.permissions import PERMISSIONS

ROOM = Room(
    name="tasks",
    permissions=PERMISSIONS,
    routers=(tasks.router,),
    indexes=store.INDEXES,
    holds=personal_data.HOLDS,
)
