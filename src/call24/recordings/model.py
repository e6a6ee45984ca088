"""What is known of one recording; the sound itself is a file."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from call24.kit.datamap import ID, MEASURE, REFERENCE, STATE, TENANT, TIME, Fact, document
from call24.kit.ids import CallId, RecordingId, TenantId

Kind = Literal["call", "message"]

# open: being recorded; stored: whole; short: more than a second is missing; empty: no sound came; missing: no file.
State = Literal["open", "stored", "short", "empty", "missing"]

_AUDIO = Fact(
    "caller",
    "voice",
    "names the file with what caller and agent said",
    "the queue's recording rule, at most until delete_at",
    "the file is deleted, then the document",
)


@document("recordings", tenant=True)
class Recording(msgspec.Struct, frozen=True, kw_only=True):
    """``path`` is relative to the recordings folder, ``""`` without a file.

    ``channels`` 2: the caller left, the agent right; 1: a message. ``bytes`` and ``duration_s`` are the sound's own.
    """

    id: Annotated[RecordingId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    call_id: Annotated[CallId, REFERENCE]
    kind: Annotated[Kind, STATE]
    state: Annotated[State, STATE] = "open"
    path: Annotated[str, _AUDIO] = ""
    bytes: Annotated[int, MEASURE] = 0
    duration_s: Annotated[float, MEASURE] = 0.0
    expected_s: Annotated[float | None, MEASURE] = None
    channels: Annotated[int, MEASURE] = 0
    started_at: Annotated[datetime, TIME]
    stored_at: Annotated[datetime | None, TIME] = None
    delete_at: Annotated[datetime, TIME]
