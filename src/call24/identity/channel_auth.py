"""Who may listen to which realtime channel: the signature of a subscription, and for which session it was made.

A signature alone is not enough to subscribe: it must be fresh, for that very socket and one of the session's own
channels, and the session must not have been revoked meanwhile. It knows no sockets (realtime/) and no HTTP.
Source: Pusher Channels, "Auth signatures": HMAC-SHA256 over `socket_id:channel_name`, sent as `key:hex`.
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
CHANNEL = re.compile(r"private-(?:user\.usr|tenant\.ten)_[0-9a-hjkmnp-tv-z]{26}")


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """Whose session a socket speaks for."""

    tenant_id: TenantId
    user_id: UserId
    token_id: TokenId
    at: datetime

    def owns(self, channel: str) -> bool:
        return channel in (user_channel(self.user_id), tenant_channel(self.tenant_id))


def user_channel(user_id: UserId) -> str:
    return f"private-user.{user_id}"


def tenant_channel(tenant_id: TenantId) -> str:
    return f"private-tenant.{tenant_id}"


def sign(realtime: RealtimeKey, socket_id: str, channel: str) -> str:
    """The one implementation: what a client shows to subscribe."""
    text = f"{socket_id}:{channel}".encode()
    return f"{realtime.key}:{hmac.digest(realtime.secret.encode(), text, hashlib.sha256).hex()}"


class ChannelAuth:
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
            raise Refused("This socket belongs to another session")
        self._grants[socket_id] = Grant(
            tenant_id=principal.tenant_id,
            user_id=principal.user_id,
            token_id=principal.token_id,
            at=self._clock.now(),
        )
        self._grants.move_to_end(socket_id)

    def redeem(self, socket_id: str, channel: str, auth: str) -> Grant | None:
        """The session behind `auth`; None for anything malformed, forged, foreign, outdated or revoked."""
        expected = sign(self.realtime, socket_id, channel)
        if not hmac.compare_digest(expected.encode(), auth.encode(errors="replace")) or not CHANNEL.fullmatch(channel):
            return None
        self._forget_old()
        grant = self._grants.get(socket_id)
        return grant if grant is not None and grant.owns(channel) else None

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
