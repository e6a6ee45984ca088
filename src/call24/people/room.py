"""The address book: people with numbers, as users write them down."""

from __future__ import annotations

from call24.changes.service import Changes
from call24.contacts.callers import KnownCallers
from call24.contacts.service import ContactService
from call24.kit.clock import Clock
from call24.kit.ids import TenantId
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.room import Built, Room
from call24.people import api, events, personal_data, store
from call24.people.permissions import PERMISSIONS
from call24.people.service import People
from call24.tenants.service import TenantService


def build(there: Provided) -> Built:
    tenants = there.get(TenantService)

    def region(tenant_id: TenantId) -> str | None:
        tenant = tenants.known(tenant_id)
        return tenant.region if tenant is not None else None

    people = People(
        there.get(Mongo),
        there.get(Clock),
        there.get(Changes),
        there.get(ContactService),
        there.get(KnownCallers),
        region,
    )
    return Built(services=(people,))


ROOM = Room(
    name="people",
    provides=(People,),
    build=build,
    permissions=PERMISSIONS,
    routers=(api.router,),
    indexes=store.INDEXES,
    events=events.EVENTS,
    holds=personal_data.HOLDS,
)
