"""Disclosures. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from call24_client.transport import Request, part


class GivenAnswer(TypedDict):
    """Something that was given."""

    kind: Literal["call", "recording", "contact", "user", "export", "file"]
    id: str
    name: str
    sha256: str


class UserRef(TypedDict):
    """A user by id, with the name to show. The name of a deleted account is "a former colleague"."""

    id: str
    name: str


class DisclosureEntry(TypedDict):
    """A line of an entry's history."""

    at: str
    by: UserRef | None
    kind: Literal["entered", "corrected", "secrecy"]
    note: str
    secret: bool
    secret_until: str | None


class DisclosureAnswer(TypedDict):
    """What an authority asked for and was given."""

    id: str
    authority: str
    legal_basis: str
    reference: str
    requested_at: str
    given_at: str
    outcome: Literal["given", "partly", "refused"]
    given: list[GivenAnswer]
    contact_ids: list[str]
    user_ids: list[str]
    decided_by: UserRef | None
    entered_by: UserRef | None
    entered_at: str
    secret: bool
    secret_until: str | None
    history: list[DisclosureEntry]
    version: int


class DisclosurePageAnswer(TypedDict):
    """A page of the register of disclosures, the last given first."""

    items: list[DisclosureAnswer]
    next: str | None


class GivenThing(TypedDict):
    """`id`: of a call, recording, contact, user, or of an export or caller's file that is still kept; with the
    `sha256` of its file, where you know it. Of another file: `name` and `sha256`.
    """

    kind: Literal["call", "recording", "contact", "user", "export", "file"]
    id: NotRequired[str]
    name: NotRequired[str]
    sha256: NotRequired[str]


class NewDisclosure(TypedDict):
    """What an authority asked for, and what it was given. An entry is not changed afterwards, only corrected."""

    authority: str
    legal_basis: str
    reference: str
    requested_at: str
    given_at: NotRequired[str | None]
    outcome: Literal["given", "partly", "refused"]
    given: NotRequired[list[GivenThing]]
    decided_by: NotRequired[str | None]
    secret: bool
    secret_until: NotRequired[str | None]
    note: NotRequired[str]


class DisclosureCorrection(TypedDict):
    """Another line. `secret`, where it is given, is whether the persons may not be told from now on."""

    version: int
    note: str
    secret: NotRequired[bool | None]
    secret_until: NotRequired[str | None]


def list(*, limit: int | None = None, cursor: str | None = None) -> Request[DisclosurePageAnswer]:
    """Lists what authorities were given, the last given first."""
    return Request("GET", "/v1/disclosures", query={"limit": limit, "cursor": cursor})


def enter(body: NewDisclosure, *, idempotency_key: str | None = None) -> Request[DisclosureAnswer]:
    """Enters a disclosure. Whom it is about follows from the calls, recordings, contacts, users and callers' files
    that were given; an export of many calls names nobody by itself. They find it among their data, unless it is
    secret. A register has at most 5,000 entries; one more is a 409 `too_many`.
    """
    return Request("POST", "/v1/disclosures", body=body, headers={"Idempotency-Key": idempotency_key})


def read(disclosure_id: str) -> Request[DisclosureAnswer]:
    """Retrieves an entry of the register with its corrections."""
    return Request("GET", f"/v1/disclosures/{part(disclosure_id)}")


def correct(
    disclosure_id: str, body: DisclosureCorrection, *, idempotency_key: str | None = None
) -> Request[DisclosureAnswer]:
    """Adds a correction to an entry, or changes its secrecy. What was entered before stays."""
    return Request(
        "POST",
        f"/v1/disclosures/{part(disclosure_id)}/corrections",
        body=body,
        headers={"Idempotency-Key": idempotency_key},
    )
