"""The simulation's model of Asterisk is held to the real one: the same scripts show the same on both."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.simulation.asterisk import Asterisk, Channel
from tests.simulation.rest import Rest
from tests.simulation.scripts import NUMBER, SCRIPTS, Play
from tests.simulation.world import World
from tests.support.product.stack import RunningStack
from tests.support.telephony.network import LOCAL_TRUNK, TENANT, AsteriskNetwork
from tests.support.wait import wait_until

from call24.asterisk.client import AriReply, Event
from call24.asterisk.translate import WANTED
from call24.kit.sip_names import sip_name

pytestmark = pytest.mark.shares_stack("asterisk")

HEARD_PACKETS = 20


class Script:
    """The client's listener: nobody but the script is above ARI."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.here = asyncio.Event()

    async def connected(self) -> bool:
        self.here.set()
        return True

    def disconnected(self) -> None:
        pass

    def heard(self, event: Event) -> None:
        self.events.append(dict(event))

    async def probe(self) -> bool:
        return True

    def replaced(self) -> None:
        pass


class RealRig(AsteriskNetwork):
    """As the tests of the port have it, with the script in the port's place."""

    def __init__(self, stack: RunningStack) -> None:
        super().__init__(stack)
        self.script = Script()

    async def start(self) -> None:
        self.running = asyncio.create_task(self.ari.run(self.script))
        await asyncio.wait_for(self.script.here.wait(), 10)
        await self.endpoints.put_trunk(LOCAL_TRUNK)


class RealPeople:
    def __init__(self, network: RealRig) -> None:
        self.network = network
        self.heard = network.script.events
        self.takes: Any = None
        """Waits for the phone that rings."""

    async def request(self, method: str, path: str, params: dict[str, str] | None = None, body: Any = None) -> AriReply:
        return await self.network.ari.request(method, path, params=params, body=body)

    async def dial(self) -> None:
        self.customer = await self.network.dial()

    async def customer_hangs_up(self) -> None:
        self.customer.hang_up()

    async def customer_presses(self, key: str) -> None:
        sent = self.customer.stream.sent  # Asterisk takes no key from who has not been heard for a moment
        await wait_until(lambda: self.customer.stream.sent >= max(sent, HEARD_PACKETS))
        self.customer.press(key)

    async def phone(self) -> str:
        phone = await self.network.phone()
        self.takes = phone.next_call
        return str(phone.username)

    async def outside(self, manner: str) -> str:
        trunk, carrier = await self.network.carrier()
        line = carrier.line("+442079460199", manner)  # type: ignore[arg-type]
        self.takes = line.rings
        return f"{line.number}@{sip_name(TENANT, trunk)}"

    async def picks_up(self) -> None:
        answered = (await self.takes(8)).answer(850)
        if answered is not None:
            await answered

    async def declines(self) -> None:
        (await self.takes(8)).decline(486)

    async def redirects(self) -> None:
        call = await self.takes(8)
        call.redirect(f"sip:PJSIP/{(await self.network.phone()).username}@h")


class ModelRig:
    def __init__(self, world: World) -> None:
        self.asterisk = Asterisk(world)
        self.rest = Rest(self.asterisk)
        self.heard: list[dict[str, Any]] = []
        self.asterisk.hear = lambda event, about: self.heard.append(event) if event["type"] in WANTED else None
        self.asterisk.phones = self._rings
        self.asterisk.refuses = lambda channel: 17 if self.manner == "busy" else None
        self.ringing: Channel | None = None
        self.manner = "ring"

    def _rings(self, channel: Channel) -> None:
        self.ringing = channel

    async def request(self, method: str, path: str, params: dict[str, str] | None = None, body: Any = None) -> AriReply:
        await asyncio.sleep(0.002)
        reply = AriReply(*self.rest.request(method, path, params or {}, body))
        await asyncio.sleep(0.002)
        return reply

    async def dial(self) -> None:
        self.customer = self.asterisk.invite(NUMBER, "+447700900123", "trk_1")

    async def customer_hangs_up(self) -> None:
        self.asterisk.hang_up(self.customer)

    async def customer_presses(self, key: str) -> None:
        self.asterisk.press(self.customer, key)

    async def phone(self) -> str:
        phone = f"ten_1.dev_{len(self.asterisk.registered) + 1}"
        self.asterisk.registered.add(phone)
        return phone

    async def outside(self, manner: str) -> str:
        self.asterisk.trunks.add("ten_1.trk_2")
        self.manner = manner
        return "+442079460199@ten_1.trk_2"

    async def picks_up(self) -> None:
        assert self.ringing is not None
        self.asterisk.pick_up(self.ringing)

    async def declines(self) -> None:
        assert self.ringing is not None
        self.asterisk.hang_up(self.ringing, 17)

    async def redirects(self) -> None:
        assert self.ringing is not None
        self.asterisk.redirect(self.ringing)


@pytest.fixture
async def network(stack: RunningStack) -> AsyncIterator[RealRig]:
    rig = RealRig(stack)
    await rig.start()
    try:
        yield rig
    finally:
        await rig.stop()


def on_the_model(script: Any) -> list[object]:
    world = World("scripts")
    play = Play(ModelRig(world))
    world.run(script(play))
    return play.seen


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.__name__)
async def test_the_model_does_what_asterisk_does(network: RealRig, script: Any) -> None:
    play = Play(RealPeople(network))
    await script(play)
    loop = asyncio.get_running_loop()
    expected = await loop.run_in_executor(None, on_the_model, script)
    assert expected == play.seen
