"""Sanctum. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from call24_client.transport import Request


class IssueBody(TypedDict):
    email: str
    password: str
    device_name: str
    code: NotRequired[str]


class UserAnswer(TypedDict):
    id: str
    name: NotRequired[str | None]
    email: NotRequired[str | None]
    role: NotRequired[str | None]
    organisation_id: NotRequired[str | None]
    created_at: NotRequired[str | None]


def issue(body: IssueBody) -> Request[str]:
    """Sign in. Body: `email`, `password` and `device_name`, as a form or as JSON; the answer is the token itself."""
    return Request("POST", "/sanctum/token", body=body, answer="text")


def user() -> Request[UserAnswer]:
    """Whose token it is."""
    return Request("GET", "/api/user")
