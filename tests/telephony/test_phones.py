"""The customer and the synthetic agent's phone against a real Asterisk with the product's own configuration."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from tests.support.product.stack import RunningStack
from tests.support.product.system import System
from tests.support.telephony.network import LOCAL_TRUNK, TENANT
from tests.support.telephony.switchboard import Switchboard
from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

from call24.asterisk.client import AriClient
from call24.asterisk.endpoints import Endpoints, PhoneEndpoint
from call24.kit.ids import DeviceId
from call24.testphones.agent_phone import AgentPhone, RegistrationRefused
from call24.testphones.customer import Customer
from call24.testphones.rtp import Pacer, Tone
from call24.testphones.sip_call import CallFailed
from call24.testphones.sip_message import SipMessage, parse, response

NUMBER = "+441514960024"
PHONE = PhoneEndpoint(tenant_id=TENANT, device_id=DeviceId("dev_phonetest"), password="right")
HEADERS = {"X-Call24-Call": "call_1", "X-Call24-Offer": "off_1"}


def phone_of(stack: RunningStack, password: str = "right") -> AgentPhone:
    url = f"wss://127.0.0.1:{stack.settings.wss_port}/ws"
    return AgentPhone(url, PHONE.name, password, f"sip:{PHONE.name}@call24", verify=stack.settings.tls / "ca.pem")


def customer_of(stack: RunningStack, number: str = "+97699112233", name: str = "Bat-Erdene") -> Customer:
    return Customer(("127.0.0.1", stack.settings.sip_port), number, name)


@pytest.fixture
async def switchboard(stack: RunningStack) -> AsyncIterator[Switchboard]:
    """Calls from this machine ring the PHONE, whose password is "right"."""
    login = stack.settings.ari_login()
    ari = AriClient(stack.settings.ari_url, login.user, login.password, app="call24", events=())
    endpoints = Endpoints(ari, loopback=True)
    await endpoints.put_trunk(LOCAL_TRUNK)
    assert await endpoints.put_device(PHONE)
    async with Switchboard(stack.settings, PHONE.name, HEADERS) as board:
        yield board
    await endpoints.remove_device(TENANT, PHONE.device_id)
    await endpoints.remove_trunk(TENANT, LOCAL_TRUNK.trunk_id)
    await ari.close()


async def test_tones_pass_both_ways_between_customer_and_webrtc_phone(
    stack: RunningStack, switchboard: Switchboard
) -> None:
    async with customer_of(stack) as customer, phone_of(stack) as phone:
        call = await customer.dial(NUMBER, Tone(1000))
        offer = await phone.next_call(5)
        assert offer.headers == HEADERS
        assert offer.caller == ("+97699112233", "Bat-Erdene")
        await call.ringing(5)
        assert call.answered_at is None
        await offer.answer(tone_hz=850)
        await call.answered(5)
        assert await call.ear.hears(850, 5)
        assert await offer.ear.hears(1000, 5)
        from_here = time.time()
        assert await offer.ear.hears(1000, 5, for_s=0.5)
        assert offer.ear.share(1000, from_here) > 0.95
        assert call.ear.share(850, from_here) > 0.95
        assert not call.heard(1000)
        call.hang_up()
        assert (await offer.ended(5)).by == "them"
        end = await call.ended(5)
        assert (end.by, end.status) == ("us", 0)


async def test_the_agent_hangs_up_and_the_customer_is_told_why(stack: RunningStack, switchboard: Switchboard) -> None:
    async with customer_of(stack) as customer, phone_of(stack) as phone:
        call = await customer.dial(NUMBER)
        offer = await phone.next_call(5)
        await offer.answer(tone_hz=850)
        await call.answered(5)
        offer.hang_up()
        end = await call.ended(5)
        assert (end.by, end.cause) == ("them", 16)


async def test_a_customer_that_gives_up_cancels_the_ringing_phone(
    stack: RunningStack, switchboard: Switchboard
) -> None:
    async with customer_of(stack) as customer, phone_of(stack) as phone:
        call = await customer.dial(NUMBER)
        offer = await phone.next_call(5)
        call.hang_up()
        assert (await call.ended(5)).status == 487
        assert (await offer.ended(5)).by == "them"
        with pytest.raises(CallFailed):
            await offer.answer()


async def test_a_declined_call_ends_at_the_customer(stack: RunningStack, switchboard: Switchboard) -> None:
    async with customer_of(stack) as customer, phone_of(stack) as phone:
        call = await customer.dial(NUMBER)
        (await phone.next_call(5)).decline()
        with pytest.raises(CallFailed) as failed:
            await call.answered(5)
        assert failed.value.end.by == "them"
        assert failed.value.end.status >= 400


async def test_a_wrong_password_does_not_register(stack: RunningStack, switchboard: Switchboard) -> None:
    with pytest.raises(RegistrationRefused) as refused:
        await phone_of(stack, "wrong").register()
    assert refused.value.status == 401


async def test_a_websocket_that_is_not_there_is_a_clear_refusal() -> None:
    with pytest.raises(RegistrationRefused) as refused:
        await AgentPhone("wss://127.0.0.1:1/ws", "x", "x", "sip:x@call24", verify=False).register()
    assert refused.value.status == 0


async def test_a_registration_that_a_booting_server_drops_is_asked_for_again() -> None:
    """Seen with Asterisk 22.10.1: its websocket opens before it looks at SIP requests."""
    asked: list[SipMessage] = []

    async def booting(link: ServerConnection) -> None:
        async for frame in link:
            asked.append(parse(str(frame).encode()))
            if len(asked) > 1:
                await link.send(response(asked[-1], 200, "OK", to_tag="x").encode().decode())

    async with serve(booting, "127.0.0.1", 0, subprotocols=[Subprotocol("sip")]) as server:
        port = server.sockets[0].getsockname()[1]
        async with AgentPhone(f"ws://127.0.0.1:{port}/ws", "x", "x", "sip:x@call24"):
            assert [message.method for message in asked] == ["REGISTER"] * 2
            assert len({message.cseq for message in asked}) == 2


async def test_an_unknown_number_form_is_refused_with_a_status(system: System) -> None:
    async with system.organisation("Acme") as acme:
        call = await acme.customer().dial("not-a-number")
        assert (await call.ended(5)).status == 404


@pytest.mark.exact
async def test_ten_calls_at_once_keep_the_pace(stack: RunningStack, switchboard: Switchboard) -> None:
    """One process, ten customers and ten agents' legs: no gap in a tone is longer than ten packets."""
    async with customer_of(stack) as customer, phone_of(stack) as phone:
        calls = [await customer.dial(NUMBER, Tone(1000)) for _ in range(10)]
        offers = [await phone.next_call(10) for _ in calls]
        await asyncio.gather(*(offer.answer(tone_hz=850) for offer in offers))
        await asyncio.gather(*(call.answered(5) for call in calls))
        for ear, hz in [*((call.ear, 850) for call in calls), *((offer.ear, 1000) for offer in offers)]:
            assert await ear.hears(hz, 5)
        from_here = time.time()
        assert await calls[0].ear.hears(850, 10, for_s=3.0)
        until = time.time() - 0.1
        gaps = [call.ear.longest_gap(850, from_here, until) for call in calls]
        gaps += [offer.ear.longest_gap(1000, from_here, until) for offer in offers]
        assert max(gaps) < 0.2, (gaps, Pacer.shared().latest_s)
        for call in calls:
            call.hang_up()
        await asyncio.gather(*(call.ended(5) for call in calls), *(offer.ended(5) for offer in offers))
