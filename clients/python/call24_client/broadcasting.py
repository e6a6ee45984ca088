"""Broadcasting. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from call24_client.transport import Request


class RealtimeChannels(TypedDict):
    """The channels that the user may subscribe to."""

    user: str
    tenant: str


class RealtimeSettings(TypedDict):
    """How to connect with a Pusher client."""

    key: str
    host: str
    port: int
    auth_endpoint: str
    channels: RealtimeChannels


class ChannelAuth(TypedDict):
    """The signature that a Pusher client subscribes with."""

    auth: str
    channel_data: NotRequired[str]


class AuthoriseBody(TypedDict):
    """The socket that asks, and for which channel."""

    socket_id: str
    channel_name: str


class UserAuth(TypedDict):
    """The signature that a Pusher client signs in with."""

    auth: str
    user_data: str


class AuthoriseUserBody(TypedDict):
    """The socket that asks."""

    socket_id: str


def realtime() -> Request[RealtimeSettings]:
    """Returns how to connect to realtime events with a Pusher client: key, host, port and channels."""
    return Request("GET", "/v1/realtime")


def authorise(body: AuthoriseBody) -> Request[ChannelAuth]:
    """Authorises a socket to subscribe to a private or presence channel, as Pusher clients and Laravel Echo ask for
    it. The body is a form (pusher-js) or JSON. A socket of this installation may hear its user's and its
    organisation's channel; a socket of one of the organisation's Pusher apps what that app opens to members. 403
    for any other channel.
    """
    return Request("POST", "/broadcasting/auth", body=body)


def authorise_user(body: AuthoriseUserBody) -> Request[UserAuth]:
    """Signs a socket in as the user of this session, as Pusher clients ask for it. The body is a form or JSON."""
    return Request("POST", "/broadcasting/user-auth", body=body)
