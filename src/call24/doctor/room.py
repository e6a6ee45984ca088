"""The doctor's checks in the app; the command itself needs no server."""

from __future__ import annotations

from call24.doctor import api
from call24.doctor.check_runs import CheckRuns
from call24.kit.clock import Clock
from call24.kit.provided import Provided
from call24.kit.room import Built, Room
from call24.kit.settings import Settings


def build(there: Provided) -> Built:
    runs = CheckRuns(there.get(Settings).data, there.get(Clock))
    return Built(services=(runs,), stop=(runs.close,))


ROOM = Room(name="doctor", provides=(CheckRuns,), build=build, routers=(api.router,))
