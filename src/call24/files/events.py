"""What other rooms are told of files: by ids alone."""

from __future__ import annotations

from typing import Any

import msgspec

from call24.changes.model import EventType
from call24.files.model import About, State, StoredFile
from call24.kit.ids import CallId, FileId, PersonId, TaskId


class FileChanged(msgspec.Struct, frozen=True, kw_only=True):
    file_id: FileId
    about: About
    state: State
    person_id: PersonId | None
    task_id: TaskId | None
    call_id: CallId | None


FILE_STORED = EventType(
    name="file.stored",
    room="files",
    body=FileChanged,
    says="A file was uploaded whole, or the malware scanner has looked at it.",
)
FILE_DELETED = EventType(
    name="file.deleted",
    room="files",
    body=FileChanged,
    says="A file was deleted or erased. Not told of uploads that were not finished, nor when the organisation goes.",
)
FILE_RESTORED = EventType(
    name="file.restored",
    room="files",
    body=FileChanged,
    says="A file that was deleted is there again.",
)
FILE_RENAMED = EventType(
    name="file.renamed",
    room="files",
    body=FileChanged,
    says="A file was given another name.",
)
EVENTS: tuple[EventType[Any], ...] = (FILE_STORED, FILE_DELETED, FILE_RESTORED, FILE_RENAMED)


def changed(file: StoredFile) -> FileChanged:
    return FileChanged(
        file_id=file.id,
        about=file.about,
        state=file.state,
        person_id=file.person_id,
        task_id=file.task_id,
        call_id=file.call_id,
    )
