"""Whose sound a carrier's leg takes and who hears it: the address in the SDP, whatever strangers spray at the ports."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import pytest
from tests.support.product.stack import RunningStack
from tests.support.product.system import System
from tests.support.telephony.network import LOCAL_TRUNK, AsteriskNetwork, Stage, asterisk_network

from call24.calls.commands import ConnectLegs
from call24.calls.signals import LegAnswered
from call24.testphones import sdp
from call24.testphones.carrier import LineCall
from call24.testphones.customer import CustomerCall
from call24.testphones.offered_call import OfferedCall
from call24.testphones.plain_audio import Address
from call24.testphones.rtp import RtpPacket, Tone

pytestmark = pytest.mark.shares_stack("asterisk")

STRANGER, SPRAYED_HZ, AGENT_HZ, PACKETS = "127.0.0.66", 1500, 600, 150


@pytest.fixture
async def network(stack: RunningStack) -> AsyncIterator[AsteriskNetwork]:
    async with asterisk_network(stack) as network:
        yield network


def falls_silent(customer: CustomerCall) -> Address:
    """It sends nothing more, as a caller does who listens; where Asterisk's port for it is."""
    port = customer._media.to
    assert port is not None
    customer.stream.stop()
    return port


async def sprayed(port: Address) -> int:
    """150 packets of a tone to that port, from another address; how many came back."""
    heard, voice = 0, Tone(SPRAYED_HZ)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.bind((STRANGER, 0))
        stranger.setblocking(False)
        for number in range(PACKETS):
            stranger.sendto(RtpPacket(0, 1000 + number, 160 * number, 77, voice.frame()).encode(), port)
            await asyncio.sleep(0.02)  # as sound comes: Asterisk looks at the pace
            try:
                while stranger.recv(2000):
                    heard += 1
            except BlockingIOError:
                pass
    return heard


@asynccontextmanager
async def talking(network: AsteriskNetwork) -> AsyncIterator[tuple[CustomerCall, tuple[Address, OfferedCall]]]:
    """A customer who says nothing, and an agent's phone that says a tone."""
    stage = Stage(network)
    phone = await network.phone()
    story, customer = await stage.arrival(answer=True)
    port = falls_silent(customer)
    leg = await stage.ring(story, phone.device_id)
    call = await phone.next_call(5)
    await call.answer(AGENT_HZ)
    await stage.heard.next(LegAnswered, leg=leg)
    await stage.perform(ConnectLegs(bridge_id="brg-sources", legs=(story.leg, leg)))
    yield customer, (port, call)
    await stage.ended(story.leg, leg)


@pytest.mark.long("test_a_caller_who_speaks_after_silence_and_spraying_is_heard")
async def test_who_sprays_sound_at_a_silent_callers_leg_neither_hears_it_nor_is_heard(network: AsteriskNetwork) -> None:
    async with talking(network) as (customer, (port, call)):
        before = len(customer.ear.samples())
        assert await sprayed(port) == 0
        assert not call.ear.among(SPRAYED_HZ)
        assert len(customer.ear.samples()) - before > 8000, "the customer hears the agent all the time"


async def test_a_caller_who_speaks_after_silence_and_spraying_is_heard(network: AsteriskNetwork) -> None:
    async with talking(network) as (customer, (port, call)):
        assert await sprayed(port) == 0
        assert not call.ear.among(SPRAYED_HZ)
        customer.say(Tone(1000))
        customer.stream.start()
        assert await call.ear.hears(1000, 5)


async def test_only_a_trunk_that_asks_for_it_has_sound_from_and_to_another_address_than_its_sdp_names(
    network: AsteriskNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As behind an address translation: at what the SDP names nobody is."""

    def elsewhere(call: CustomerCall, offer: object, direction: str) -> str:
        return sdp.plain_audio("127.0.0.9", call._media.port, direction, 1)

    monkeypatch.setattr(CustomerCall, "describe", elsewhere)
    for loose in (True, False):
        await network.endpoints.put_trunk(msgspec.structs.replace(LOCAL_TRUNK, symmetric_rtp=loose))
        async with talking(network) as (customer, (_, call)):
            customer.say(Tone(1000))
            customer.stream.start()
            assert await call.ear.hears(1000, 2) is loose
            assert await customer.ear.hears(AGENT_HZ, 1) is loose


@pytest.mark.parametrize(
    "goes",
    [
        "in",
        pytest.param(
            "out",
            marks=pytest.mark.long("test_no_sound_is_sent_to_our_own_ports_though_a_carriers_sdp_names_them"),
        ),
    ],
)
async def test_no_sound_is_sent_to_our_own_ports_though_a_carriers_sdp_names_them(
    system: System, monkeypatch: pytest.MonkeyPatch, goes: str
) -> None:
    """At MongoDB's port on this machine, which only the SDP names, nothing arrives, and the call ends."""
    async with system.organisation("Acme") as acme:
        [anna] = await acme.crew("Anna")
        anna.answers_by_itself(AGENT_HZ)
        line = await acme.line() if goes == "out" else None
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as victim:
            victim.bind(("127.0.0.1", system.settings.mongodb_port))
            victim.setblocking(False)

            def elsewhere(call: object, *_: object) -> str:
                return sdp.plain_audio(*victim.getsockname(), "sendrecv", 1)

            monkeypatch.setattr(LineCall if goes == "out" else CustomerCall, "describe", elsewhere)
            if line is not None:
                await anna.place(line.number)
                rung = await line.rings()
                rung.answer(AGENT_HZ)
                over = await rung.ended(5)
            else:
                over = await (await acme.dial()).ended(5)
            assert over.by == "them"
            with pytest.raises(BlockingIOError):
                victim.recv(2000)
        await acme.nothing_left()
