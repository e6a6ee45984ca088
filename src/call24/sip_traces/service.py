"""Traces of SIP: begun for one call, kept for minutes, in memory alone.

It switches Asterisk's copy of SIP on with the first trace and off after the last one, by one task, which may wait for
Asterisk; what is over or too old goes by a timer, which does not. Which messages are a trace's is decided in
capture.py; nothing of a trace is stored, logged or counted.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from call24.asterisk.client import AriClient
from call24.asterisk.sip_tap import SipTap
from call24.journal.journal import Journal
from call24.journal.model import Entry
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, NotFound, Unavailable
from call24.kit.holdings import Person
from call24.kit.ids import CallId, ContactId, TenantId, new_id
from call24.restrictions.service import data_restricted
from call24.sip_traces.capture import Capture
from call24.sip_traces.far_receiver import FarReceiver
from call24.sip_traces.hep import Packet
from call24.sip_traces.model import Reason, SipTrace, SipTraceId, Wish
from call24.sip_traces.receiver import Receiver

log = logging.getLogger(__name__)

LIVE_MAX, LIVE_EACH = 4, 1
KEPT_MAX, KEPT_EACH = 12, 3
WAITS_AT_MOST = timedelta(minutes=30)
CALL_AT_MOST = timedelta(hours=1)
"""From the beginning, with the wait: then the trace is over, whatever the call does."""
KEPT = timedelta(minutes=15)
LINGER_S = 3.0
"""After the call's end: answers to the last messages."""
UNREAD_S = 30.0
"""A live trace is over then: the command that shows it asks each second, so it is gone."""
TICK_S = 0.5
SWITCH_S = 8.0
"""Less than the command waits for an answer (installer/api_client.TIMEOUT_S)."""
STOP_S = 1.0
"""Of the server's four seconds (installer/stack.py)."""
AGAIN_S, AGAIN_MOST_S = 1.0, 30.0
"""What did not succeed is tried again after 1, 2, 4 … 30 s."""


Take = Callable[[Packet, bytes], object]


