"""Files of people: imported into the address book, and exported from it."""

from __future__ import annotations

from call24.address_book_files import api, exports_api, personal_data, phone_api, service
from call24.address_book_files.permissions import PERMISSIONS
from call24.address_book_files.runner import runner
from call24.address_book_files.service import AddressBookImports
from call24.contacts.callers import KnownCallers
from call24.exports.service import Exports
from call24.kit.clock import Clock
from call24.kit.ids import TenantId
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.room import Built, Room
from call24.kit.settings import Settings
from call24.people.duplicates import Duplicates
from call24.people.matches import Matches
from call24.people.service import People
from call24.recordings.disk_space import MB


def build(there: Provided) -> Built:
    settings = there.get(Settings)
    imports = AddressBookImports(
        there.get(Mongo),
        there.get(Clock),
        there.get(People),
        settings.data / "address-book",
        settings.recording_floor_mb * MB,
        runner(settings, there.get(KnownCallers), there.get(Matches)),
    )
    exports = there.get(Exports)

    async def erased(tenant_id: TenantId) -> None:
        await imports.erase_files(tenant_id)
        await exports.erase_people(tenant_id)

    there.get(People).erased = erased
    there.get(Duplicates).written = lambda: imports.writes
    return Built(services=(imports,), start=(imports.after_restart,), stop=(imports.close,))


ROOM = Room(
    name="address_book_files",
    provides=(AddressBookImports,),
    build=build,
    permissions=PERMISSIONS,
    routers=(api.router, exports_api.router, phone_api.router),
    indexes=service.INDEXES,
    holds=personal_data.HOLDS,
)
