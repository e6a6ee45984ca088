"""The phones' port before a real Asterisk: strangers reach neither it nor its sessions; a killed port cuts no call."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from pathlib import Path

import pytest
from tests.support.product.command import command
from tests.support.product.shared_stack import channels
from tests.support.product.stack import RunningStack
from tests.support.product.system import System
from tests.support.telephony.edge_world import SIP, register
from tests.support.telephony.network import asterisk_network
from tests.support.wait import wait_until
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from call24.asterisk.cli import told_by
from call24.kit.settings import Settings
from call24.sip_edge.state import state_of

pytestmark = pytest.mark.shares_stack("asterisk")

STRANGERS = 600
"""More than an address, and few enough for every run; the campaign `strangers` has 20,000."""


async def idle(port: int, address: str) -> asyncio.StreamWriter | None:
    with contextlib.suppress(OSError):
        _, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))
        return writer
    return None


async def listens(port: int) -> bool:
    writer = await idle(port, "127.0.0.1")
    if writer is not None:
        writer.close()
    return writer is not None


async def test_strangers_sockets_reach_neither_asterisk_nor_the_phones(stack: RunningStack) -> None:
    settings = stack.settings
    async with asterisk_network(stack) as network:
        before = sessions(settings)
        port = settings.wss_port
        held = await asyncio.gather(*(idle(port, f"127.0.0.{100 + number % 6}") for number in range(STRANGERS)))
        state = await state_of(settings.sip_edge_socket)
        assert state["unregistered"] + state["waiting"] + state["refused"] >= STRANGERS - 1, state
        assert sessions(settings) - before <= 2  # of ARI's own
        phone = await network.phone()
        assert (await network.ari.request("GET", "/asterisk/ping")).ok
        await phone.close()
        for writer in filter(None, held):
            writer.close()
    await wait_until(lambda: unregistered(settings, 0), 5)


async def unregistered(settings: Settings, most: int) -> bool:
    state = await state_of(settings.sip_edge_socket)
    return state["unregistered"] + state["waiting"] <= most


def sessions(settings: Settings) -> int:
    """Connections to Asterisk's HTTP server."""
    place = f"0100007F:{settings.ari_port:04X}"
    rows = (row.split() for row in Path("/proc/net/tcp").read_text().splitlines())
    return sum(row[1] == place and row[3] == "01" for row in rows)


async def test_asterisk_never_learns_an_address_of_a_phone_that_is_not_its_websockets(stack: RunningStack) -> None:
    async with asterisk_network(stack) as network:
        phone = await network.phone()
        phone._contact += ";expires=0\r\nContact: <sip:+881600000000@127.0.0.99:5999;transport=udp>;expires=120"
        asking = asyncio.create_task(phone._register(120))
        async with asyncio.timeout(5):
            await phone.link_lost.wait()
        asking.cancel()
        assert "127.0.0.99" not in await told_by(stack.settings.asterisk_control, "pjsip show contacts")


async def test_who_is_no_phone_cannot_call_by_the_phones_port_not_even_as_this_machines_carrier(
    stack: RunningStack,
) -> None:
    """A carrier is known by its address, and strangers come to Asterisk from this machine."""
    invite = "INVITE sip:441514960024@call24 SIP/2.0\r\nVia: SIP/2.0/WSS x.invalid;branch=z9hG4bK1\r\n" \
        "From: <sip:1@x>;tag=1\r\nTo: <sip:441514960024@call24>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n" \
        "Contact: <sip:1@x.invalid;transport=ws>\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"  # fmt: skip
    trusting = ssl.create_default_context(cafile=str(stack.settings.tls / "ca.pem"))
    async with asterisk_network(stack) as network:
        for first in (invite, register()):
            link = await connect(f"wss://localhost:{stack.settings.wss_port}/ws", subprotocols=[SIP], ssl=trusting)
            await link.send(first)
            with contextlib.suppress(ConnectionClosed):
                await link.send(invite)
            await asyncio.wait_for(link.wait_closed(), 10)
            assert link.close_code == 1008
        # Past the port, from where phones come from: asked for a password as any stranger.
        link = await connect(
            f"ws://127.0.0.1:{stack.settings.ari_port}/ws", subprotocols=[SIP], local_addr=("127.24.24.24", 0)
        )
        await link.send(invite)
        assert str(await asyncio.wait_for(link.recv(), 10)).startswith("SIP/2.0 401 ")
        link.transport.abort()  # Asterisk does not say goodbye
        link = await connect(f"ws://127.0.0.1:{stack.settings.ari_port}/ws", subprotocols=[SIP])
        await link.send(invite)
        assert not str(await asyncio.wait_for(link.recv(), 10)).startswith("SIP/2.0 401 ")  # the carrier of this test
        link.transport.abort()  # Asterisk does not say goodbye
        for one in channels(stack):  # nobody hangs up what this carrier began
            await network.ari.request("DELETE", f"/channels/{one['id']}")


async def test_a_killed_edge_cuts_no_call_and_phones_register_again(doomed: System) -> None:
    async with doomed.organisation("Acme") as acme:
        [anna] = await acme.crew("Anna")
        talk = await acme.talk(anna)
        asterisk, killed = doomed.pid("asterisk"), doomed.kill("sip_edge")
        assert anna.phone is not None
        await asyncio.wait_for(anna.phone.link_lost.wait(), 5)
        await talk.heard()
        await doomed.restarted("sip_edge", killed)
        await wait_until(lambda: listens(doomed.settings.wss_port), 10)
        await anna.register()
        await talk.heard()
        talk.call.hang_up()
        await acme.nothing_left()
        again = await acme.talk(anna)
        again.call.hang_up()
        await acme.nothing_left()
    assert doomed.pid("asterisk") == asterisk


@pytest.mark.long(
    "integration/asterisk/test_bans_http.py::"
    "test_an_organisation_sees_and_lifts_what_the_phones_port_refuses_where_its_own_people_are"
)
async def test_an_address_that_the_phones_port_refuses_is_listed_for_the_operator_and_let_in_again(
    system: System,
) -> None:
    settings, address = system.settings, "127.0.0.240"
    careless = ssl.create_default_context()
    careless.check_hostname, careless.verify_mode = False, ssl.CERT_NONE

    async def tries() -> bool:
        """Whether TLS began, and ended at once."""
        try:
            _, writer = await asyncio.open_connection(
                "127.0.0.1", settings.wss_port, local_addr=(address, 0), ssl=careless
            )
        except OSError:
            return False
        writer.close()
        return True

    async def is_refused() -> bool:
        return not await tries()

    await wait_until(is_refused, 30)
    shown = await _bans(settings)
    assert f"{address:<40}refused until " in shown
    assert await _bans(settings, "--lift", address) == f"{address} is no longer banned\n"
    assert await tries()
    assert address not in await _bans(settings)


async def _bans(settings: Settings, *more: str) -> str:
    done = await asyncio.to_thread(command, "bans", "--data", str(settings.data), *more)
    assert done.returncode == 0, done.stderr
    return done.stdout
