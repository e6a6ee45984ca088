"""Toll fraud protection: which outside numbers may be called, and how much."""

from __future__ import annotations

from call24.journal.journal import Journal
from call24.kit.clock import Clock
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.room import BackgroundTask, Built, Room
from call24.tenants.service import TenantService
from call24.toll_fraud import api, personal_data, store
from call24.toll_fraud.permissions import PERMISSIONS
from call24.toll_fraud.service import TollFraudGuard


def build(there: Provided) -> Built:
    fence = TollFraudGuard(there.get(Mongo), there.get(Clock), there.get(TenantService), there.get(Journal).append)
    behind = BackgroundTask(name="toll-fraud protection", run=fence.run, bound="once a second what was counted since")
    return Built(services=(fence,), tasks=(behind,), refresh=(fence.refresh,), start=(fence.restore,))


ROOM = Room(
    name="toll_fraud",
    provides=(TollFraudGuard,),
    build=build,
    permissions=PERMISSIONS,
    routers=(api.router,),
    indexes=store.INDEXES,
    holds=personal_data.HOLDS,
)
