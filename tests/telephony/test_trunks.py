"""Trunks on a real Asterisk: registering, calls in and out, logins, and what is said of each trunk."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest
from tests.support.product.stack import RunningStack
from tests.support.product.system import System
from tests.support.telephony.authority import Authority
from tests.support.telephony.network import LOCAL_TRUNK, NUMBER, TENANT, AsteriskNetwork, Stage, asterisk_network
from tests.support.telephony.registrar import Registrar
from tests.support.telephony.sip_edge import Knocker
from tests.support.wait import wait_until

from call24.asterisk import TrunkLine
from call24.asterisk.carrier_names import CarrierNames
from call24.asterisk.trunk_status import TrunkStatus, TrunkWatch
from call24.calls.commands import AnswerLeg, HangUpLeg
from call24.calls.signals import LegAnswered, LegArrived, LegEnded
from call24.kit.clock import SystemClock
from call24.kit.ids import TrunkId, new_id
from call24.testphones.sip_message import SipMessage, parse, response

pytestmark = pytest.mark.shares_stack("asterisk")

OUTSIDE = "+442079460999"


@pytest.fixture
async def network(stack: RunningStack) -> AsyncIterator[AsteriskNetwork]:
    async with asterisk_network(stack) as network:
        yield network


@pytest.fixture
def stage(network: AsteriskNetwork) -> Stage:
    return Stage(network)


@asynccontextmanager
async def registrar(network: AsteriskNetwork, **more: object) -> AsyncIterator[tuple[Registrar, TrunkLine]]:
    """A carrier at an address of its own, and a trunk that registers there."""
    carrier = Registrar(("127.0.0.1", network.settings.sip_port), "acme-01", secrets.token_hex(8))
    async with carrier:
        line = {"host": carrier.address[0], "port": carrier.address[1], "registers": True}
        login = {"username": carrier.username, "password": carrier.password}
        whose = {"tenant_id": TENANT, "trunk_id": TrunkId(new_id("trk"))}
        trunk = TrunkLine(**{**whose, **line, **login, **more})  # type: ignore[arg-type]
        try:
            yield carrier, trunk
        finally:
            await network.endpoints.remove_trunk(trunk.tenant_id, trunk.trunk_id)


async def status(network: AsteriskNetwork, trunk: TrunkLine, wanted: str, timeout_s: float = 15.0) -> TrunkStatus:
    watch = TrunkWatch(network.ari, SystemClock(), lambda: [trunk])
    async with asyncio.timeout(timeout_s):
        while watch.status(trunk.trunk_id).status != wanted:
            await watch.look()
            await asyncio.sleep(0.1)  # it is Asterisk that is asked again
    return watch.status(trunk.trunk_id)


async def test_a_trunk_registers_with_its_login_and_leaves_when_it_is_removed(network: AsteriskNetwork) -> None:
    async with registrar(network) as (carrier, trunk):
        assert await network.endpoints.put_trunk(trunk)
        await wait_until(lambda: carrier.registered, 5)
        assert ";line=" in carrier.contact
        assert (await status(network, trunk, "registered")).since is not None
        carrier.slow_s = 0.3  # its login is asked for when all else of the trunk is gone
        await network.endpoints.remove_trunk(trunk.tenant_id, trunk.trunk_id)
        await wait_until(lambda: not carrier.registered, 5)


async def test_a_call_over_a_registered_trunk_comes_through_that_trunk(network: AsteriskNetwork, stage: Stage) -> None:
    async with registrar(network) as (carrier, trunk):
        await network.endpoints.put_trunk(trunk)
        await wait_until(lambda: carrier.registered, 5)
        for to_contact in (True, False):
            customer = await carrier.call(NUMBER, to_contact=to_contact)
            arrived = (await wait_until(lambda: [x for x in stage.heard.all(LegArrived) if not seen(stage, x)], 5))[0]
            assert (arrived.dialled, arrived.trunk) == (NUMBER, trunk.name)
            await stage.perform(AnswerLeg(leg=arrived.leg))
            await customer.answered(5)
            await stage.ended(arrived.leg)


async def test_a_trunk_registers_again_with_a_registrar_that_was_restarted_and_has_its_calls_again(
    network: AsteriskNetwork, stage: Stage
) -> None:
    """The registrar knows none of its old nonces and says so (stale); a registration is renewed 10 s before its end."""
    async with registrar(network) as (carrier, trunk):
        carrier.granted_s = 12
        await network.endpoints.put_trunk(trunk)
        await wait_until(lambda: carrier.registered, 5)
        carrier.restart()
        await wait_until(lambda: carrier.registered, 10)
        assert carrier.answers[-2:] == [401, 200]
        customer = await carrier.call(NUMBER, to_contact=True)
        arrived = await stage.heard.next(LegArrived, trunk=trunk.name)
        assert arrived.dialled == NUMBER
        await stage.perform(AnswerLeg(leg=arrived.leg))
        await customer.answered(5)
        await stage.ended(arrived.leg)


async def test_a_registrar_that_wants_longer_registrations_gets_one(network: AsteriskNetwork) -> None:
    async with registrar(network) as (carrier, trunk):
        carrier.least_s = 900
        await network.endpoints.put_trunk(trunk)
        await wait_until(lambda: carrier.registered, 10)
        assert carrier.answers.count(423) == 1
        await status(network, trunk, "registered")


def seen(stage: Stage, arrived: LegArrived) -> bool:
    return bool(stage.heard.all(LegEnded, leg=arrived.leg))


async def test_a_call_from_the_registrars_address_without_the_line_is_known_by_its_address(
    network: AsteriskNetwork, stage: Stage
) -> None:
    async with registrar(network, addresses=("127.0.0.3",)) as (carrier, trunk):
        await network.endpoints.put_trunk(trunk)
        await wait_until(lambda: carrier.registered, 5)
        carrier.contact = carrier.contact.partition(";line=")[0]
        await carrier.call(NUMBER, to_contact=False)
        arrived = await stage.heard.next(LegArrived)
        assert (arrived.dialled, arrived.trunk) == (NUMBER, "127.0.0.3")
        await stage.ended(arrived.leg)


async def test_two_trunks_with_one_address_both_let_it_in_until_the_last_is_gone(
    network: AsteriskNetwork, stage: Stage
) -> None:
    second = TrunkLine(tenant_id=TENANT, trunk_id=TrunkId(new_id("trk")), addresses=("127.0.0.1", "192.0.2.1"))
    await network.endpoints.put_trunk(second)
    await network.endpoints.remove_trunk(LOCAL_TRUNK.tenant_id, LOCAL_TRUNK.trunk_id)
    story, _ = await stage.arrival(answer=True)
    assert stage.heard.all(LegArrived)[0].trunk == "127.0.0.1"
    await stage.ended(story.leg)
    await network.endpoints.remove_trunk(second.tenant_id, second.trunk_id)
    refused = await network.dial()
    assert (await refused.ended(5)).status == 401
    await network.endpoints.put_trunk(LOCAL_TRUNK)


@pytest.mark.parametrize(
    "as_account", [True, pytest.param(False, marks=pytest.mark.long("test_a_call_goes_out_with_the_trunks_login"))]
)
async def test_a_call_goes_out_with_the_trunks_login(network: AsteriskNetwork, stage: Stage, as_account: bool) -> None:
    async with registrar(network, send_as_account=as_account) as (carrier, trunk):
        await network.endpoints.put_trunk(trunk)
        line = carrier.line(OUTSIDE)
        story, _ = await stage.arrival(answer=True)
        leg = await stage.dial(story, trunk.trunk_id, OUTSIDE)
        call = await line.rings(5)
        [sender] = carrier.senders
        assert (f"sip:{'acme-01' if as_account else NUMBER}@{carrier.address[0]}") in sender
        call.answer(850)
        await stage.heard.next(LegAnswered, leg=leg)
        await stage.ended(leg, story.leg)


async def test_a_wrong_password_is_told_as_rejected_and_calls_are_refused(
    network: AsteriskNetwork, stage: Stage
) -> None:
    async with registrar(network, password="wrong") as (carrier, trunk):
        await network.endpoints.put_trunk(trunk)
        await status(network, trunk, "rejected")
        assert not carrier.registered
        carrier.line(OUTSIDE)
        story, _ = await stage.arrival(answer=True)
        leg = await stage.dial(story, trunk.trunk_id, OUTSIDE)
        assert (await stage.heard.next(LegEnded, leg=leg)).cause == 21
        await stage.ended(story.leg)


@pytest.mark.long("test_a_wrong_password_is_told_as_rejected_and_calls_are_refused")
async def test_a_closed_account_is_told_as_rejected(network: AsteriskNetwork) -> None:
    async with registrar(network) as (carrier, trunk):
        carrier.refuses = True
        await network.endpoints.put_trunk(trunk)
        await status(network, trunk, "rejected")


@pytest.mark.long("unit/asterisk/test_trunks.py::test_how_a_trunk_without_registration_fares")
async def test_a_host_that_does_not_answer_is_told_as_unreachable_and_calls_fail(
    network: AsteriskNetwork, stage: Stage
) -> None:
    nobody = TrunkLine(tenant_id=TENANT, trunk_id=TrunkId(new_id("trk")), host="127.0.0.9", port=9)
    await network.endpoints.put_trunk(nobody)
    await status(network, nobody, "unreachable")
    story, _ = await stage.arrival(answer=True)
    leg = await stage.dial(story, nobody.trunk_id, OUTSIDE, ring_s=25)
    assert (await stage.heard.next(LegEnded, 6, leg=leg)).cause == 27
    await stage.ended(story.leg)
    await network.endpoints.remove_trunk(nobody.tenant_id, nobody.trunk_id)


async def test_a_trunk_without_registration_says_whether_its_host_answers(network: AsteriskNetwork) -> None:
    _, carrier = await network.carrier()
    line = TrunkLine(tenant_id=TENANT, trunk_id=TrunkId(new_id("trk")), host="127.0.0.1", port=carrier.address[1])
    await network.endpoints.put_trunk(line)
    await status(network, line, "reachable")
    inbound = TrunkLine(tenant_id=TENANT, trunk_id=TrunkId(new_id("trk")), addresses=("192.0.2.1",))
    await status(network, inbound, "inbound_only")
    await network.endpoints.remove_trunk(line.tenant_id, line.trunk_id)


async def test_a_changed_password_holds_at_once(network: AsteriskNetwork, stage: Stage) -> None:
    async with registrar(network, password="wrong") as (carrier, trunk):
        await network.endpoints.put_trunk(trunk)
        await status(network, trunk, "rejected")
        right = TrunkLine(
            tenant_id=TENANT, trunk_id=trunk.trunk_id, host=trunk.host, port=trunk.port, registers=True,
            username=carrier.username, password=carrier.password,
        )  # fmt: skip
        await network.endpoints.put_trunk(right)
        await wait_until(lambda: carrier.registered, 15)  # it would try by itself after 60 s


async def test_after_a_restart_of_call24_trunks_that_are_gone_are_removed(network: AsteriskNetwork) -> None:
    async with registrar(network) as (carrier, trunk):
        await network.endpoints.put_trunk(trunk)
        await wait_until(lambda: carrier.registered, 15)
        await network.endpoints.push_all([], [LOCAL_TRUNK])
        await wait_until(lambda: not carrier.registered, 15)


async def test_hanging_up_a_ringing_outside_call_stops_it(network: AsteriskNetwork, stage: Stage) -> None:
    story, _ = await stage.arrival(answer=True)
    trunk_id, carrier = await network.carrier()
    line = carrier.line(OUTSIDE)
    leg = await stage.dial(story, trunk_id, OUTSIDE)
    call = await line.rings(5)
    await stage.perform(HangUpLeg(leg=leg))
    await stage.heard.next(LegEnded, leg=leg)
    assert (await call.ended(5)).by == "them"
    await stage.ended(story.leg)


async def test_a_trunk_may_want_tcp(network: AsteriskNetwork, stage: Stage) -> None:
    asked: list[str] = []

    async def busy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readuntil(b"\r\n\r\n"):
            bare = parse(head.replace(b"Content-Length:", b"X-Length:") if b"INVITE" in head[:6] else head)
            length = bare.header("X-Length") or "0"
            await reader.readexactly(int(length))
            asked.append(bare.start)
            status = (486, "Busy Here") if bare.method == "INVITE" else (200, "OK")
            if bare.method != "ACK":
                writer.write(response(bare, *status, to_tag="tcp").encode())

    server = await asyncio.start_server(busy, "127.0.0.1")
    port = server.sockets[0].getsockname()[1]
    line = TrunkLine(tenant_id=TENANT, trunk_id=TrunkId(new_id("trk")), host="127.0.0.1", port=port, transport="tcp")
    await network.endpoints.put_trunk(line)
    story, _ = await stage.arrival(answer=True)
    leg = await stage.dial(story, line.trunk_id, OUTSIDE)
    assert (await stage.heard.next(LegEnded, leg=leg)).cause == 17
    assert any(start.startswith(f"INVITE sip:{OUTSIDE}@127.0.0.1:{port}") for start in asked)
    await stage.ended(story.leg)
    await network.endpoints.remove_trunk(line.tenant_id, line.trunk_id)
    server.close()


@pytest.mark.long("unit/asterisk/test_carrier_networks.py::test_thousands_of_networks_are_sixteen_objects")
async def test_thousands_of_networks_of_others_do_not_slow_anybody(network: AsteriskNetwork) -> None:
    """As one object for each network 3,840 made every request take 79 ms."""
    many = tuple(f"20.{n >> 8}.{n & 255}.0/24" for n in range(3840))
    crowd = TrunkLine(tenant_id=TENANT, trunk_id=TrunkId(new_id("trk")), addresses=many)
    port = network.settings.sip_port
    async with Knocker(port, "127.0.0.1") as carrier, Knocker(port, "127.0.0.66") as stranger:
        try:
            assert await network.endpoints.put_trunk(crowd)
            for knocker, status in ((carrier, b" 200 "), (stranger, b" 401 ")):
                answers = [await knocker.timed("OPTIONS", NUMBER) for _ in range(20)]
                assert all(status in answer for answer, _ in answers)
                assert sorted(took for _, took in answers)[5] < 0.02
        finally:
            await network.endpoints.remove_trunk(crowd.tenant_id, crowd.trunk_id)


async def test_an_address_that_is_excluded_from_a_range_is_challenged_and_its_neighbour_is_not(
    network: AsteriskNetwork,
) -> None:
    port = network.settings.sip_port
    wide = TrunkLine(tenant_id=TENANT, trunk_id=TrunkId(new_id("trk")), addresses=("127.0.3.0/24",))
    async with Knocker(port, "127.0.3.5") as one, Knocker(port, "127.0.3.6") as neighbour:
        await network.endpoints.put_trunk(wide)
        assert b" 200 " in await one.answer("OPTIONS", NUMBER)
        await network.endpoints.exclude(["127.0.3.5"])
        assert b" 401 " in await one.answer("OPTIONS", NUMBER)
        assert b" 200 " in await neighbour.answer("OPTIONS", NUMBER)
        await network.endpoints.exclude([])
        assert b" 200 " in await one.answer("OPTIONS", NUMBER)
        await network.endpoints.remove_trunk(wide.tenant_id, wide.trunk_id)


async def test_a_carrier_is_reached_where_its_name_was_found_and_called_by_its_name(
    network: AsteriskNetwork, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name alone leads nowhere: Asterisk does not ask for it."""
    heard: list[SipMessage] = []
    take = Registrar._take

    def taken(carrier: Registrar, message: SipMessage) -> None:
        heard.append(message)
        take(carrier, message)

    monkeypatch.setattr(Registrar, "_take", taken)
    async with registrar(network) as (carrier, there):
        via = f"{carrier.address[0]}:{carrier.address[1]}"
        named = msgspec.structs.replace(there, host="sip.carrier.invalid", port=None, via=via)
        await network.endpoints.put_trunk(named)
        await wait_until(lambda: carrier.registered, 5)
        line = carrier.line(OUTSIDE)
        story, _ = await stage.arrival(answer=True)
        leg = await stage.dial(story, named.trunk_id, OUTSIDE)
        (await line.rings(5)).answer(850)
        await stage.heard.next(LegAnswered, leg=leg)
        await stage.ended(leg, story.leg)
        for method in ("REGISTER", "INVITE", "BYE"):
            assert [each for each in heard if each.method == method], method
        assert not [each for each in heard if each.header("Route")]
        invites = [each for each in heard if each.method == "INVITE"]
        assert all("@sip.carrier.invalid" in each.start for each in invites)


