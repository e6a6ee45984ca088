"""Users. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from call24_client.transport import Request, part


class ListUsersAnswerItemsItem(TypedDict):
    id: NotRequired[str | None]
    name: NotRequired[str | None]
    email: NotRequired[str | None]
    role: NotRequired[str | None]
    disabled: NotRequired[bool | None]
    email_verified: NotRequired[bool | None]
    phone: NotRequired[str | None]
    mfa: NotRequired[bool | None]


class ListUsersAnswer(TypedDict):
    items: list[ListUsersAnswerItemsItem | None]
    next: NotRequired[Any]


class AddUserAnswer(TypedDict):
    id: str
    name: NotRequired[str | None]
    email: NotRequired[str | None]
    role: NotRequired[str | None]
    disabled: NotRequired[bool | None]
    email_verified: NotRequired[bool | None]
    phone: NotRequired[str | None]
    mfa: NotRequired[bool | None]


class NewUser(TypedDict):
    email: str
    name: str
    role: str
    password: str


class GivenRole(TypedDict):
    """`role`: a built-in one, or the id of one of the organisation's own."""

    role: str


class ReadSkillsAnswer(TypedDict):
    skills: NotRequired[dict[str, Any] | None]


class SetSkillsAnswer(TypedDict):
    skills: NotRequired[dict[str, float | None] | None]


class Skills(TypedDict):
    """All of the user's skills: name -> level from 1 to 10."""

    skills: dict[str, int]


class DeleteAnswer(TypedDict):
    id: str
    deleted: NotRequired[dict[str, float | None] | None]


class Leaving(TypedDict):
    reason: Literal["left", "asked", "mistake", "other"]


def list_users(*, limit: int | None = None, cursor: str | None = None) -> Request[ListUsersAnswer]:
    """The oldest first."""
    return Request("GET", "/v1/users", query={"limit": limit, "cursor": cursor})


def add_user(body: NewUser, *, idempotency_key: str | None = None) -> Request[AddUserAnswer]:
    """403 invitation_due: the address is in no domain that the operator granted the organisation."""
    return Request("POST", "/v1/users", body=body, headers={"Idempotency-Key": idempotency_key})


def change_role(user_id: str, body: GivenRole) -> Request[AddUserAnswer]:
    """Takes effect at once: the user is signed out everywhere and signs in with the new role. 403 beyond_own: nobody
    gives, or takes from somebody, what they may not do themselves.
    """
    return Request("PUT", f"/v1/users/{part(user_id)}/role", body=body)


def disable(user_id: str, *, idempotency_key: str | None = None) -> Request[AddUserAnswer]:
    """Not let in from now on: sessions, sockets and phones end, machines' tokens open nothing."""
    return Request("POST", f"/v1/users/{part(user_id)}/disable", headers={"Idempotency-Key": idempotency_key})


def enable(user_id: str, *, idempotency_key: str | None = None) -> Request[AddUserAnswer]:
    """Enable."""
    return Request("POST", f"/v1/users/{part(user_id)}/enable", headers={"Idempotency-Key": idempotency_key})


def read_skills(user_id: str) -> Request[ReadSkillsAnswer]:
    """Skills."""
    return Request("GET", f"/v1/users/{part(user_id)}/skills")


def set_skills(user_id: str, body: Skills, *, if_match: str | None = None) -> Request[SetSkillsAnswer]:
    """Calls that wait for such a skill are looked at again at once."""
    return Request("PUT", f"/v1/users/{part(user_id)}/skills", body=body, headers={"If-Match": if_match})


def delete(user_id: str, body: Leaving, *, idempotency_key: str | None = None) -> Request[DeleteAnswer]:
    """Delete the account and all that is kept of the person, in every place; `deleted` counts it by collection.
    Sessions, sockets and phones have ended when this is answered. Records of calls, the audit log and statistics
    stay until their day, by an id that leads to nobody. 409 last_owner, user_on_call, user_in_use (a flow leads
    to them).
    """
    return Request("POST", f"/v1/users/{part(user_id)}/delete", body=body, headers={"Idempotency-Key": idempotency_key})


def export_my_data() -> Request[bytes]:
    """All that is kept of oneself, as JSON in a ZIP; `manifest.json` says what is in it and what not. 403 mfa_due."""
    return Request("GET", "/v1/me/file", answer="bytes")


def export_data(user_id: str) -> Request[bytes]:
    """The same of another person, for who answers for the organisation's privacy."""
    return Request("GET", f"/v1/users/{part(user_id)}/file", answer="bytes")
