"""Whether a queue is in need of help now, by the settings of the queue. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from call24.live.alert_model import AlertRule
from call24.queues.model import Queue

CALM = timedelta(seconds=60)
"""An alert ends once its limit was kept for so long, so that one that goes back and forth is told once."""


def limits(queue: Queue) -> dict[AlertRule, int]:
    """What the queue's settings say: in seconds, and callers."""
    given: dict[AlertRule, int | None] = {"wait": queue.alert_wait_s, "waiting": queue.alert_waiting}
    return {rule: limit for rule, limit in given.items() if limit is not None}


def over(queue: Queue, since: Sequence[datetime], now: datetime) -> dict[AlertRule, int]:
    """By the rules that are broken: how much there is, in seconds or callers. `since`: from when each caller waits."""
    there: dict[AlertRule, int] = {
        "wait": int((now - min(since)).total_seconds()) if since else 0,
        "waiting": len(since),
    }
    return {rule: there[rule] for rule, limit in limits(queue).items() if there[rule] >= limit}
