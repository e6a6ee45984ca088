"""The words of Pusher Channels protocol 7: frames to and from text, and close codes. Pure.

Source: Pusher Channels, "Pusher Channels Protocol", version 7 (pusher.com/docs/channels/library_auth_reference).
In this protocol `data` of what the server sends is a string that holds JSON.
"""

from __future__ import annotations

import json
from enum import IntEnum
from typing import Any

import msgspec

PROTOCOLS = range(5, 8)
ACTIVITY_TIMEOUT_S = 120


class Close(IntEnum):
    """4000 to 4099: do not connect again; 4100 to 4199: later; 4200 to 4299: at once."""

    UNKNOWN_APP = 4001
    UNKNOWN_PATH = 4005
    BAD_VERSION = 4006
    UNSUPPORTED_VERSION = 4007
    NO_VERSION = 4008
    UNAUTHORISED = 4009
    OVER_CAPACITY = 4100
    NO_PONG = 4201
    INACTIVE = 4202
    TOO_BIG = 1009  # RFC 6455 7.4.1


CLIENT_EVENT_REFUSED = 4301


class Subscribe(msgspec.Struct, frozen=True):
    channel: str
    auth: str


class Unsubscribe(msgspec.Struct, frozen=True):
    channel: str


class Ping(msgspec.Struct, frozen=True):
    pass


class Pong(msgspec.Struct, frozen=True):
    pass


class ClientEvent(msgspec.Struct, frozen=True):
    """A client wants to tell other clients something."""


class Other(msgspec.Struct, frozen=True):
    """An event that the protocol does not know."""


class Malformed(msgspec.Struct, frozen=True):
    why: str


Frame = Subscribe | Unsubscribe | Ping | Pong | ClientEvent | Other | Malformed

NOT_JSON = Malformed("a message is a JSON object")
NO_EVENT = Malformed("a message names its event")


def parse(text: str) -> Frame:
    """What a client said."""
    try:
        message = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        return NOT_JSON
    if not isinstance(message, dict):
        return NOT_JSON
    match message.get("event"):
        case "pusher:ping":
            return Ping()
        case "pusher:pong":
            return Pong()
        case "pusher:subscribe":
            named = _strings(message.get("data"), "channel", "auth")
            return Subscribe(*named) if named else Malformed("a subscription names its channel and its auth")
        case "pusher:unsubscribe":
            named = _strings(message.get("data"), "channel")
            return Unsubscribe(*named) if named else Malformed("a channel is named to unsubscribe from")
        case str(event):
            return ClientEvent() if event.startswith("client-") else Other()
    return NO_EVENT


def _strings(data: Any, *names: str) -> list[str] | None:
    """The named fields; some clients send `data` as a string that holds JSON."""
    if isinstance(data, str):
        try:
            data = msgspec.json.decode(data)
        except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
            return None
    if not isinstance(data, dict):
        return None
    values = [data.get(name, "") for name in names]
    texts = [value for value in values if isinstance(value, str)]
    return texts if texts[:1] != [""] and len(texts) == len(names) else None


def version_fault(text: str | None) -> Close | None:
    """What is wrong with the `protocol` of the socket's address."""
    if not text:
        return Close.NO_VERSION
    if not (text.isascii() and text.isdigit()):
        return Close.BAD_VERSION
    return None if len(text) < 3 and int(text) in PROTOCOLS else Close.UNSUPPORTED_VERSION


def established(socket_id: str) -> str:
    return _frame("pusher:connection_established", {"socket_id": socket_id, "activity_timeout": ACTIVITY_TIMEOUT_S})


def subscribed(channel: str) -> str:
    return _frame("pusher_internal:subscription_succeeded", {}, channel)


def subscription_error(channel: str, why: str) -> str:
    told = {"type": "AuthError", "error": why, "status": 401, "code": int(Close.UNAUTHORISED)}
    return _frame("pusher:subscription_error", told, channel)


def error(code: int | None, message: str) -> str:
    return _frame("pusher:error", {"code": code, "message": message})


def published(channel: str, event: str, payload: Any) -> str:
    """`payload`: anything msgspec can encode."""
    return _wrapped(event, msgspec.json.encode(payload).decode(), channel)


def _frame(event: str, data: dict[str, Any], channel: str | None = None) -> str:
    return _wrapped(event, json.dumps(data), channel)


def _wrapped(event: str, data: str, channel: str | None) -> str:
    named = {} if channel is None else {"channel": channel}
    return msgspec.json.encode({"event": event, **named, "data": data}).decode()


PING = _frame("pusher:ping", {})
PONG = _frame("pusher:pong", {})
