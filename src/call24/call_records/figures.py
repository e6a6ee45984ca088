"""Figures over call records: one definition for each. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from call24.call_records.model import AgentPart, CallRecord, QueueVisit
from call24.kit.ids import QueueId, UserId

_UNSERVED = frozenset({"abandoned", "max_wait", "nobody", "ended"})


def on_the_line(direction: str) -> bool:
    """A callback's wait is no wait on the line."""
    return direction != "callback"


def visits_to(records: Sequence[CallRecord], queue_id: QueueId) -> list[QueueVisit]:
    """Stays of callers on the line."""
    return [
        visit
        for record in records
        if on_the_line(record.direction)
        for visit in record.queues
        if visit.queue_id == queue_id
    ]


def served_in_time(visit: QueueVisit, limit_s: float) -> bool:
    """Counted from joining the queue, ring time included: menus before it do not count."""
    return visit.left == "answered" and visit.waited_s <= limit_s


def not_served_in_time(visit: QueueVisit, limit_s: float) -> bool:
    """Who was called back instead, or turned away at the door, counts neither way; nor does who left soon."""
    return visit.left in _UNSERVED and visit.waited_s > limit_s


def share_in_time(in_time: int, answered: int, unserved: int) -> float | None:
    """The service level: the share answered within the limit, of all answered, or not served and longer than the limit.

    Source: the common definition "answered in time / (answered + abandoned after the limit)".
    """
    return round(in_time / (answered + unserved), 3) if answered + unserved else None


def service_level(visits: Sequence[QueueVisit], limit_s: float) -> float | None:
    """``share_in_time`` of these stays."""
    in_time = sum(served_in_time(visit, limit_s) for visit in visits)
    answered = sum(visit.left == "answered" for visit in visits)
    return share_in_time(in_time, answered, sum(not_served_in_time(visit, limit_s) for visit in visits))


def handled(part: AgentPart) -> bool:
    """Whether the agent spoke: who dialled in vain handled nothing. Consultations count."""
    return part.talk_s + part.hold_s > 0


def handle_s(part: AgentPart) -> float:
    return part.talk_s + part.hold_s + part.wrap_up_s


def handle_times(records: Sequence[CallRecord], agent_id: UserId, since: datetime) -> list[float]:
    """Of each time the agent handled a call, from an instant on."""
    return [
        handle_s(part)
        for record in records
        for part in record.agents
        if part.agent_id == agent_id and handled(part) and part.answered_at >= since
    ]
