"""Who is subscribed to what, and publishing to them without ever waiting for one of them.

It knows neither the wire (socket.py) nor what the events mean.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from call24.identity.channel_auth import ChannelAuth, Grant
from call24.kit.clock import Clock
from call24.kit.ids import TokenId, UserId
from call24.realtime import protocol
from call24.realtime.connection import Connection
from call24.realtime.protocol import Close

SOCKETS_MAX = 10_000


@dataclass
class Counters:
    """Since the start of this process; `too_slow`: sockets closed because they did not take what was published."""

    opened: int = 0
    published: int = 0
    delivered: int = 0
    too_slow: int = 0
    refused: int = 0


class Hub:
    """One per process. A socket is in it from `open` to `leave`."""

    def __init__(self, auth: ChannelAuth, clock: Clock, *, sockets_max: int = SOCKETS_MAX) -> None:
        self.key = auth.realtime.key
        self.clock = clock
        self.counters = Counters()
        self._auth = auth
        self._sockets_max = sockets_max
        self._sockets: dict[str, Connection] = {}
        self._channels: dict[str, dict[str, Connection]] = {}

    @property
    def sockets(self) -> int:
        return len(self._sockets)

    def subscribers(self, channel: str) -> int:
        return len(self._channels.get(channel, ()))

    def users(self) -> set[UserId]:
        """Whose sockets are open. What stopped answering is closed after a while (pulse.py)."""
        grants = (connection.grant for connection in self._sockets.values() if not connection.closing)
        return {grant.user_id for grant in grants if grant is not None}

    def publish(self, channel: str, event: str, payload: Any) -> int:
        """Put `event` before every subscriber, encoded once; gives how many there are.

        A subscriber that does not keep up is closed: its client connects again and takes a new snapshot.
        """
        self.counters.published += 1
        subscribers = self._channels.get(channel)
        if not subscribers:
            return 0
        text = protocol.published(channel, event, payload)
        took = 0
        for connection in list(subscribers.values()):
            if connection.put(text):
                took += 1
            elif not connection.closing:
                self.counters.too_slow += 1
                connection.close(Close.OVER_CAPACITY, "Too slow: connect again")
        self.counters.delivered += took
        return took

    def disconnect(self, token_id: TokenId) -> int:
        """A session ended: its sockets hear nothing from now on and are closed. Gives how many there were."""
        return self._end(token_id)

    def disconnect_user(self, user_id: UserId) -> int:
        """All of a user's sessions ended."""
        return self._end(user_id)

    # For socket.py

    def open(self) -> Connection | None:
        """A new socket; None when there are too many."""
        if len(self._sockets) >= self._sockets_max:
            return None
        while (socket_id := f"{secrets.randbelow(10**10)}.{secrets.randbelow(10**10)}") in self._sockets:
            pass
        self.counters.opened += 1
        connection = self._sockets[socket_id] = Connection(socket_id)
        return connection

    def leave(self, connection: Connection) -> None:
        for channel in list(connection.channels):
            self.unsubscribe(connection, channel)
        self._sockets.pop(connection.socket_id, None)

    def subscribe(self, connection: Connection, channel: str, auth: str) -> Grant | None:
        """None: not allowed. All of a socket's channels are one session's."""
        grant = self._auth.redeem(connection.socket_id, channel, auth)
        if grant is None or connection.closing or not connection.belongs_to(grant):
            self.counters.refused += 1
            return None
        connection.grant = grant
        connection.channels.add(channel)
        self._channels.setdefault(channel, {})[connection.socket_id] = connection
        return grant

    def unsubscribe(self, connection: Connection, channel: str) -> None:
        connection.channels.discard(channel)
        subscribers = self._channels.get(channel, {})
        subscribers.pop(connection.socket_id, None)
        if not subscribers:
            self._channels.pop(channel, None)

    def _end(self, who: TokenId | UserId) -> int:
        self._auth.revoke(who)
        theirs = [
            connection
            for connection in self._sockets.values()
            if connection.grant is not None and who in (connection.grant.token_id, connection.grant.user_id)
        ]
        for connection in theirs:
            connection.close(Close.UNAUTHORISED, "The session has ended")
        return len(theirs)
