"""CardDAV: phones and computers keep copies of the address book, both ways."""

from __future__ import annotations

from call24.carddav import passwords, personal_data, service
from call24.carddav.api import app_passwords, dav
from call24.carddav.passwords import AppPasswords
from call24.carddav.service import CardBooks
from call24.carddav.writing import CardWriter
from call24.changes.service import Changes
from call24.identity.service import IdentityService
from call24.kit.clock import Clock
from call24.kit.ids import TenantId
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.room import Built, Room
from call24.people.book_changes import BookChanges
from call24.people.pictures import PersonPictures
from call24.people.service import People
from call24.tenants.service import TenantService


def build(there: Provided) -> Built:
    tenants, people, changed = there.get(TenantService), there.get(People), there.get(BookChanges)

    def region(tenant_id: TenantId) -> str | None:
        tenant = tenants.known(tenant_id)
        return tenant.region if tenant is not None else None

    mongo, clock = there.get(Mongo), there.get(Clock)
    pictures = there.get(PersonPictures)
    books = CardBooks(mongo, people, changed, pictures, region)
    writer = CardWriter(mongo, clock, there.get(Changes), people, books, pictures, region)
    people.gone, changed.forgotten = books.gone, books.forgotten
    identity = there.get(IdentityService)
    devices = AppPasswords(mongo, clock, identity, changed)
    identity.events.tokens_ended.append(devices.revoke_all)
    return Built(services=(books, writer, devices))


ROOM = Room(
    name="carddav",
    provides=(CardBooks, CardWriter, AppPasswords),
    build=build,
    routers=(dav.router, dav.discovery, app_passwords.router),
    indexes=(*service.INDEXES, *passwords.INDEXES),
    holds=personal_data.HOLDS,
)
