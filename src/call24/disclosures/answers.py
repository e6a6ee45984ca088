"""What the routes of disclosures answer. Types only: the OpenAPI document is made from them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from call24.call_records.answers import UserRef
from call24.disclosures.model import EntryKind, GivenKind, Outcome
from call24.kit.answers import Instant


class GivenAnswer(TypedDict):
    """Something that was given."""

    kind: GivenKind
    id: Annotated[str, Field(description="Of a file empty")]
    name: str
    sha256: Annotated[str, Field(description="Of a file, in hexadecimal")]


class DisclosureEntry(TypedDict):
    """A line of an entry's history."""

    at: Instant
    by: UserRef | None
    kind: EntryKind
    note: str
    secret: Annotated[bool, Field(description="From then on")]
    secret_until: Instant | None


class DisclosureAnswer(TypedDict):
    """What an authority asked for and was given."""

    id: str
    authority: str
    legal_basis: str
    reference: str
    requested_at: Instant
    given_at: Instant
    outcome: Outcome
    given: list[GivenAnswer]
    contact_ids: Annotated[list[str], Field(description="Callers whom it is about, those of the calls too")]
    user_ids: Annotated[list[str], Field(description="Users whom it is about, those of the calls too")]
    decided_by: UserRef | None
    entered_by: UserRef | None
    entered_at: Instant
    secret: Annotated[bool, Field(description="The persons may not be told, as of now")]
    secret_until: Annotated[Instant | None, Field(description="null: not secret, or until it is lifted")]
    history: Annotated[list[DisclosureEntry], Field(description="The oldest first")]
    version: int


class DisclosurePageAnswer(TypedDict):
    """A page of the register of disclosures, the last given first."""

    items: list[DisclosureAnswer]
    next: Annotated[str | None, Field(description="The cursor of the next page; null on the last page")]
