"""The service level of each queue today, kept as the stays end: no event costs more because the day had more calls.

Stays are counted by the quarter hour in which the call began, so that any organisation's midnight lies between two.
The definition is in figures.py.
"""

from __future__ import annotations

import math
from collections import Counter
from datetime import UTC, datetime, timedelta

import msgspec

from call24.call_records.figures import not_served_in_time, on_the_line, served_in_time, share_in_time
from call24.call_records.model import QueueVisit
from call24.call_records.offers import seconds
from call24.calls import events as e
from call24.calls.model import Direction, EndedBy
from call24.kit.ids import QueueId, TenantId

KEPT = timedelta(days=2)


class Stay(msgspec.Struct, frozen=True):
    """Where a call stands in line now, and since when."""

    queue_id: QueueId
    joined_at: datetime


class Stayed(msgspec.Struct, frozen=True, kw_only=True):
    """The part of a call record that the level is made from."""

    direction: str = Direction.INBOUND.value
    arrived_at: datetime
    queues: tuple[QueueVisit, ...] = ()


class _Sum(msgspec.Struct, kw_only=True):
    since: datetime
    limit_s: float
    in_time: int = 0
    answered: int = 0
    unserved: int = 0

    def add(self, visit: QueueVisit, count: int = 1) -> None:
        self.in_time += count * served_in_time(visit, self.limit_s)
        self.answered += count * (visit.left == "answered")
        self.unserved += count * not_served_in_time(visit, self.limit_s)


Quarters = dict[datetime, Counter[tuple[str, int]]]


class Levels:
    """All tenants of this process. A tenant is counted from its first line on, or from ``seed``, whichever is first."""

    def __init__(self) -> None:
        self._counted: set[TenantId] = set()
        self._stays: dict[QueueId, Quarters] = {}
        self._sums: dict[QueueId, _Sum] = {}

    def counts(self, tenant_id: TenantId) -> bool:
        return tenant_id in self._counted

    def begin(self, tenant_id: TenantId) -> None:
        self._counted.add(tenant_id)

    def seed(self, tenant_id: TenantId, calls: list[Stayed]) -> None:
        """The day so far; nothing when the tenant is counted already."""
        if self.counts(tenant_id):
            return
        self.begin(tenant_id)
        for call in calls:
            for visit in call.queues:
                self.take(call.direction, call.arrived_at, visit)

    def take(self, direction: str, arrived_at: datetime, visit: QueueVisit) -> None:
        """A stay that is over."""
        if visit.left is None or not on_the_line(direction):
            return
        quarters = self._stays.setdefault(visit.queue_id, {})
        quarter = _quarter(arrived_at)
        if quarter not in quarters:
            for old in [one for one in quarters if one < quarter - KEPT]:
                del quarters[old]
        # Limits are whole seconds: rounded up, a wait is on the same side of each of them.
        quarters.setdefault(quarter, Counter())[visit.left, math.ceil(visit.waited_s)] += 1
        if (known := self._sums.get(visit.queue_id)) is not None and arrived_at >= known.since:
            known.add(visit)

    def level(self, queue_id: QueueId, midnight: datetime, limit_s: float) -> float | None:
        known = self._sums.get(queue_id)
        if known is None or known.since != midnight or known.limit_s != limit_s:
            known = self._sums[queue_id] = self._summed(queue_id, midnight, limit_s)
        return share_in_time(known.in_time, known.answered, known.unserved)

    def _summed(self, queue_id: QueueId, midnight: datetime, limit_s: float) -> _Sum:
        made = _Sum(since=midnight, limit_s=limit_s)
        for quarter, stays in self._stays.get(queue_id, {}).items():
            if quarter >= midnight:
                for (left, waited_s), count in stays.items():
                    made.add(QueueVisit(queue_id=queue_id, joined_at=quarter, left=left, waited_s=waited_s), count)
        return made


def stay_after(stay: Stay | None, event: e.AnyCallEvent, at: datetime) -> tuple[Stay | None, QueueVisit | None]:
    """The stay after one more event, and the one that ended with it: as in queue_visits.py."""
    match event:
        case e.CallQueued(queue_id=queue_id) if queue_id is not None:
            return Stay(queue_id, at), None
        case e.CallbackPromised(queue=queue):
            return Stay(queue.queue_id, at), None
        case e.QueueLeft(reason=reason):
            return None, _left(stay, reason, at)
        case e.CallConnected():
            return None, _left(stay, "answered", at)
        case e.CallEnded(ended_by=by):
            return None, _left(stay, "abandoned" if by is EndedBy.CALLER else "ended", at)
    return stay, None


def _left(stay: Stay | None, how: str, at: datetime) -> QueueVisit | None:
    if stay is None:
        return None
    waited_s = seconds(at - stay.joined_at)
    return QueueVisit(queue_id=stay.queue_id, joined_at=stay.joined_at, left=how, waited_s=waited_s)


def _quarter(at: datetime) -> datetime:
    utc = at.astimezone(UTC)
    return utc.replace(minute=utc.minute // 15 * 15, second=0, microsecond=0)
