"""A call's stays in queues, of the call record. The service level of a queue is counted from these."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from call24.call_records.model import QueueVisit
from call24.call_records.offers import seconds
from call24.call_records.replay import Turn
from call24.calls import events as e
from call24.calls.model import EndedBy
from call24.kit.ids import QueueId


def visits_of(turns: Sequence[Turn]) -> tuple[QueueVisit, ...]:
    """A caller who was turned away at the door (closed) has a visit without length."""
    visits: list[QueueVisit] = []
    for turn in turns:
        match turn.event:
            case e.CallQueued(queue_id=queue_id, wait=wait, kept_place=kept):
                if queue_id is not None:
                    visits.append(QueueVisit(queue_id=queue_id, joined_at=turn.at, kept_place=kept, since=wait.since))
            case e.CallbackPromised(queue=queue, since=since):
                visits.append(QueueVisit(queue_id=queue.queue_id, joined_at=turn.at, kept_place=True, since=since))
            case e.QueueLeft(queue_id=queue_id, reason=reason):
                if not _leave(visits, reason, turn.at) and queue_id is not None:
                    visits.append(_at_the_door(queue_id, reason, turn.at))
            case e.CallConnected():
                _leave(visits, "answered", turn.at)
            case e.CallEnded(ended_by=by):
                _leave(visits, "abandoned" if by is EndedBy.CALLER else "ended", turn.at)
    return tuple(visits)


def _leave(visits: list[QueueVisit], how: str, at: datetime) -> bool:
    if not visits or visits[-1].left is not None:
        return False
    visits[-1] = msgspec.structs.replace(visits[-1], left=how, waited_s=seconds(at - visits[-1].joined_at))
    return True


def _at_the_door(queue_id: QueueId, reason: str, at: datetime) -> QueueVisit:
    return QueueVisit(queue_id=queue_id, joined_at=at, left=reason)
