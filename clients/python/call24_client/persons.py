"""Persons. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from call24_client.transport import Request, part


class DeleteAnswer(TypedDict):
    id: str
    deleted: NotRequired[dict[str, float | None] | None]


class Leaving(TypedDict):
    reason: Literal["left", "asked", "mistake", "other"]


def delete(user_id: str, body: Leaving, *, idempotency_key: str | None = None) -> Request[DeleteAnswer]:
    """Delete the account and all that is kept of the person, in every place; `deleted` counts it by collection.
    Sessions, sockets and phones have ended when this is answered. Records of calls, the audit log and statistics
    stay until their day, by an id that leads to nobody. 409 last_owner, user_on_call, user_in_use (a flow leads
    to them).
    """
    return Request("POST", f"/v1/users/{part(user_id)}/delete", body=body, headers={"Idempotency-Key": idempotency_key})


def my_file() -> Request[bytes]:
    """All that is kept of oneself, as JSON in a ZIP; `manifest.json` says what is in it and what not. 403 mfa_due."""
    return Request("GET", "/v1/me/file", answer="bytes")


def file(user_id: str) -> Request[bytes]:
    """The same of another person, for who answers for the organisation's privacy."""
    return Request("GET", f"/v1/users/{part(user_id)}/file", answer="bytes")
