"""A telephone network for tests of the telephony port: customers who dial, agents' phones that ring, signals that come.

`AsteriskNetwork` is the real one. A fake offers the same methods, so that both pass tests/telephony/test_port.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar

import msgspec
from tests.support.product.stack import RunningStack
from tests.support.wait import wait_until

from call24.asterisk import AriClient, AsteriskTelephony, Endpoints, PhoneEndpoint, TrunkLine
from call24.asterisk.sound_sources import SoundSources
from call24.asterisk.translate import WANTED
from call24.calls.commands import AnswerLeg, DialOutside, HangUpLeg, PlaySound, RingAgent, TakeLeg, TelephonyCommand
from call24.calls.signals import LegArrived, LegEnded, NetworkSignal, PbxBack
from call24.calls.telephony import Telephony
from call24.kit.ids import CallId, DeviceId, LegId, OfferId, TenantId, TrunkId, new_id
from call24.kit.settings import ARI_APP, Settings
from call24.kit.sip_names import sip_name
from call24.testphones.agent_phone import AgentPhone
from call24.testphones.carrier import Carrier
from call24.testphones.customer import Customer, CustomerCall
from call24.testphones.rtp import Tone

S = TypeVar("S", bound=NetworkSignal)
NUMBER = "+441514960024"
CALLER = "+447700900123"
TENANT = TenantId(new_id("ten"))
"""Whose the network's phones and trunks are, and each story's call."""
LOCAL_TRUNK = TrunkLine(tenant_id=TENANT, trunk_id=TrunkId("trk_" + "0" * 26), addresses=("127.0.0.1",))


class Heard:
    """The one receiver of a port's signals."""

    def __init__(self, telephony: Telephony) -> None:
        self.signals: list[NetworkSignal] = []
        telephony.subscribe(self.signals.append)

    def all(self, kind: type[S], **fields: object) -> list[S]:
        return [
            signal
            for signal in self.signals
            if isinstance(signal, kind) and all(getattr(signal, name) == value for name, value in fields.items())
        ]

    async def next(self, kind: type[S], timeout_s: float = 5.0, **fields: object) -> S:
        """The first signal of this kind since the start, or as soon as it comes."""
        return (await wait_until(lambda: self.all(kind, **fields), timeout_s))[0]


class Network(Protocol):
    """What a test of the port needs of the world around it."""

    telephony: Telephony
    heard: Heard
    spool: Path

    async def dial(self, number: str = NUMBER, *, hz: int = 1000) -> Any:
        """A customer's call: `hang_up()`, `await answered(s)`, `await ended(s)` (with `.status`, `.cause`, `.by`)."""

    async def phone(self) -> Any:
        """An agent's registered phone: `device_id`, `await next_call(s)` -> `answer`, `decline`, `headers` ..."""

    async def carrier(self) -> tuple[TrunkId, Any]:
        """A trunk that leads out, and what is behind it: `line(number, manner)` -> `await rings(s)` -> `answer` ..."""


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """The ids of one test's call."""

    leg: LegId
    call_id: CallId
    tenant_id: TenantId


