"""One channel: who hears it, who is present in it, its last events with their numbers. It sends nothing by itself.

Events of a channel are numbered 1, 2, 3, ... within an epoch, which is the life of this object. A client that comes
back names both; what it missed is told again as long as it is among the last `KEPT_MAX` events and not older than
`KEPT_S` seconds.
"""

from __future__ import annotations

import secrets
from collections import deque
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from call24.realtime.connection import Connection
from call24.realtime.names import is_cache, is_presence
from call24.realtime.protocol import Resume

KEPT_MAX = 100
KEPT_BYTES_MAX = 256 * 1024
KEPT_S = 120.0
CACHED_S = 1800.0
MEMBERS_MAX = 100


class KeptEvent(NamedTuple):
    seq: int
    at: datetime
    text: str
    left_out: str  # a socket's id


class PresenceMember:
    """Somebody who is present, on one or more sockets."""

    __slots__ = ("info", "sockets")

    def __init__(self, info: Any) -> None:
        self.info = info
        self.sockets: set[str] = set()


class Channel:
    __slots__ = ("_kept", "bytes", "cached", "epoch", "followers", "members", "name", "seq", "subscribers", "vacant_at")

    def __init__(self, name: str) -> None:
        self.name = name
        self.epoch = secrets.token_hex(6)
        self.seq = 0
        self.subscribers: dict[str, Connection] = {}
        self.followers: dict[str, Connection] = {}
        self.members: dict[str, PresenceMember] | None = {} if is_presence(name) else None
        self.cached: tuple[datetime, str, str] | None = None  # when, the frame, the data in it
        self.vacant_at: datetime | None = None
        self.bytes = 0
        self._kept: deque[KeptEvent] = deque()

    def keep(self, text: str, at: datetime, left_out: str = "") -> None:
        """`text` is the event numbered `seq`."""
        self._kept.append(KeptEvent(self.seq, at, text, left_out))
        self.bytes += len(text)
        self.forget_old(at)

    def forget_old(self, now: datetime) -> None:
        old = now - timedelta(seconds=KEPT_S)
        kept = self._kept
        while kept and (len(kept) > KEPT_MAX or self.bytes > KEPT_BYTES_MAX or kept[0].at <= old):
            self.bytes -= len(kept.popleft().text)

    def forget_all(self) -> None:
        self._kept.clear()
        self.bytes = 0

    def missed(self, wish: Resume) -> list[str] | None:
        """The events after the last that a client heard, without those it was left out of. None: not known any more."""
        if wish.epoch != self.epoch or not 0 <= wish.after <= self.seq:
            return None
        first = self._kept[0].seq if self._kept else self.seq + 1
        if wish.after + 1 < first:
            return None
        return [one.text for one in self._kept if one.seq > wish.after and one.left_out != (wish.socket_id or "-")]

    def cache(self, text: str, data: str, at: datetime) -> None:
        if is_cache(self.name):
            self.cached = at, text, data

    def cached_for(self, now: datetime) -> float:
        """Seconds for which the last event will still be told to who subscribes."""
        return 0.0 if self.cached is None else max(0.0, CACHED_S - (now - self.cached[0]).total_seconds())

    def idle(self, now: datetime) -> bool:
        """Whether nobody can miss this object any more."""
        if self.vacant_at is None:
            return False
        return (now - self.vacant_at).total_seconds() >= KEPT_S and self.cached_for(now) == 0

    def present(self) -> dict[str, Any] | None:
        """Of a presence channel, user ids with what is told of each."""
        return None if self.members is None else {id: member.info for id, member in self.members.items()}
