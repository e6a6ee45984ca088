"""What the routes of privacy requests answer. Types only: the OpenAPI document is made from them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from call24.call_records.answers import UserRef
from call24.kit.answers import Instant
from call24.privacy_requests.model import EntryKind, Identity, Kind, Source, State, Step


class PrivacyRequestEntry(TypedDict):
    """A line of the history of a privacy request."""

    at: Instant
    by: Annotated[UserRef | None, Field(description="null: the person who asks, or Call24 itself")]
    kind: EntryKind
    state: Annotated[State, Field(description="What the request was in afterwards")]
    note: Annotated[str, Field(description="Empty where nothing was noted")]
    correction_id: Annotated[
        str | None, Field(description="What `correct` changed, in the history of the person's data")
    ]


class PrivacyRequestAnswer(TypedDict):
    """What somebody asks under their rights over their data, and what became of it."""

    id: str
    kind: Kind
    source: Annotated[Source, Field(description="How it came; page: the public page for callers")]
    subject: Annotated[Literal["contact", "user", "unknown"], Field(description="unknown: not found yet")]
    contact_id: str | None
    user_id: str | None
    name: Annotated[str | None, Field(description="Of the contact or user; null: unknown, or deleted")]
    number: Annotated[str | None, Field(description="The contact's number")]
    state: State
    identity: Annotated[
        Identity,
        Field(
            description="How the person was recognised: signed in to the account, by a code spoken in a call to the "
            "number, or by a document; none: not yet"
        ),
    ]
    identity_by: Annotated[UserRef | None, Field(description="The officer who checked; null: Call24 did, or nobody")]
    received_at: Instant
    due_at: Instant
    overdue: Annotated[bool, Field(description="Open, and `due_at` is past")]
    extended_at: Instant | None
    extension: Annotated[str, Field(description="The reason that the person is told; empty: not extended")]
    settled_at: Instant | None
    version: Annotated[int, Field(description="Counts the changes")]
    steps: Annotated[list[Step], Field(description="The steps that are possible now")]


class PrivacyRequestWithHistory(PrivacyRequestAnswer):
    """A privacy request with all that happened to it, the oldest first."""

    history: list[PrivacyRequestEntry]


class PrivacyRequestPage(TypedDict):
    """A page of privacy requests, the next due first."""

    items: list[PrivacyRequestAnswer]
    next: Annotated[str | None, Field(description="The cursor of the next page; null on the last page")]


class PrivacyRequestDeadlines(TypedDict):
    """Until when requests are answered, in days."""

    answer_days: Annotated[int, Field(description="From the day on which the request came in")]
    extension_days: Annotated[int, Field(description="By so many more it can be extended, once")]


class OwnPrivacyRequest(TypedDict):
    """A privacy request of the current user."""

    id: str
    kind: Kind
    state: State
    received_at: Instant
    due_at: Instant
    extension: Annotated[str, Field(description="Why it takes longer; empty: it does not")]
    answer: Annotated[str, Field(description="Why it was refused, or how it was answered; empty: not yet")]
    settled_at: Instant | None


class OwnPrivacyRequestPage(TypedDict):
    """A page of the current user's privacy requests, the next due first."""

    items: list[OwnPrivacyRequest]
    next: Annotated[str | None, Field(description="The cursor of the next page; null on the last page")]
