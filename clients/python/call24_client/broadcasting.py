"""Broadcasting. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from call24_client.transport import Request


class RealtimeAnswerChannels(TypedDict):
    user: NotRequired[str | None]
    tenant: NotRequired[str | None]


class RealtimeAnswer(TypedDict):
    key: NotRequired[str | None]
    host: NotRequired[str | None]
    port: NotRequired[float | None]
    auth_endpoint: NotRequired[str | None]
    channels: NotRequired[RealtimeAnswerChannels | None]


class AuthoriseAnswer(TypedDict):
    auth: NotRequired[str | None]


class AuthoriseBody(TypedDict):
    socket_id: str
    channel_name: str


class AuthoriseUserAnswer(TypedDict):
    auth: NotRequired[str | None]
    user_data: NotRequired[str | None]


class AuthoriseUserBody(TypedDict):
    socket_id: str


def realtime() -> Request[RealtimeAnswer]:
    """Realtime."""
    return Request("GET", "/v1/realtime")


def authorise(body: AuthoriseBody) -> Request[AuthoriseAnswer]:
    """Body: `socket_id` and `channel_name`, as a form (pusher-js) or as JSON."""
    return Request("POST", "/broadcasting/auth", body=body)


def authorise_user(body: AuthoriseUserBody) -> Request[AuthoriseUserAnswer]:
    """Body: `socket_id`, as a form or as JSON. A session signs in as its user, nobody else."""
    return Request("POST", "/broadcasting/user-auth", body=body)
