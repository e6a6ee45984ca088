"""Watches whether agents are still there, and tells their sessions. What it means is decided in agents/.

Signs of life: an open realtime socket, any use of the API, a registered phone. While the phones or the database cannot
be asked, nobody vanishes: it is us who do not see. Agents whose phones calls wait for are looked at more often.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

from call24.agents import heartbeat
from call24.agents.model import AgentSession, AgentState
from call24.agents.signals import AgentSignal, Vanished
from call24.engine.ports import RUNG_MAX
from call24.kit.clock import Clock
from call24.kit.errors import Unavailable
from call24.kit.ids import DeviceId, OfferId, TenantId, UserId

log = logging.getLogger(__name__)

LOOK_EVERY_S = 5.0
PHONES_EVERY_S = 0.5
TELL_S = 5.0


class Phones(Protocol):
    async def registered(self, devices: Mapping[DeviceId, TenantId]) -> Collection[DeviceId] | None:
        """Those of them that could be rung, each as its organisation's. None: the PBX does not say."""
        ...


class RungOtherwise(Protocol):
    """What the engine knows of agents who are called on a mobile number when none of their phones rings."""

    def by_mobile(self, session: AgentSession) -> bool: ...

    def lacks_phone(self, session: AgentSession) -> bool: ...

    def phone_registered(self, session: AgentSession) -> None: ...


MISSED_MAX = 3
"""So many offers in a row that nobody answered, and an agent of whom nothing is heard is gone, mobile number or not."""
SILENT_MAX = timedelta(hours=8)
"""So long an agent with a mobile number may be silent, and talk to nobody. It is a shift."""
Tell = Callable[[TenantId, UserId, AgentSignal], Awaitable[object]]


