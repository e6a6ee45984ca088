"""How far the readers of the change feed and of call records are, and which of them fails. It changes nothing."""

from __future__ import annotations

from datetime import datetime

from call24.call_records.projector import Cursor
from call24.changes.feed import ReaderState, state_of
from call24.changes.store import ChangeStore
from call24.doctor.report import CheckResult, Failed
from call24.kit.mongo import Mongo


async def look(mongo: Mongo, found: CheckResult) -> None:
    """Raises: Failed where a reader fails in some organisation."""
    store = ChangeStore(mongo)
    positions, heads = await store.positions(), await store.heads()
    names = sorted({one.reader for one in positions})
    states = [state_of(name, heads, [one for one in positions if one.reader == name]) for name in names]
    found.seen = ", ".join(f"{one.name} {one.behind} behind" for one in states) or "no events read yet"
    failing = [one for one in [*states, *await _of_records(mongo)] if one.failing_since is not None]
    if failing:
        since = ", ".join(
            f"{one.name} has failed in {one.failing} organisations since {one.failing_since:%Y-%m-%d %H:%M} UTC"
            for one in failing
        )
        raise Failed(since, "see server.log for the cause; failed events are delivered again", "warn")


async def _of_records(mongo: Mongo) -> list[ReaderState]:
    """Readers of call records that have not taken everything; how many records that is, is not stored."""
    cursors = await mongo.platform(Cursor, why="the doctor says which readers of call records fail").find()
    since: dict[str, list[datetime]] = {}
    for cursor in cursors:
        for name, one in cursor.behind.items():
            since.setdefault(f"{name} (call records)", []).append(one.failing_since)
    return [
        ReaderState(name=name, behind=0, failing=len(times), failing_since=min(times)) for name, times in since.items()
    ]
