"""Every socket there is, by application; publishing to them without ever waiting for one of them.

The built-in application is Call24's own: its sockets belong to sessions, its events come from the journal.
The others are organisations' own. It knows neither the wire (socket.py) nor what the events mean.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from typing import Any

from call24.identity.channel_auth import ChannelGrants
from call24.kit.clock import Clock, TimerHandle
from call24.kit.ids import ContactId, TenantId, TokenId, UserId
from call24.pusher_apps.model import AppTerms
from call24.realtime import protocol
from call24.realtime.app_channels import AppChannels, Counters, Tell
from call24.realtime.connection import Connection, Far, Outbox, Wire
from call24.realtime.keepalive import Keepalive
from call24.realtime.protocol import Close
from call24.realtime.slow import Waiting, too_slow

SOCKETS_MAX = 10_000
FAR_MAX = 100_000
"""Sockets that nodes hold, over all of them."""
ORGANISATIONS_AT_LEAST = 2
"""So many share either, so one organisation has half at most: by its own applications, and by its people's apps."""
SWEEP_S = 30.0

Known = Callable[[str], AppTerms | None]


def _nobody(_key: str) -> AppTerms | None:
    return None


def _untold(_terms: AppTerms, _event: dict[str, Any]) -> None:
    return None


class Hub:
    """One per process. A socket is in it from `open` to `leave`. `known`: an application by its key."""

    def __init__(
        self,
        auth: ChannelGrants,
        clock: Clock,
        *,
        known: Known = _nobody,
        tell: Tell = _untold,
        sockets_max: int = SOCKETS_MAX,
    ) -> None:
        self.auth = auth
        self.clock = clock
        self.counters = Counters()
        self.heartbeat = Keepalive()
        self._outbox = Outbox(self._look_for_slow)
        terms = AppTerms(number="", key=auth.realtime.key, secret=auth.realtime.secret, tenant_id=TenantId(""))
        self.built_in = AppChannels(terms, clock, self.counters, self._outbox, _untold)
        self._known = known
        self._tell = tell
        self._sockets_max = sockets_max
        self._sockets: dict[str, Connection] = {}
        self._far: set[str] = set()
        self._tenants: Counter[tuple[TenantId, bool]] = Counter()
        """How many an organisation has here, and (True) at nodes."""
        self._namespaces: dict[str, AppChannels] = {terms.key: self.built_in}
        self._timer: TimerHandle | None = None

    @property
    def key(self) -> str:
        return self.built_in.terms.key

    @property
    def sockets(self) -> int:
        return len(self._sockets)

    @property
    def sockets_max(self) -> int:
        return self._sockets_max

    # --- the built-in application ---

    def subscribers(self, channel: str) -> int:
        found = self.built_in.channels.get(channel)
        return len(found.subscribers) if found is not None else 0

    @property
    def anybody(self) -> bool:
        """Whether any channel is wanted: with nobody there, nothing is looked up for who might be."""
        return bool(self.built_in.channels)

    def wanted(self, channel: str) -> bool:
        """Whether somebody hears it, or may come back and ask for what was missed."""
        return channel in self.built_in.channels

    def users(self) -> set[UserId]:
        """Whose apps are connected. What stopped answering is closed after a while (activity_timeout.py)."""
        grants = (one.grant for one in self.built_in.connections.values() if not one.closing)
        return {grant.user_id for grant in grants if grant is not None}

    def publish(self, channel: str, event: str, payload: Any) -> int:
        """Gives how many sockets took it."""
        return self.built_in.publish(channel, event, protocol.encoded(payload)) if self.wanted(channel) else 0

    def revoke(self, token_id: TokenId) -> int:
        """A session ended: its sockets hear nothing from now on and are closed. Gives how many there were."""
        return self._revoke(token_id)

    def revoke_users(self, user_ids: Collection[UserId]) -> int:
        """None of them may hear anything any more, whatever their sessions."""
        return self._revoke(*user_ids)

    def _revoke(self, *who: TokenId | UserId) -> int:
        for one in who:
            self.auth.revoke(one)
        revoked = frozenset(who)
        return sum(
            namespace.close(
                Close.UNAUTHORISED,
                "The session has ended",
                lambda one: one.grant is not None and not revoked.isdisjoint((one.grant.token_id, one.grant.user_id)),
            )
            for namespace in self._namespaces.values()
        )

    # --- applications ---

    def erase_callers(self, tenant_id: TenantId, contact_ids: Sequence[ContactId]) -> int:
        """They are erased: what the organisation's apps could be sent again is forgotten, whomever it names. An app
        that missed something loads the board again. It kept nothing that is counted, so 0."""
        for channel in self.built_in.channels.values():
            if tenant_id in channel.name:
                channel.forget_all()
                channel.cached = None
        return 0

    def namespace(self, key: str) -> AppChannels | None:
        """Of the application with this key, as long as there is one."""
        found = self._namespaces.get(key)
        if found is None and (terms := self._known(key)) is not None:
            found = self._namespaces[key] = AppChannels(terms, self.clock, self.counters, self._outbox, self._tell)
            self._sweep_later()
        return found

    def application_of(self, socket_id: str) -> str | None:
        """The key of the application that an open socket belongs to."""
        return next((key for key, one in self._namespaces.items() if socket_id in one.connections), None)

    def application_changed(self, terms: AppTerms) -> None:
        """Sockets that were let in by what counts no more are closed."""
        namespace = self._namespaces.get(terms.key)
        if namespace is None:
            return
        before, namespace.terms = namespace.terms, terms
        if not terms.served:
            namespace.close(Close.DISABLED, "The application is switched off")
        elif terms.secret != before.secret or terms.member_channels != before.member_channels:
            namespace.close(Close.AGAIN, "Who may hear what has changed: connect again")

    def application_removed(self, key: str) -> None:
        if key != self.key and (namespace := self._namespaces.pop(key, None)) is not None:
            namespace.close(Close.UNKNOWN_APP, "There is no such app")

    # --- for nodes/ ---

    def send_far(self, far: Far | None) -> None:
        """Where what is for sockets of other processes goes; None: there are none."""
        self._outbox.far = far

    # --- for socket.py ---

    def open(
        self, namespace: AppChannels, wire: Wire, ended: Callable[[Close, str], object], socket_id: str = ""
    ) -> Connection | Close:
        """A new socket, or why there is none. `ended`: called when it is to be closed. `socket_id`: that it has at the
        node that holds it."""
        if not namespace.terms.served:
            return Close.DISABLED
        if namespace is not self.built_in and len(namespace.connections) >= namespace.terms.connections_max:
            return Close.OVER_QUOTA
        is_far = bool(socket_id)
        here = len(self._far) if is_far else len(self._sockets) - len(self._far)
        tenant_id = namespace.terms.tenant_id
        if here >= self._most(is_far) or (namespace is not self.built_in and not self._may_have(tenant_id, is_far)):
            return Close.OVER_CAPACITY
        if is_far:
            self._far.add(socket_id)
        socket_id = socket_id or self._new_id()
        self.counters.opened += 1
        connection = self._sockets[socket_id] = Connection(socket_id, wire, self._outbox, ended)
        namespace.connections[socket_id] = connection
        if namespace is self.built_in:
            connection.counted = self._count_for
        else:
            self._count_for(connection, tenant_id)
        self._sweep_later()
        return connection

    def _most(self, is_far: bool) -> int:
        return FAR_MAX if is_far else self._sockets_max

    def _may_have(self, tenant_id: TenantId, is_far: bool) -> bool:
        return self._tenants[tenant_id, is_far] < max(1, self._most(is_far) // ORGANISATIONS_AT_LEAST)

    def _count_for(self, connection: Connection, tenant_id: TenantId) -> bool:
        """For this organisation from now on; False: it has as many as it may have."""
        is_far = connection.socket_id in self._far
        if connection.tenant_id != tenant_id:
            if not self._may_have(tenant_id, is_far):
                return False
            connection.tenant_id = tenant_id
            self._tenants[tenant_id, is_far] += 1
        return True

    def _look_for_slow(self) -> None:
        """What waits for clients that do not take it is bounded for each organisation, and in all."""
        waiting = (
            Waiting(one.wire.get_write_buffer_size(), one, one.tenant_id)
            for one in self._sockets.values()
            if not one.closing
        )
        for connection in too_slow(waiting):
            self.counters.too_slow += 1
            connection.close(Close.OVER_CAPACITY, "Too slow: connect again")

    def _new_id(self) -> str:
        while (socket_id := f"{secrets.randbelow(10**10)}.{secrets.randbelow(10**10)}") in self._sockets:
            pass
        return socket_id

    def leave(self, namespace: AppChannels, connection: Connection) -> None:
        namespace.leave(connection)
        self.heartbeat.remove(connection)
        if self._sockets.pop(connection.socket_id, None) is not None and connection.tenant_id:
            counted = (connection.tenant_id, connection.socket_id in self._far)
            self._tenants[counted] -= 1
            if not self._tenants[counted]:
                del self._tenants[counted]
        self._far.discard(connection.socket_id)

    def _sweep_later(self) -> None:
        if self._timer is None:
            self._timer = self.clock.call_later(SWEEP_S, self._sweep)

    def _sweep(self) -> None:
        self._timer = None
        for namespace in self._namespaces.values():
            namespace.sweep()
        if any(namespace.channels or namespace.connections for namespace in self._namespaces.values()):
            self._sweep_later()
