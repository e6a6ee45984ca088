"""Calls in which Call24 itself says something to an outside number and hangs up, such as the code of the callers' page.

No agent, queue or flow has a part in them, so they have no call record and nothing is recorded. The toll-fraud guard is
asked as for every call; whom to call and how often is decided by who asks. Numbers are in memory alone while it lasts.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from call24.calls import commands as c
from call24.calls import signals as s
from call24.calls.dialling import FENCED, TRUNK_TROUBLE
from call24.calls.telephony import Telephony
from call24.engine.ports import Directory, OutboundGuard
from call24.kit.clock import Clock
from call24.kit.ids import CallId, LegId, TenantId, TrunkId, new_id
from call24.toll_fraud.model import AllowedCall

log = logging.getLogger(__name__)

EACH, IN_ALL = 2, 10
"""At a time, of one organisation and of all: each takes a line."""
RING_S = 30
LASTS_S = 75.0
"""Ringing and speaking together."""
TRUNKS_MAX = 3
KEPT_S = 60.0
"""So long a leg that is over stays known: what it reports late is of no unknown leg."""

NORMAL = 16

Spawn = Callable[[Coroutine[Any, Any, None], str], object]
_Inbox = asyncio.Queue[s.NetworkSignal]


class SpokenCalls:
    def __init__(
        self, *, clock: Clock, telephony: Telephony, directory: Directory, fence: OutboundGuard, spawn: Spawn
    ) -> None:
        self._clock = clock
        self._telephony = telephony
        self._directory = directory
        self._fence = fence
        self._spawn = spawn
        self._legs: dict[LegId, tuple[TenantId, _Inbox]] = {}
        self._going: list[TenantId] = []

    def __contains__(self, leg: object) -> bool:
        return leg in self._legs

    def lines(self, tenant_id: TenantId) -> int:
        return self._going.count(tenant_id)

    def heard(self, leg: LegId, signal: s.NetworkSignal) -> None:
        """What the network says of one of its legs."""
        self._legs[leg][1].put_nowait(signal)

    def legs(self, tenant_id: TenantId) -> list[LegId]:
        return [leg for leg, (whose, _) in self._legs.items() if whose == tenant_id]

    def begin(self, tenant_id: TenantId, number: str, sounds: Sequence[str]) -> bool:
        """Ring the E.164 number, say the sounds to who answers, hang up. It goes on behind; False: it was not begun,
        since too many are under way, or the organisation has no number to show."""
        shown = self._directory.shown(tenant_id, None)
        too_many = self.lines(tenant_id) >= EACH or len(self._going) >= IN_ALL
        if too_many or shown is None or self._directory.owns(tenant_id, number):
            log.info("a spoken call of %s was not begun: %s", tenant_id, "too many" if too_many else "no number")
            return False
        self._going.append(tenant_id)
        self._spawn(self._whole(tenant_id, number, shown, tuple(sounds)), "spoken call")
        return True

    async def _whole(self, tenant_id: TenantId, number: str, shown: str, sounds: tuple[str, ...]) -> None:
        try:
            trunks = self._directory.plan(tenant_id).trunks()[:TRUNKS_MAX]
            for tried, trunk_id in enumerate(trunks):
                cause = await self._over(tenant_id, trunk_id, number, shown, sounds, further=tried > 0)
                if cause not in TRUNK_TROUBLE:
                    return
        finally:
            self._going.remove(tenant_id)

    async def _over(
        self, tenant_id: TenantId, trunk_id: TrunkId, number: str, shown: str, sounds: tuple[str, ...], *, further: bool
    ) -> int:
        """The cause with which the leg over this trunk ended."""
        leg = LegId(new_id("leg"))
        verdict = self._fence.admit(leg, tenant_id, None, number, self._clock.now(), further=further)
        if not isinstance(verdict, AllowedCall):
            return FENCED
        dial = c.DialOutside(
            leg=leg,
            call_id=CallId(new_id("call")),
            tenant_id=tenant_id,
            trunk_id=trunk_id,
            contact_id=None,
            shown_id=None,
            user_id=None,
            ring_s=RING_S,
            number=number,
            shown=shown,
            limit_s=min(round(LASTS_S), verdict.limit_s or round(LASTS_S)),
        )
        inbox: _Inbox = asyncio.Queue()
        self._legs[leg] = (tenant_id, inbox)
        try:
            async with asyncio.timeout(LASTS_S):
                await self._telephony.perform(dial)
                return await self._said(leg, tenant_id, inbox, sounds)
        except TimeoutError:
            return NORMAL
        finally:
            self._spawn(self._telephony.perform(c.HangUpLeg(leg=leg)), f"hang-up of {leg}")
            self._fence.over(leg, self._clock.now())
            self._clock.call_later(KEPT_S, lambda: self._legs.pop(leg, None))

    async def _said(self, leg: LegId, tenant_id: TenantId, inbox: _Inbox, sounds: tuple[str, ...]) -> int:
        while True:
            match await inbox.get():
                case s.LegEnded(cause=cause):
                    return cause
                case s.LegAnswered():
                    play = c.PlaySound(leg=leg, tenant_id=tenant_id, playback_id=f"spoken_{leg}", sounds=sounds)
                    await self._telephony.perform(play)
                case s.SoundEnded():
                    return NORMAL
