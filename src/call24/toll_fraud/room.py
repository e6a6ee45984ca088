"""Toll fraud protection: which outside numbers may be called, and how much."""

from __future__ import annotations

from call24.kit.room import Room
from call24.toll_fraud import api, personal_data, store
from call24.toll_fraud.permissions import PERMISSIONS

ROOM = Room(
    name="toll_fraud",
    permissions=PERMISSIONS,
    routers=(api.router,),
    indexes=store.INDEXES,
    holds=personal_data.HOLDS,
)
