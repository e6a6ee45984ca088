"""Who reads the change feed. A name is what a reader's position is stored under: another one begins from the start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

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
