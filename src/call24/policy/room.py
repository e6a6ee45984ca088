"""The privacy policy: its versions, each organisation's statements, public pages, and who accepted it."""

from __future__ import annotations

from call24.kit.clock import Clock
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.room import Built, Room
from call24.policy import api, personal_data, store
from call24.policy.service import Policies
from call24.tenants.service import TenantService


def build(there: Provided) -> Built:
    return Built(services=(Policies(there.get(Mongo), there.get(Clock), there.get(TenantService)),))


ROOM = Room(
    name="policy",
    provides=(Policies,),
    build=build,
    routers=(api.router, api.public),
    indexes=store.INDEXES,
    holds=personal_data.HOLDS,
)
