"""Figures over call records: one definition for each. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from call24.kit.ids import QueueId, UserId
from call24.reports.model import CallRecord, Visit

_UNSERVED = frozenset({"abandoned", "max_wait", "nobody", "ended"})


def visits_to(records: Sequence[CallRecord], queue_id: QueueId) -> list[Visit]:
    """Stays of callers on the line; a call-back's wait is no wait on the line."""
    return [
        visit
        for record in records
        if record.direction != "callback"
        for visit in record.queues
        if visit.queue_id == queue_id
    ]


def service_level(visits: Sequence[Visit], limit_s: float) -> float | None:
    """Share of stays answered within the limit, of all that were answered, or not served and longer than the limit.

    Counted from joining the queue, ring time included: menus before it do not count. Who was called back instead, or
    turned away at the door, counts neither way.
    Source: the common definition "answered in time / (answered + abandoned after the limit)".
    """
    answered = [visit for visit in visits if visit.left == "answered"]
    in_time = sum(1 for visit in answered if visit.waited_s <= limit_s)
    late = sum(1 for visit in visits if visit.left in _UNSERVED and visit.waited_s > limit_s)
    total = len(answered) + late
    return round(in_time / total, 3) if total else None


def handle_times(records: Sequence[CallRecord], agent_id: UserId, since: datetime) -> list[float]:
    """Talk + hold + wrap-up of each time the agent had a call and spoke, from an instant on. Consultations count."""
    return [
        part.talk_s + part.hold_s + part.wrap_up_s
        for record in records
        for part in record.agents
        if part.agent_id == agent_id and part.talk_s + part.hold_s > 0 and part.answered_at >= since
    ]
