"""Call records, reports and tasks as files."""

from __future__ import annotations

from call24.exports import api, personal_data, service, tasks_api
from call24.exports.permissions import PERMISSIONS
from call24.exports.runner import runner
from call24.exports.service import Exports
from call24.kit.clock import Clock
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.room import Built, Room
from call24.kit.settings import Settings


def build(there: Provided) -> Built:
    settings = there.get(Settings)
    exports = Exports(there.get(Mongo), there.get(Clock), settings.data / "exports", runner(settings))
    return Built(services=(exports,), start=(exports.after_restart,), stop=(exports.close,))


ROOM = Room(
    name="exports",
    provides=(Exports,),
    build=build,
    permissions=PERMISSIONS,
    routers=(api.router, tasks_api.router),
    indexes=service.INDEXES,
    holds=personal_data.HOLDS,
)
