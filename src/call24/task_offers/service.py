"""Offers open tasks of queues that want it to free agents, one after another.

It looks at an organisation when an agent's session, a task or a queue has changed, when an offer's time is up, and
every few seconds beside. Nothing of an offer is in memory alone: what a look decides is stored by the tasks' versions
(tasks/offers.py), so that a kill at any moment leaves each offer as it is, to be looked at after the start.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Protocol

from call24.agents.model import AgentSession
from call24.changes.model import Change
from call24.identity.service import IdentityService
from call24.journal.model import Entry
from call24.kit.clock import Clock, TimerHandle
from call24.kit.errors import Unavailable
from call24.kit.ids import QueueId, TenantId, UserId
from call24.queues.model import Queue
from call24.queues.service import QueueService
from call24.routing.model import Team
from call24.task_offers.rules import free, over, rested, to_ask
from call24.tasks.events import TASK_OFFER_CHANGED
from call24.tasks.model import Task
from call24.tasks.offers import TaskOffers

log = logging.getLogger(__name__)

GATHER_S = 0.1
"""What happens within this is looked at once."""
LOOK_EVERY_S = 15.0
ASKED_AT_ONCE = 50
"""Of an organisation, before others have their turn."""
SILENT_AFTER = 2
"""Offers in a row that an agent let pass: asked again once the agent's state has changed, or it answered one."""
BOUND = f"{ASKED_AT_ONCE} offers of an organisation at a time; all that offer tasks every {LOOK_EVERY_S:.0f} s"


class Desks(Protocol):
    """The engine, as far as this room knows it."""

    async def wait_ready(self) -> None: ...

    def agents_of(self, tenant_id: TenantId) -> Mapping[UserId, AgentSession]: ...

    def teams_of(self, tenant_id: TenantId) -> Mapping[QueueId, Team]: ...


class Silence:
    """How many offers an agent let pass in a row, in which session state."""

    def __init__(self) -> None:
        self._passed: dict[UserId, tuple[datetime, int]] = {}

    def passed(self, session: AgentSession) -> None:
        self._passed[session.agent_id] = (session.since, self._count(session) + 1)

    def answered(self, agent_id: UserId) -> None:
        self._passed.pop(agent_id, None)

    def silent(self, session: AgentSession) -> bool:
        return self._count(session) >= SILENT_AFTER

    def _count(self, session: AgentSession) -> int:
        since, count = self._passed.get(session.agent_id, (session.since, 0))
        return count if since == session.since else 0