async def test_a_carrier_by_tls_is_reached_where_its_name_was_found_and_shows_a_certificate_for_the_name(
    network: AsteriskNetwork, tmp_path: Path
) -> None:
    """The name alone leads nowhere: Asterisk knows of it what it is told."""
    authority, heard = Authority("Theirs"), list[SipMessage]()

    async def answers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError):
            while True:
                heard.append(parse(await reader.readuntil(b"\r\n\r\n")))
                writer.write(response(heard[-1], 200, "OK", to_tag="tls").encode())

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority.signs(tmp_path, "*.carrier.invalid"))
    server = await asyncio.start_server(answers, "127.0.0.3", ssl=context)
    port = server.sockets[0].getsockname()[1]
    known = network.settings.carrier_authorities
    known.write_bytes(known.read_bytes() + authority.file(tmp_path).read_bytes())
    await CarrierNames(network.ari, known.parent).tell({"sip.carrier.invalid": "127.0.0.3"})
    line = TrunkLine(
        tenant_id=TENANT,
        trunk_id=TrunkId(new_id("trk")),
        host="sip.carrier.invalid",
        transport="tls",
        via=f"sip.carrier.invalid:{port}",
    )
    await network.endpoints.put_trunk(line)
    await status(network, line, "reachable")
    assert all(each.start.startswith("OPTIONS sip:sip.carrier.invalid;transport=tls") for each in heard)
    assert not [each for each in heard if each.header("Route")]
    await network.endpoints.remove_trunk(line.tenant_id, line.trunk_id)
    server.close()


@pytest.mark.parametrize(
    "port",
    [
        "sip_port",
        *(
            pytest.param(
                other,
                marks=pytest.mark.long("unit/kit/test_sip_targets.py::test_each_port_that_listens_here_is_our_own"),
            )
            for other in ("mongodb_port", "sip_tls_port", "ari_port", "http_port", "wss_port", "mail_in_port")
        ),
    ],
)
async def test_no_trunk_leads_to_our_own_ports_not_even_where_this_machine_is_allowed(
    system: System, port: str
) -> None:
    async with system.organisation("Acme") as acme:
        where = {"host": "127.0.0.1", "port": getattr(system.settings, port)}
        for made in (
            await acme.http.post("/v1/trunks", json={"name": "Loop", "addresses": ["127.0.0.9"], **where}),
            await acme.http.patch(f"/v1/trunks/{acme.trunk_id}", json=where),
        ):
            assert made.status_code == 422 and made.json()["errors"][0]["field"].endswith("host"), made.text
