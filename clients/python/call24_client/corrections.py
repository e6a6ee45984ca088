"""Corrections. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, TypedDict

from call24_client.transport import Request, part


class UserRef(TypedDict):
    """A user by id, with the name to show. The name of a deleted account is "a former colleague"."""

    id: str
    name: str


class CorrectionAnswer(TypedDict):
    """A change of a person's data: what a field said before and after, when, by whom and why."""

    id: str
    field: Literal[
        "name",
        "phone",
        "email",
        "given",
        "family",
        "patronymic",
        "phonetic",
        "company",
        "numbers",
        "emails",
        "addresses",
    ]
    old: str
    new: str
    at: str
    by: UserRef | None
    request_id: str | None
    why: str
    folded: int


class CorrectionPage(TypedDict):
    """A page of what was corrected of one person, the newest first."""

    items: list[CorrectionAnswer]
    next: str | None


def list_of_contact(contact_id: str, *, limit: int | None = None, cursor: str | None = None) -> Request[CorrectionPage]:
    """Lists what was corrected of a caller's data, the newest first. The newest 50 are kept."""
    return Request("GET", f"/v1/contacts/{part(contact_id)}/corrections", query={"limit": limit, "cursor": cursor})


def list_mine(*, limit: int | None = None, cursor: str | None = None) -> Request[CorrectionPage]:
    """Lists what was changed of the current user's name, phone number and e-mail address, the newest first. The
    newest 50 are kept.
    """
    return Request("GET", "/v1/me/corrections", query={"limit": limit, "cursor": cursor})
