"""Disclosures: what authorities asked for and were given, and which persons may be told of it."""

from __future__ import annotations

from call24.disclosures import api, personal_data, store
from call24.disclosures.permissions import PERMISSIONS
from call24.disclosures.service import Disclosures
from call24.identity.service import IdentityService
from call24.kit.clock import Clock
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.room import Built, Room


def build(there: Provided) -> Built:
    return Built(services=(Disclosures(there.get(Mongo), there.get(Clock), there.get(IdentityService)),))


ROOM = Room(
    name="disclosures",
    provides=(Disclosures,),
    build=build,
    routers=(api.router,),
    permissions=PERMISSIONS,
    indexes=store.INDEXES,
    holds=personal_data.HOLDS,
)
