"""Organisations: their settings, trunks and numbers, and the calls that were refused."""

from __future__ import annotations

from call24.kit.room import Room
from call24.tenants import personal_data, store
from call24.tenants import refused_calls as refusals
from call24.tenants.api import numbers, organisation, refused_calls, trunks
from call24.tenants.permissions import PERMISSIONS

ROOM = Room(
    name="tenants",
    permissions=PERMISSIONS,
    routers=(
        organisation.router,
        refused_calls.router,
        trunks.router,
        numbers.router,
    ),
    indexes=(*store.INDEXES, *refusals.INDEXES),
    holds=personal_data.HOLDS,
)
