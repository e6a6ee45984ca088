"""Pusher apps: keys by which an organisation's own programs use the realtime server."""

from __future__ import annotations

from call24.kit.clock import Clock
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.room import Built, Room
from call24.kit.sealed_field import SealedField
from call24.kit.secrets import AppKey
from call24.pusher_apps import api, personal_data, store
from call24.pusher_apps.model import Application
from call24.pusher_apps.service import ApplicationService
from call24.tenants.rules import is_open
from call24.tenants.service import TenantService


def build(there: Provided) -> Built:
    tenants = there.get(TenantService)
    applications = ApplicationService(there.get(Mongo), there.get(Clock), there.get(AppKey))
    applications.is_open = lambda tenant_id: is_open(tenants.known(tenant_id))
    return Built(services=(applications,), refresh=(applications.refresh,))


ROOM = Room(
    name="pusher_apps",
    provides=(ApplicationService,),
    build=build,
    routers=(api.router,),
    indexes=store.INDEXES,
    sealed=(SealedField(kind=Application, field="secret", purpose="application secrets"),),
    holds=personal_data.HOLDS,
)
