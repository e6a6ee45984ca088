"""Asterisk's folder of fresh sound: how its files are named, and which of them nobody has asked for.

A crash in just the wrong moment leaves a file behind. It is taken in under the call that its name tells, so that it is
kept, found and deleted like any other; which call that is follows from how calls/machine.py names recordings.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from pathlib import Path

from call24.kit.clock import whole_ms
from call24.kit.ids import CallId, RecordingId, TenantId
from call24.recordings import wav
from call24.recordings.model import Kind, Recording

IN, OUT, MESSAGE = "-in.sln", "-out.sln", ".wav"
QUIET_S = 600.0
KEPT = timedelta(days=90)
ULID = 26


def sources(spool: Path, tenant_id: TenantId, recording_id: RecordingId, kind: Kind) -> tuple[Path, ...]:
    """Of a call what the caller says and what it hears; of a message the one file."""
    endings = (IN, OUT) if kind == "call" else (MESSAGE,)
    return tuple(spool / tenant_id / f"{recording_id}{ending}" for ending in endings)


def drop_calls(spool: Path, tenant_id: TenantId, calls: Collection[CallId]) -> None:
    """Delete the files of these calls, whether anybody knows of them or not. Blocking; run it in a thread."""
    for path in (spool / tenant_id).glob("rec_*.*"):
        if _call_of(path.name) in calls:
            path.unlink(missing_ok=True)


def left_over(spool: Path, live: Collection[CallId]) -> list[Recording]:
    """Recordings of calls that do not live, unchanged for ten minutes. Blocking; run it in a thread."""
    named = {(path.parent.name, *_name(path)) for path in spool.glob("ten_*/rec_*.*")}
    quiet = time.time() - QUIET_S
    found = []
    for tenant, recording_id, kind in sorted(named):
        call_id = _call_of(recording_id)
        files = sources(spool, TenantId(tenant), recording_id, kind)
        try:
            changed = max(path.stat().st_mtime for path in files if path.exists())
            sound, channels = wav.sound_in(files)
        except (FileNotFoundError, ValueError):
            continue  # taken in meanwhile, or no name of ours
        if call_id in live or changed > quiet:
            continue
        begun = whole_ms(datetime.fromtimestamp(changed - wav.duration_s(sound, channels), UTC))
        found.append(
            Recording(
                id=recording_id,
                tenant_id=TenantId(tenant),
                call_id=call_id,
                kind=kind,
                started_at=begun,
                delete_at=begun + KEPT,
            )
        )
    return found


def _call_of(name: str) -> CallId:
    return CallId("call_" + name.removeprefix("rec_")[:ULID])


def _name(path: Path) -> tuple[RecordingId, Kind]:
    if path.suffix == MESSAGE:
        return RecordingId(path.stem), "message"
    return RecordingId(path.name.removesuffix(IN).removesuffix(OUT)), "call"
