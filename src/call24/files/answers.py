"""What the routes of files and uploads answer. Types only: the OpenAPI document is made from them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from call24.files.model import About, State, ThumbnailState
from call24.kit.answers import Instant

_STATE = Field(
    description="`checking`, `scanning`: it cannot be downloaded yet; `quarantined`: the malware scanner found "
    "something, and `unscannable`: it cannot look at it: it goes after 30 days"
)

_THUMBNAIL = Field(description="Of a picture: `due` until it is drawn, then `made`. `none`: there will be none")


class UploadAnswer(TypedDict):
    """An upload. Once it is whole, it is the file with the same id."""

    id: str
    name: str
    size: Annotated[int, Field(description="Bytes of the whole file")]
    offset: Annotated[int, Field(description="Bytes that are stored: go on from there")]
    state: State
    expires_at: Annotated[Instant | None, Field(description="When it goes unless finished. Null once it is whole")]


class FileAnswer(TypedDict):
    """A file of a person, a task or a call."""

    id: str
    about: About
    person_id: Annotated[str | None, Field(description="The person; of a task's file, whom the task is about")]
    task_id: str | None
    call_id: str | None
    name: str
    type: Annotated[str, Field(description="The media type that its content shows; empty while it is checked")]
    size: Annotated[int, Field(description="Bytes")]
    state: Annotated[State, _STATE]
    scanned: Annotated[bool, Field(description="A malware scanner looked at it and found nothing")]
    found: Annotated[str | None, Field(description="What the malware scanner calls what it found")]
    thumbnail: Annotated[ThumbnailState, _THUMBNAIL]
    uploaded_by: Annotated[str | None, Field(description="The user who attached it. Null: it came by e-mail")]
    created_at: Instant
    deleted_at: Annotated[
        Instant | None, Field(description="When a user deleted it. It can be brought back for ten minutes")
    ]
    delete_at: Annotated[Instant | None, Field(description="When it goes for good by itself")]


class FilePageAnswer(TypedDict):
    """One page of files, newest first."""

    items: list[FileAnswer]
    next: Annotated[str | None, Field(description="The `cursor` of the next page. Null on the last page")]


class FileUsageAnswer(TypedDict):
    """What an organisation's files take."""

    bytes: Annotated[int, Field(description="Of all files, unfinished uploads with their whole size")]
    files: int
    quota: Annotated[int, Field(description="Bytes that they may take")]
    largest: Annotated[int, Field(description="Bytes that one file may have")]
