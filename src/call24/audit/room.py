"""The audit log: who changed or read what."""

from __future__ import annotations

from call24.audit import api, personal_data, store
from call24.audit.permissions import PERMISSIONS
from call24.kit.room import Room

ROOM = Room(
    name="audit",
    permissions=PERMISSIONS,
    routers=(api.router,),
    indexes=store.INDEXES,
    holds=personal_data.HOLDS,
)
