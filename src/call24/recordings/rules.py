"""Whether a recording is whole. Pure."""

from __future__ import annotations

import msgspec

from call24.recordings.model import Recording

CALL_TOLERANCE_S = 1.0
MESSAGE_TOLERANCE_S = 5.0
"""A message's record counts its beep and what came after its end too."""


def judged(recording: Recording, expected_s: float | None) -> Recording:
    """Empty, short or stored: what came against how long it should be. A file that a full disk cut off is short."""
    recording = msgspec.structs.replace(recording, expected_s=expected_s)
    if not recording.path or recording.bytes == 0:
        return msgspec.structs.replace(recording, state="missing" if recording.state == "missing" else "empty")
    tolerance = CALL_TOLERANCE_S if recording.kind == "call" else MESSAGE_TOLERANCE_S
    short = expected_s is not None and recording.duration_s < expected_s - tolerance
    return msgspec.structs.replace(recording, state="short" if short else "stored")