class TaskMatching:
    """``restricted``: whether a task is about a caller whose data is kept and not used."""

    def __init__(
        self,
        clock: Clock,
        offers: TaskOffers,
        queues: QueueService,
        identity: IdentityService,
        restricted: Callable[[Task], bool],
    ) -> None:
        self._clock = clock
        self._offers = offers
        self._queues = queues
        self._identity = identity
        self._restricted = restricted
        self._desks: Desks | None = None
        self._woken: set[TenantId] = set()
        self._wake = asyncio.Event()
        self._alarms: dict[TenantId, TimerHandle] = {}
        self._last_asked: dict[TenantId, dict[UserId, datetime]] = {}
        self._silence = Silence()
        self._known: Mapping[TenantId, Mapping[QueueId, Queue]] = {}
        self._known_as_of = -1

    # --- what it is told ---

    def connect(self, desks: Desks) -> None:
        """Before it runs."""
        self._desks = desks

    def wake(self, tenant_id: TenantId) -> None:
        """Something has changed that may begin or end an offer."""
        self._woken.add(tenant_id)
        self._wake.set()

    def follow(self, entry: Entry) -> None:
        """A journal subscriber: an agent's session may have changed."""
        if entry.agent_id is not None and self._offering(entry.tenant_id):
            self.wake(entry.tenant_id)

    async def queue_changed(self, queue: Queue) -> None:
        self.wake(queue.tenant_id)

    async def read(self, changes: Sequence[Change]) -> None:
        """A reader of the change feed."""
        for change in changes:
            if change.type == TASK_OFFER_CHANGED.name:
                told = TASK_OFFER_CHANGED.of(change)
                if told.what in ("accepted", "declined"):
                    self._silence.answered(told.agent_id)
                if told.what == "offered":
                    continue
            if self._offering(change.tenant_id):
                self.wake(change.tenant_id)

    def forget_tenant(self, tenant_id: TenantId) -> None:
        self._last_asked.pop(tenant_id, None)
        self._woken.discard(tenant_id)
        if (alarm := self._alarms.pop(tenant_id, None)) is not None:
            alarm.cancel()

    # --- running ---

    async def run(self) -> None:
        """For ever."""
        assert self._desks is not None, "connected before it runs"
        await self._desks.wait_ready()
        while True:
            try:
                for tenant_id in {*self._by_tenant(), *await self._offers.organisations()}:
                    self.wake(tenant_id)
            except Unavailable as trouble:
                log.warning("offers of tasks were postponed: %s", trouble)
            round_at = asyncio.get_running_loop().time() + LOOK_EVERY_S
            while await self._woken_before(round_at):
                await self._look_at_woken()

    async def _woken_before(self, round_at: float) -> bool:
        try:
            async with asyncio.timeout_at(round_at):
                await self._wake.wait()
                await asyncio.sleep(GATHER_S)
        except TimeoutError:
            return False
        return True

    async def _look_at_woken(self) -> None:
        self._wake.clear()
        woken, self._woken = self._woken, set()
        for tenant_id in sorted(woken):
            with contextlib.suppress(Unavailable):  # as while it is being erased: it holds up no other
                await self.look(tenant_id)

    async def look(self, tenant_id: TenantId) -> None:
        """Ends the offers of an organisation that are over, and makes those that can be made. Raises: Unavailable."""
        asked, until = await self._end_those_over(tenant_id)
        queues = self._offering(tenant_id)
        if queues:
            until += await self._ask(tenant_id, queues, asked)
        self._alarm(tenant_id, until)

    async def _end_those_over(self, tenant_id: TenantId) -> tuple[set[UserId], list[datetime]]:
        """Who is still asked, and until when."""
        asked, until, now = set[UserId](), list[datetime](), self._clock.now()
        for task in await self._offers.going_on(tenant_id):
            agent_id = task.offered_to
            session = self._sessions(tenant_id).get(agent_id) if agent_id is not None else None
            queue = self._queues.known(task.queue_id) if task.queue_id is not None else None
            how = over(task, queue, session, now)
            if how is None and task.offer_until is not None and agent_id is not None:
                asked.add(agent_id)
                until.append(task.offer_until)
            elif how is not None and await self._offers.end(task, how) and how == "unanswered" and session is not None:
                self._silence.passed(session)
        return asked, until

    async def _ask(
        self, tenant_id: TenantId, queues: Mapping[QueueId, Queue], asked: Collection[UserId]
    ) -> list[datetime]:
        """Until when each is asked who was asked now."""
        sessions = self._sessions(tenant_id)
        could = {id for id in free(queues.values(), sessions) - set(asked) if self._may(tenant_id, id)}
        could = {id for id in could if not self._silence.silent(sessions[id])}
        if not could:
            return []
        tasks = [task for task in await self._offers.waiting(tenant_id, list(queues)) if not self._restricted(task)]
        if not tasks:
            return []
        in_hand = await self._offers.in_hand(tenant_id, could)
        last = self._last_asked.setdefault(tenant_id, {})
        now, until = self._clock.now(), list[datetime]()
        seen = rested({id: session for id, session in self._sessions(tenant_id).items() if id in could}, last)
        teams = _desks(self._desks).teams_of(tenant_id)
        found = to_ask(tasks, queues, teams, seen, kept_out=asked, in_hand=in_hand, now=now)
        for one in found[:ASKED_AT_ONCE]:
            session = self._sessions(tenant_id).get(one.agent_id)
            if session is None or not session.free:
                continue  # a call came in this moment: it goes first
            if (ends := await self._offers.make(one.task, one.agent_id, one.seconds)) is not None:
                last[one.agent_id] = now
                until.append(ends)
        if len(found) > ASKED_AT_ONCE:
            self.wake(tenant_id)
        return until

    def _alarm(self, tenant_id: TenantId, until: Sequence[datetime]) -> None:
        """Look again when the first of these is up."""
        if (before := self._alarms.pop(tenant_id, None)) is not None:
            before.cancel()
        if until:
            seconds = (min(until) - self._clock.now()).total_seconds()
            self._alarms[tenant_id] = self._clock.call_later(max(0.0, seconds) + 0.01, partial(self.wake, tenant_id))

    # --- what is known ---

    def _offering(self, tenant_id: TenantId) -> Mapping[QueueId, Queue]:
        return self._by_tenant().get(tenant_id, {})

    def _by_tenant(self) -> Mapping[TenantId, Mapping[QueueId, Queue]]:
        """Queues that offer tasks; found again only when a queue was changed, since each line of the journal asks."""
        if self._known_as_of != self._queues.changes:
            made: dict[TenantId, dict[QueueId, Queue]] = {}
            self._known_as_of = self._queues.changes
            for queue in self._queues.known_everywhere():
                if queue.offers_tasks:
                    made.setdefault(queue.tenant_id, {})[queue.id] = queue
            self._known = made
        return self._known

    def _sessions(self, tenant_id: TenantId) -> Mapping[UserId, AgentSession]:
        return _desks(self._desks).agents_of(tenant_id)

    def _may(self, tenant_id: TenantId, user_id: UserId) -> bool:
        """Who may not take a task is not asked."""
        user = self._identity.known_user(user_id)
        return user is not None and user.tenant_id == tenant_id and self._identity.permits(user, "tasks.write")


def _desks(desks: Desks | None) -> Desks:
    assert desks is not None, "connected before it runs"
    return desks
