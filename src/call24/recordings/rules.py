"""Whether a recording is whole. Pure."""

from __future__ import annotations

import msgspec

from call24.recordings.model import Recording

TOLERANCE_S = 1.0


def judged(recording: Recording, expected_s: float | None, *, exhausted: bool = False) -> Recording:
    """Empty, short or stored: what came against how long it should be.

    ``exhausted``: there is no room left where it was written; then a recording of unknown length is called short too.
    """
    recording = msgspec.structs.replace(recording, expected_s=expected_s)
    if not recording.path or recording.bytes == 0:
        return msgspec.structs.replace(recording, state="missing" if recording.state == "missing" else "empty")
    short = exhausted if expected_s is None else recording.duration_s < expected_s - TOLERANCE_S
    return msgspec.structs.replace(recording, state="short" if short else "stored")