class AgentPresence:
    """``sessions``: all there are; ``with_app``: who has a socket open; ``in_sight``: Asterisk and MongoDB are here."""

    def __init__(
        self,
        *,
        clock: Clock,
        sessions: Callable[[], Iterable[AgentSession]],
        tell: Tell,
        devices: Callable[[TenantId, UserId], Iterable[DeviceId]],
        phones: Phones,
        with_app: Callable[[], Collection[UserId]],
        in_sight: Callable[[], bool],
        engine: RungOtherwise | None = None,
    ) -> None:
        self._clock = clock
        self._sessions = sessions
        self._tell = tell
        self._devices = devices
        self._phones = phones
        self._with_app = with_app
        self._in_sight = in_sight
        self._engine = engine
        self._seen: dict[UserId, datetime] = {}
        self._watching_since: datetime | None = None
        self._telling: dict[UserId, asyncio.Task[None]] = {}
        self._away: set[UserId] = set()
        """Whose phone is wanted, and was seen unregistered."""
        self._rung: dict[UserId, OfferId | None] = {}
        """For which offer a phone that is there was rung once more."""
        self._silent_since: dict[UserId, datetime] = {}
        """Of whom nothing but a mobile number is known."""

    def seen(self, user_id: UserId) -> None:
        """This user has just used the API."""
        self._seen[user_id] = self._clock.now()

    def clock_set(self) -> None:
        """Times of before say nothing any more: nobody is blamed until everybody could be heard again."""
        self._seen.clear()
        self._watching_since = None

    async def run(self) -> None:
        while True:
            await self.look()
            woken = asyncio.Event()
            self._clock.call_later(LOOK_EVERY_S, woken.set)
            await woken.wait()

    async def watch_phones(self) -> None:
        """Sees within half a second that a phone which calls wait for has registered."""
        while True:
            woken = asyncio.Event()
            self._clock.call_later(PHONES_EVERY_S, woken.set)
            await self.look_for_wanted_phones()
            await woken.wait()

    async def look_for_wanted_phones(self) -> None:
        wanted = [session for session in self._sessions() if self._phone_wanted(session)]
        self._away.intersection_update(session.agent_id for session in wanted)
        if not wanted:
            return
        theirs = {s.agent_id: tuple(self._devices(s.tenant_id, s.agent_id))[:RUNG_MAX] for s in wanted}
        online = await self._phones.registered({x: s.tenant_id for s in wanted for x in theirs[s.agent_id]})
        if online is None:
            return
        now = self._clock.now()
        for session in wanted:
            devices = theirs[session.agent_id]
            registered = any(device in online for device in devices)
            was_away = session.agent_id in self._away
            if not registered:
                self._away.add(session.agent_id)
            if registered and self._lacks_phone(session):
                self._ring_again(session, was_away=was_away)
                continue
            signal = heartbeat.phone_verdict(
                session, registered=registered, was_away=was_away, hopeless=not devices, now=now
            )
            if signal is not None and session.agent_id not in self._telling:
                self._tell_soon(session, signal)

    def _ring_again(self, session: AgentSession, *, was_away: bool) -> None:
        """One that was there all the time, and yet did not ring, is tried once."""
        assert self._engine is not None, "it says who lacks a phone"
        if was_away or self._rung.get(session.agent_id) != session.offer_id:
            self._away.discard(session.agent_id)
            self._rung[session.agent_id] = session.offer_id
            self._engine.phone_registered(session)

    def _phone_wanted(self, session: AgentSession) -> bool:
        return heartbeat.phone_wanted(session) or self._lacks_phone(session)

    def _lacks_phone(self, session: AgentSession) -> bool:
        return self._engine is not None and session.state is AgentState.OFFERED and self._engine.lacks_phone(session)

    def _reached_by_mobile(self, session: AgentSession, now: datetime) -> bool:
        """Whose page sleeps in a locked phone is there all the same, as long as it takes its calls."""
        if self._engine is None or session.missed >= MISSED_MAX or not self._engine.by_mobile(session):
            return False
        talks = session.state in {AgentState.ON_CALL, AgentState.WRAP_UP}
        since = now if talks else min(now, self._silent_since.get(session.agent_id, now))
        self._silent_since[session.agent_id] = since
        return now - since < SILENT_MAX

    def _tell_soon(self, session: AgentSession, signal: AgentSignal) -> None:
        """Nobody's phone waits for the desk of another organisation."""
        task = asyncio.create_task(self._told(session, signal))
        self._telling[session.agent_id] = task
        task.add_done_callback(lambda _: self._telling.pop(session.agent_id, None))

    async def look(self) -> None:
        """Once around all agents."""
        if not self._in_sight():
            self._watching_since = None
            return
        now = self._clock.now()
        self._watching_since = self._watching_since or now
        for user_id in self._with_app():
            self._seen[user_id] = now
        sessions = list(self._sessions())
        if not await self._look_for_phones(sessions, now):
            self._watching_since = None
            return
        for session in sessions:
            signal = heartbeat.verdict(session, self._seen.get(session.agent_id), self._watching_since, now)
            if not isinstance(signal, Vanished):
                self._silent_since.pop(session.agent_id, None)
            elif self._reached_by_mobile(session, now):
                continue
            if signal is not None:
                await self._told(session, signal)
        self._forget(sessions, now)

    async def _look_for_phones(self, sessions: list[AgentSession], now: datetime) -> bool:
        """Ask only about agents of whom nothing else is heard. False: the PBX did not answer."""
        doubtful = [s for s in sessions if heartbeat.doubtful(s, self._seen.get(s.agent_id), now)]
        whose = {device: s for s in doubtful for device in self._devices(s.tenant_id, s.agent_id)}
        online = await self._phones.registered({device: s.tenant_id for device, s in whose.items()}) if whose else ()
        if online is None:
            return False
        self._seen.update((whose[device].agent_id, now) for device in online)
        return True

    async def _told(self, session: AgentSession, signal: AgentSignal) -> None:
        """If not now, then at the next look. A desk that is being closed answers nobody; the watch goes on."""
        try:
            async with asyncio.timeout(TELL_S):
                await self._tell(session.tenant_id, session.agent_id, signal)
        except (Unavailable, TimeoutError):
            return
        log.info("agent %s: %s", session.agent_id, type(signal).__name__)

    def _forget(self, sessions: list[AgentSession], now: datetime) -> None:
        """What is older says no more than nothing."""
        offered = {session.agent_id for session in sessions if session.state is AgentState.OFFERED}
        self._rung = {user_id: offer for user_id, offer in self._rung.items() if user_id in offered}
        known = {session.agent_id for session in sessions}
        self._silent_since = {user_id: at for user_id, at in self._silent_since.items() if user_id in known}
        self._seen = {user_id: at for user_id, at in self._seen.items() if now - at < heartbeat.GRACE}
