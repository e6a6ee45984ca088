"""Call records -> recordings: opened when a record names one, settled when its call has ended."""

from __future__ import annotations

import asyncio

from call24.kit.ids import RecordingId
from call24.recordings.model import Kind
from call24.recordings.service import Recordings
from call24.reports.call_record import CallRecord


class Recorder:
    """`written` is a record reader; `run` for as long as the process lives."""

    def __init__(self, recordings: Recordings) -> None:
        self._recordings = recordings
        self._ended: asyncio.Queue[CallRecord] = asyncio.Queue()

    async def written(self, record: CallRecord) -> None:
        for kind, recording_id in _named(record):
            at = record.answered_at or record.arrived_at
            await self._recordings.opened(record.tenant_id, record.id, recording_id, kind, at, record.delete_at)
        if record.ended_at is not None:
            self._ended.put_nowait(record)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            while True:
                record = await self._ended.get()
                for kind, recording_id in _named(record):
                    expected = record.talk_s + record.hold_s if kind == "call" else None
                    group.create_task(self._recordings.settle(recording_id, expected))


def _named(record: CallRecord) -> list[tuple[Kind, RecordingId]]:
    named: list[tuple[Kind, RecordingId | None]] = [("call", record.recording_id), ("message", record.message_id)]
    return [(kind, recording_id) for kind, recording_id in named if recording_id is not None]
