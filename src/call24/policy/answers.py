"""What the API answers about the privacy policy."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from call24.kit.answers import Date, Instant
from call24.privacy.answers import KeptData


class PolicyStatements(TypedDict):
    """What the organisation states in its privacy policy. Empty: not stated yet, and the policy says so."""

    controller: Annotated[str, Field(description="Legal name; empty: the organisation's name")]
    postal_address: str
    contact: Annotated[str, Field(description="An e-mail address, an https address or a phone number")]
    officer: Annotated[str, Field(description="The data protection officer")]
    authority: Annotated[str, Field(description="The supervisory authority for complaints")]
    data_region: Annotated[str, Field(description="ISO 3166 code of the country where the data is kept")]
    address: Annotated[str, Field(description="Path of the public page; it stays the same")]


class PolicyVersion(TypedDict):
    """A version of the policy."""

    version: Annotated[Date, Field(description="The day of its last change")]
    effective: Annotated[Date, Field(description="The day from which it applies")]
    material: Annotated[bool, Field(description="Whether users are asked to accept it")]
    hash: Annotated[str, Field(description="SHA-256 of its text and its tables")]
    address: Annotated[str, Field(description="Path of the public page")]


class PolicyAcceptanceAnswer(TypedDict):
    """That a user accepted a version."""

    id: str
    version: Date
    language: str
    hash: Annotated[str, Field(description="SHA-256 of the text and the tables that were accepted")]
    at: Instant


class PolicyBlock(TypedDict):
    """A part of a version's text. A table is a header and its rows, one after the other."""

    kind: Literal["title", "heading", "paragraph", "item", "header", "row"]
    cells: Annotated[list[str], Field(description="Of a table's header and row: its cells; else one text")]


class MyPolicy(TypedDict):
    """The policy as it concerns the current user."""

    current: PolicyVersion
    upcoming: Annotated[PolicyVersion | None, Field(description="The next version; null: none is announced")]
    to_accept: Annotated[bool, Field(description="Whether the user is to accept `current`")]
    text: Annotated[
        list[PolicyBlock],
        Field(
            description="What `current` says, with what the organisation states; empty when there is nothing to accept"
        ),
    ]
    kept: Annotated[list[KeptData], Field(description="What is kept of users, as `current` says")]
    accepted: Annotated[list[PolicyAcceptanceAnswer], Field(description="What the user accepted, the oldest first")]
