"""Nightly comparison of call records with Asterisk's own log."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from call24.kit.clock import Clock
from call24.kit.ids import TenantId
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.room import BackgroundTask, Built, Room
from call24.kit.settings import Settings
from call24.pbx.client import client_of
from call24.reconciliation import api, personal_data, service
from call24.reconciliation.far_files import FarCelFiles
from call24.reconciliation.files import CelFiles
from call24.reconciliation.service import Reconciler
from call24.tenants.service import TenantService


def build(there: Provided) -> Built:
    settings, tenants = there.get(Settings), there.get(TenantService)

    def zones() -> list[tuple[TenantId, ZoneInfo]]:
        return [(one.id, ZoneInfo(one.timezone)) for one in tenants.known_tenants()]

    reconciler = Reconciler(there.get(Mongo), there.get(Clock), channel_log(settings), zones, settings.reconcile_hour)
    nightly = BackgroundTask(name="reconciliation", run=reconciler.run, bound="one day of one organisation at a time")
    return Built(services=(reconciler,), tasks=(nightly,))


def channel_log(settings: Settings) -> CelFiles:
    folder = settings.asterisk_var / "log" / "cel"
    if (client := client_of(settings)) is not None:
        return FarCelFiles(folder, client)
    return CelFiles(folder if settings.own_asterisk else None)


ROOM = Room(
    name="reconciliation",
    provides=(Reconciler,),
    build=build,
    routers=(api.router,),
    indexes=service.INDEXES,
    holds=personal_data.HOLDS,
)
