"""Callbacks. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, TypedDict

from call24_client.transport import Request, part


class Callback(TypedDict):
    """A customer who is to be called back. It is a waiting call."""

    id: str
    state: Literal[
        "new",
        "flow",
        "waiting",
        "offered",
        "dialling",
        "connected",
        "held",
        "consulting",
        "conference",
        "forwarding",
        "forwarded",
        "closing",
        "voicemail",
        "ended",
    ]
    number: str | None
    name: str | None
    restricted: bool
    queue_id: str | None
    agent_id: str | None
    origin_call_id: str | None
    since: str
    attempts: int
    not_before: str | None
    expires_at: str


class CallbackPage(TypedDict):
    """One page of callbacks, in the order in which they were promised."""

    items: list[Callback]
    next: str | None


class CallCommandAccepted(TypedDict):
    """The command was accepted and is being carried out; what comes of it is told by realtime events. Always empty."""


def list_callbacks(*, limit: int | None = None, cursor: str | None = None) -> Request[CallbackPage]:
    """Lists callbacks, in the order in which they were promised. An agent gets those of its queues."""
    return Request("GET", "/v1/callbacks", query={"limit": limit, "cursor": cursor})


def read(call_id: str) -> Request[Callback]:
    """Returns a callback that has not ended. What became of it afterwards is in its call record."""
    return Request("GET", f"/v1/callbacks/{part(call_id)}")


def remove(call_id: str, *, if_match: str | None = None) -> Request[CallCommandAccepted]:
    """Cancels a callback. The customer is not called any more; one who is being called is hung up on."""
    return Request("DELETE", f"/v1/callbacks/{part(call_id)}", headers={"If-Match": if_match})
