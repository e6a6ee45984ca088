"""The built-in application's events by way of hosted Pusher, or of anything with its HTTP API, through Pusher's own
library.

Who hears what is not known here: each event is made and sent, in order, whether somebody listens or not. What the
other side does not take for a while is dropped and counted; apps come back to a fresh snapshot by themselves.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from call24.kit.ids import UserId
from call24.kit.secrets import AppKey, RealtimeKey
from call24.kit.settings import Settings, SettingsError
from call24.realtime import protocol

log = logging.getLogger(__name__)

WAITING_MAX = 10_000
BATCH_MAX = 10
TIMEOUT_S = 5
RETRIES_S = (0.5, 1.0, 2.0)


@dataclass(frozen=True)
class HostedAt:
    """Pusher's own form of it: `https://KEY:SECRET@api-CLUSTER.pusher.com/apps/ID`."""

    app_id: str
    key: RealtimeKey
    host: str
    port: int
    tls: bool

    @property
    def socket_host(self) -> str:
        """Where its websockets are: Pusher has them beside its API; others serve both at one place."""
        if self.host == "api.pusherapp.com":
            return "ws.pusherapp.com"
        is_pusher = self.host.startswith("api-") and self.host.endswith(".pusher.com")
        return f"ws-{self.host.removeprefix('api-')}" if is_pusher else self.host


def hosted_at(url: str) -> HostedAt:
    """Raises: ValueError for what is no such address; it does not repeat it, since a secret is in it."""
    parts = urlsplit(url.strip())
    app_id = parts.path.removeprefix("/apps/").strip("/")
    if parts.scheme not in ("http", "https") or not (parts.hostname and parts.username and parts.password):
        raise ValueError("it is https://KEY:SECRET@HOST/apps/ID")
    if not app_id.isdigit():
        raise ValueError("it ends in /apps/ID, with digits for ID")
    tls = parts.scheme == "https"
    key = RealtimeKey(unquote(parts.username), unquote(parts.password))
    return HostedAt(app_id, key, parts.hostname, parts.port or (443 if tls else 80), tls)


def hosted(settings: Settings) -> HostedAt | None:
    """Raises: SettingsError."""
    url = settings.pusher_url()
    try:
        return None if url is None else hosted_at(url)
    except ValueError as error:
        raise SettingsError("--pusher-url-file", str(error)) from None


def realtime_key(settings: Settings, key: AppKey) -> RealtimeKey:
    """What the built-in application's channels are signed with. Raises: SettingsError."""
    elsewhere = hosted(settings)
    return elsewhere.key if elsewhere is not None else key.realtime()


@dataclass
class HostedCounters:
    sent: int = 0
    dropped: int = 0


@dataclass
class HostedPusher:
    """Takes the hub's place before the fan-out: `publish` never waits, `run` sends for as long as the process lives."""

    at: HostedAt
    counters: HostedCounters = field(default_factory=HostedCounters)

    def __post_init__(self) -> None:
        self._waiting: deque[Callable[[Any], Any] | dict[str, str]] = deque()
        self._filled = asyncio.Event()

    @property
    def anybody(self) -> bool:
        return True

    def wanted(self, channel: str) -> bool:
        return True

    def publish(self, channel: str, event: str, payload: Any) -> int:
        self._put({"channel": channel, "name": event, "data": protocol.encoded(payload)})
        return 1

    def disconnect_user(self, user_id: UserId) -> None:
        """What the user has signed in on is closed; a signature cannot be taken back there."""
        self._put(lambda client: _terminate(client, user_id))

    def _put(self, one: Callable[[Any], Any] | dict[str, str]) -> None:
        if len(self._waiting) >= WAITING_MAX:
            self._waiting.popleft()
            self.counters.dropped += 1
        self._waiting.append(one)
        self._filled.set()

    async def run(self) -> None:
        import pusher  # only where it is used: it brings libraries that the server does not need otherwise

        at = self.at
        words = {"app_id": at.app_id, "key": at.key.key, "secret": at.key.secret, "timeout": TIMEOUT_S}
        client = pusher.Pusher(**words, host=at.host, port=at.port, ssl=at.tls)
        while True:
            while not self._waiting:
                self._filled.clear()
                await self._filled.wait()
            work, count = self._next()
            if await _done(lambda work=work: work(client)):  # type: ignore[misc]
                self.counters.sent += count
            else:
                self.counters.dropped += count
                log.warning("hosted Pusher did not accept events: %d realtime events were dropped", count)

    def _next(self) -> tuple[Callable[[Any], Any], int]:
        """A request, and of how many events it is."""
        first = self._waiting.popleft()
        if callable(first):
            return first, 0
        batch = [first]
        while len(batch) < BATCH_MAX and self._waiting and isinstance(following := self._waiting[0], dict):
            self._waiting.popleft()
            batch.append(following)
        return lambda client: client.trigger_batch(batch, True), len(batch)


async def _done(work: Callable[[], Any]) -> bool:
    """The library blocks, so it works in a thread; one request at a time keeps the order."""
    for wait in (*RETRIES_S, None):
        try:
            await asyncio.to_thread(work)
        except Exception:  # the realtime edge: the library's own errors have no common base
            if wait is None:
                return False
            await asyncio.sleep(wait)
        else:
            return True
    return False


def _terminate(client: Any, user_id: UserId) -> None:
    """By hand: the library's own request (3.3.4) goes to a path that no server has."""
    from pusher.http import POST, Request

    inside = client._pusher_client
    inside.http.send_request(Request(inside, POST, f"/apps/{inside.app_id}/users/{user_id}/terminate_connections", {}))
