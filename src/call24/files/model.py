"""What is known of a file that is attached to a person, a task or a call. What is in it is a sealed file on disk."""

from __future__ import annotations

from datetime import datetime, timedelta
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
    Expires,
    FileThenDocument,
    KeyDestroyed,
    OnItsDay,
    Recipient,
    Until,
    document,
    of_caller,
    of_organisation,
    of_user,
)
from call24.kit.ids import CallId, ContactId, FileId, KeyId, PersonId, TaskId, TenantId, UserId
from call24.recordings.model import RecordingKey

State = Literal["uploading", "checking", "scanning", "ready", "quarantined", "unscannable"]
"""uploading: not whole yet; checking: whole, and what it is is looked at; scanning: waits for the malware scanner;
ready: can be downloaded; quarantined: the scanner found something; unscannable: the scanner cannot look at it."""
WAITING: tuple[State, ...] = ("checking", "scanning")
UNDOABLE: tuple[State, ...] = (*WAITING, "ready")
"""What a user who deleted it may bring back; what the malware scanner did not let through goes at once."""
About = Literal["person", "task", "call"]
ThumbnailState = Literal["due", "made", "none"]
"""due: it is a picture, and a small one is made of it once it is ready; none: of no picture, or of one that cannot be
drawn."""

_PURPOSE = "keeping what belongs to a person, a task or a call"
_NAME = of_caller(Category.TEXT, _PURPOSE, erase=FileThenDocument(), recipients=(Recipient.DOWNLOAD,))
_WHOSE = of_caller(Category.ID, "erasing the file with whom it is about, and hiding it while their data is restricted")
_PART = of_caller(Category.TEXT, "going on with an upload that broke off", untold="sealed; the file has it when whole")
_UPLOADER = of_user(Category.ID, "who attached a file", basis=Basis.LEGITIMATE_INTERESTS)
_KEY = of_organisation(
    Category.SECRET,
    "opens the organisation's files; itself encrypted with the installation's app key",
    erase=KeyDestroyed(),
)


class Owner(msgspec.Struct, frozen=True, kw_only=True):
    """What a file is attached to. `person_id`: also of a task about a person; `contact_ids`: of the callers."""

    about: About
    person_id: PersonId | None = None
    task_id: TaskId | None = None
    call_id: CallId | None = None
    contact_ids: tuple[ContactId, ...] = ()


@document(
    "files",
    tenant=True,
    kept=OnItsDay(
        period="until a user deletes it, and eleven minutes in which that is undone; until whom or what it is attached "
        "to goes; an upload that is not finished for a day, and a file in quarantine for 30",
        by="room",
    ),
)
class StoredFile(msgspec.Struct, frozen=True, kw_only=True):
    """`size`, `offset`: bytes, in all and so far. `tail`: of an upload, the sealed bytes after the last whole frame.
    `salt`: of the file's own key, as hex. `type`: the media type that its content shows. `found`: what the scanner
    found in it. `scanned`: it was looked at, and nothing was found. `merged_from`: the person to whom it belonged
    before a merge. `uploaded_by` None: it came by e-mail. `deleted_at`: a user deleted it, and it is shown no more; at
    `delete_at` it goes for good. `object`: its name in the S3-compatible store, random; empty: nothing of it was ever
    there. `moved_at`: since when it is there; None: it is on disk."""

    id: Annotated[FileId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    about: Annotated[About, STATE]
    person_id: Annotated[PersonId | None, REFERENCE] = None
    task_id: Annotated[TaskId | None, REFERENCE] = None
    call_id: Annotated[CallId | None, REFERENCE] = None
    merged_from: Annotated[PersonId | None, REFERENCE] = None
    contact_ids: Annotated[tuple[ContactId, ...], _WHOSE] = ()
    name: Annotated[str, _NAME]
    type: Annotated[str, STATE] = ""
    size: Annotated[int, MEASURE]
    offset: Annotated[int, MEASURE] = 0
    tail: Annotated[bytes, _PART] = b""
    state: Annotated[State, STATE] = "uploading"
    found: Annotated[str, STATE] = ""
    scanned: Annotated[bool, STATE] = False
    thumbnail: Annotated[ThumbnailState, STATE] = "none"
    key_id: Annotated[KeyId, REFERENCE]
    salt: Annotated[str, STATE]
    uploaded_by: Annotated[UserId | None, _UPLOADER]
    created_at: Annotated[datetime, TIME]
    stored_at: Annotated[datetime | None, TIME] = None
    deleted_at: Annotated[datetime | None, TIME] = None
    delete_at: Annotated[datetime | None, TIME] = None
    object: Annotated[str, STATE] = ""
    moved_at: Annotated[datetime | None, TIME] = None


@document("file_removals", tenant=False, kept=Expires("removed_at", timedelta(days=30)))
class FileRemoval(msgspec.Struct, frozen=True, kw_only=True):
    """A deleted file whose bytes are to go from the S3-compatible store. Its id is the file's `object`, which says
    nothing of whose it was. `objects`: how many it is made of; `removed_at`: they are gone."""

    id: Annotated[str, ID]
    objects: Annotated[int, MEASURE]
    asked_at: Annotated[datetime, TIME]
    try_at: Annotated[datetime, TIME]
    removed_at: Annotated[datetime | None, TIME] = None


@document("file_keys", tenant=True, kept=Until("the organisation is closed", latest="the organisation is closed"))
class FileKey(RecordingKey, frozen=True, kw_only=True):
    """As a recording's key, for files."""

    wrapped: Annotated[str, _KEY]


@document("file_usage", tenant=True)
class FileUsage(msgspec.Struct, frozen=True, kw_only=True):
    """What an organisation's files take, unfinished uploads with their whole size: changed with each file. Its id is
    the organisation's."""

    id: Annotated[str, ID]
    tenant_id: Annotated[TenantId, TENANT]
    bytes: Annotated[int, MEASURE] = 0
    files: Annotated[int, MEASURE] = 0
