"""An alert of a queue: that callers waited for longer, or more of them, than the queue's settings say."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal

import msgspec

from call24.data_map import ID, MEASURE, REFERENCE, STATE, TENANT, TIME, OnItsDay, document
from call24.kit.ids import QueueAlertId, QueueId, TenantId

KEPT = timedelta(days=30)

AlertRule = Literal["wait", "waiting"]
"""`wait`: a caller has waited for longer than `alert_wait_s`; `waiting`: `alert_waiting` callers wait, or more."""


@document("queue_alerts", tenant=True, kept=OnItsDay(period="30 days after it was raised"))
class QueueAlert(msgspec.Struct, frozen=True, kw_only=True):
    """It says nothing of a caller.

    `limit`: what the queue's setting was, in seconds or callers; `worst`: the most while it lasted, in the same.
    `ended_at` None: it lasts.
    """

    id: Annotated[QueueAlertId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    queue_id: Annotated[QueueId, REFERENCE]
    rule: Annotated[AlertRule, STATE]
    limit: Annotated[int, MEASURE]
    worst: Annotated[int, MEASURE]
    raised_at: Annotated[datetime, TIME]
    ended_at: Annotated[datetime | None, TIME] = None
    delete_at: Annotated[datetime, TIME]
