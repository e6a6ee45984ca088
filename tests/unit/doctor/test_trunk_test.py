"""A trunk's test against a carrier on this machine: what it asks, and what it makes of the answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast

import pytest
from tests.support.clock import StillClock
from tests.support.telephony.registrar import Registrar

from call24.doctor.trunk_test import AN_HOUR, TrunkTests
from call24.kit.errors import TooMany
from call24.kit.ids import TenantId, TrunkId
from call24.kit.sip_targets import SipTargets
from call24.tenants.model import SealedLogin, Trunk
from call24.tenants.service import TenantService

ACCOUNT, PASSWORD = "acme-01", "carrier-secret"
NOBODY = ("127.0.0.1", 9)
"""Where the carrier would call; it does not."""


class Answering(Registrar):
    """It answers whoever asked, from whichever port."""

    async def open(self) -> None:
        await super().open()
        assert self._socket is not None
        socket, take = self._socket, self._socket.datagram_received

        def taken(raw: bytes, source: Any) -> None:
            socket._server = source
            take(raw, source)

        socket.datagram_received = taken  # type: ignore[method-assign]

    @property
    def port(self) -> int:
        return self.address[1]


class Tenants:
    """What a test needs of them. `password`: as the app key opens it."""

    def __init__(self, *, private: bool = True) -> None:
        self.targets = SipTargets(private=private)
        self.password = PASSWORD

    def trunk_password(self, trunk: Trunk) -> str:
        return self.password if trunk.login is not None else ""


def trunk(port: int, number: int = 1, **more: Any) -> Trunk:
    wish = {"host": "127.0.0.1", "port": port, "created_at": StillClock().now(), **more}
    return Trunk(id=TrunkId(f"trk_{number}"), tenant_id=TenantId("ten_1"), name="Carrier", **wish)


def registering(port: int, number: int = 1) -> Trunk:
    return trunk(port, number, kind="registration", login=SealedLogin(username=ACCOUNT, password=b"sealed"))


@pytest.fixture
async def carrier() -> AsyncIterator[Answering]:
    there = Answering(NOBODY, ACCOUNT, PASSWORD, host="127.0.0.1")
    await there.open()
    yield there
    there.close()


def trunk_tests(tenants: Tenants, clock: StillClock | None = None) -> TrunkTests:
    return TrunkTests(cast(TenantService, tenants), clock or StillClock(), None)


async def test_a_carrier_that_answers_and_takes_the_login_is_told_with_its_round_trip(carrier: Answering) -> None:
    found = await trunk_tests(Tenants()).test(registering(carrier.port))
    assert (found.verdict, found.code, found.register_code) == ("answers", 200, 200)
    assert found.rtt_ms is not None
    assert (carrier.answers, carrier.contact) == ([401, 200], ""), "it asks, and registers nothing"


async def test_a_wrong_password_and_a_closed_account_are_told_by_their_codes(carrier: Answering) -> None:
    tenants = Tenants()
    tenants.password = "wrong"
    tests = trunk_tests(tenants)
    assert (await tests.test(registering(carrier.port))).register_code == 401
    carrier.refuses = True
    assert (await tests.test(registering(carrier.port, 2))).register_code == 403
    assert (await tests.test(trunk(carrier.port, 3))).register_code is None


async def test_who_does_not_answer_or_is_not_there_is_told_apart(carrier: Answering) -> None:
    tests = trunk_tests(Tenants())
    carrier.close()
    assert (await tests.test(trunk(carrier.port, transport="tcp"))).verdict == "unreachable"
    assert (await tests.test(trunk(carrier.port, 2, host="nowhere.invalid"))).verdict == "no_address"
    assert (await tests.test(trunk(carrier.port, 3, host=None))).verdict == "inbound_only"


async def test_the_operators_networks_are_not_asked(carrier: Answering) -> None:
    found = await trunk_tests(Tenants(private=False)).test(registering(carrier.port))
    assert (found.verdict, found.code, carrier.answers) == ("forbidden", None, [])


async def test_a_host_that_shows_no_certificate_is_not_trusted() -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SIP/2.0 200 OK\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(plain, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        found = await trunk_tests(Tenants()).test(trunk(port, transport="tls"))
    assert (found.verdict, found.code) == ("certificate", None)
    assert found.certificate


async def test_there_are_seconds_between_two_tests_of_a_trunk_and_so_many_an_hour() -> None:
    clock = StillClock()
    tests, spare = trunk_tests(Tenants(), clock), [trunk(1, number, host=None) for number in range(AN_HOUR + 1)]
    await tests.test(spare[0])
    with pytest.raises(TooMany):
        await tests.test(spare[0])
    clock.advance(seconds=5)
    for one in spare[1:-1]:
        await tests.test(one)
    with pytest.raises(TooMany) as refused:
        await tests.test(spare[-1])
    assert refused.value.retry_after_s == 3595
    clock.advance(seconds=3600)
    await tests.test(spare[-1])