class SipTraces:
    """`connect` it before it runs. `restricted`: whether what is known of a caller may not be shown; `receiver`: where
    Asterisk's messages come to."""

    def __init__(
        self,
        clock: Clock,
        journal: Journal,
        restricted: Callable[[TenantId, ContactId | None], bool],
        shown_number: Callable[[TenantId, str | None], str | None],
        websocket_ports: Sequence[int] = (),
        receiver: Callable[[Take], Receiver | FarReceiver] = Receiver,
    ) -> None:
        self._clock, self._journal = clock, journal
        self._restricted, self._shown_number = restricted, shown_number
        self._capture = Capture(lambda: asyncio.get_running_loop().time(), websocket_ports)
        self._receiver = receiver(lambda packet, _: self._capture.take(packet))
        if isinstance(self._receiver, FarReceiver):
            self._receiver.lost = self._stream_lost
        self._traces: dict[SipTraceId, SipTrace] = {}
        self._ari: AriClient | None = None
        self._tap: SipTap | None = None
        self._wake = asyncio.Event()
        self._starting: list[asyncio.Future[bool]] = []
        """Who waits until it is on."""
        self._on = self._listens = False
        self._unsure = False
        """Whether Asterisk may send although it should not: a server before this one was killed."""
        self._connects = self._failures = 0
        """How often Asterisk was reached; how often switching failed since."""
        self._trouble = ""
        """Why no port could be opened, as it was last said."""
        self._timer: asyncio.TimerHandle | None = None

    def connect(self, ari: AriClient, tap: SipTap) -> None:
        self._ari, self._tap = ari, tap

    # --- asked for ---

    async def begin(self, wish: Wish, minutes: int) -> SipTrace:
        """Raises: Conflict (another Asterisk, too many), Unavailable."""
        now = self._clock.now()
        self._check_room(wish.tenant_id)
        waits = min(timedelta(minutes=minutes), WAITS_AT_MOST)
        trace = SipTrace(
            id=SipTraceId(new_id("trc")),
            wish=wish,
            began_at=now,
            until=now + waits,
            gone_at=now + CALL_AT_MOST + KEPT,
            read_at=asyncio.get_running_loop().time(),
        )
        self._traces[trace.id] = trace
        self._capture.begin(trace)
        self._tick_later()
        try:
            if not await self._switched_on():
                raise Unavailable("Asterisk does not send its SIP messages now: repeat it")
        except BaseException:
            self._drop(trace)
            raise
        return trace

    async def _switched_on(self) -> bool:
        """By the one task that switches."""
        switched = asyncio.get_running_loop().create_future()
        self._starting.append(switched)
        self._wake.set()
        try:
            async with asyncio.timeout(SWITCH_S):
                return bool(await switched)
        except TimeoutError:
            return False

    def _check_room(self, tenant_id: TenantId) -> None:
        if self._tap is None or not self._tap.there:
            raise Conflict(
                "This Asterisk is not this installation's own: it can send its SIP messages (HEP) to a capture server "
                "of your own (docs/guides/external-parts.md)"
            )
        live = [one for one in self._traces.values() if one.live]
        if len(live) >= LIVE_MAX or sum(one.wish.tenant_id == tenant_id for one in live) >= LIVE_EACH:
            raise Conflict("A SIP trace goes on: end it first (call24 call trace --list, then --end ID)")
        kept = [one.wish.tenant_id for one in self._traces.values() if not one.live]
        if len(kept) >= KEPT_MAX or kept.count(tenant_id) >= KEPT_EACH:
            raise Conflict("Too many SIP traces are kept: delete one (call24 call trace --end ID)")

    def all(self) -> list[SipTrace]:
        """The newest last."""
        self._drop_old()
        return list(self._traces.values())

    def find(self, trace_id: str) -> SipTrace:
        """Raises: NotFound."""
        self._drop_old()
        found = self._traces.get(SipTraceId(trace_id))
        if found is None:
            raise NotFound
        return found

    def show(self, trace_id: str) -> SipTrace:
        """For who reads it: a live one goes on for it. Raises: NotFound; Refused (data_restricted)."""
        found = self.find(trace_id)
        if any(self._restricted(found.wish.tenant_id, one) for one in found.contact_ids):
            raise data_restricted()
        found.read_at = asyncio.get_running_loop().time()
        return found

    def end(self, trace_id: str) -> SipTrace:
        """A live one is over and stays to be shown; one that is over goes. Raises: NotFound."""
        found = self.find(trace_id)
        if found.live:
            self._over(found, "ended")
        else:
            self._drop(found)
        return found

    # --- what it is told ---

    def follow(self, entry: Entry) -> None:
        """A journal subscriber, while a trace is on."""
        if entry.call_id is None:
            return
        for trace in self._live():
            if trace.state == "waiting" and self._is_wished(trace.wish, entry):
                self._capture.matched(trace, entry.call_id)
                trace.missed_before = self._receiver.missed
                trace.until = trace.began_at + CALL_AT_MOST
            if trace.call_id == entry.call_id and trace.wish.tenant_id == entry.tenant_id:
                trace.contact_ids.update(ContactId(one) for one in [entry.body.get("contact_id")] if one)
        self._capture.follow(entry)
        if entry.type == "CallEnded":
            for trace in self._live():
                if trace.call_id == entry.call_id and trace.wish.tenant_id == entry.tenant_id:
                    trace.until = min(trace.until, self._clock.now() + timedelta(seconds=LINGER_S))
                    trace.reason = "call_ended"

    def _is_wished(self, wish: Wish, entry: Entry) -> bool:
        if entry.tenant_id != wish.tenant_id:
            return False
        number_id = entry.body.get("number_id")
        if entry.type == "CallArrived":
            return bool(number_id == wish.number_id)
        placed = entry.type == "CallPlaced" and entry.body.get("direction") == "outbound"
        return placed and self._shown_number(wish.tenant_id, number_id) == wish.e164

    def heard(self, event: Mapping[str, Any]) -> None:
        """Each event of ARI, while a trace is on."""
        self._capture.heard(event)

    def pbx_connected(self) -> None:
        """Asterisk is there, or there again: it is to send while a trace is on, and else not, whatever was before."""
        self._on, self._unsure = False, True
        self._connects += 1
        self._failures = 0
        self._wake.set()

    def _stream_lost(self) -> None:
        """The PBX's host, or the way there, is gone; its Asterisk may still send."""
        self._on, self._unsure = False, True
        self._connects += 1
        self._wake.set()

    # --- its life ---

    async def run(self) -> None:
        """For ever; asleep while Asterisk is as it should be. Nobody else switches."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._again_in()):
                    await self._wake.wait()
            self._wake.clear()
            await self._switch()

    async def stop(self) -> None:
        """With the server: nobody would listen any more. Where Asterisk hangs it may send on. Raises: nothing."""
        for trace in list(self._traces.values()):
            self._drop(trace)
        if self._timer is not None:
            self._timer.cancel()
        if not self._listens:
            return
        try:
            async with asyncio.timeout(STOP_S):
                await self._switch_off()
        except TimeoutError:
            log.warning("Asterisk may still send its SIP messages: it did not answer when it was told to stop")
        except Exception:  # the others stop too
            log.exception("Asterisk may still send its SIP messages")
        self._close()

    def _to_do(self) -> bool:
        return not self._on if self._live() else self._receiver.is_open or self._unsure

    def _again_in(self) -> float | None:
        """Seconds. Where Asterisk is away its return is waited for: it may also only have been slow once."""
        if not self._to_do():
            return None
        if self._tap is not None and self._tap.away:
            return AGAIN_MOST_S
        return min(AGAIN_S * 2.0 ** max(self._failures - 1, 0), AGAIN_MOST_S)

    async def _switch(self) -> None:
        starting, self._starting = self._starting, []
        if self._to_do():
            await (self._switch_on() if self._live() else self._switch_off())
            self._failures = min(self._failures + 1, 10) if self._to_do() else 0
        for switched in starting:
            if not switched.done():
                switched.set_result(self._on)

    async def _switch_on(self) -> None:
        """What may still send is stopped first: after a lost stream it sends to a port that nobody may hold."""
        assert self._tap is not None and self._ari is not None
        connects = self._connects
        if not await self._tap.off_if_found() or not await self._opened():
            return
        if not self._listens:
            self._journal.subscribe(self.follow)
            self._ari.tap = self.heard
            self._listens = True
        sends = await self._tap.on(self._receiver.port, self._receiver.password)
        if connects == self._connects:  # else it is another Asterisk meanwhile
            self._on, self._unsure = sends, self._unsure and not sends

    async def _opened(self) -> bool:
        """Said once, however often it is tried."""
        if self._receiver.is_open:
            return True
        try:
            await self._receiver.open()
        except OSError as trouble:
            if str(trouble) != self._trouble:
                log.error("no port could be opened for a SIP trace: %s", trouble)
            self._trouble = str(trouble)
            return False
        self._trouble = ""
        if isinstance(self._receiver, FarReceiver):
            self._capture.websocket_ports = frozenset({self._receiver.websocket_port})
        return True

    async def _switch_off(self) -> None:
        """The port is held for as long as Asterisk may send there: nobody else is to get it."""
        assert self._tap is not None and self._ari is not None
        self._on = self._unsure = False
        if not await self._tap.off_if_found():
            self._unsure = True
            return
        if not self._live():
            self._close()

    def _close(self) -> None:
        assert self._ari is not None
        self._receiver.close()
        if self._listens:
            self._journal.unsubscribe(self.follow)
            self._ari.tap = None
            self._listens = False

    def _tick_later(self) -> None:
        if self._timer is None and self._traces:
            self._timer = asyncio.get_running_loop().call_later(TICK_S, self._ticked)

    def _ticked(self) -> None:
        self._timer = None
        try:
            self._tick()
        finally:
            self._tick_later()

    def _tick(self) -> None:
        self._capture.tick()
        now, unread_since = self._clock.now(), asyncio.get_running_loop().time() - UNREAD_S
        for trace in self._live():
            if self._receiver.too_busy:
                self._over(trace, "too_busy")
            elif trace.until <= now:
                self._over(trace, trace.reason or "time_over")
            elif trace.read_at <= unread_since:
                self._over(trace, "unread")
        self._drop_old()

    def _drop_old(self) -> None:
        now = self._clock.now()
        for trace in [one for one in self._traces.values() if one.gone_at <= now]:
            self._drop(trace)

    def _live(self) -> list[SipTrace]:
        return [one for one in self._traces.values() if one.live]

    def _over(self, trace: SipTrace, reason: Reason) -> None:
        if trace.call_id is not None:
            trace.missed += max(self._receiver.missed - trace.missed_before, 0)
        trace.state, trace.reason = "over", reason
        trace.gone_at = min(trace.gone_at, self._clock.now() + KEPT)
        self._capture.end(trace)
        self._wake.set()

    def _drop(self, trace: SipTrace) -> None:
        self._traces.pop(trace.id, None)
        trace.state = "over"
        self._capture.end(trace)
        self._wake.set()

    # --- what it lets go of ---

    def forget_organisation(self, tenant_id: TenantId) -> None:
        self._drop_those(lambda trace: trace.wish.tenant_id == tenant_id)

    def forget_person(self, person: Person) -> None:
        """Its organisation's, all of them: a phone's id may stand in any."""
        self._drop_those(lambda trace: trace.wish.tenant_id == person.tenant_id)

    async def erase_calls(self, tenant_id: TenantId, call_ids: Sequence[CallId]) -> int:
        erased = set(call_ids)
        return self._drop_those(lambda trace: trace.wish.tenant_id == tenant_id and trace.call_id in erased)

    def _drop_those(self, which: Callable[[SipTrace], bool]) -> int:
        found = [trace for trace in self._traces.values() if which(trace)]
        for trace in found:
            self._drop(trace)
        return len(found)
