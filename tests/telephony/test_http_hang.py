"""An Asterisk that answers nothing over HTTP although it lives, as the server sees it through a link that is cut."""

from __future__ import annotations

import asyncio

import pytest
from tests.support.clock import StillClock
from tests.support.database.relay import relay_to
from tests.support.product.composed import composed
from tests.support.product.stack import RunningStack
from tests.support.telephony.network import asterisk_network
from tests.support.wait import wait_until

from call24.asterisk import AriClient, http_hang
from call24.asterisk.http_hang import LOOK_EVERY_S, PATIENCE_S, HttpHang
from call24.asterisk.translate import WANTED
from call24.calls.commands import AnswerLeg, HangUpLeg, TakeLeg
from call24.calls.signals import LegArrived
from call24.kit.ids import CallId, TenantId, new_id

pytestmark = pytest.mark.shares_stack("emptied")


async def test_asterisk_whose_http_hangs_is_ended_when_no_call_is_up_and_is_there_again(
    stack: RunningStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_hang, "ANSWER_S", 0.2)
    pid, clock = stack.pid("asterisk"), StillClock()
    login = stack.settings.ari_login()
    async with relay_to(stack.settings.ari_port) as relay:
        ari = AriClient(f"http://127.0.0.1:{relay.port}/ari", login.user, login.password, app="other", events=WANTED)
        watching = HttpHang(stack.settings.asterisk_control, ari, clock)

        async def minutes(count: int) -> None:
            for _ in range(int(count * 60 / LOOK_EVERY_S)):
                clock.advance(seconds=LOOK_EVERY_S)
                await watching.look()

        async with asterisk_network(stack) as network:
            talking = await network.dial()
            arrived = await network.heard.next(LegArrived)
            ids = {"call_id": CallId(new_id("call")), "tenant_id": TenantId(new_id("ten"))}
            await network.telephony.perform(TakeLeg(leg=arrived.leg, **ids))
            await network.telephony.perform(AnswerLeg(leg=arrived.leg))
            await talking.answered(5)
            await minutes(4)
            assert stack.pid("asterisk") == pid, "it answers"
            relay.cut()
            await minutes(int(PATIENCE_S / 60) + 1)
            assert stack.pid("asterisk") == pid and (await network.ari.request("GET", "/asterisk/ping")).ok, (
                "a call is up"
            )
            await network.telephony.perform(HangUpLeg(leg=arrived.leg))
            await talking.ended(5)
            await wait_until(lambda: _none(network.ari))
        await minutes(1)

        def is_another() -> bool:
            try:
                return stack.pid("asterisk") != pid
            except (FileNotFoundError, ValueError):  # it is being written
                return False

        await wait_until(is_another, 20)
        await ari.close()


async def _none(ari: AriClient) -> bool:
    return (await ari.request("GET", "/channels")).body == []


async def test_a_refusal_is_an_answer(stack: RunningStack) -> None:
    pid, clock = stack.pid("asterisk"), StillClock()
    ari = AriClient(f"http://127.0.0.1:{stack.settings.ari_port}/ari", "nobody", "wrong", app="other", events=WANTED)
    watching = HttpHang(stack.settings.asterisk_control, ari, clock)
    for _ in range(40):
        clock.advance(seconds=LOOK_EVERY_S)
        await watching.look()
    assert stack.pid("asterisk") == pid
    await ari.close()


async def test_the_server_looks_after_it(stack: RunningStack) -> None:
    async with composed(stack):
        await wait_until(lambda: {"http hang", "scanners"} <= {task.get_name() for task in asyncio.all_tasks()})
