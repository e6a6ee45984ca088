"""Tasks: voicemail messages, missed calls, call-backs in vain, and what people note."""

from __future__ import annotations

from call24.kit.room import Room
from call24.tasks import api, personal_data, store
from call24.tasks.permissions import PERMISSIONS

ROOM = Room(
    name="tasks",
    permissions=PERMISSIONS,
    routers=(api.router,),
    indexes=store.INDEXES,
    holds=personal_data.HOLDS,
)
