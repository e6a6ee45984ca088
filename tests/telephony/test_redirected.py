"""Who is rung and redirects the call (302) makes Asterisk ring nobody else, enter none of its contexts, run nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests.support.product.stack import RunningStack
from tests.support.telephony.network import TENANT, AsteriskNetwork, Stage, asterisk_network
from tests.support.wait import wait_until

from call24.asterisk import TrunkLine
from call24.calls.signals import LegAnswered, LegArrived, LegEnded
from call24.kit.ids import LegId, TrunkId, new_id
from call24.kit.sip_names import sip_name

pytestmark = pytest.mark.shares_stack("asterisk")

OWNED = "OWNED"
CONTACTS = (
    f"Local/rec_a),touch%20{OWNED}%20%23%40call24-record",
    "Local/rec_01kb4w8v9q3f2x7n5c6d8e9f0a%40call24-record",
    "Local/s%40call24-arrived",
    "Local/+441514960024%40call24-trunk",
    "Local/call24%40call24-trunk",
    "Local/enter%40call24-away",
    "Local/return%40call24-away",
    "Local/wait%40call24-away",
    "Local/over%40call24-away",
    "+441514960024",
)


async def channels(network: AsteriskNetwork) -> set[str]:
    return {channel["id"] for channel in (await network.ari.request("GET", "/channels")).body}


@pytest.mark.parametrize("who", ["phone", "carrier"])
async def test_a_redirection_runs_no_command_and_reaches_no_context_and_the_caller_stays(
    stack: RunningStack, who: str
) -> None:
    owned = Path(f"/proc/{stack.pid('asterisk')}/cwd") / OWNED
    owned.unlink(missing_ok=True)
    async with asterisk_network(stack) as network:
        stage = Stage(network)
        story, customer = await stage.arrival(answer=True)
        phone = await network.phone()
        trunk_id, carrier = await network.carrier()
        line = carrier.line("+442079460123")

        async def only_the_caller() -> bool:
            return await channels(network) == {story.leg}

        for contact in CONTACTS:
            if who == "phone":
                leg: LegId = await stage.ring(story, phone.device_id)
                (await phone.next_call(5)).redirect(f"sip:{contact}@h")
            else:
                leg = await stage.dial(story, trunk_id, line.number)
                (await line.rings()).redirect(f"sip:{contact}@h")
            await stage.heard.next(LegEnded, leg=leg)
            await wait_until(only_the_caller, 5)
            assert stage.heard.all(LegAnswered, leg=leg) == [], contact
        assert len(stage.heard.all(LegArrived)) == 1
        assert customer.end is None
        leg = await stage.ring(story, phone.device_id)
        await (await phone.next_call(5)).answer(850)
        await stage.heard.next(LegAnswered, leg=leg)
        await stage.ended(leg, story.leg)
    assert not owned.exists()


class Sink(asyncio.DatagramProtocol):
    """A SIP address that says nothing and keeps who was called at it."""

    def __init__(self) -> None:
        self.called: list[str] = []
        self.port = 0

    def datagram_received(self, data: bytes, addr: object) -> None:
        if data.startswith(b"INVITE"):
            self.called.append(data.partition(b"\r\n")[0].decode())


@asynccontextmanager
async def sink() -> AsyncIterator[Sink]:
    transport, made = await asyncio.get_running_loop().create_datagram_endpoint(Sink, ("127.0.0.1", 0))
    made.port = transport.get_extra_info("sockname")[1]
    try:
        yield made
    finally:
        transport.close()


REDIRECTED = 23
"""Q.850: redirection to new destination."""


@pytest.mark.parametrize("who", ["phone", "carrier"])
async def test_a_redirection_to_a_sip_endpoint_of_asterisks_rings_nobody_and_the_caller_stays(
    stack: RunningStack, who: str
) -> None:
    """Neither another trunk's carrier, past the toll-fraud fence, nor any address, nor another phone."""
    async with asterisk_network(stack) as network, sink() as other_carrier:
        stage = Stage(network)
        story, customer = await stage.arrival(answer=True)
        phone, bystander = await network.phone(), await network.phone()
        trunk_id, carrier = await network.carrier()
        other = TrunkLine(tenant_id=TENANT, trunk_id=TrunkId(new_id("trk")), host="127.0.0.1", port=other_carrier.port)
        assert await network.endpoints.put_trunk(other)
        line = carrier.line("+442079460123")
        out, own = sip_name(TENANT, other.trunk_id), sip_name(TENANT, phone.device_id)
        rung_by_own = f"PJSIP/{own}" if who == "phone" else f"PJSIP/{sip_name(TENANT, trunk_id)}"
        for contact in (
            f"PJSIP/+4490912345%40{out}@h",  # the longest that Asterisk keeps
            f"PJSIP/112%40{out}@h",
            f"PJSIP/carriers/sip%3A+449091234567%40127.0.0.1%3A{other_carrier.port}@h",
            f"PJSIP/{sip_name(TENANT, bystander.device_id)}@h",
            f"{rung_by_own}@h",
            f"+449091234567@127.0.0.1:{other_carrier.port}",
        ):
            if who == "phone":
                leg: LegId = await stage.ring(story, phone.device_id)
                (await phone.next_call(5)).redirect(f"sip:{contact}")
            else:
                leg = await stage.dial(story, trunk_id, line.number)
                (await line.rings()).redirect(f"sip:{contact}")
            ended = await stage.heard.next(LegEnded, leg=leg)
            assert (other_carrier.called, ended.cause) == ([], REDIRECTED), contact

            async def only_the_caller() -> bool:
                return await channels(network) == {story.leg}

            await wait_until(only_the_caller, 5)
            assert stage.heard.all(LegAnswered, leg=leg) == [], contact
        assert carrier.asked == ([line.number] * 6 if who == "carrier" else [])
        for one in (phone, bystander):
            with pytest.raises(TimeoutError):
                await one.next_call(0.1)
        assert len(stage.heard.all(LegArrived)) == 1
        assert customer.end is None
        await stage.ended(story.leg)
