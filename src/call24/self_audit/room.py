"""Results of self-audits: signed, dated, and whether a new one is due."""

from __future__ import annotations

from call24.kit.clock import Clock
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.room import Built, Room
from call24.kit.secrets import AppKey
from call24.self_audit import api, personal_data, store
from call24.self_audit.service import SelfAudits


def build(there: Provided) -> Built:
    return Built(services=(SelfAudits(there.get(Mongo), there.get(Clock), there.get(AppKey)),))


ROOM = Room(
    name="self_audit",
    provides=(SelfAudits,),
    build=build,
    routers=(api.router,),
    indexes=store.INDEXES,
    holds=personal_data.HOLDS,
)
