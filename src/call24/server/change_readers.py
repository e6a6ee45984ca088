"""Who reads the change feed, and call records. A name is what a reader's position is stored under: another one of the
change feed begins from the start, of call records from now on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol

from call24.call_records.call_record import CallRecord
from call24.call_records.record_reader import RecordReader
from call24.changes.model import Change, EventType
from call24.changes.reader import Reader
from call24.contacts import events as contacts
from call24.realtime.fanout import Fanout
from call24.recordings import events as recordings
from call24.server.webhook_events import WebhookEvents
from call24.tasks import events as tasks

EVENTS: tuple[EventType[Any], ...] = (*tasks.EVENTS, *contacts.EVENTS, *recordings.EVENTS)
"""The catalogue: what rooms tell."""
WANTS: Mapping[str, tuple[EventType[Any], ...]] = {"webhooks": WebhookEvents.wants, "realtime": Fanout.wants}
"""Reader -> what it wants to hear of."""


class Reads(Protocol):
    async def read(self, changes: Sequence[Change]) -> None: ...


def readers(**by: Reads) -> tuple[Reader, ...]:
    """`by`: who reads under each of the names of `WANTS`."""
    return tuple(Reader(name, wants, by[name].read) for name, wants in WANTS.items())


RECORD_READERS = ("statistics", "recordings", "tasks", "realtime", "webhooks")
"""Who reads call records, in the order in which they are told: who hears by realtime or a webhook finds what the
others have made of it."""


def record_readers(**by: Callable[[CallRecord], Awaitable[None]]) -> tuple[RecordReader, ...]:
    """`by`: who reads under each of these names."""
    return tuple(RecordReader(name, by[name]) for name in RECORD_READERS)
