"""The doctor's checks in the app, and tests of an organisation's numbers and trunks; the command needs no server."""

from __future__ import annotations

from call24.doctor import api, number_test_api, personal_data, trunk_test_api
from call24.doctor.check_runs import CheckRuns
from call24.doctor.number_test import NumberTests
from call24.doctor.trunk_test import TrunkTests
from call24.kit.clock import Clock
from call24.kit.provided import Provided
from call24.kit.room import Built, Room
from call24.kit.settings import Settings
from call24.tenants.service import TenantService


def build(there: Provided) -> Built:
    settings, clock = there.get(Settings), there.get(Clock)
    runs, tests = CheckRuns(settings.data, clock), NumberTests(settings, clock)
    authorities = settings.carrier_authorities if settings.own_asterisk else None
    trunks = TrunkTests(there.get(TenantService), clock, authorities)
    return Built(services=(runs, tests, trunks), stop=(runs.close, tests.close))


ROOM = Room(
    name="doctor",
    provides=(CheckRuns, NumberTests, TrunkTests),
    build=build,
    routers=(api.router, number_test_api.router, trunk_test_api.router),
    holds=personal_data.HOLDS,
)
