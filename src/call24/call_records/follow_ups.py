"""Call records -> work items: what a finished call leaves to do, and what it settles. The tasks room decides."""

from __future__ import annotations

from call24.call_records.model import CallRecord, Outcome
from call24.kit.ids import UserId
from call24.tasks.rules import Finished
from call24.tasks.service import TaskService

_IN_VAIN = frozenset({Outcome.NOT_REACHED, Outcome.EXPIRED, Outcome.FAILED})


class FollowUps:
    """``written`` is a record reader."""

    def __init__(self, tasks: TaskService) -> None:
        self._tasks = tasks

    async def written(self, record: CallRecord) -> None:
        """Raises: Unavailable; repeating it is harmless."""
        if (call := finished(record)) is not None:
            await self._tasks.finished(call)


def finished(record: CallRecord) -> Finished | None:
    """None while it goes on, and for calls that no customer is in. The queue is the one it was in last."""
    if record.ended_at is None or record.direction == "internal":
        return None
    return Finished(
        call_id=record.id,
        tenant_id=record.tenant_id,
        contact_id=record.contact_id,
        queue_id=record.queues[-1].queue_id if record.queues else record.queue_id,
        message_id=record.message_id,
        missed=record.missed,
        requested_in=record.task_queue_id,
        pressed=tuple(answer.answer for answer in record.menu if len(answer.answer) == 1),
        callback_failed=record.direction == "callback" and record.outcome in _IN_VAIN,
        answered_at=record.answered_at,
        agent_id=record.agent_id,
        wanted=_wanted(record),
        ended_at=record.ended_at,
        delete_at=record.delete_at,
    )


def _wanted(record: CallRecord) -> UserId | None:
    """The one agent who was rung by name: such a call is in nobody's queue."""
    rung = {offer.agent_id for offer in record.offers}
    return rung.pop() if len(rung) == 1 and not record.queues else None
