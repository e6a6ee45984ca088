"""Organisations: their settings, trunks and numbers, and the calls that were refused."""

from __future__ import annotations

from call24.kit.room import Room
from call24.tenants import refused_calls as refusals
from call24.tenants import store
from call24.tenants.api import numbers, organisation, refused_calls, trunks

ROOM = Room(
    name="tenants",
    routers=(
        organisation.router,
        refused_calls.router,
        trunks.router,
        numbers.router,
    ),
    indexes=(*store.INDEXES, *refusals.INDEXES),
)
