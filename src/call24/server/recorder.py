"""Call records -> recordings: opened when a record names one, settled when its call has ended.

A call has one recording, whoever talked in it and however often it was paused: it runs on the customer's leg from where
it was begun to the customer's end.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from call24.call_records.call_record import CallRecord
from call24.call_records.kept_calls import KeptCalls
from call24.call_records.model import QueueVisit
from call24.calls import events as e
from call24.calls.conversation import recording_of
from call24.journal.model import Entry, event_of
from call24.kit.errors import NotFound, Unavailable
from call24.kit.ids import CallId, RecordingId, TenantId
from call24.kit.mongo import Mongo
from call24.recordings.model import Kind
from call24.recordings.retention import RecordedCall, RecordedCalls
from call24.recordings.service import Recordings

log = logging.getLogger(__name__)


class _Of(msgspec.Struct, frozen=True):
    """What recordings ask of a call record."""

    id: CallId
    delete_at: datetime
    queues: tuple[QueueVisit, ...] = ()


def recorded_calls(mongo: Mongo) -> RecordedCalls:
    """By what of the call the day of its recording is found."""

    async def found(tenant_id: TenantId, calls: Sequence[CallId]) -> dict[CallId, RecordedCall]:
        records = mongo.tenant(tenant_id).collection(CallRecord)
        parts = await records.find_parts(_Of, {"id": {"$in": list(calls)}})
        there = {one.id: RecordedCall(one.delete_at, [visit.queue_id for visit in one.queues]) for one in parts}
        gone = await KeptCalls(mongo).some(tenant_id, set(calls) - there.keys())
        return there | {id: RecordedCall(one.record_until, one.queues) for id, one in gone.items()}

    return found


class Unwanted(NamedTuple):
    """A call whose caller stopped its recording just now; what there is of it is to be deleted."""

    tenant_id: TenantId
    call_id: CallId


class Recorder:
    """`written` is a record reader, `follow` a journal subscriber; `run` for as long as the process lives."""

    def __init__(self, recordings: Recordings) -> None:
        self._recordings = recordings
        self._ended: asyncio.Queue[CallRecord | Unwanted] = asyncio.Queue()

    def follow(self, entry: Entry) -> None:
        """What a caller does not want goes at once; `written` does it again, also where this process is killed now."""
        if entry.type != e.RecordingStopped.__name__ or entry.call_id is None:
            return
        if event_of(entry, e.RecordingStopped).recorded == "delete":
            self._ended.put_nowait(Unwanted(entry.tenant_id, entry.call_id))

    async def written(self, record: CallRecord) -> None:
        for kind, recording_id in _named(record):
            at = begun(record) if kind == "call" else record.arrived_at
            await self._recordings.opened(record.tenant_id, record.id, recording_id, kind, at, record.delete_at)
        if record.recording_stopped is not None:
            await self._recordings.stopped(recording_of(record.id), record.recording_stopped.at)
        if unwanted(record):
            await self._discard(record.tenant_id, record.id)
        if record.ended_at is not None:
            self._ended.put_nowait(record)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            while True:
                record = await self._ended.get()
                if isinstance(record, Unwanted):
                    group.create_task(self._at_once(record))
                    continue
                for kind, recording_id in _named(record):
                    group.create_task(self._settled(record, kind, recording_id))

    async def _at_once(self, call: Unwanted) -> None:
        try:
            await self._discard(call.tenant_id, call.call_id)
        except Unavailable as trouble:
            log.warning("the recording of call %s is deleted with its record's next change: %s", call.call_id, trouble)

    async def _discard(self, tenant_id: TenantId, call_id: CallId) -> None:
        """Raises: Unavailable, and then this record is given again."""
        if not await self._recordings.discard(tenant_id, call_id, recording_of(call_id)):
            log.warning("the recording of call %s stays, though its caller stopped it: a legal hold keeps it", call_id)

    async def _settled(self, record: CallRecord, kind: Kind, recording_id: RecordingId) -> None:
        expected = expected_s(record, kind)
        if kind == "call" and record.recording_refused:  # also where another process had refused it
            await self._recordings.refused(record.tenant_id, recording_id)
            return
        if await self._recordings.settle(recording_id, expected) is None and expected is not None:
            try:
                await self._recordings.judge(record.tenant_id, recording_id, expected)
            except (NotFound, Unavailable) as trouble:
                log.debug("recording %s is compared later: %s", recording_id, trouble)


def begun(record: CallRecord) -> datetime:
    """When its recorder was started; of a record that does not say so, the answer."""
    return record.recorded_from or record.answered_at or record.arrived_at


def unwanted(record: CallRecord) -> bool:
    """Whether its caller stopped the recording, and what was recorded until then is to be deleted."""
    return record.recording_stopped is not None and record.recording_stopped.recorded == "delete"


def expected_s(record: CallRecord, kind: Kind) -> float | None:
    """How long the sound should be: to the customer's end, or to where it stopped it; pauses and hold included.

    Not known of a message, nor of a call whose end came while nobody listened: the record says when it was found.
    """
    if kind == "message" or record.ended_at is None:
        return None
    if record.recording_stopped is not None:
        return (record.recording_stopped.at - begun(record)).total_seconds()
    return None if record.found_missing else (record.ended_at - begun(record)).total_seconds()


def _named(record: CallRecord) -> list[tuple[Kind, RecordingId]]:
    named: list[tuple[Kind, RecordingId | None]] = [("call", record.recording_id), ("message", record.message_id)]
    return [(kind, recording_id) for kind, recording_id in named if recording_id is not None]
