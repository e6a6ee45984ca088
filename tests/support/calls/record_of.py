"""Call records as MongoDB keeps them, without any events behind them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from call24.call_records.model import AgentPart, CallRecord, Outcome, QueueVisit
from call24.kit.ids import CallId, ContactId, NumberId, QueueId, TenantId, UserId, new_id


def records_of(
    tenant_id: TenantId, queue_id: QueueId, callers: Iterable[str], at: datetime, due: datetime, talk_s: float = 0.0
) -> list[CallRecord]:
    """A call of each that waited for 30 s and was abandoned, or answered where `talk_s` says how long they spoke."""
    return [
        CallRecord(
            id=CallId(new_id("call")),
            tenant_id=tenant_id,
            number_id=NumberId("num_1"),
            queue_id=queue_id,
            contact_id=ContactId(caller),
            agent_id=None,
            arrived_at=at,
            queued_at=at,
            answered_at=at if talk_s else None,
            ended_at=at,
            outcome=Outcome.ANSWERED if talk_s else Outcome.ABANDONED,
            ended_by="caller",
            cause=16,
            found_missing=False,
            wait_s=30.0,
            ring_s=0.0,
            talk_s=talk_s,
            hold_s=0.0,
            voicemail_s=0.0,
            wrap_up_s=0.0,
            line=(),
            offers=(),
            queues=(
                QueueVisit(queue_id=queue_id, joined_at=at, left="answered" if talk_s else "abandoned", waited_s=30.0),
            ),
            agents=(AgentPart(agent_id=UserId("usr_1"), came="offer", answered_at=at, talk_s=talk_s),) * bool(talk_s),
            recording_id=None,
            message_id=None,
            delete_at=due,
        )
        for caller in callers
    ]
