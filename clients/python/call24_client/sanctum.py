"""Sanctum. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from call24_client.transport import Request


class IssueBody(TypedDict):
    email: str
    password: str
    device_name: str
    code: NotRequired[str]


class SanctumUser(TypedDict):
    """The user that a token belongs to, in the shape that apps for Laravel Sanctum expect."""

    id: str
    name: str
    email: str
    role: str
    organisation_id: str
    created_at: str


def issue(body: IssueBody) -> Request[str]:
    """Signs in and returns the bearer token as plain text, as Laravel Sanctum does. Send `email`, `password` and
    `device_name` as a form or as JSON. 422 with `errors.email`: the credentials are wrong; with `errors.code`:
    send a code of the authenticator as `code`.
    """
    return Request("POST", "/sanctum/token", body=body, answer="text")


def user() -> Request[SanctumUser]:
    """Returns the user that the token belongs to."""
    return Request("GET", "/api/user")
