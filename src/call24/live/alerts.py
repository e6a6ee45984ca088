"""Watches the queues whose settings ask for it, and raises an alert where their callers need help.

It looks at the live board every few seconds. An alert and its event are stored together, and those that last are read
again at the start: one that a kill interrupts is not told a second time. Who is told is not decided here
(notifications/readers.py).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime

import msgspec

from call24.calls.model import Direction
from call24.changes.service import Changes, Writing
from call24.kit.clock import Clock
from call24.kit.errors import Unavailable
from call24.kit.ids import QueueAlertId, QueueId, TenantId, new_id
from call24.kit.mongo import Index, Mongo
from call24.kit.paging import cursor_of, place_of
from call24.live import alert_rules
from call24.live.alert_model import KEPT, AlertRule, QueueAlert
from call24.live.board import Board
from call24.live.events import QUEUE_ALERT_ENDED, QUEUE_ALERT_RAISED, told
from call24.queues.model import Queue
from call24.queues.service import QueueService

log = logging.getLogger(__name__)

LOOK_EVERY_S = 5.0
INDEXES = (
    Index(QueueAlert, ("-raised_at", "-id")),
    Index(QueueAlert, ("queue_id", "-raised_at", "-id")),
    Index(QueueAlert, ("ended_at",), across=True, only={"ended_at": None}),
    Index(QueueAlert, ("delete_at",), across=True),
)

Key = tuple[QueueId, AlertRule]


class QueueAlerts:
    """`board`: the live one; set by who makes it."""

    def __init__(self, mongo: Mongo, clock: Clock, changes: Changes, queues: QueueService) -> None:
        self._mongo = mongo
        self._clock = clock
        self._changes = changes
        self._queues = queues
        self._all = mongo.platform(QueueAlert, why="alerts that last are known again after a start")
        self._lasting: dict[Key, QueueAlert] = {}
        self._unsure: dict[Key, QueueAlert] = {}
        """Raised, but whether they are stored is not known."""
        self._calm_since: dict[Key, datetime] = {}
        self.board = Board()

    # --- reading ---

    def lasting(self, queue_id: QueueId) -> list[QueueAlert]:
        """Those of a queue that last, from memory; the first that was raised first."""
        return sorted(
            (alert for (id, _), alert in self._lasting.items() if id == queue_id), key=lambda alert: alert.raised_at
        )

    async def page(
        self, tenant_id: TenantId, queue_id: QueueId | None, *, limit: int, cursor: str | None
    ) -> tuple[list[QueueAlert], str | None]:
        """The newest first, of this queue (None: of all), and the cursor of what follows.

        Raises: Invalid for a cursor that is not ours, Unavailable.
        """
        rules: list[dict[str, object]] = [{} if queue_id is None else {"queue_id": queue_id}]
        if cursor is not None:
            at, last = place_of(cursor)
            rules.append({"$or": [{"raised_at": {"$lt": at}}, {"raised_at": at, "_id": {"$lt": last}}]})
        stored = self._mongo.tenant(tenant_id).collection(QueueAlert)
        found = await stored.find({"$and": rules}, sort=[("raised_at", -1), ("id", -1)], limit=limit + 1)
        shown = found[:limit]
        return shown, cursor_of(shown[-1].raised_at, shown[-1].id) if len(found) > limit else None

    # --- watching ---

    async def run(self) -> None:
        """For ever."""
        while not await self._begun():  # noqa: ASYNC110 - it is the attempt itself that is waited for
            await asyncio.sleep(LOOK_EVERY_S)
        while True:
            await self.look()
            await asyncio.sleep(LOOK_EVERY_S)

    async def begin(self) -> None:
        """Knows the alerts that last. Raises: Unavailable."""
        for alert in await self._all.find({"ended_at": None}):
            self._lasting[alert.queue_id, alert.rule] = alert

    async def _begun(self) -> bool:
        try:
            await self.begin()
        except Unavailable as trouble:
            log.warning("alerts of queues are not watched yet: %s", trouble)
            return False
        return True

    async def look(self) -> None:
        """Raises and ends alerts. What could not be stored is tried again with the next look."""
        if not self._mongo.reachable:
            return
        now = self._clock.now()
        for queue in self._queues.known_everywhere():
            if not alert_rules.limits(queue):
                continue
            broken = alert_rules.over(queue, list(self._since(queue)), now)
            for rule in alert_rules.limits(queue):
                await self._try(queue, rule, broken.get(rule), now)
        for alert in list(self._lasting.values()):
            now_known = self._queues.known(alert.queue_id)
            if now_known is None or alert.rule not in alert_rules.limits(now_known):
                await self._end(alert, now)

    def _since(self, queue: Queue) -> Iterator[datetime]:
        """Since when each caller on the line has waited."""
        for live in self.board.waiting(queue.tenant_id, queue.id):
            if live.call.direction is not Direction.CALLBACK:
                yield live.call.queued_at or live.call.arrived_at

    async def _try(self, queue: Queue, rule: AlertRule, value: int | None, now: datetime) -> None:
        key = (queue.id, rule)
        alert = self._lasting.get(key)
        if value is not None:
            self._calm_since.pop(key, None)
            if alert is None:
                await self._raise(queue, rule, value, now)
            elif value > alert.worst:
                self._lasting[key] = msgspec.structs.replace(alert, worst=value)
        elif alert is not None and now - self._calm_since.setdefault(key, now) >= alert_rules.CALM:
            await self._end(alert, now)

    async def _raise(self, queue: Queue, rule: AlertRule, value: int, now: datetime) -> None:
        key = (queue.id, rule)
        alert = self._unsure.get(key) or QueueAlert(
            id=QueueAlertId(new_id("qal")),
            tenant_id=queue.tenant_id,
            queue_id=queue.id,
            rule=rule,
            limit=alert_rules.limits(queue)[rule],
            worst=value,
            raised_at=now,
            delete_at=now + KEPT,
        )

        async def work(writing: Writing) -> None:
            alerts = writing.collection(QueueAlert)
            if await alerts.find_one({"id": alert.id}) is not None:
                return  # an attempt that seemed to fail had stored it
            await alerts.insert(alert)
            writing.tell(QUEUE_ALERT_RAISED, told(alert), alert.id)

        self._lasting[key] = alert  # first: what is told of it shows it
        if await self._stored(queue.tenant_id, work):
            self._unsure.pop(key, None)
        else:
            self._unsure[key] = self._lasting.pop(key)

    async def _end(self, alert: QueueAlert, now: datetime) -> None:
        key = (alert.queue_id, alert.rule)

        async def work(writing: Writing) -> None:
            change = {"ended_at": now, "worst": alert.worst}
            if await writing.collection(QueueAlert).update_where({"id": alert.id, "ended_at": None}, change):
                writing.tell(QUEUE_ALERT_ENDED, told(alert), alert.id)

        self._lasting.pop(key, None)
        self._calm_since.pop(key, None)
        if not await self._stored(alert.tenant_id, work):
            self._lasting[key] = alert

    async def _stored(self, tenant_id: TenantId, work: Callable[[Writing], Awaitable[None]]) -> bool:
        try:
            await self._changes.commit(tenant_id, work)
        except Unavailable as trouble:
            log.warning("an alert of a queue is stored later: %s", trouble)
            return False
        return True

    # --- going ---

    def forget_organisation(self, tenant_id: TenantId) -> None:
        """It is being closed."""
        for known in (self._lasting, self._unsure):
            for key in [key for key, alert in known.items() if alert.tenant_id == tenant_id]:
                del known[key]
                self._calm_since.pop(key, None)
