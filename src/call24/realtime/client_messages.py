"""What a client's frame does, and what it is told: the rules of subscribing, signing in and speaking to others."""

from __future__ import annotations

from typing import Any, NamedTuple, assert_never

import msgspec

from call24.identity.channel_auth import ChannelAdmission, SignatureRequest
from call24.kit.secrets import RealtimeKey
from call24.realtime import protocol as p
from call24.realtime.app_channels import AppChannels
from call24.realtime.connection import Connection
from call24.realtime.hub import Hub
from call24.realtime.names import (
    EVENT_MAX,
    TO_USER,
    is_channel,
    is_guarded,
    is_presence,
    takes_client_events,
)
from call24.realtime.watchlists import watchlist_of

CHANNELS_MAX = 100
USER_ID_MAX = 128
USER_INFO_MAX = 1024
_NOT_VALID = "The authorisation is not valid, or not any more"


class Origin(NamedTuple):
    """Where a frame came from."""

    hub: Hub
    namespace: AppChannels
    connection: Connection


def answer(at: Origin, frame: p.Frame) -> list[str]:
    """Do what the client asks for; what it is told."""
    match frame:
        case p.Ping():
            return [p.PONG]
        case p.Subscribe():
            return _subscribe(at, frame)
        case p.Unsubscribe(channel):
            at.namespace.unsubscribe(at.connection, channel)
            return []
        case p.ClientEvent():
            return _client_event(at, frame)
        case p.SignIn():
            return _sign_in(at, frame)
        case p.Resume():
            return _resume(at, frame)
        case p.Malformed(why):
            return [p.error(None, why)]
        case p.Pong() | p.Other():
            return []
    assert_never(frame)


def _subscribe(at: Origin, wish: p.Subscribe) -> list[str]:
    name = wish.channel
    if name.startswith(TO_USER):
        own = at.connection.user_id is not None and name == TO_USER + at.connection.user_id
        return at.namespace.subscribe(at.connection, name) if own else _refused(at, name, _NOT_VALID)
    if not is_channel(name):
        return _refused(at, name[:300], "There can be no channel of this name", "InvalidChannel", 400)
    if len(at.connection.channels) >= CHANNELS_MAX and name not in at.connection.channels:
        return _refused(at, name, "This socket has too many subscriptions", "LimitReached", 403)
    if (is_guarded(name) or at.namespace is at.hub.built_in) and not _admitted(
        at, SignatureRequest(name, wish.channel_data), wish.auth
    ):
        return _refused(at, name, _NOT_VALID)
    member = None
    if is_presence(name):
        member = _member(wish.channel_data)
        if member is None:
            return _refused(at, name, "channel_data names a user_id, of 128 characters at most", "AuthError", 400)
        if at.namespace.full(name, member[0]):
            return _refused(at, name, "The channel has as many members as it may have", "LimitReached", 403)
    return at.namespace.subscribe(at.connection, name, member)


def _refused(at: Origin, channel: str, why: str, kind: str = "AuthError", status: int = 401) -> list[str]:
    at.hub.counters.refused += 1
    return [p.subscription_error(channel, why, kind, status)]


def _admitted(at: Origin, wish: SignatureRequest, auth: str) -> bool:
    """All that a socket hears by a session's leave is one session's."""
    admission = _admission(at, wish, auth)
    if admission is None or at.connection.closing:
        return False
    if (grant := admission.grant) is not None:
        if not at.connection.belongs_to(grant):
            return False
        at.connection.granted(grant)
    return not at.connection.closing


def _admission(at: Origin, wish: SignatureRequest, auth: str) -> ChannelAdmission | None:
    if at.namespace is at.hub.built_in:
        if wish.channel is None:
            grant = at.hub.auth.redeem_user(at.connection.socket_id, wish.data, auth)
        else:
            grant = at.hub.auth.redeem(at.connection.socket_id, wish.channel, auth, wish.data)
        return None if grant is None else ChannelAdmission(grant=grant)
    terms = at.namespace.terms
    key = RealtimeKey(terms.key, terms.secret)
    return at.hub.auth.admits(key, terms.tenant_id, at.connection.socket_id, wish, auth)


def _member(channel_data: str) -> tuple[str, Any] | None:
    """Who the signed data says it is; None when it says nobody."""
    found = _json_object(channel_data)
    user_id = found.get("user_id")
    if isinstance(user_id, int) and not isinstance(user_id, bool):
        user_id = str(user_id)
    if not isinstance(user_id, str) or not 0 < len(user_id) <= USER_ID_MAX:
        return None
    info = found.get("user_info")
    return (user_id, info) if len(p.encoded(info)) <= USER_INFO_MAX else None


def _json_object(text: str) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        return {}
    return found if isinstance(found, dict) else {}


def _sign_in(at: Origin, frame: p.SignIn) -> list[str]:
    """A socket that signs in wrongly, or as somebody else than before, is closed: Pusher does the same."""
    user_data = _json_object(frame.user_data)
    user_id, watched = user_data.get("id"), watchlist_of(user_data, USER_ID_MAX)
    named = isinstance(user_id, str) and 0 < len(user_id) <= USER_ID_MAX and at.connection.user_id in (None, user_id)
    if named and watched is not None and _admitted(at, SignatureRequest(None, frame.user_data), frame.auth):
        assert isinstance(user_id, str)
        at.connection.user_id = user_id
        told = at.namespace.watchlists.signed_in(at.connection, user_id, watched)
        return [p.signed_in(frame.user_data), *told]
    at.hub.counters.refused += 1
    at.connection.close(p.Close.UNAUTHORISED, "The sign-in is not valid, or not any more")
    return []


def _resume(at: Origin, wish: p.Resume) -> list[str]:
    if wish.channel in at.connection.channels:
        return [p.error(None, "call24:resume comes before the subscription")]
    if at.connection.resumes is None:
        at.connection.resumes = {}
    if len(at.connection.resumes) >= CHANNELS_MAX and wish.channel not in at.connection.resumes:
        return [p.error(None, "This socket resumes too many channels")]
    at.connection.resumes[wish.channel] = wish
    return []


def _client_event(at: Origin, said: p.ClientEvent) -> list[str]:
    why = _client_event_fault(at, said)
    if why is None:
        at.namespace.client_event(at.connection, said)
        return []
    return [p.error(p.CLIENT_EVENT_REFUSED, why)]


def _client_event_fault(at: Origin, said: p.ClientEvent) -> str | None:
    if not at.namespace.terms.client_events:  # of ours they never are
        return "Clients cannot publish here: use the API"
    if not takes_client_events(said.channel):
        return "Client events are for private and presence channels"
    if said.channel not in at.connection.channels:
        return "Who has not subscribed to a channel cannot speak there"
    if len(said.event) > EVENT_MAX:
        return f"An event's name has at most {EVENT_MAX} characters"
    if len(said.data.encode()) > p.DATA_MAX:
        return "An event's data has at most 10 KB"
    if not at.connection.may_say(int(at.hub.clock.now().timestamp())):
        return "Too many client events: 10 in a second are the limit"
    return None
