"""A call that rings for somebody -> Web Push to their browsers; and what became of it, in its place, when it is over.

It follows the journal and compares: who is rung for a call now, and who was told so. It waits for nothing on the path
of a call. Who was told and has no phone connected is told nothing else as long as the call waits for that phone: the
notification is what wakes it. After a restart it tells again who is rung, and takes back what rang in the last minute
and does no more.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial

import msgspec

from call24.agents.model import AgentState
from call24.call_records.projector import AGENT_EVENTS
from call24.call_records.replay import call_event, involved
from call24.calls import events as e
from call24.calls.model import Call, CallState, Direction
from call24.journal.journal import Journal
from call24.journal.model import Entry, Fresh, event_of
from call24.kit.clock import Clock
from call24.kit.errors import Unavailable
from call24.kit.ids import CallId, OfferId, TenantId, UserId
from call24.live.board import Board, LiveCall
from call24.live.views import Views
from call24.notifications.kinds import NotificationKind
from call24.notifications.service import Notifications
from call24.realtime.ringing_texts import Over, over_message, ring_message
from call24.web_push.events import AnyPushEvent, OfferPushed, OfferPushEnded
from call24.web_push.model import Outcome, Said
from call24.web_push.service import WebPush

log = logging.getLogger(__name__)

WAITS = frozenset({CallState.WAITING, CallState.OFFERED})
RINGS = timedelta(seconds=45)
"""For so long a push service keeps a message for a browser that is not connected: who is rung is rung no longer."""
OVER = timedelta(seconds=90)
"""What replaces it is kept longer than what it replaces."""
UNWRITTEN_MAX = 5000
LOOK_BACK, LINES_BACK = timedelta(minutes=1), 500
_RUNG = frozenset({e.CallOffered.__name__, e.ConsultRung.__name__})
_CONNECTED, _ENDED = e.CallConnected.__name__, e.CallEnded.__name__


class Rung(msgspec.Struct, frozen=True, kw_only=True):
    """Who is rung with an offer, of which call."""

    tenant_id: TenantId
    call_id: CallId
    user_id: UserId
    offer_id: OfferId


class Ringing:
    """`follow` the journal after the board did, `run` for as long as the process lives.

    What waits is a set of calls: each is looked at once, however many lines of it have come.
    """

    def __init__(
        self,
        board: Board,
        views: Views,
        pushes: WebPush,
        notifications: Notifications,
        journal: Journal,
        clock: Clock,
    ) -> None:
        self._board = board
        self._views = views
        self._pushes = pushes
        self._notifications = notifications
        self._journal = journal
        self._clock = clock
        self._changed: dict[CallId, TenantId] = {}
        self._woken = asyncio.Event()
        self._told: dict[CallId, dict[UserId, Rung]] = {}
        """Who was rung when the call was last looked at."""
        self._shown: dict[CallId, set[UserId]] = {}
        """Those of them whose browsers were sent it."""
        self._begun: dict[CallId, dict[UserId, Rung]] = {}
        """Who was rung since the call was looked at: an offer may be over by then, as one to a phone that is away."""
        self._waking: dict[UserId, CallId] = {}
        """Whose phone a call waits for."""
        self._unwritten: asyncio.Queue[tuple[TenantId, Fresh]] = asyncio.Queue(UNWRITTEN_MAX)
        self._answered_by: dict[CallId, UserId] = {}
        """Of calls that somebody was told of: who took it last."""

    def follow(self, entry: Entry) -> None:
        """A journal subscriber."""
        call_id = entry.call_id
        if entry.agent_id in self._waking and entry.type in AGENT_EVENTS:
            self._changed[self._waking[entry.agent_id]] = entry.tenant_id
            self._woken.set()
        if call_id is None:
            return
        if entry.type == _CONNECTED:
            self._answered_by[call_id] = event_of(entry, e.CallConnected).agent_id
        for one in rang(entry.tenant_id, [entry] if entry.type in _RUNG else []):
            self._begun.setdefault(call_id, {})[one.user_id] = one
        if call_id in self._told or call_id in self._begun:
            self._changed[call_id] = entry.tenant_id
            self._woken.set()
        elif entry.type == _ENDED:
            self._answered_by.pop(call_id, None)

    def forget_tenant(self, tenant_id: TenantId) -> None:
        """The organisation is being erased, and its calls are over."""
        gone = {call_id for call_id, told in self._told.items() if _of(told.values(), tenant_id)}
        for call_id in gone:
            self._stop_waking(call_id)
            self._forget(call_id)

    async def run(self) -> None:
        await self._begin()
        while True:
            await self._woken.wait()
            self._woken.clear()
            while self._changed:
                call_id = next(iter(self._changed))
                tenant_id = self._changed.pop(call_id)
                try:
                    await self._look(tenant_id, call_id)
                except Exception:  # the edge to the outside: one call's trouble must not end the pushes of all others
                    log.exception("the notifications of call %s were not sent", call_id)

    async def _begin(self) -> None:
        """After a restart: nobody knows what the process before has sent."""
        for tenant_id in self._pushes.tenants():
            for live in self._board.calls(tenant_id):
                if rung(live.call):
                    self._changed[live.call.id] = tenant_id
                    self._woken.set()
            try:
                await self._take_back(tenant_id)
            except Unavailable:
                log.warning("what rang before the restart in %s is not taken back: MongoDB is unavailable", tenant_id)

    async def _take_back(self, tenant_id: TenantId) -> None:
        """Raises: Unavailable."""
        after = max(0, self._journal.last_seq(tenant_id) - LINES_BACK)
        since = self._clock.now() - LOOK_BACK
        lines = [one for one in await self._journal.read_after(tenant_id, after) if one.at >= since]
        answered = {one.call_id: one.agent_id for one in lines if one.type == _CONNECTED}
        for one in rang(tenant_id, lines):
            live = self._board.call(tenant_id, one.call_id)
            over = live is None or one.user_id not in {still.user_id for still in rung(live.call)}
            if over and await self._wanted(one):
                self._over(one, live, answered.get(one.call_id))

    async def _look(self, tenant_id: TenantId, call_id: CallId) -> None:
        live = self._board.call(tenant_id, call_id)
        told, shown = self._told.get(call_id, {}), self._shown.setdefault(call_id, set())
        now = self._told[call_id] = self._told_now(call_id, live)
        for user_id in told.keys() - now.keys():
            if user_id in shown:
                self._over(told[user_id], live, self._answered_by.get(call_id))
        if live is not None:
            for user_id, one in now.items():
                if told.get(user_id) != one and self._pushes.reaches(user_id) and await self._wanted(one):
                    await self._ring(one, live)
                    shown.add(user_id)
        if not now:
            self._forget(call_id)

    def _told_now(self, call_id: CallId, live: LiveCall | None) -> dict[UserId, Rung]:
        """Who is rung, and who was and whose phone the call waits for."""
        told, begun = self._told.get(call_id, {}), self._begun.pop(call_id, {})
        now = {} if live is None else {one.user_id: one for one in rung(live.call)}
        self._stop_waking(call_id)
        for user_id, one in {**told, **begun}.items():
            if user_id not in now and self._wakes(one, live):
                now[user_id] = one
                self._waking[user_id] = call_id
        return now

    def _stop_waking(self, call_id: CallId) -> None:
        self._waking = {user_id: one for user_id, one in self._waking.items() if one != call_id}

    async def _wanted(self, one: Rung) -> bool:
        """What cannot be asked now is taken as wanted: a call that is missed is worse than one too many."""
        try:
            return await self._notifications.wants_push(one.tenant_id, one.user_id, NotificationKind.INCOMING_CALL)
        except Unavailable:
            return True

    def _forget(self, call_id: CallId) -> None:
        self._told.pop(call_id, None)
        self._shown.pop(call_id, None)
        self._answered_by.pop(call_id, None)

    def _wakes(self, one: Rung, live: LiveCall | None) -> bool:
        """Whether the call still waits for this user's phone, or the desk has not said yet what follows the offer."""
        session = self._board.session(one.tenant_id, one.user_id)
        if session is None or live is None or _own(live.call) or self._answered_by.get(one.call_id) is not None:
            return False
        if session.state is AgentState.OFFERED and session.offer_id == one.offer_id:
            return True
        return live.call.state in WAITS and session.phone_awaited_until is not None

    async def _ring(self, one: Rung, live: LiveCall) -> None:
        shown = await self._views.live_call(live, one.user_id)
        until = (self._clock.now() + RINGS).isoformat()
        message = partial(ring_message, one.call_id, shown, until)
        discreet = partial(message, discreet=True)
        begun = self._clock.now()
        delete_at = live.call.arrived_at + timedelta(days=live.call.rules.keep_days)

        def heard(outcome: Outcome) -> None:
            now = self._clock.now()
            after_ms = round((now - begun).total_seconds() * 1000)
            ended = OfferPushEnded(agent_id=one.user_id, offer_id=one.offer_id, outcome=outcome, after_ms=after_ms)
            self._note(one, ended, now, delete_at)

        browsers = self._send(one, message, discreet, RINGS, heard)
        if browsers:
            pushed = OfferPushed(agent_id=one.user_id, offer_id=one.offer_id, browsers=browsers)
            self._note(one, pushed, begun, delete_at)

    def _note(self, one: Rung, event: AnyPushEvent, at: datetime, delete_at: datetime) -> None:
        """For the journal: written by `write`, a moment later."""
        line = Fresh(at=at, event=event, delete_at=delete_at, call_id=one.call_id, agent_id=one.user_id)
        if self._unwritten.full():
            log.warning("what became of a notification of call %s is not written down: too much waits", one.call_id)
        else:
            self._unwritten.put_nowait((one.tenant_id, line))

    async def write(self) -> None:
        """For ever: what became of notifications, into the journal."""
        while True:
            tenant_id, line = await self._unwritten.get()
            try:
                await self._journal.append(tenant_id, [line])
            except Unavailable:
                log.warning("what became of a notification of call %s is not in the journal", line.call_id)

    def _over(self, one: Rung, live: LiveCall | None, by: UserId | None) -> None:
        if by == one.user_id or (live is not None and one.user_id in involved(live.call)):
            what = Over.ANSWERED
        elif by is not None:
            what = Over.ANSWERED_BY
        else:
            what = Over.MISSED if live is None else Over.RINGS_NO_MORE
        message = partial(over_message, one.call_id, what, self._views.name(by))
        self._send(one, message, None, OVER)

    def _send(
        self,
        one: Rung,
        message: Said,
        discreet: Said | None,
        ttl: timedelta,
        told: Callable[[Outcome], None] | None = None,
    ) -> int:
        return self._pushes.send(
            one.tenant_id,
            one.user_id,
            message,
            discreet=discreet,
            ttl=ttl,
            urgency="high",
            topic=one.call_id,
            told=told,
        )


