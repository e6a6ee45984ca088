"""Brings a call into the phase of a cell, and says what each end hears there, and what the agent can do next."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.matrix.agents import Desk
from tests.matrix.legs import Leg, LocalLeg, Sounding
from tests.matrix.model import Phase
from tests.support.product.people import AGENT_HZ, CALLER_HZ, COLLEAGUE_HZ, Agent
from tests.support.product.system import Organisation
from tests.support.wait import wait_until

from call24.testphones.sip_call import CallFailed

AFTER_TALK = frozenset(Phase) - {Phase.RINGING, Phase.QUEUE}
AGAIN_S = 40.0
"""A lost app is rung until its ring time is over, and only then is the call offered again."""
Heard = list[tuple[str, Leg, Sounding]]
"""Who hears what: a name, the end, and what."""


@dataclass
class Scene:
    org: Organisation
    phase: Phase
    desk: Desk
    caller: Leg
    own: Leg | None = None
    consult_party: Leg | None = None
    bert: Agent | None = None
    call_id: str = ""
    connected_at: float | None = None
    paused_at: float | None = None
    """From when on the recording is to be silent."""

    @property
    def anna(self) -> Agent:
        return self.desk.agent

    def heard(self) -> Heard:
        """What sounds now; the colleague's own end is left out, since it is a phone like the agent's."""
        match self.phase:
            case Phase.RINGING | Phase.QUEUE:
                return [("caller", self.caller, "music")]
            case Phase.HOLD | Phase.TRANSFER:
                asked: Heard = [("agent", self.own, COLLEAGUE_HZ)] if self.consult_party and self.own else []
                return [("caller", self.caller, "music"), *asked]
            case Phase.HANGING_UP:
                return []
            case Phase.CONFERENCE:
                assert self.own is not None
                return [("caller", self.caller, "tones"), ("agent", self.own, "tones")]
            case _:
                assert self.own is not None
                return [("caller", self.caller, AGENT_HZ), ("agent", self.own, CALLER_HZ)]

    async def talk(self, rings_s: float = 15.0) -> None:
        await self.desk.rings(rings_s)
        self.own = await self.desk.answer()
        self.connected_at = time.time()
        await self.both()
        self.call_id = await self.desk.call_id()

    async def both(self, timeout_s: float = 10.0) -> None:
        """Caller and agent hear each other from now on."""
        assert self.own is not None
        await self.caller.hears([AGENT_HZ], timeout_s)
        await self.own.hears([CALLER_HZ], timeout_s)

    async def consult(self) -> None:
        assert self.bert is not None and self.own is not None
        await self.anna.does(self.call_id, "consult", to={"agent_id": self.bert.user_id})
        offer = await self.bert.rings()
        await offer.answer(COLLEAGUE_HZ)
        self.consult_party = LocalLeg(offer)
        await self.consult_party.hears([AGENT_HZ], 8)
        await self.own.hears([COLLEAGUE_HZ], 8)


async def play(scene: Scene) -> None:
    """From a call that has just begun to the scene's phase."""
    if scene.phase is Phase.QUEUE:
        await wait_until(scene.org.waiting, 10)
        await scene.caller.music(10)
        return
    if scene.phase is Phase.RINGING:
        await scene.desk.rings(15)
        await scene.caller.music(10)
        return
    await scene.talk()
    match scene.phase:
        case Phase.HOLD:
            await scene.anna.does(scene.call_id, "hold")
            await scene.anna.call_is("held")
            await scene.caller.music(8)
        case Phase.TRANSFER:
            await scene.consult()
        case Phase.CONFERENCE:
            await scene.consult()
            await scene.anna.does(scene.call_id, "conference")
            await scene.caller.hears([COLLEAGUE_HZ, *([AGENT_HZ] if scene.desk.among_others else [])], 8)
        case Phase.PAUSED:
            await scene.anna.does(scene.call_id, "recording/pause")
            await wait_until(lambda: _rests(scene.anna), 5)
            scene.paused_at = time.time()


async def _rests(agent: Agent) -> bool:
    call = await agent.call()
    return call is not None and call["recording"]["state"] == "paused"


async def talked(scene: Scene, seconds: float) -> None:
    """They have been connected for so long."""
    began = scene.connected_at
    if began is not None:
        await wait_until(lambda: time.time() - began > seconds, seconds + 5)


async def _answered_in_the_end(scene: Scene) -> None:
    """An answer that comes while nobody takes it ends that ringing; the phone rings again as soon as somebody does."""
    try:
        await scene.talk(AGAIN_S)
    except CallFailed:
        await scene.talk(AGAIN_S)


async def take_control(scene: Scene, accepted: Callable[[str], Awaitable[None]]) -> None:
    """What the agent does next in this phase, until it has taken effect; `accepted` asks until the server says yes."""
    match scene.phase:
        case Phase.RINGING:
            await _answered_in_the_end(scene)
            await accepted("answered")
        case Phase.QUEUE:
            await accepted("available")
            await scene.talk()
        case Phase.TALKING | Phase.RECORDING:
            await accepted("hold")
            await scene.caller.music(8)
            await accepted("resume")
            await scene.both()
        case Phase.HOLD:
            await accepted("resume")
            await scene.both()
        case Phase.TRANSFER:
            await accepted("complete")
            assert scene.consult_party is not None
            await scene.consult_party.hears([CALLER_HZ], 8)
            await scene.caller.hears([COLLEAGUE_HZ], 8)
        case Phase.CONFERENCE:
            await accepted("drop")
            await scene.both()
        case Phase.PAUSED:
            await accepted("hold")  # first something else: what is done at a start has its time to go wrong
            await scene.caller.music(8)
            await accepted("resume")
            await scene.both()
            await accepted("recording/resume")
            await scene.both()
        case Phase.HANGING_UP:
            await accepted("")
