"""The words of Pusher Channels protocol 7: frames to and from text, and close codes. Pure.

Source: Pusher Channels, "Pusher Channels Protocol", version 7 (pusher.com/docs/channels/library_auth_reference).
In this protocol `data` of what the server sends is a string that holds JSON, but for `pusher:error`. Ours are `seq`
beside it, and the events that begin with `call24:` (docs/rooms/realtime.md): clients that do not know them ignore both.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import IntEnum
from typing import Any

import msgspec

PROTOCOLS = range(5, 8)
ACTIVITY_TIMEOUT_S = 120
DATA_MAX = 10_240
"""Bytes of an event's data."""


class Close(IntEnum):
    """4000 to 4099: do not connect again; 4100 to 4199: later; 4200 to 4299: at once."""

    TLS_ONLY = 4000
    UNKNOWN_APP = 4001
    DISABLED = 4003
    OVER_QUOTA = 4004
    UNKNOWN_PATH = 4005
    BAD_VERSION = 4006
    UNSUPPORTED_VERSION = 4007
    NO_VERSION = 4008
    UNAUTHORISED = 4009
    OVER_CAPACITY = 4100
    AGAIN = 4200
    NO_PONG = 4201
    INACTIVE = 4202
    TOO_BIG = 1009  # RFC 6455 7.4.1


CLIENT_EVENT_REFUSED = 4301


class Subscribe(msgspec.Struct, frozen=True):
    channel: str
    auth: str = ""
    channel_data: str = ""


class Unsubscribe(msgspec.Struct, frozen=True):
    channel: str


class SignIn(msgspec.Struct, frozen=True):
    auth: str
    user_data: str


class Resume(msgspec.Struct, frozen=True):
    """Where the next subscription to `channel` begins: after `after` of `epoch`; without an epoch, now.

    `socket_id`: the one that was lost; what that socket was left out of is not told again.
    """

    channel: str
    epoch: str = ""
    after: int = 0
    socket_id: str = ""


class Ping(msgspec.Struct, frozen=True):
    pass


class Pong(msgspec.Struct, frozen=True):
    pass


class ClientEvent(msgspec.Struct, frozen=True):
    """A client wants to tell other clients something. `data`: JSON, as it came."""

    channel: str
    event: str
    data: str


class Other(msgspec.Struct, frozen=True):
    """An event that the protocol does not know."""


class Malformed(msgspec.Struct, frozen=True):
    why: str


Frame = Subscribe | Unsubscribe | SignIn | Resume | Ping | Pong | ClientEvent | Other | Malformed

NOT_JSON = Malformed("a message is a JSON object")
NO_EVENT = Malformed("a message names its event")
_UNREADABLE = (msgspec.DecodeError, RecursionError, UnicodeEncodeError, UnicodeDecodeError)


def parse(text: str) -> Frame:
    """What a client said."""
    try:
        message = msgspec.json.decode(text)
    except _UNREADABLE:
        return NOT_JSON
    if not isinstance(message, dict):
        return NOT_JSON
    data = message.get("data")
    match message.get("event"):
        case "pusher:ping":
            return Ping()
        case "pusher:pong":
            return Pong()
        case "pusher:subscribe":
            return _read(data, Subscribe, "a subscription names its channel and its auth")
        case "pusher:unsubscribe":
            return _read(data, Unsubscribe, "a channel is named to unsubscribe from")
        case "pusher:signin":
            return _read(data, SignIn, "who signs in names auth and user_data")
        case "call24:resume":
            return _read(data, Resume, "who resumes names the channel, its epoch and the last seq")
        case str(event):
            return _client_event(event, message.get("channel"), data) if event.startswith("client-") else Other()
    return NO_EVENT


def _client_event(event: str, channel: Any, data: Any) -> Frame:
    if not isinstance(channel, str) or not channel:
        return Malformed("a client event names its channel")
    try:
        return ClientEvent(channel, event, msgspec.json.encode(data).decode())
    except RecursionError:
        return NOT_JSON


def _read(data: Any, frame: type[Subscribe | Unsubscribe | SignIn | Resume], why: str) -> Frame:
    """Some clients send `data` as a string that holds JSON; some send null for what they do not have."""
    try:
        if isinstance(data, str):
            data = msgspec.json.decode(data)
        if not isinstance(data, dict):
            return Malformed(why)
        read = msgspec.convert({name: value for name, value in data.items() if value is not None}, frame)
    except (msgspec.ValidationError, *_UNREADABLE):
        return Malformed(why)
    return Malformed(why) if getattr(read, "channel", None) == "" else read


