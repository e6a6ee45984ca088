"""The link between Call24 and Asterisk stops passing bytes without being closed, and heals: noticed, and made good."""

from __future__ import annotations

import asyncio

import pytest
from tests.support.database.relay import relay_to
from tests.support.product.stack import RunningStack
from tests.support.telephony.network import AsteriskNetwork, Heard, asterisk_network
from tests.support.wait import wait_until

from call24.asterisk import AriClient, AsteriskTelephony
from call24.asterisk.translate import WANTED, live_leg
from call24.calls.commands import AnswerLeg, HangUpLeg, TakeLeg
from call24.calls.signals import LegArrived, LegEnded, PbxAway, PbxBack
from call24.kit.clock import SystemClock
from call24.kit.ids import CallId, LegId, TenantId, new_id

pytestmark = pytest.mark.shares_stack("asterisk")

NOTICED_S = 3.0
EQUAL_S = 5.0


async def test_a_cut_link_is_noticed_and_after_it_heals_the_state_is_what_asterisk_lists(stack: RunningStack) -> None:
    async with relay_to(stack.settings.ari_port) as relay, asterisk_network(stack) as direct:
        login = stack.settings.ari_login()
        url = f"http://127.0.0.1:{relay.port}/ari"
        ari = AriClient(url, login.user, login.password, app="call24", events=WANTED)
        telephony = AsteriskTelephony(ari)
        heard = Heard(telephony)
        running = asyncio.create_task(telephony.run())
        await heard.next(PbxBack, 10)  # the direct one is replaced, and only looks on from here
        stays, leaves = await direct.dial(), await direct.dial()
        arrived = await wait_until(lambda: len(all_ := heard.all(LegArrived)) == 2 and all_)
        for signal in arrived:
            ids = {"call_id": CallId(new_id("call")), "tenant_id": TenantId(new_id("ten"))}
            await telephony.perform(TakeLeg(leg=signal.leg, **ids))
            await telephony.perform(AnswerLeg(leg=signal.leg))
        await stays.answered(5)
        await leaves.answered(5)

        relay.cut()
        await heard.next(PbxAway, NOTICED_S)
        leaves.hang_up()
        await leaves.ended(5)
        await wait_until(lambda: _channels(direct, 1))  # its channel is not to be taken for that of the next
        comes = await direct.dial()
        await wait_until(lambda: _legs(direct, 2))  # listed before it comes to Call24, it is nobody's leg yet
        relay.heal()
        back = await wait_until(lambda: heard.all(PbxBack)[1:], EQUAL_S)

        there = await _live(direct)
        assert len(there) == 2
        told = {leg.leg: leg.call_id for leg in back[0].legs}
        await wait_until(lambda: told | {signal.leg: None for signal in heard.all(LegArrived)[2:]} == there, EQUAL_S)
        for leg in there:
            await telephony.perform(HangUpLeg(leg=leg))
            await heard.next(LegEnded, leg=leg)
        for call in (stays, comes):
            await call.ended(5)
        running.cancel()
        await asyncio.wait({running})
        await ari.close()


async def _channels(network: AsteriskNetwork, count: int) -> bool:
    return len((await network.ari.request("GET", "/channels")).body) == count


async def _legs(network: AsteriskNetwork, count: int) -> bool:
    return len(await _live(network)) == count


async def _live(network: AsteriskNetwork) -> dict[LegId, CallId | None]:
    """The legs that Asterisk lists, and whose call each is."""
    rows = (await network.ari.request("GET", "/channels")).body
    at = SystemClock().now()
    return {leg.leg: leg.call_id for row in rows if (leg := live_leg(row, at))}
