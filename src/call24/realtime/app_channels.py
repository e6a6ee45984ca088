"""One application's channels and sockets: nothing in it is ever reached from another application's.

It puts events before sockets and says what happened (`tell`: the webhooks). Who may subscribe was decided before.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from call24.kit.clock import Clock
from call24.pusher_apps.model import AppTerms
from call24.realtime import frames, protocol
from call24.realtime.channel import MEMBERS_MAX, Channel, PresenceMember
from call24.realtime.connection import Connection, Outbox
from call24.realtime.counts import SubscriberCounts
from call24.realtime.names import TO_USER, is_cache
from call24.realtime.protocol import ClientEvent, Close
from call24.realtime.watchlists import Watchlists

KEPT_BYTES_MAX = 32 * 1024 * 1024
VACANT_MAX = 2_000

Tell = Callable[[AppTerms, dict[str, Any]], None]


class Counters:
    """Since the start of this process; `too_slow`: sockets closed because they did not take what was published."""

    def __init__(self) -> None:
        self.opened = self.published = self.delivered = self.too_slow = self.refused = 0


class AppChannels:
    def __init__(self, terms: AppTerms, clock: Clock, counters: Counters, outbox: Outbox, tell: Tell) -> None:
        self.terms = terms
        self.connections: dict[str, Connection] = {}
        self.channels: dict[str, Channel] = {}
        self._vacant: OrderedDict[str, Channel] = OrderedDict()
        self._clock = clock
        self._counters = counters
        self._outbox = outbox
        self._tell = tell
        self._bytes = 0
        self._counts = SubscriberCounts(clock, self._tell_count)
        self.watchlists = Watchlists()

    # --- publishing ---

    def publish(self, name: str, event: str, data: str, left_out: str = "") -> int:
        """Put an event before every subscriber but `left_out`, encoded once; gives how many took it.

        A subscriber that does not keep up is closed: its client connects again and asks for what it missed.
        """
        self._counters.published += 1
        channel = self.channels.get(name)
        if channel is None:
            if not is_cache(name):
                return 0
            channel = self._make(name)
            self._vacate(channel)
        now = self._clock.now()
        channel.seq += 1
        text = protocol.published(name, event, data, channel.seq)
        channel.cache(text, data, now)
        return self._send(channel, text, now, left_out)

    def client_event(self, connection: Connection, said: ClientEvent) -> None:
        """To everybody on the channel but who says it."""
        channel = self.channels[said.channel]
        user_id = (connection.members or {}).get(said.channel)
        channel.seq += 1
        text = protocol.client_said(said, channel.seq, user_id)
        self._send(channel, text, self._clock.now(), connection.socket_id)
        by = {} if user_id is None else {"user_id": user_id}
        told = {"channel": said.channel, "event": said.event, "data": said.data, "socket_id": connection.socket_id}
        self._say({"name": "client_event", **told, **by})

    def _send(self, channel: Channel, text: str, now: datetime, left_out: str) -> int:
        took = self._put_to(channel.subscribers.values(), text, left_out)
        if channel.followers:
            self._put_to(channel.followers.values(), protocol.position(channel.name, channel.epoch, channel.seq))
        self._counters.delivered += took
        self._keep(channel, text, now, left_out)
        return took

    def _keep(self, channel: Channel, text: str, now: datetime, left_out: str) -> None:
        self._bytes -= channel.bytes
        channel.keep(text, now, left_out)
        if self._bytes + channel.bytes > KEPT_BYTES_MAX:
            channel.forget_all()  # who comes back to it is told to reload
        self._bytes += channel.bytes

    def _put_to(self, connections: Collection[Connection], text: str, left_out: str = "") -> int:
        """Encoded once, and a write for each: there is nothing cheaper in a delivery. Gives how many took it."""
        frame = frames.text(text)
        hearers = [one for one in connections if one.socket_id != left_out] if left_out else connections
        took = self._outbox.broadcast(hearers, frame)
        if len(took) < len(hearers):
            for connection in set(hearers).difference(took):
                self._too_slow(connection)
        return len(took)

    def _too_slow(self, connection: Connection) -> None:
        if not connection.closing:
            self._counters.too_slow += 1
            connection.close(Close.OVER_CAPACITY, "Too slow: connect again")

    # --- subscribing ---

    def full(self, name: str, user_id: str) -> bool:
        """Whether a presence channel takes no more people."""
        members = (channel.members if (channel := self.channels.get(name)) else None) or {}
        return user_id not in members and len(members) >= MEMBERS_MAX

    def subscribe(self, connection: Connection, name: str, member: tuple[str, Any] | None = None) -> list[str]:
        """`member`: user id and info, on a presence channel. Gives what the socket is told, in this order."""
        channel = self.channels.get(name) or self._make(name)
        fresh = connection.socket_id not in channel.subscribers
        connection.channels.add(name)
        channel.subscribers[connection.socket_id] = connection
        if channel.vacant_at is not None or (len(channel.subscribers) == 1 and fresh):
            channel.vacant_at = None
            self._vacant.pop(name, None)
            self._say({"name": "channel_occupied", "channel": name})
        if member is not None and fresh:
            self._join(channel, connection, *member)
        told = [protocol.subscribed(name, channel.present()), *self._first(channel, connection)]
        if fresh:
            self._counted(channel)
        return told

    def _first(self, channel: Channel, connection: Connection) -> list[str]:
        """What follows a subscription: what was missed, or the last event of a cache channel."""
        wish = (connection.resumes or {}).pop(channel.name, None)
        now = self._clock.now()
        if wish is not None:
            channel.forget_old(now)
            channel.followers[connection.socket_id] = connection
            missed = channel.missed(wish) if wish.epoch else []
            if missed is None:
                why = "too much was missed" if wish.epoch == channel.epoch else "the channel began anew"
                return [*self._cached(channel, now), protocol.reload(channel.name, channel.epoch, channel.seq, why)]
            first = [] if wish.epoch else self._cached(channel, now)
            return [*first, *missed, protocol.resumed(channel.name, channel.epoch, channel.seq, len(missed))]
        return self._cached(channel, now)

    def _cached(self, channel: Channel, now: datetime) -> list[str]:
        if not is_cache(channel.name):
            return []
        if channel.cached is not None and channel.cached_for(now) > 0:
            return [channel.cached[1]]
        self._say({"name": "cache_miss", "channel": channel.name})
        return [protocol.cache_miss(channel.name)]

    def unsubscribe(self, connection: Connection, name: str) -> None:
        connection.channels.discard(name)
        channel = self.channels.get(name)
        if channel is None or channel.subscribers.pop(connection.socket_id, None) is None:
            return
        channel.followers.pop(connection.socket_id, None)
        self._part(channel, connection)
        self._counted(channel)
        if not channel.subscribers:
            self._vacate(channel)
            self._say({"name": "channel_vacated", "channel": name})

    def _join(self, channel: Channel, connection: Connection, user_id: str, info: Any) -> None:
        assert channel.members is not None
        member = channel.members.get(user_id)
        if connection.members is None:
            connection.members = {}
        connection.members[channel.name] = user_id
        if member is None:
            member = channel.members[user_id] = PresenceMember(info)
            added = protocol.member_added(channel.name, user_id, info)
            self._put_to(channel.subscribers.values(), added, connection.socket_id)
            self._say({"name": "member_added", "channel": channel.name, "user_id": user_id})
        member.sockets.add(connection.socket_id)

    def _part(self, channel: Channel, connection: Connection) -> None:
        user_id = (connection.members or {}).pop(channel.name, None)
        if user_id is None or channel.members is None:
            return
        member = channel.members[user_id]
        member.sockets.discard(connection.socket_id)
        if not member.sockets:
            del channel.members[user_id]
            self._put_to(channel.subscribers.values(), protocol.member_removed(channel.name, user_id))
            self._say({"name": "member_removed", "channel": channel.name, "user_id": user_id})

    def _counted(self, channel: Channel) -> None:
        """How many there are has changed; of a presence channel everybody knows, of a user's own nobody needs to."""
        if channel.members is None and not channel.name.startswith(TO_USER):
            self._counts.changed(channel.name, len(channel.subscribers))

    def _tell_count(self, name: str) -> None:
        channel = self.channels.get(name)
        if channel is None:
            return
        count = len(channel.subscribers)
        self._say({"name": "subscription_count", "channel": name, "subscription_count": count})
        if self.terms.subscription_counts and count:
            self._put_to(channel.subscribers.values(), protocol.subscription_count(name, count))

    # --- sockets and channels ---

    def close(self, code: Close, reason: str, of: Callable[[Connection], bool] = lambda _: True) -> int:
        """Sockets hear nothing from now on and are closed; how many."""
        theirs = [connection for connection in self.connections.values() if of(connection)]
        for connection in theirs:
            connection.close(code, reason)
        return len(theirs)

    def leave(self, connection: Connection) -> None:
        for name in list(connection.channels):
            self.unsubscribe(connection, name)
        self.watchlists.left(connection)
        self.connections.pop(connection.socket_id, None)

    def occupied(self, prefix: str = "") -> list[Channel]:
        return [
            one
            for name, one in self.channels.items()
            if one.subscribers and name.startswith(prefix) and not name.startswith(TO_USER)
        ]

    def cached_for(self, channel: Channel) -> float:
        """Seconds for which the last event of a cache channel will still be told."""
        return channel.cached_for(self._clock.now())

    def sweep(self) -> None:
        """Forget what nobody can ask for any more."""
        now = self._clock.now()
        for channel in list(self.channels.values()):
            if channel.bytes:
                self._bytes -= channel.bytes
                channel.forget_old(now)
                self._bytes += channel.bytes
        for channel in [one for one in self._vacant.values() if one.idle(now)]:
            self._drop(channel)

    def _say(self, event: dict[str, Any]) -> None:
        if not event["channel"].startswith(TO_USER):  # whose own channel it is concerns nobody else
            self._tell(self.terms, event)

    def _make(self, name: str) -> Channel:
        channel = self.channels[name] = Channel(name)
        return channel

    def _vacate(self, channel: Channel) -> None:
        channel.vacant_at = self._clock.now()
        self._vacant[channel.name] = channel
        if len(self._vacant) > VACANT_MAX:
            self._drop(next(iter(self._vacant.values())))

    def _drop(self, channel: Channel) -> None:
        self._vacant.pop(channel.name, None)
        self.channels.pop(channel.name, None)
        self._bytes -= channel.bytes