def version_fault(text: str | None) -> Close | None:
    """What is wrong with the `protocol` of the socket's address."""
    if not text:
        return Close.NO_VERSION
    if not (text.isascii() and text.isdigit()):
        return Close.BAD_VERSION
    return None if len(text) < 3 and int(text) in PROTOCOLS else Close.UNSUPPORTED_VERSION


def established(socket_id: str) -> str:
    return _frame("pusher:connection_established", {"socket_id": socket_id, "activity_timeout": ACTIVITY_TIMEOUT_S})


def subscribed(channel: str, members: Mapping[str, Any] | None = None) -> str:
    """`members`: of a presence channel, user ids with what is told of each."""
    told: dict[str, Any] = {}
    if members is not None:
        told = {"presence": {"ids": list(members), "hash": dict(members), "count": len(members)}}
    return _frame("pusher_internal:subscription_succeeded", told, channel)


def subscription_error(channel: str, why: str, kind: str = "AuthError", status: int = 401) -> str:
    told = {"type": kind, "error": why, "status": status}
    if status == 401:
        told["code"] = int(Close.UNAUTHORISED)
    return _frame("pusher:subscription_error", told, channel)


def member_added(channel: str, user_id: str, user_info: Any) -> str:
    told = {"user_id": user_id, "user_info": user_info}
    return _frame("pusher_internal:member_added", told, channel)


def member_removed(channel: str, user_id: str) -> str:
    return _frame("pusher_internal:member_removed", {"user_id": user_id}, channel)


def subscription_count(channel: str, count: int) -> str:
    return _frame("pusher_internal:subscription_count", {"subscription_count": count}, channel)


def watchlist_events(told: Mapping[str, list[str]]) -> str:
    """`told`: `online` and `offline`, each with users' ids."""
    events = [{"name": name, "user_ids": people} for name, people in told.items()]
    return _frame("pusher_internal:watchlist_events", {"events": events})


def signed_in(user_data: str) -> str:
    return _frame("pusher:signin_success", {"user_data": user_data})


def error(code: int | None, message: str) -> str:
    """Its `data` is an object, as Pusher's documentation has it: some clients take no other."""
    return msgspec.json.encode({"event": "pusher:error", "data": {"code": code, "message": message}}).decode()


def cache_miss(channel: str) -> str:
    return _frame("pusher:cache_miss", None, channel)


def resumed(channel: str, epoch: str, seq: int, replayed: int) -> str:
    """All that was missed has been told before this."""
    return _frame("call24:resumed", {"epoch": epoch, "seq": seq, "replayed": replayed}, channel)


def reload(channel: str, epoch: str, seq: int, why: str) -> str:
    """What was missed is not known any more: what the client shows is to be asked for again."""
    return _frame("call24:reload", {"epoch": epoch, "seq": seq, "why": why}, channel)


def position(channel: str, epoch: str, seq: int) -> str:
    """Of the event that was told last, for clients that cannot see `seq` beside it."""
    return _frame("call24:position", {"epoch": epoch, "seq": seq}, channel)


def published(channel: str, event: str, data: str, seq: int) -> str:
    """`data`: what the publisher said, JSON as a rule."""
    return msgspec.json.encode({"event": event, "channel": channel, "data": data, "seq": seq}).decode()


def client_said(said: ClientEvent, seq: int, user_id: str | None) -> str:
    """To the others: `data` as it came. `user_id`: who says it, on a presence channel."""
    by = {} if user_id is None else {"user_id": user_id}
    told = {"event": said.event, "channel": said.channel, "data": msgspec.Raw(said.data.encode()), **by, "seq": seq}
    return msgspec.json.encode(told).decode()


def encoded(payload: Any) -> str:
    """`payload`: anything msgspec can encode."""
    return msgspec.json.encode(payload).decode()


def _frame(event: str, data: Any, channel: str | None = None) -> str:
    named = {} if channel is None else {"channel": channel}
    wrapped = {} if data is None else {"data": json.dumps(data, ensure_ascii=False)}
    return msgspec.json.encode({"event": event, **named, **wrapped}).decode()


PING = _frame("pusher:ping", {})
PONG = _frame("pusher:pong", {})
