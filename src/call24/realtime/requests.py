"""What the requests of Pusher's HTTP API do to an application's channels. Who asks was checked before.

Source: Pusher Channels, "HTTP API Reference"; its limits: 100 channels and 10 KB for an event, 10 events for a batch.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import msgspec

from call24.identity.channel_auth import SOCKET_ID
from call24.realtime import names
from call24.realtime.api_answers import (
    BatchTriggered,
    ChannelInfo,
    ChannelState,
    ChannelUsers,
    Nothing,
    OccupiedChannels,
    Triggered,
)
from call24.realtime.app_channels import AppChannels
from call24.realtime.channel import Channel
from call24.realtime.protocol import DATA_MAX, Close

CHANNELS_MAX = 100
BATCH_MAX = 10
_ATTRIBUTES = {"user_count", "subscription_count", "cache"}

Answer = Triggered | BatchTriggered | OccupiedChannels | ChannelState | ChannelUsers | Nothing


class Wrong(Exception):
    """A request that is answered with `status` and its text."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class Event(msgspec.Struct, frozen=True):
    name: str
    data: str
    channels: list[str] = []
    channel: str | None = None
    socket_id: str | None = None
    info: str | None = None


class Batch(msgspec.Struct, frozen=True):
    batch: list[Event]


T = TypeVar("T", Event, Batch)


def trigger(namespace: AppChannels, body: bytes) -> Triggered:
    """One event on up to 100 channels. Raises: Wrong."""
    event = _read(body, Event)
    channels = [event.channel, *event.channels] if event.channel is not None else event.channels
    _check(event, channels)
    wanted = _attributes(event.info)
    for name in channels:
        namespace.publish(name, event.name, event.data, event.socket_id or "")
    return {"channels": {name: _seen(namespace, name, wanted) for name in channels}} if wanted else {}


def trigger_batch(namespace: AppChannels, body: bytes) -> BatchTriggered:
    """Up to 10 events; all are checked before the first is published. Raises: Wrong."""
    batch = _read(body, Batch).batch
    if not 0 < len(batch) <= BATCH_MAX:
        raise Wrong(400, f"A batch has 1 to {BATCH_MAX} events")
    told = []
    for event in batch:
        _check(event, [event.channel or ""])
        told.append(_attributes(event.info))
    for event in batch:
        namespace.publish(event.channel or "", event.name, event.data, event.socket_id or "")
    if not any(told):
        return {}
    return {"batch": [_seen(namespace, one.channel or "", wanted) for one, wanted in zip(batch, told, strict=True)]}


def terminate(namespace: AppChannels, user_id: str) -> Nothing:
    """Close what a user has signed in on."""
    namespace.close(Close.UNAUTHORISED, "Connection terminated by the application", lambda one: one.user_id == user_id)
    return {}


def channels(namespace: AppChannels, asked: Mapping[str, str]) -> OccupiedChannels:
    """The occupied ones. Raises: Wrong."""
    prefix, wanted = asked.get("filter_by_prefix", ""), _attributes(asked.get("info"))
    if "user_count" in wanted and not names.is_presence(prefix):
        raise Wrong(400, "user_count is of presence channels alone: filter_by_prefix=presence-")
    found = namespace.occupied(prefix)
    return {"channels": {one.name: _seen(namespace, one.name, wanted - {"cache"}) for one in found}}


def channel(namespace: AppChannels, name: str, asked: Mapping[str, str]) -> ChannelState:
    """Raises: Wrong."""
    _check_name(name)
    wanted = _attributes(asked.get("info"))
    if "user_count" in wanted and not names.is_presence(name):
        raise Wrong(400, "user_count is of presence channels alone")
    if "cache" in wanted and not names.is_cache(name):
        raise Wrong(400, "cache is of cache channels alone")
    found = namespace.channels.get(name)
    return {"occupied": found is not None and bool(found.subscribers), **_seen(namespace, name, wanted)}


def users(namespace: AppChannels, name: str) -> ChannelUsers:
    """Who is in a presence channel. Raises: Wrong."""
    _check_name(name)
    if not names.is_presence(name):
        raise Wrong(400, "Users are of presence channels alone")
    found = namespace.channels.get(name)
    return {"users": [{"id": id} for id in (found.members or {})] if found is not None else []}


def _seen(namespace: AppChannels, name: str, wanted: set[str]) -> ChannelInfo:
    """What was asked for of a channel, as far as there is such a thing of it."""
    found = namespace.channels.get(name) or Channel(name)
    told: ChannelInfo = {}
    if "user_count" in wanted and found.members is not None:
        told["user_count"] = len(found.members)
    if "subscription_count" in wanted and found.members is None:
        told["subscription_count"] = len(found.subscribers)
    if "cache" in wanted and found.cached is not None and (ttl := namespace.cached_for(found)):
        told["cache"] = {"data": found.cached[2], "ttl": round(ttl)}
    return told


def _attributes(info: str | None) -> set[str]:
    wanted = {one.strip() for one in info.split(",")} - {""} if info else set()
    if unknown := wanted - _ATTRIBUTES:
        raise Wrong(400, f"There is no info {sorted(unknown)[0][:50]!r}")
    return wanted


def _check(event: Event, channels: list[str]) -> None:
    if not 0 < len(event.name) <= names.EVENT_MAX or event.name.startswith(("pusher:", "pusher_internal:", "call24:")):
        raise Wrong(400, f"An event's name has 1 to {names.EVENT_MAX} characters and is not one of the protocol's own")
    if not 0 < len(channels) <= CHANNELS_MAX:
        raise Wrong(400, f"An event is for 1 to {CHANNELS_MAX} channels")
    for name in channels:
        _check_name(name)
    if event.socket_id is not None and not SOCKET_ID.fullmatch(event.socket_id):
        raise Wrong(400, "socket_id is no socket's id")
    if len(event.data.encode()) > DATA_MAX:
        raise Wrong(413, f"An event's data has at most {DATA_MAX} bytes")


def _check_name(name: str) -> None:
    own = name.startswith(names.TO_USER) and 0 < len(name) - len(names.TO_USER) <= 128
    if not own and not names.is_channel(name):
        raise Wrong(400, "There can be no channel of this name")


def _read(body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Wrong(400, f"The body is not as it should be: {error}"[:300]) from None
