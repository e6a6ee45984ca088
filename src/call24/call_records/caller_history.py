"""What the path of a call needs to know of earlier calls: who talked to this caller last, and whose place is kept.

In memory: made from the newest call records at start, then from the journal's lines. It is bounded; what does not fit
any more is forgotten, the oldest first. Ids and times only.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from call24.call_records.model import CallRecord
from call24.call_records.replay import BEGINNINGS, call_after, call_event
from call24.calls import events as e
from call24.calls.model import Call, CallState, Direction, EndedBy
from call24.journal.model import Entry
from call24.kit.ids import CallId, ContactId, QueueId, TenantId, UserId
from call24.kit.mongo import Mongo

KEPT = 50_000
RESTORED = 5000
"""Of each organisation, at start."""
PLACE_KEPT = timedelta(days=1)
"""No queue keeps a place longer."""


class Talked(msgspec.Struct, frozen=True):
    agent_id: UserId
    until: datetime


class KeptPlace(msgspec.Struct, frozen=True):
    """``since``: the place; ``at``: when the caller hung up."""

    since: datetime
    at: datetime


Caller = tuple[TenantId, ContactId]
Place = tuple[TenantId, ContactId, QueueId]


class CallerHistory:
    """``follow`` is a journal subscriber."""

    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo
        self._talked: OrderedDict[Caller, Talked] = OrderedDict()
        self._left: OrderedDict[Place, KeptPlace] = OrderedDict()
        self._calls: dict[CallId, Call] = {}
        self._closed: set[TenantId] = set()

    # --- asked on the path of a call ---

    def last_agent(self, tenant_id: TenantId, contact_id: ContactId, within: timedelta, now: datetime) -> UserId | None:
        """Whom the contact talked to last, if that ended less than ``within`` ago, or goes on."""
        talked = self._talked.get((tenant_id, contact_id))
        return talked.agent_id if talked is not None and now - talked.until <= within else None

    def lost_place(
        self, tenant_id: TenantId, contact_id: ContactId, queue_id: QueueId, within: timedelta, now: datetime
    ) -> datetime | None:
        """Since when a caller had waited who hung up less than ``within`` ago. It is used up by joining the queue
        again, or by an answer: asking changes nothing."""
        left = self._left.get((tenant_id, contact_id, queue_id))
        return left.since if left is not None and now - left.at <= within else None

    # --- learnt ---

    async def restore(self, tenant_id: TenantId, open_calls: Iterable[Call] = ()) -> None:
        """From the newest records; ``open_calls`` go on. To be done before ``follow``. Raises: Unavailable."""
        for call in open_calls:
            self._calls[call.id] = call
        records = self._mongo.tenant(tenant_id).collection(CallRecord)
        newest = await records.find(
            {"ended_at": {"$ne": None}, "contact_id": {"$ne": None}}, sort=[("arrived_at", -1)], limit=RESTORED
        )
        self.learn(sorted(newest, key=lambda record: record.ended_at or record.arrived_at))

    def learn(self, records: Sequence[CallRecord]) -> None:
        """From records of calls that have ended, the first to end first."""
        for record in records:
            if record.contact_id is None or record.ended_at is None:
                continue
            caller = (record.tenant_id, record.contact_id)
            for visit in record.queues:
                place = (*caller, visit.queue_id)
                self._left.pop(place, None)
                if visit.left == "abandoned" and record.direction == "inbound":
                    self._note_left(place, KeptPlace(visit.since or visit.joined_at, record.ended_at))
            if record.agent_id is not None and record.answered_at is not None:
                self._note_talk(caller, record.agent_id, _left(record, record.agent_id) or record.ended_at)

    def follow(self, entry: Entry) -> None:
        if entry.call_id is None or entry.tenant_id in self._closed or (event := call_event(entry)) is None:
            return
        before = self._calls.get(entry.call_id)
        call = call_after(before, entry, event)
        if call is None:
            return
        self._calls[entry.call_id] = call
        if before is None or entry.type in BEGINNINGS:
            return
        if call.ended:
            del self._calls[entry.call_id]
        if call.contact_id is not None:
            self._learn_from(event, before, call, call.contact_id, entry.at)

    def _learn_from(self, event: e.AnyCallEvent, before: Call, call: Call, contact_id: ContactId, at: datetime) -> None:
        caller = (call.tenant_id, contact_id)
        agent_id = before.agent_id if before.connected_at is not None else None
        if agent_id is not None and (call.ended or call.agent_id != agent_id):
            self._note_talk(caller, agent_id, at)
        match event:
            case e.CallQueued(queue_id=queue_id) if queue_id is not None:
                self._left.pop((*caller, queue_id), None)
            case e.CallConnected(agent_id=answered_by):
                self._note_talk(caller, answered_by, at)
                if call.queue_id is not None:
                    self._left.pop((*caller, call.queue_id), None)
            case e.CallEnded(ended_by=EndedBy.CALLER) if _stood_in_line(before) and before.queue_id is not None:
                self._note_left((*caller, before.queue_id), KeptPlace(before.queued_at or at, at))

    def _note_talk(self, caller: Caller, agent_id: UserId, until: datetime) -> None:
        self._talked[caller] = Talked(agent_id, until)
        self._talked.move_to_end(caller)
        while len(self._talked) > KEPT:
            self._talked.popitem(last=False)

    def _note_left(self, place: Place, left: KeptPlace) -> None:
        self._left[place] = left
        self._left.move_to_end(place)
        while self._left:
            oldest = next(iter(self._left))
            if len(self._left) <= KEPT and self._left[oldest].at > left.at - PLACE_KEPT:
                return
            del self._left[oldest]

    # --- forgotten ---

    async def erase(self, tenant_id: TenantId, call_ids: Sequence[CallId]) -> int:
        """What is remembered of these calls is forgotten, before their records go. It kept nothing on disk, so 0."""
        records = self._mongo.tenant(tenant_id).collection(CallRecord)
        self.forget(await records.find({"id": {"$in": list(call_ids)}}))
        return 0

    def forget(self, records: Sequence[CallRecord]) -> None:
        """Not what is known from a later call of the same caller."""
        for record in records:
            if record.contact_id is None or record.ended_at is None:
                continue
            caller, until = (record.tenant_id, record.contact_id), record.ended_at
            talked = self._talked.get(caller)
            if talked is not None and talked.until <= until:
                del self._talked[caller]
            for place in {(*caller, visit.queue_id) for visit in record.queues}:
                if place in self._left and self._left[place].at <= until:
                    del self._left[place]

    def close_tenant(self, tenant_id: TenantId) -> None:
        """The organisation is being erased: nothing of it is remembered any more."""
        self._closed.add(tenant_id)
        self._talked = OrderedDict((key, value) for key, value in self._talked.items() if key[0] != tenant_id)
        self._left = OrderedDict((key, value) for key, value in self._left.items() if key[0] != tenant_id)
        self._calls = {id: call for id, call in self._calls.items() if call.tenant_id != tenant_id}


def _left(record: CallRecord, agent_id: UserId) -> datetime | None:
    """When this agent was out of the call for the last time."""
    return next((part.left_at for part in reversed(record.agents) if part.agent_id == agent_id), None)


def _stood_in_line(call: Call) -> bool:
    """A customer in a queue."""
    waits = call.state in {CallState.WAITING, CallState.OFFERED} and call.wait is not None and not call.wait.agents
    return call.direction is Direction.INBOUND and waits
