"""Traces of calls and requests, sent to the operator's OpenTelemetry collector; off unless one is set."""

from __future__ import annotations

import uuid

from call24.changes.reader import RoomReader
from call24.data_transfers.service import DataTransfers
from call24.kit.clock import Clock
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.room import BackgroundTask, Built, Room
from call24.kit.settings import Settings
from call24.kit.version import VERSION
from call24.recordings.events import RECORDING_KEPT
from call24.tracing import personal_data
from call24.tracing.otlp import Collector
from call24.tracing.readers import CallTraces
from call24.tracing.service import CALL_SPANS, REQUEST_SPANS, Tracing


def build(there: Provided) -> Built:
    settings, clock = there.get(Settings), there.get(Clock)
    tracing = Tracing(clock, _collector(settings), there.get(DataTransfers).why_not)
    sending = BackgroundTask(name="traces", run=tracing.run, bound=f"{CALL_SPANS + REQUEST_SPANS} spans")
    return Built(
        services=(tracing, CallTraces(tracing, clock, there.get(Mongo))),
        tasks=(sending,) if tracing.on else (),
        stop=(tracing.stop,),
    )


def _collector(settings: Settings) -> Collector | None:
    if settings.otlp_endpoint is None:
        return None
    return Collector(
        settings.otlp_endpoint,
        settings.otlp_headers(),
        settings.otlp_country,
        version=VERSION,
        instance=str(uuid.uuid4()),
    )


ROOM = Room(
    name="tracing",
    provides=(Tracing, CallTraces),
    build=build,
    readers=(RoomReader(name="tracing", wants=(RECORDING_KEPT,), of=CallTraces, read=CallTraces.read),),
    holds=personal_data.HOLDS,
)
