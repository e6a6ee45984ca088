"""Callbacks that were promised: found by their customer, and bounded, since anybody may name any number as its own.

Decides whether one more may be promised; who may not is told so by the call's machine, and stays in line or goes on in
the flow. It opens and ends no calls. What was promised within a day is kept in memory: after a restart only what is
still open counts.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime, timedelta

from call24.calls.model import Call
from call24.engine.call_task import CallTask
from call24.kit.clock import Clock
from call24.kit.ids import CallId, ContactId, QueueId, TenantId

OPEN_OF_QUEUE, OPEN_OF_TENANT = 200, 500
A_DAY_OF_NUMBER = 3
DAY = timedelta(hours=24)
REMEMBERED_OF_TENANT = 5_000
"""Numbers to which something was promised within a day; the oldest go."""


class Promises:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tasks: dict[CallId, CallTask] = {}
        self._given: dict[TenantId, OrderedDict[ContactId, tuple[datetime, ...]]] = {}

    def add(self, task: CallTask) -> None:
        """A callback, new or found after a restart."""
        call = task.call
        self._tasks[call.id] = task
        if call.contact_id is not None:
            given = self._given.setdefault(call.tenant_id, OrderedDict())
            given[call.contact_id] = (*self._today(call.tenant_id, call.contact_id), call.arrived_at)
            given.move_to_end(call.contact_id)
            if len(given) > REMEMBERED_OF_TENANT:
                given.popitem(last=False)

    def forget(self, call_id: CallId) -> None:
        self._tasks.pop(call_id, None)

    def forget_tenant(self, tenant_id: TenantId) -> None:
        self._given.pop(tenant_id, None)

    def to(self, call: Call) -> list[CallTask]:
        """Those that were promised to the customer of this call."""
        whose = (call.tenant_id, call.contact_id)
        return [task for task in self._open() if (task.call.tenant_id, task.call.contact_id) == whose]

    def may_promise(self, call: Call, queue_id: QueueId) -> bool:
        """Whether the customer of this call may be called back: one that waits already holds for it."""
        if call.contact_id is None:
            return False
        if self.to(call):
            return True
        queues = [task.call.queue_id for task in self._open() if task.call.tenant_id == call.tenant_id]
        room = len(queues) < OPEN_OF_TENANT and queues.count(queue_id) < OPEN_OF_QUEUE
        return room and len(self._today(call.tenant_id, call.contact_id)) < A_DAY_OF_NUMBER

    def _open(self) -> Iterable[CallTask]:
        return (task for task in self._tasks.values() if not task.call.ended)

    def _today(self, tenant_id: TenantId, contact_id: ContactId) -> tuple[datetime, ...]:
        since = self._clock.now() - DAY
        given = self._given.get(tenant_id)
        return tuple(at for at in given.get(contact_id, ()) if at > since) if given is not None else ()
