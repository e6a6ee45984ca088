"""The server's side of the keeper on the PBX's host: HTTP through the PBX's port, certificates checked on both sides.

Blocking; run it in a thread. What is asked for is known by who asks (recordings/keeper_client.py, flows/, asterisk/).
"""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import threading
import time
from collections.abc import Iterable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

import msgspec

from call24.kit.errors import Unavailable
from call24.kit.pbx_pairing import PBX_NAME, Pairing, Place, place
from call24.kit.settings import Settings
from call24.pbx.host_state import PLACE, HostState, clock_difference
from call24.pbx.wire import RECORDINGS, server_side

CONNECT_S = 2.0
AWAY_S = 5.0
"""So long nobody waits again for a PBX that did not let itself be connected to in time."""
ANSWER_S = 10.0
IDLE_MOST = 8
_AWAY = "The PBX, which keeps recordings, does not answer"

Body = str | bytes | Iterable[bytes]


class HostAway(Unavailable):
    """The PBX, or the way to it, is away: whatever else it is asked for now fails too."""


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class _Connection(http.client.HTTPConnection):
    """By TLS; the certificate names the PBX and no host."""

    def __init__(self, pbx: Place, context: ssl.SSLContext, timeout_s: float) -> None:
        super().__init__(*pbx, timeout=timeout_s)
        self._context = context

    def connect(self) -> None:
        """Raises: _Unreachable, OSError."""
        try:
            plain = socket.create_connection((self.host, self.port), CONNECT_S)
        except TimeoutError as trouble:
            raise _Unreachable from trouble
        try:
            self.sock = self._context.wrap_socket(plain, server_hostname=PBX_NAME)
            self.sock.settimeout(self.timeout)
        except TimeoutError as trouble:
            plain.close()
            raise _Unreachable from trouble
        except BaseException:
            plain.close()
            raise


class _Unreachable(TimeoutError):
    """It swallows what it is sent."""


class HostClient:
    """`context`: of pbx/wire.py, for the protocol of recordings. Where the PBX is away it raises HostAway: at once, for
    `away_s` after it could not be connected to in time."""

    def __init__(self, pbx: Place, context: ssl.SSLContext, away_s: float = AWAY_S) -> None:
        self._pbx, self._context, self._away_s = pbx, context, away_s
        self._away_until = 0.0
        self.ahead_s = 0.0
        """By how many seconds the PBX's clock is ahead, as it last answered; to the second."""
        self._idle: list[_Connection] = []
        self._lock = threading.Lock()

    def close(self) -> None:
        with self._lock:
            for connection in self._idle:
                connection.close()
            self._idle.clear()

    def ask(
        self,
        method: str,
        path: str,
        body: Body | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        timeout_s: float | None = None,
    ) -> Answer:
        """Again by a new connection where a kept one had been closed; an order with a body is sent once, by a new one.

        Raises: HostAway; FileNotFoundError (404), FileExistsError (409); OSError for every other refusal.
        """
        timeout_s = timeout_s or ANSWER_S
        if time.monotonic() < self._away_until:
            raise HostAway(_AWAY)
        try:
            with self._lock:
                kept = self._idle.pop() if self._idle and body is None else None
            if kept is not None:
                try:
                    return self._asked(kept, method, path, body, headers or {}, timeout_s)
                except TimeoutError:
                    self.close()  # whether it is there is found out by a new one
                    raise
                except (OSError, http.client.HTTPException):
                    kept.close()
            return self._asked(
                _Connection(self._pbx, self._context, timeout_s), method, path, body, headers or {}, timeout_s
            )
        except _Said as said:
            raise said.error from None
        except (OSError, http.client.HTTPException) as trouble:
            if isinstance(trouble, _Unreachable):
                self._away_until = time.monotonic() + self._away_s
            raise HostAway(_AWAY) from trouble

    def _asked(
        self,
        connection: _Connection,
        method: str,
        path: str,
        body: Body | None,
        headers: Mapping[str, str],
        timeout_s: float,
    ) -> Answer:
        try:
            connection.timeout = timeout_s
            if connection.sock is not None:
                connection.sock.settimeout(timeout_s)
            asked = time.time()
            connection.request(method, path, body, dict(headers))
            response = connection.getresponse()
            answer = Answer(response.status, dict(response.headers), response.read())
            self.ahead_s = _ahead_s(answer, asked)
        except BaseException:
            connection.close()
            raise
        self._keep(connection)
        if answer.status >= 300:
            raise _Said(_error(answer))
        return answer

    def _keep(self, connection: _Connection) -> None:
        with self._lock:
            if connection.sock is not None and len(self._idle) < IDLE_MOST:
                self._idle.append(connection)
                return
        connection.close()

    def state(self) -> HostState:
        """Raises: HostAway; OSError (of another version, or it cannot tell)."""
        try:
            return msgspec.json.decode(self.ask("GET", PLACE).body, type=HostState)
        except msgspec.DecodeError as error:
            raise OSError(f"the PBX's host tells otherwise than this version reads: {error}") from None


class _Said(Exception):
    """What the keeper answered, as the error that it means."""

    def __init__(self, error: Exception) -> None:
        super().__init__(error)
        self.error = error


def far_end(settings: Settings) -> tuple[Place, ssl.SSLContext] | None:
    """What a client is made of; None where Asterisk is not on a host of its own. Raises: SettingsError, OSError."""
    if settings.pbx is None or settings.pbx_pairing is None:
        return None
    return place("--pbx", settings.pbx), server_side(Pairing.load(settings.pbx_pairing), RECORDINGS)


def client_of(settings: Settings) -> HostClient | None:
    """Raises: as far_end."""
    end = far_end(settings)
    return HostClient(*end) if end is not None else None


def _ahead_s(answer: Answer, asked: float) -> float:
    """Its `Date` has whole seconds."""
    there = parsedate_to_datetime(answer.headers["Date"]).timestamp()
    return clock_difference(there, asked - 1, time.time())


def _error(answer: Answer) -> Exception:
    said = answer.body[:200].decode(errors="replace")
    if answer.status == 404:
        return FileNotFoundError(said)
    if answer.status == 409:
        return FileExistsError(said)
    return OSError(answer.status, f"the PBX's host answered {answer.status}: {said}")
