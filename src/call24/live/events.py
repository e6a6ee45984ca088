"""What other rooms are told of alerts: notifications and realtime read these. By ids and figures alone."""

from __future__ import annotations

from typing import Any

import msgspec

from call24.changes.model import EventType
from call24.kit.ids import QueueAlertId, QueueId
from call24.live.alert_model import AlertRule, QueueAlert


class QueueAlertChanged(msgspec.Struct, frozen=True, kw_only=True):
    """``limit`` and ``worst``: in seconds (``wait``) or callers (``waiting``)."""

    alert_id: QueueAlertId
    queue_id: QueueId
    rule: AlertRule
    limit: int
    worst: int


QUEUE_ALERT_RAISED = EventType(
    name="queue_alert.raised",
    room="live",
    body=QueueAlertChanged,
    says="Callers of a queue wait for longer, or more of them, than its settings say.",
)
QUEUE_ALERT_ENDED = EventType(
    name="queue_alert.ended",
    room="live",
    body=QueueAlertChanged,
    says="An alert of a queue is over: its limit was kept for a minute, or the queue changed.",
)
EVENTS: tuple[EventType[Any], ...] = (QUEUE_ALERT_RAISED, QUEUE_ALERT_ENDED)


def told(alert: QueueAlert) -> QueueAlertChanged:
    return QueueAlertChanged(
        alert_id=alert.id, queue_id=alert.queue_id, rule=alert.rule, limit=alert.limit, worst=alert.worst
    )
