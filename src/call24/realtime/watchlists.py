"""Which of an application's users are signed in, and who is told when one of them comes or goes.

A socket that signs in may bring a watchlist: ids of other users. It is told of those that are there and those that are
not, then of every change. Source: Pusher Channels, "Watchlist events".
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from call24.realtime import protocol
from call24.realtime.connection import Connection

WATCHED_MAX = 100


def watchlist_of(user_data: dict[str, Any], longest: int) -> tuple[str, ...] | None:
    """What a sign-in brings; None when it is no list of at most 100 ids."""
    found = user_data.get("watchlist") or []
    if not isinstance(found, list) or len(found) > WATCHED_MAX:
        return None
    if not all(isinstance(one, str) and 0 < len(one) <= longest for one in found):
        return None
    return tuple(dict.fromkeys(found))


class Watchlists:
    """One application's. A user with several sockets is there until the last of them has left."""

    def __init__(self) -> None:
        self._sockets: dict[str, set[Connection]] = {}
        self._watchers: dict[str, set[Connection]] = {}

    def signed_in(self, connection: Connection, user_id: str, watched: tuple[str, ...]) -> list[str]:
        """What the socket is told."""
        self._unwatch(connection)
        theirs = self._sockets.setdefault(user_id, set())
        came = not theirs
        theirs.add(connection)
        if came:
            self._tell(user_id, "online")
        connection.watched = watched
        for one in watched:
            self._watchers.setdefault(one, set()).add(connection)
        here = [one for one in watched if one in self._sockets]
        away = [one for one in watched if one not in self._sockets]
        told = {name: people for name, people in (("online", here), ("offline", away)) if people}
        return [protocol.watchlist_events(told)] if told else []

    def left(self, connection: Connection) -> None:
        self._unwatch(connection)
        user_id = connection.user_id
        if user_id is None or (theirs := self._sockets.get(user_id)) is None:
            return
        theirs.discard(connection)
        if not theirs:
            del self._sockets[user_id]
            self._tell(user_id, "offline")

    def _tell(self, user_id: str, event: str) -> None:
        watchers: Iterable[Connection] = self._watchers.get(user_id, ())
        if watchers:
            text = protocol.watchlist_events({event: [user_id]})
            for one in watchers:
                one.put(text)

    def _unwatch(self, connection: Connection) -> None:
        for one in connection.watched:
            watchers = self._watchers.get(one, set())
            watchers.discard(connection)
            if not watchers:
                self._watchers.pop(one, None)
        connection.watched = ()
