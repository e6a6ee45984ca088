"""What tracing makes of call records, and of the change feed's recordings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from call24.call_records.model import CallRecord
from call24.changes.model import Change
from call24.kit.clock import Clock
from call24.kit.ids import CallId
from call24.kit.mongo import Mongo
from call24.recordings.events import RECORDING_KEPT
from call24.tracing.call_spans import recording_span
from call24.tracing.service import Tracing

RECENT = timedelta(minutes=10)
"""What was kept before is told to nobody: a reader's name begins with the oldest event there is."""


class _Ended(msgspec.Struct, frozen=True):
    """What is asked of a call record."""

    id: CallId
    ended_at: datetime | None = None


class CallTraces:
    """`written` is a reader of call records, `read` one of the change feed. Off, they do nothing."""

    def __init__(self, tracing: Tracing, clock: Clock, mongo: Mongo) -> None:
        self._tracing = tracing
        self._clock = clock
        self._mongo = mongo

    async def written(self, record: CallRecord) -> None:
        if self._tracing.on and record.ended_at is not None:
            self._tracing.call_ended(record)

    async def read(self, changes: Sequence[Change]) -> None:
        """Raises: Unavailable."""
        if not self._tracing.on:
            return
        for change in changes:
            kept = RECORDING_KEPT.of(change)
            if kept.stored_at is None or kept.stored_at < self._clock.now() - RECENT:
                continue
            records = self._mongo.tenant(change.tenant_id).collection(CallRecord)
            for call in await records.find_parts(_Ended, {"id": kept.call_id}):
                if call.ended_at is not None:
                    what = "recording" if kept.kind == "call" else "message"
                    span = recording_span(change.tenant_id, call.id, what, kept.state, (call.ended_at, kept.stored_at))
                    self._tracing.call_spans([span])