def rung(call: Call) -> list[Rung]:
    """Who is rung for the call now; nobody's own phone for a call that they placed themselves."""
    found = [] if _own(call) else [(offer.agent_id, offer.offer_id) for offer in call.offers]
    party = call.consult_party
    if party is not None and party.offer is not None and party.agent_id is not None:
        found.append((party.agent_id, party.offer.offer_id))
    return [
        Rung(tenant_id=call.tenant_id, call_id=call.id, user_id=user_id, offer_id=offer_id)
        for user_id, offer_id in found
    ]


def rang(tenant_id: TenantId, lines: Sequence[Entry]) -> list[Rung]:
    """Who was rung, by lines of the journal."""
    found: list[Rung] = []
    for line in lines:
        event = call_event(line)
        if line.call_id is None or not isinstance(event, e.CallOffered | e.ConsultRung):
            continue
        user_id = event.agent_id if isinstance(event, e.CallOffered) else event.colleague_id
        found.append(Rung(tenant_id=tenant_id, call_id=line.call_id, user_id=user_id, offer_id=event.offer_id))
    return found


def _own(call: Call) -> bool:
    return call.direction in {Direction.OUTBOUND, Direction.INTERNAL} and call.caller_leg is None


def _of(told: Iterable[Rung], tenant_id: TenantId) -> bool:
    return any(one.tenant_id == tenant_id for one in told)
