"""Who reads the change feed, and call records. A name is what a reader's position is stored under: another one of the
change feed begins from the start, of call records from now on."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from call24.call_records.call_record import CallRecord
from call24.call_records.record_reader import RecordReader
from call24.changes.model import EventType
from call24.changes.reader import Reader, RoomReader
from call24.kit.provided import Provided
from call24.server.rooms import ROOMS

EVENTS = tuple(kind for room in ROOMS for kind in room.events if isinstance(kind, EventType))
"""The catalogue: what rooms tell."""
READERS = tuple(reader for room in ROOMS for reader in room.readers if isinstance(reader, RoomReader))


def readers(there: Provided) -> tuple[Reader, ...]:
    """Raises: LookupError."""
    return tuple(reader.bound(there) for reader in READERS)


RECORD_READERS = ("statistics", "recordings", "tasks", "consents", "realtime", "webhooks", "crm", "tracing")
"""Who reads call records, in the order in which they are told: who hears by realtime or a webhook finds what the
others have made of it."""


def record_readers(**by: Callable[[CallRecord], Coroutine[Any, Any, None]]) -> tuple[RecordReader, ...]:
    """`by`: who reads under each of these names."""
    return tuple(RecordReader(name, by[name]) for name in RECORD_READERS)
