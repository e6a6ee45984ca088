"""The demo's customers against a real Asterisk; the board that they look at is a stand-in."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from tests.support.product.stack import RunningStack
from tests.support.telephony.network import LOCAL_TRUNK, TENANT
from tests.support.telephony.switchboard import Switchboard
from tests.support.wait import wait_until

from call24.asterisk.client import AriClient
from call24.asterisk.endpoints import Endpoints, PhoneEndpoint
from call24.demo import customers
from call24.demo.customers import PERSONAS, ring
from call24.kit.ids import DeviceId
from call24.testphones.agent_phone import AgentPhone
from call24.testphones.customer import Customer

NUMBER = "+441514960024"
PHONE = PhoneEndpoint(tenant_id=TENANT, device_id=DeviceId("dev_demotest"), password="right")


class KnownBoard:
    """Says what the test wants said."""

    talking: bool | None = False

    async def talking_to(self, persona: customers.Persona) -> bool | None:
        return self.talking


@pytest.fixture
async def endpoints(stack: RunningStack) -> AsyncIterator[Endpoints]:
    login = stack.settings.ari_login()
    ari = AriClient(stack.settings.ari_url, login.user, login.password, app="call24", events=())
    made = Endpoints(ari, loopback=True)
    await made.put_trunk(LOCAL_TRUNK)
    yield made
    await made.remove_device(TENANT, PHONE.device_id)
    await made.remove_trunk(TENANT, LOCAL_TRUNK.trunk_id)
    await ari.close()


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(customers, "AFTER_CLIP_S", 0.2)
    whole = customers.voice
    monkeypatch.setattr(customers, "voice", lambda name: whole(name)[:24_000])


def ringing(stack: RunningStack, board: KnownBoard, patience_s: float = 20) -> asyncio.Task[str]:
    async def call() -> str:
        async with Customer(("127.0.0.1", stack.settings.sip_port), PERSONAS[0].number, PERSONAS[0].name) as customer:
            return await ring(customer, PERSONAS[0], NUMBER, board, patience_s)  # type: ignore[arg-type]

    return asyncio.create_task(call())


@pytest.mark.long("telephony/test_demo.py::test_the_demo_rings_an_agent_who_answers_and_finds_the_recording")
async def test_a_customer_is_silent_until_an_agent_is_there_then_speaks_and_hangs_up(
    stack: RunningStack, endpoints: Endpoints
) -> None:
    board = KnownBoard()
    assert await endpoints.put_device(PHONE)
    url = f"wss://127.0.0.1:{stack.settings.wss_port}/ws"
    async with (
        Switchboard(stack.settings, PHONE.name),
        AgentPhone(url, PHONE.name, "right", f"sip:{PHONE.name}@call24", verify=stack.settings.tls / "ca.pem") as phone,
    ):
        call = ringing(stack, board)
        offer = await phone.next_call(5)
        assert offer.caller == (PERSONAS[0].number, PERSONAS[0].name)
        await offer.answer()
        await wait_until(lambda: offer.ear.packets > 25)
        assert offer.ear.level_dbfs() < -60
        board.talking = True
        speaking_from = time.time()
        await wait_until(lambda: offer.ear.level_dbfs(time.time() - 0.3) > -35)
        assert (await offer.ended(10)).by == "them"
        assert await call == "spoke with an agent"
        assert time.time() - speaking_from > 2.5


async def test_a_customer_leaves_a_message_after_the_beep(stack: RunningStack, endpoints: Endpoints) -> None:
    async with Switchboard(stack.settings, PHONE.name, sound="sound:beep"):
        assert await ringing(stack, KnownBoard()) == "left a message"


@pytest.mark.long("test_a_customer_leaves_a_message_after_the_beep")
async def test_music_is_not_taken_for_a_beep_and_patience_ends(stack: RunningStack, endpoints: Endpoints) -> None:
    async with Switchboard(stack.settings, PHONE.name, sound="sound:call24/greeting"):
        assert await ringing(stack, KnownBoard(), patience_s=3) == "gave up waiting"
