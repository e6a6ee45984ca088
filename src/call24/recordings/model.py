"""What is known of one recording; the sound itself is a file."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from call24.data_map import (
    ID,
    MEASURE,
    REFERENCE,
    STATE,
    TENANT,
    TIME,
    Basis,
    Category,
    FileThenDocument,
    KeyDestroyed,
    OnItsDay,
    Until,
    WithParent,
    document,
    of_caller,
    of_organisation,
    of_user,
)
from call24.kit.ids import CallId, KeyId, ListeningId, RecordingId, TenantId, TokenId, UserId

Kind = Literal["call", "message"]

# open: being recorded; stored: whole; short: more than a second is missing; empty: no sound came; missing: no file;
# refused: not begun, since the disk was too full.
State = Literal["open", "stored", "short", "empty", "missing", "refused"]

_AUDIO = of_caller(
    Category.VOICE,
    "finding the file of what caller and agent said",
    erase=FileThenDocument(),
    basis=Basis.CONSENT,
    untold="the file has the recording itself",
)


_KEY = of_organisation(
    Category.SECRET,
    "opens the recordings' files; itself encrypted with the installation's app key",
    erase=KeyDestroyed(),
)
_LISTENER = of_user(Category.ID, "who listened to a recording", basis=Basis.LEGITIMATE_INTERESTS)
_ADDRESS = of_user(Category.IP_ADDRESS, "from where a recording was listened to", basis=Basis.LEGITIMATE_INTERESTS)


@document(
    "recordings",
    tenant=True,
    kept=OnItsDay(period="with its call, or sooner or later by the days of the organisation or queue", by="room"),
)
class Recording(msgspec.Struct, frozen=True, kw_only=True):
    """``path`` is relative to the recordings folder, ``""`` without a file.

    ``channels`` 2: the caller left, the agent right; 1: a message. ``bytes`` and ``duration_s`` are the sound's own.
    ``key_id`` None: the file is not encrypted (it was kept before there were keys). ``stopped_at``: its caller stopped
    it; nothing from then on is kept. ``outlasts``: its day is after its call record's.
    """

    id: Annotated[RecordingId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    call_id: Annotated[CallId, REFERENCE]
    kind: Annotated[Kind, STATE]
    state: Annotated[State, STATE] = "open"
    path: Annotated[str, _AUDIO] = ""
    key_id: Annotated[KeyId | None, REFERENCE] = None
    bytes: Annotated[int, MEASURE] = 0
    duration_s: Annotated[float, MEASURE] = 0.0
    expected_s: Annotated[float | None, MEASURE] = None
    channels: Annotated[int, MEASURE] = 0
    started_at: Annotated[datetime, TIME]
    stopped_at: Annotated[datetime | None, TIME] = None
    stored_at: Annotated[datetime | None, TIME] = None
    delete_at: Annotated[datetime, TIME]
    outlasts: Annotated[bool, STATE] = False


@document(
    "recording_keys",
    tenant=True,
    kept=Until("no recording needs it", latest="when the organisation is closed"),
)
class RecordingKey(msgspec.Struct, frozen=True, kw_only=True):
    """``wrapped``: nonce and encrypted key, as hex."""

    id: Annotated[KeyId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    wrapped: Annotated[str, _KEY]
    made_at: Annotated[datetime, TIME]


@document("listenings", tenant=True, kept=WithParent("recordings", by="recording_id"))
class Playback(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody played a recording. ``first``, ``last``: from which byte to which it was asked for;
    ``last_at``: the latest request."""

    id: Annotated[ListeningId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    recording_id: Annotated[RecordingId, REFERENCE]
    call_id: Annotated[CallId, REFERENCE]
    user_id: Annotated[UserId, _LISTENER]
    token_id: Annotated[TokenId, _LISTENER]
    address: Annotated[str, _ADDRESS]
    at: Annotated[datetime, TIME]
    last_at: Annotated[datetime, TIME]
    first: Annotated[int, MEASURE]
    last: Annotated[int, MEASURE]
