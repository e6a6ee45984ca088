"""Who may listen to which realtime channel: the signature of a subscription, and for which session it was made.

A signature alone is not enough to subscribe: it must be fresh, for that very socket and one of the session's own
channels, and the session must not have been revoked meanwhile. It knows no sockets (realtime/) and no HTTP.
An organisation's own application is asked for by its own server too, which signs with the application's secret. What
we sign there for a session is signed with a secret derived from it, so that the two are told apart: the first counts
as long as the secret does, the second only with the session.
Source: Pusher Channels, "Auth signatures": HMAC-SHA256 over `socket_id:channel_name[:channel_data]`, sent as `key:hex`;
"User authentication": over `socket_id::user::user_data`.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections import OrderedDict
from datetime import datetime, timedelta

import msgspec

from call24.identity.model import Principal
from call24.kit.clock import Clock
from call24.kit.errors import Refused, Unauthenticated
from call24.kit.ids import TenantId, TokenId, UserId
from call24.kit.secrets import RealtimeKey

FRESH = timedelta(seconds=60)
GRANTS_MAX = 20_000

SOCKET_ID = re.compile(r"[0-9]{1,20}\.[0-9]{1,20}")
_ULID = "[0-9a-hjkmnp-tv-z]{26}"
CHANNEL = re.compile(rf"private-tenant\.ten_{_ULID}(?:\.user\.usr_{_ULID})?")


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """Whose session a socket speaks for."""

    tenant_id: TenantId
    user_id: UserId
    token_id: TokenId
    at: datetime

    def owns(self, channel: str) -> bool:
        return channel in channels_of(self.user_id, self.tenant_id)


class SignatureRequest(msgspec.Struct, frozen=True):
    """To hear `channel`, or, without one, to sign in; `data`: what was signed besides."""

    channel: str | None
    data: str = ""


class ChannelAdmission(msgspec.Struct, frozen=True):
    """`grant`: the session that it was signed for; None: the organisation's own server signed it."""

    grant: Grant | None


def tenant_channel(tenant_id: TenantId) -> str:
    return f"private-tenant.{tenant_id}"


def user_channel(user_id: UserId, tenant_id: TenantId) -> str:
    """It begins with its organisation's: no event gets to a user of another one by a user's id alone."""
    return f"{tenant_channel(tenant_id)}.user.{user_id}"


def channels_of(user_id: UserId, tenant_id: TenantId) -> tuple[str, str]:
    """All that a session may hear of this installation's own events."""
    return user_channel(user_id, tenant_id), tenant_channel(tenant_id)


def sign(realtime: RealtimeKey, socket_id: str, channel: str, channel_data: str = "") -> str:
    """What a client shows to subscribe; `channel_data` on presence channels."""
    return _signed(realtime, _of_channel(socket_id, channel, channel_data))


def sign_user(realtime: RealtimeKey, socket_id: str, user_data: str) -> str:
    """What a client shows to sign in."""
    return _signed(realtime, _of_user(socket_id, user_data))


def for_sessions(realtime: RealtimeKey) -> RealtimeKey:
    """With this we sign for a session what its organisation's own server signs with the application's secret."""
    derived = hmac.digest(realtime.secret.encode(), b"call24 sessions", hashlib.sha256).hex()
    return RealtimeKey(realtime.key, derived)


def _of_channel(socket_id: str, channel: str, channel_data: str) -> str:
    return f"{socket_id}:{channel}:{channel_data}" if channel_data else f"{socket_id}:{channel}"


def _of_user(socket_id: str, user_data: str) -> str:
    return f"{socket_id}::user::{user_data}"


def _signed(realtime: RealtimeKey, text: str) -> str:
    digest = hmac.digest(realtime.secret.encode(), text.encode(errors="replace"), hashlib.sha256)
    return f"{realtime.key}:{digest.hex()}"


def _is_signed(realtime: RealtimeKey, text: str, auth: str) -> bool:
    return hmac.compare_digest(_signed(realtime, text).encode(), auth.encode(errors="replace"))


class ChannelGrants:
    """Remembers, for a minute, which session asked for which socket; bounded in number."""

    def __init__(self, realtime: RealtimeKey, clock: Clock) -> None:
        self.realtime = realtime
        self._clock = clock
        self._grants: OrderedDict[str, Grant] = OrderedDict()
        self._revoked: OrderedDict[str, datetime] = OrderedDict()

    def authorised(self, socket_id: str, principal: Principal) -> None:
        """Called before a signature is given out: from now on the socket can only be this session's.

        Raises: Unauthenticated when the session was revoked meanwhile, Refused when another session has the socket.
        """
        self._forget_old()
        if not self._revoked.keys().isdisjoint((principal.token_id, principal.user_id)):
            raise Unauthenticated
        known = self._grants.get(socket_id)
        if known is not None and known.token_id != principal.token_id:
            raise Refused("This connection belongs to another session")
        self._grants[socket_id] = Grant(
            tenant_id=principal.tenant_id,
            user_id=principal.user_id,
            token_id=principal.token_id,
            at=self._clock.now(),
        )
        self._grants.move_to_end(socket_id)

    def redeem(self, socket_id: str, channel: str, auth: str, channel_data: str = "") -> Grant | None:
        """The session behind `auth`; None for anything malformed, forged, foreign, outdated or revoked."""
        if not _is_signed(self.realtime, _of_channel(socket_id, channel, channel_data), auth):
            return None
        if not CHANNEL.fullmatch(channel):
            return None
        grant = self._standing(socket_id)
        return grant if grant is not None and grant.owns(channel) else None

    def redeem_user(self, socket_id: str, user_data: str, auth: str) -> Grant | None:
        """The same for who signs in."""
        right = _is_signed(self.realtime, _of_user(socket_id, user_data), auth)
        return self._standing(socket_id) if right else None

    def admits(
        self, of: RealtimeKey, tenant_id: TenantId, socket_id: str, wish: SignatureRequest, auth: str
    ) -> ChannelAdmission | None:
        """Whether an organisation's application lets a socket have its `wish`, and for which session if for one."""
        text = (
            _of_user(socket_id, wish.data) if wish.channel is None else _of_channel(socket_id, wish.channel, wish.data)
        )
        if _is_signed(of, text, auth):
            return ChannelAdmission(grant=None)
        if not _is_signed(for_sessions(of), text, auth):
            return None
        grant = self._standing(socket_id)
        return ChannelAdmission(grant=grant) if grant is not None and grant.tenant_id == tenant_id else None

    def _standing(self, socket_id: str) -> Grant | None:
        self._forget_old()
        return self._grants.get(socket_id)

    def revoke(self, who: TokenId | UserId) -> None:
        """A session, or all of a user's, may not subscribe: not with what was signed, nor with what is being signed."""
        self._revoked[who] = self._clock.now()
        self._revoked.move_to_end(who)
        for socket_id in [socket_id for socket_id, x in self._grants.items() if who in (x.token_id, x.user_id)]:
            del self._grants[socket_id]

    def _forget_old(self) -> None:
        """Both maps are in the order of their times, so only their beginnings are looked at."""
        old = self._clock.now() - FRESH
        while self._grants and (len(self._grants) >= GRANTS_MAX or next(iter(self._grants.values())).at <= old):
            self._grants.popitem(last=False)
        while self._revoked and next(iter(self._revoked.values())) <= old:
            self._revoked.popitem(last=False)
