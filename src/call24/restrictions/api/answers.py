"""What the routes of restrictions answer."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from call24.call_records.answers import UserRef
from call24.kit.answers import Instant
from call24.recordings.model import Kind
from call24.restrictions.model import Action, Ground, UseGround


class RestrictionLine(TypedDict):
    """A line of a restriction's history."""

    at: Instant
    by: UserRef
    action: Action
    note: Annotated[str, Field(description="Why, or how the person was told")]
    ground: Annotated[UseGround | None, Field(description="Of `opened`: for what it is used all the same")]
    until: Annotated[Instant | None, Field(description="Of `opened`: until when by this officer")]


class RestrictedNumber(TypedDict):
    """A caller whose data is restricted."""

    contact_id: str
    number: Annotated[str | None, Field(description="null: the contact is erased")]
    name: str | None


class RestrictionAnswer(TypedDict):
    """A restriction of processing: the data is kept and not used."""

    id: str
    numbers: list[RestrictedNumber]
    person_id: Annotated[str | None, Field(description="The person of the address book, where all of it is restricted")]
    request_id: Annotated[str, Field(description="The privacy request, by a step of which it is lifted")]
    ground: Ground
    set_at: Instant
    told_at: Annotated[Instant | None, Field(description="When the person was told that it will be lifted")]
    lifted_at: Annotated[Instant | None, Field(description="null: it holds")]
    open_until: Annotated[Instant | None, Field(description="Until when you may listen to the recordings")]
    history: list[RestrictionLine]


class RestrictionPageAnswer(TypedDict):
    """A page of restrictions, the newest first."""

    items: list[RestrictionAnswer]
    next: Annotated[str | None, Field(description="The cursor of the next page; null on the last page")]


class RestrictedRecording(TypedDict):
    """A recording of a restricted caller."""

    id: str
    call_id: str
    kind: Kind
    started_at: Instant
    duration_s: float


class RestrictedRecordingList(TypedDict):
    """Recordings of the newest 200 calls of a restricted caller, the newest first."""

    items: Annotated[list[RestrictedRecording], Field(max_length=1000)]
