"""What the address book's routes answer."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from call24.kit.answers import Instant
from call24.people import rules
from call24.people.duplicate_model import Reason
from call24.people.history_model import Done
from call24.people.model import NameOrder


class PersonNumberAnswer(TypedDict):
    """A number of a person."""

    number: Annotated[str, Field(description="E.164")]
    typed: Annotated[str, Field(description="As somebody wrote it")]
    label: Annotated[str, Field(description="What kind of number, in the organisation's words")]
    contact_id: Annotated[str, Field(description="The contact that calls of this number name")]


class PersonEmailAnswer(TypedDict):
    """An e-mail address of a person."""

    address: str
    label: str


class PersonAddressAnswer(TypedDict):
    """A postal address of a person, in lines."""

    text: str
    label: str


class CustomFieldAnswer(TypedDict):
    """What the organisation keeps of a person beside the usual."""

    name: str
    value: str


class PersonAnswer(TypedDict):
    """A person of the address book."""

    id: str
    name: Annotated[str, Field(description="As it is shown: the names in their order; without any, the company")]
    given: str
    family: str
    patronymic: str
    phonetic: Annotated[str, Field(description="How the name is spoken")]
    order: Annotated[NameOrder, Field(description="patronymic_first: as Mongolian names are written")]
    company: str
    numbers: Annotated[list[PersonNumberAnswer], Field(max_length=rules.NUMBERS_MAX)]
    emails: Annotated[list[PersonEmailAnswer], Field(max_length=rules.EMAILS_MAX)]
    addresses: Annotated[list[PersonAddressAnswer], Field(max_length=rules.ADDRESSES_MAX)]
    tags: Annotated[list[str], Field(max_length=rules.TAGS_MAX)]
    notes: str
    fields: Annotated[list[CustomFieldAnswer], Field(max_length=rules.FIELDS_MAX)]
    picture: Annotated[
        str | None,
        Field(description="Which picture it is: another one has another id. Read it at `/v1/people/{id}/picture`"),
    ]
    private: Annotated[bool, Field(description="You alone see it")]
    restricted: Annotated[
        bool, Field(description="The person's data is kept and not used (GDPR, article 18): all else is empty")
    ]
    version: Annotated[int, Field(description="Counts the changes")]
    created_by: Annotated[str | None, Field(description="The user who wrote it down")]
    created_at: Instant
    updated_at: Instant


class PersonPage(TypedDict):
    """A page of the address book, by name."""

    items: list[PersonAnswer]
    next: Annotated[str | None, Field(description="The cursor of the next page; null on the last page")]


class DuplicateAnswer(TypedDict):
    """Two people who look like one. Nothing merges them but a user."""

    id: str
    why: Annotated[list[Reason], Field(max_length=20, description="What speaks for one person, the weightiest first")]
    score: Annotated[int, Field(description="How much speaks for it: more is likelier")]
    people: Annotated[list[PersonAnswer], Field(min_length=2, max_length=2)]
    found_at: Instant


class DuplicatePage(TypedDict):
    """A page of suspected duplicates, the likeliest first."""

    items: list[DuplicateAnswer]
    next: Annotated[str | None, Field(description="The cursor of the next page; null on the last page")]


class HistoryEntryAnswer(TypedDict):
    """Something that was done with a person, which can be undone."""

    id: str
    kind: Done
    person_id: str
    name: Annotated[str, Field(description="The person's before it")]
    other_id: Annotated[str | None, Field(description="Of a merge: who went into the person")]
    other_name: Annotated[str | None, Field(description="Of a merge: their name")]
    fields: Annotated[list[str], Field(max_length=20, description="Which fields it changed")]
    private: bool
    at: Instant
    by: Annotated[str, Field(description="The user who did it")]
    undone_at: Instant | None
    until: Annotated[Instant, Field(description="Until when it can be undone")]


class HistoryEntryPage(TypedDict):
    """A page of what was done, the newest first."""

    items: list[HistoryEntryAnswer]
    next: Annotated[str | None, Field(description="The cursor of the next page; null on the last page")]


class MergedAnswer(TypedDict):
    """The person who is there now, and what undoes the merge."""

    person: PersonAnswer
    entry: HistoryEntryAnswer


class UndoneAnswer(TypedDict):
    """Who is there again, or is otherwise now: of a merge both, the one who had stayed first."""

    people: Annotated[list[PersonAnswer], Field(max_length=2)]
