"""What a carrier asks within a call that Call24 does not do: it is refused politely, and the call goes on."""

from __future__ import annotations

import asyncio

import pytest
from tests.support.product.stack import RunningStack
from tests.support.telephony.network import Stage, asterisk_network

from call24.calls.commands import StartMusic
from call24.calls.signals import LegAnswered
from call24.testphones.customer import CustomerCall
from call24.testphones.sip_call import SDP_TYPE
from call24.testphones.sip_message import SipMessage

pytestmark = pytest.mark.shares_stack("asterisk")

FAX = (
    "v=0\r\no=- 1 9 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    "m=image 40000 udptl t38\r\na=T38FaxVersion:0\r\n"
)


TEXT = ("Content-Type", "text/plain")
ASKED: tuple[tuple[str, tuple[tuple[str, str], ...], str], ...] = (
    ("REFER", (("Refer-To", "<sip:+442079460999@127.0.0.1>"),), ""),
    ("MESSAGE", (TEXT,), "reads nobody"),
    ("NOTIFY", (("Event", "talk"), ("Subscription-State", "active")), ""),
    ("SUBSCRIBE", (("Event", "dialog"),), ""),
    ("PUBLISH", (("Event", "presence"),), ""),
    ("WHATEVER", (), ""),
)


async def hears_more(customer: CustomerCall) -> None:
    """A second of sound from now on."""
    before = len(customer.ear.samples())
    async with asyncio.timeout(5):
        while len(customer.ear.samples()) - before < 8000:  # noqa: ASYNC110 - it is the sound that is waited for
            await asyncio.sleep(0.05)


async def answer(call: CustomerCall, method: str, headers: tuple[tuple[str, str], ...] = (), body: str = "") -> int:
    """The status of the final answer to a request within the call. Raises: TimeoutError."""
    final: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def told(message: SipMessage) -> None:
        if message.status >= 200 and not final.done():
            final.set_result(message.status)

    call._transactions.start(call.dialog.request(method, headers, body), told)
    return await asyncio.wait_for(final, 5)


async def test_a_fax_is_refused_and_the_call_goes_on_with_sound(stack: RunningStack) -> None:
    async with asterisk_network(stack) as network:
        stage = Stage(network)
        story, customer = await stage.arrival(answer=True)
        assert await answer(customer, "INVITE", (SDP_TYPE,), FAX) == 488
        await stage.perform(StartMusic(leg=story.leg, music="default"))
        await hears_more(customer)
        assert customer.end is None
        await stage.ended(story.leg)


async def test_what_a_carrier_asks_within_a_call_moves_nobody_and_the_call_goes_on(stack: RunningStack) -> None:
    """Asterisk 22.10.1 answers none of these (docs/rooms/asterisk.md); what is held is that they do nothing."""
    async with asterisk_network(stack) as network:
        stage = Stage(network)
        story, customer = await stage.arrival(answer=True)
        phone = await network.phone()
        leg = await stage.ring(story, phone.device_id)
        rung = await phone.next_call(5)
        await rung.answer()
        await stage.heard.next(LegAnswered, leg=leg)
        for method, header, body in ASKED:
            customer._transactions.start(customer.dialog.request(method, header, body), lambda _message: None)
        assert await answer(customer, "OPTIONS") == 200  # what came before it has been taken
        assert not {"MESSAGE", "REFER", "NOTIFY", "SUBSCRIBE"} & {what for _, what in rung.seen}
        channels = {channel["id"] for channel in (await network.ari.request("GET", "/channels")).body}
        assert channels == {story.leg, leg}
        assert customer.end is None
        await stage.ended(story.leg, leg)
