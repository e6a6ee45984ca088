"""What Pusher's HTTP API answers, as a TypedDict for each request.

A field that may be missing is one that the request did not ask for (`info`), or that this kind of channel has not.
Source: Pusher Channels, "HTTP API Reference".
"""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict


class Cached(TypedDict):
    """The last event of a cache channel."""

    data: str
    ttl: int


class ChannelInfo(TypedDict, total=False):
    """What `info` asked for. Each field may be missing: `user_count` is of presence channels, `subscription_count` of
    all others, `cache` of cache channels that have an event."""

    user_count: int
    subscription_count: int
    cache: Cached


class Triggered(TypedDict):
    """`channels` is missing unless the event asked for `info`."""

    channels: NotRequired[dict[str, ChannelInfo]]


class BatchTriggered(TypedDict):
    """One entry for each event of the batch; `batch` is missing unless an event asked for `info`."""

    batch: NotRequired[list[ChannelInfo]]


class OccupiedChannels(TypedDict):
    """Channels that somebody listens to, by name."""

    channels: dict[str, ChannelInfo]


class ChannelState(ChannelInfo):
    """One channel, with what `info` asked for."""

    occupied: bool


class ChannelUser(TypedDict):
    """Somebody who is in a presence channel."""

    id: str


class ChannelUsers(TypedDict):
    """Who is in a presence channel."""

    users: list[ChannelUser]


class Nothing(TypedDict):
    """An object without fields."""
