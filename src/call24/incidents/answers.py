"""What the routes of incidents answer. Types only: the OpenAPI document is made from them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from call24.call_records.answers import UserRef
from call24.incidents.model import (
    Audience,
    BreachKind,
    EntryKind,
    IncidentAct,
    PeopleState,
    Reach,
    Risk,
    SearchState,
    State,
)
from call24.kit.answers import Instant


class IncidentPlace(TypedDict):
    """Something of the data map that has personal data."""

    name: str
    kind: Annotated[
        Literal["collection", "files", "browser", "memory", "givento"],
        Field(description="A collection of MongoDB, or what it is outside; givento: somebody who is given it"),
    ]
    room: Annotated[str, Field(description="The part of Call24 whose it is")]
    callers: Annotated[list[str], Field(description="Kinds of data of callers, in plain words")]
    users: Annotated[list[str], Field(description="Kinds of data of users")]
    looked_in: Annotated[list[str], Field(description="The collections by which its people are found")]


class IncidentPlaceList(TypedDict):
    """Where affected people can be looked for."""

    items: list[IncidentPlace]


class IncidentScope(TypedDict):
    """Where affected people are looked for."""

    places: list[str]
    since: Instant | None
    until: Instant | None
    reach: Annotated[Reach, Field(description="written: in the span; stored: before its end")]
    agents: list[str]
    queues: list[str]
    numbers: list[str]


class IncidentPlaceCount(TypedDict):
    """What a search found in a place."""

    place: str
    looked_in: list[str]
    records: Annotated[int, Field(description="Documents that counted")]


class IncidentSearchAnswer(TypedDict):
    """A search for affected people, as far as it is."""

    id: str
    state: Annotated[SearchState, Field(description="full: it stopped at 500,000 people")]
    percent: int
    started_at: Instant
    ended_at: Instant | None
    callers: int
    users: int
    places: list[IncidentPlaceCount]


class IncidentWas(TypedDict):
    """What a field said before."""

    field: str
    text: str


class IncidentEntry(TypedDict):
    """A line of the history of an incident."""

    at: Instant
    by: Annotated[UserRef | None, Field(description="null: Call24 itself")]
    kind: EntryKind
    state: Annotated[State, Field(description="What the incident was in afterwards")]
    note: Annotated[str, Field(description="Empty where nothing was noted")]
    was: Annotated[list[IncidentWas], Field(description="With `edit`: what the changed fields said before")]


class IncidentNotice(TypedDict):
    """A draft of a notice."""

    audience: Audience
    at: Instant
    by: UserRef | None
    text: str
    blanks: Annotated[list[str], Field(description="What is still to be filled in, as [[...]] in the text")]


class IncidentSummary(TypedDict):
    """A personal data breach."""

    id: str
    title: str
    kinds: list[BreachKind]
    state: State
    risk: Risk
    people: Annotated[PeopleState, Field(description="Whether affected people are told")]
    noticed_at: Instant
    due_at: Annotated[Instant, Field(description="72 hours after `noticed_at`")]
    left_s: Annotated[
        int | None, Field(description="Seconds until `due_at`; negative: past; null: the authority is decided")
    ]
    overdue: bool
    opened_at: Instant
    notified_at: Instant | None
    told_at: Instant | None
    closed_at: Instant | None
    version: Annotated[int, Field(description="Counts the changes")]


class IncidentAnswer(IncidentSummary):
    """A personal data breach with all that was done about it, the oldest first."""

    what_happened: str
    consequences: str
    measures: str
    scope: IncidentScope
    search: IncidentSearchAnswer | None
    acts: Annotated[list[IncidentAct], Field(description="What is possible now; the first seven are steps")]
    history: list[IncidentEntry]
    notices: list[IncidentNotice]


class IncidentPage(TypedDict):
    """A page of incidents, the last noticed first."""

    items: list[IncidentSummary]
    next: Annotated[str | None, Field(description="The cursor of the next page; null on the last page")]


class AffectedPersonAnswer(TypedDict):
    """Somebody whom an incident affects."""

    kind: Literal["caller", "user"]
    contact_id: str | None
    user_id: str | None
    name: Annotated[str | None, Field(description="null: none is known, or it was deleted")]
    number: Annotated[str | None, Field(description="Of a caller")]
    email: Annotated[str | None, Field(description="Of a user")]
    places: list[str]


class AffectedPeoplePage(TypedDict):
    """A page of affected people, callers first."""

    items: list[AffectedPersonAnswer]
    next: Annotated[str | None, Field(description="The cursor of the next page; null on the last page")]
