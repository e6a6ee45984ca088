"""Sound that Asterisk left and that nobody has asked for: found by its file, named by its recording's id.

A crash in just the wrong moment leaves such a file. It is taken in under the call that its name tells, so that it is
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
from call24.recordings.model import Recording

QUIET_S = 600.0
KEPT = timedelta(days=90)
ULID = 26


def of_call(spool: Path, tenant_id: TenantId, call_id: CallId) -> list[Path]:
    """Files of one call, whether anybody knows of them or not."""
    return list((spool / tenant_id).glob(f"rec_{call_id.removeprefix('call_')}*.*"))


def found(spool: Path, live: Collection[CallId]) -> list[Recording]:
    """Recordings of calls that do not live, unchanged for ten minutes. Blocking; run it in a thread."""
    quiet = time.time() - QUIET_S
    recordings = []
    for path in sorted([*spool.glob("ten_*/rec_*-in.sln"), *spool.glob("ten_*/rec_*.wav")]):
        recording_id = RecordingId(path.stem.removesuffix("-in"))
        call_id = CallId("call_" + recording_id.removeprefix("rec_")[:ULID])
        if call_id in live:
            continue
        sources = (path,) if path.suffix == ".wav" else (path, path.with_name(f"{recording_id}-out.sln"))
        try:
            changed, (sound, channels) = path.stat().st_mtime, wav.sound_in(sources)
        except FileNotFoundError:
            continue  # taken in meanwhile
        if changed > quiet:
            continue
        begun = whole_ms(datetime.fromtimestamp(changed - wav.duration_s(sound, channels), UTC))
        recordings.append(
            Recording(
                id=recording_id,
                tenant_id=TenantId(path.parent.name),
                call_id=call_id,
                kind="message" if path.suffix == ".wav" else "call",
                started_at=begun,
                delete_at=begun + KEPT,
            )
        )
    return recordings