class Stage:
    """Common steps on any network."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.heard = network.heard

    async def perform(self, *commands: TelephonyCommand) -> None:
        for command in commands:
            await self.network.telephony.perform(command)

    async def arrival(self, *, answer: bool = False, hz: int = 1000) -> tuple[Story, Any]:
        """A customer's call, taken (and answered); with the customer's side of it."""
        seen = len(self.heard.all(LegArrived))
        customer = await self.network.dial(hz=hz)
        arrived = (await wait_until(lambda: self.heard.all(LegArrived)[seen:]))[0]
        story = Story(leg=arrived.leg, call_id=CallId(new_id("call")), tenant_id=TENANT)
        await self.perform(TakeLeg(leg=story.leg, call_id=story.call_id, tenant_id=story.tenant_id))
        if answer:
            await self.perform(AnswerLeg(leg=story.leg))
            await customer.answered(5)
        return story, customer

    async def ring(self, story: Story, device_id: DeviceId, **more: Any) -> LegId:
        leg = LegId(new_id("leg"))
        command = RingAgent(
            leg=leg,
            device_id=device_id,
            call_id=story.call_id,
            tenant_id=story.tenant_id,
            offer_id=OfferId(new_id("off")),
            **{"ring_s": 20, **more},
        )
        await self.perform(command)
        return leg

    async def dial(self, story: Story, trunk_id: TrunkId, number: str, **more: Any) -> LegId:
        leg = LegId(new_id("leg"))
        command = DialOutside(
            leg=leg,
            call_id=story.call_id,
            tenant_id=story.tenant_id,
            trunk_id=trunk_id,
            contact_id=None,
            shown_id=None,
            user_id=None,
            number=number,
            **{"ring_s": 20, "shown": NUMBER, **more},
        )
        await self.perform(command)
        return leg

    async def play(self, story: Story, playback_id: str, *sounds: str) -> None:
        await self.perform(PlaySound(leg=story.leg, tenant_id=story.tenant_id, playback_id=playback_id, sounds=sounds))

    async def ended(self, *legs: LegId) -> None:
        """Hang all up and see that each end is told."""
        for leg in legs:
            await self.perform(HangUpLeg(leg=leg))
            await self.heard.next(LegEnded, leg=leg)


class AsteriskNetwork:
    """Customers over a trunk from 127.0.0.1, phones over a TLS websocket, and the port on ARI."""

    def __init__(self, stack: RunningStack) -> None:
        self.stack = stack
        self.settings: Settings = stack.settings
        self.spool = self.settings.recording_spool
        self.ari = ari_of(self.settings)
        self.endpoints = Endpoints(
            self.ari, loopback=True, sources=SoundSources(self.ari, self.settings.asterisk_var / "etc")
        )
        self.replaced: list[bool] = []
        self.telephony = AsteriskTelephony(
            self.ari,
            prompts=stack.settings.data / "prompts",
            on_connect=self.endpoints.push_again,
            on_replaced=lambda: self.replaced.append(True),
        )
        self.heard = Heard(self.telephony)
        self.running: asyncio.Task[None] | None = None
        self.opened: list[Customer | AgentPhone | Carrier] = []

    async def start(self) -> None:
        self.running = asyncio.create_task(self.telephony.run())
        await self.heard.next(PbxBack, 10)
        await self.endpoints.put_trunk(LOCAL_TRUNK)

    async def stop(self) -> None:
        for part in self.opened:
            if isinstance(part, AgentPhone):
                await part.close()
            else:
                part.close()
        for channel in (await self.ari.request("GET", "/channels")).body or []:
            await self.ari.request("DELETE", f"/channels/{channel['id']}")
        assert self.running
        self.running.cancel()
        await asyncio.wait({self.running})
        await self.ari.close()

    async def dial(
        self, number: str = NUMBER, *, hz: int = 1000, caller: str = CALLER, name: str = "Bat-Erdene"
    ) -> CustomerCall:
        customer = Customer(("127.0.0.1", self.settings.sip_port), caller, name)
        self.opened.append(customer)
        return await customer.dial(number, Tone(hz))

    async def phone(self) -> RegisteredPhone:
        device = PhoneEndpoint(tenant_id=TENANT, device_id=DeviceId(new_id("dev")), password=new_id("tok"))
        assert await self.endpoints.put_device(device)
        phone = self.unregistered(device.device_id, device.password)
        await phone.register(5)
        return phone

    async def carrier(self) -> tuple[TrunkId, Carrier]:
        carrier = Carrier(("127.0.0.1", self.settings.sip_port))
        await carrier.open()
        self.opened.append(carrier)
        trunk_id = TrunkId(new_id("trk"))
        line = TrunkLine(tenant_id=TENANT, trunk_id=trunk_id, host="127.0.0.1", port=carrier.address[1])
        assert await self.endpoints.put_trunk(line)
        return trunk_id, carrier

    def unregistered(self, device: DeviceId, password: str, of: TenantId = TENANT) -> RegisteredPhone:
        phone = RegisteredPhone(self.settings, device, password, of)
        self.opened.append(phone)
        return phone


class RegisteredPhone(AgentPhone):
    def __init__(self, settings: Settings, device_id: DeviceId, password: str, of: TenantId) -> None:
        url, name = f"wss://127.0.0.1:{settings.wss_port}/ws", sip_name(of, device_id)
        super().__init__(url, name, password, f"sip:{name}@call24", verify=settings.tls / "ca.pem")
        self.device_id = device_id
        self.password = password


def ari_of(settings: Settings) -> AriClient:
    login = settings.ari_login()
    return AriClient(settings.ari_url, login.user, login.password, app=ARI_APP, events=WANTED)


@asynccontextmanager
async def asterisk_network(stack: RunningStack) -> AsyncIterator[AsteriskNetwork]:
    network = AsteriskNetwork(stack)
    await network.start()
    try:
        yield network
    finally:
        await network.stop()
