"""The life of legs: each arrives or is rung, is alive, and ends once, however many ways report it.

Events, listings and refused requests all say something of it; here they become one arrival and one end. What a leg is
for is not known here; in which order it is asked for something is leg_order.py's.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Coroutine, Iterable

from call24.asterisk.client import AriClient, AriReply
from call24.asterisk.leg_order import LegOrder
from call24.calls.signals import LegAnswered, LegArrived, LegEnded, LegRinging, NetworkSignal
from call24.calls.telephony import SignalSink
from call24.kit.clock import Clock
from call24.kit.ids import CallId, LegId, TenantId

log = logging.getLogger(__name__)

APP = "call24"
ENDED_KEPT = 4096
END_TOLD_S = 0.3
"""So long the event that tells of a leg's end, and why, may come after a request was told that there is no such leg."""
FOLLOW_TRIES, FOLLOW_AGAIN_S = 5, 1.0


def _drop(_signal: NetworkSignal) -> None:
    log.warning("a signal from Asterisk arrived before the engine was ready and was dropped")


class Legs:
    """What the wire needs to be remembered: calls live in the engine. A leg is in ``alive`` or in the ended ones, never
    in both; the other sets say of those that are alive what was told of them already."""

    def __init__(self, ari: AriClient, clock: Clock) -> None:
        self.ari = ari
        self.clock = clock
        self.order = LegOrder()
        self.sink: SignalSink = _drop
        self.alive: set[LegId] = set()
        self.adopted: set[LegId] = set()
        """Those that lived when we came."""
        self._arrived: set[LegId] = set()
        """Whose arrival PbxBack has told."""
        self._missing: set[LegId] = set()
        """Not in the last listing: who is not in the next one either has ended."""
        self._ended: OrderedDict[LegId, bool] = OrderedDict()
        """Whether Asterisk itself said that its channel is no more."""
        self._stirring: dict[LegId, asyncio.Event] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def tell(self, signal: NetworkSignal) -> None:
        self.sink(signal)

    def found(self, alive: Iterable[LegId], arrived: Iterable[LegId], adopted: Iterable[LegId]) -> None:
        """After a connect: what there is, whose arrival is told by PbxBack, and what has a call already."""
        self.alive, self._arrived, self.adopted = set(alive), set(arrived), set(adopted)
        self._missing.clear()
        for leg in sorted(self.alive):
            self.follow(leg)

    def arrived(self, signal: LegArrived) -> None:
        if signal.leg in self._arrived:
            self._arrived.discard(signal.leg)  # PbxBack told of it already
            return
        self.alive.add(signal.leg)
        self.follow(signal.leg)
        self.tell(signal)

    def listed(self, before: set[LegId], there: Iterable[LegId], ours: Iterable[LegId]) -> None:
        """The safety net for lost events: a leg that is missing in two listings in a row has ended, and one of ours
        that no event has told of is alive."""
        gone = before - set(there)
        for leg in sorted(gone & self._missing & self.alive):
            self.gone(leg)
        self._missing = gone & self.alive
        for leg in sorted(set(ours) - self.alive - self._ended.keys()):
            self.alive.add(leg)
            self.follow(leg)

    async def request(self, leg: LegId, method: str, path: str, **params: str) -> AriReply:
        """A request about one leg: one in a hop is waited for, one that is gone is reported."""
        await self.order.back(leg)
        reply = await self.ari.request(method, f"/channels/{leg}{path}", params=params)
        if reply.gone:
            self.lost(leg)
        elif not reply.ok:
            log.warning(
                "Asterisk refused %s %s for leg %s: %s %s", method, path or "hang-up", leg, reply.status, reply.body
            )
        return reply

    async def stamp(self, leg: LegId, call_id: CallId, tenant_id: TenantId) -> None:
        """Both in one request: Asterisk's ARRAY() sets several variables."""
        names, values = "ARRAY(C24_CALL,C24_TENANT)", f"{call_id},{tenant_id}"
        await self.request(leg, "POST", "/variable", variable=names, value=values)

    async def check(self, leg: LegId) -> None:
        if (await self.ari.request("GET", f"/channels/{leg}")).gone:
            self.lost(leg)

    def follow(self, leg: LegId) -> None:
        """Ask for the leg's end: without this an inbound channel's ChannelDestroyed is not sent (22.10.1)."""
        self.soon(self._subscribe(leg))

    async def _subscribe(self, leg: LegId) -> None:
        source = {"eventSource": f"channel:{leg}"}
        for _ in range(FOLLOW_TRIES):
            reply = await self.ari.request("POST", f"/applications/{APP}/subscription", params=source)
            if reply.ok:  # its end is still to come, and told: Asterisk finds no channel that is at its end
                return
            if 0 < reply.status < 500:
                await self.check(leg)
                return
            await asyncio.sleep(FOLLOW_AGAIN_S)

    def is_destroyed(self, leg: LegId) -> bool:
        """Whether Asterisk told that its channel is no more: then nothing is left to be asked of it."""
        return self._ended.get(leg, False)

    def soon(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def listen(self, leg: LegId) -> None:
        """From now on it counts when the leg stirs."""
        self._stirring.setdefault(leg, asyncio.Event())

    async def stirs(self, leg: LegId, within_s: float) -> bool:
        """Whether a leg that is rung rings, answers or ends within this time."""
        event = self._stirring.setdefault(leg, asyncio.Event())
        try:
            async with asyncio.timeout(within_s):
                await event.wait()
        except TimeoutError:
            return False
        finally:
            self._stirring.pop(leg, None)
        return True

    def stirred(self, signal: LegRinging | LegAnswered) -> None:
        self.alive.add(signal.leg)
        self._stir(signal.leg)
        self.tell(signal)

    def _stir(self, leg: LegId) -> None:
        if (event := self._stirring.get(leg)) is not None:
            event.set()

    def lost(self, leg: LegId) -> None:
        """Asterisk does not know it any more. Why it ended comes with its own event, which may be on its way."""
        self.alive.discard(leg)
        if leg not in self._ended:
            self.soon(self._gone_soon(leg))

    async def _gone_soon(self, leg: LegId) -> None:
        await asyncio.sleep(END_TOLD_S)
        self.gone(leg)

    def gone(self, leg: LegId, cause: int = 0) -> None:
        self._over(LegEnded(at=self.clock.now(), leg=leg, cause=cause), destroyed=False)

    def ended(self, signal: LegEnded) -> None:
        self._over(signal, destroyed=True)

    def _over(self, signal: LegEnded, *, destroyed: bool) -> None:
        self.alive.discard(signal.leg)
        self._arrived.discard(signal.leg)
        self.order.end_hop(signal.leg)
        self._stir(signal.leg)
        if signal.leg in self._ended:
            self._ended[signal.leg] |= destroyed
            return
        self._ended[signal.leg] = destroyed
        if len(self._ended) > ENDED_KEPT:
            self._ended.popitem(last=False)
        self.tell(signal)
