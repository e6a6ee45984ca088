"""The server's side of the recording keeper on the PBX's host. Sound is decrypted in memory and stored nowhere.

Blocking; run it in a thread. A request whose answer was lost is safe to repeat.
"""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from call24.kit.errors import NotFound, Unavailable
from call24.kit.ids import TenantId
from call24.kit.pbx_pairing import PBX_NAME, Place
from call24.recordings.audio import AudioFile, Turn, no_turn
from call24.recordings.encrypted_file import (
    FRAME,
    HEADER_SIZE,
    TAG,
    DataKey,
    EncryptedReader,
    FileKey,
    Header,
    header_of,
)
from call24.recordings.keeper import Erased, Found, Kept, Sound, Space
from call24.recordings.model import Recording

CONNECT_S = 2.0
AWAY_S = 5.0
"""So long nobody waits again for a PBX that did not let itself be connected to in time."""
ANSWER_S = 10.0
SEAL_S = 120.0
IDLE_MOST = 8
_AWAY = "The PBX, which keeps recordings, does not answer"
AHEAD = 8 * (FRAME + TAG)
"""So much of a sealed file is read at once: what one listener holds in memory."""


class KeeperAway(Unavailable):
    """The PBX, or the way to it, is away: whatever else it is asked for now fails too."""


class _Answer(NamedTuple):
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


class KeeperClient:
    """`context`: of pbx/wire.py, for the protocol of recordings. All raise KeeperAway where the PBX is away: at once,
    for `away_s` after it could not be connected to in time."""

    def __init__(self, pbx: Place, context: ssl.SSLContext, away_s: float = AWAY_S) -> None:
        self._pbx, self._context, self._away_s = pbx, context, away_s
        self._away_until = 0.0
        self._idle: list[_Connection] = []
        self._lock = threading.Lock()

    def look(self, kept: Kept) -> Found:
        told = self._ask("GET", _path(kept)).json()
        return Found(None if told["spool"] is None else Sound(**told["spool"]), told["sealed"])

    def seal(self, kept: Kept, key: FileKey, most_s: float | None = None) -> Sound:
        """Raises: FileNotFoundError; FileExistsError (only the sealed file is there); OSError (its disk is full)."""
        order = {**_words(key), "most_s": most_s}
        return Sound(**self._ask("POST", f"{_path(kept)}/seal", json.dumps(order), timeout_s=SEAL_S).json())

    def reseal(self, kept: Kept, before: FileKey, key: FileKey) -> None:
        """With another key. Raises: FileNotFoundError (none, or damaged), OSError."""
        order = {"before": _words(before), "key": _words(key)}
        self._ask("POST", f"{_path(kept)}/reseal", json.dumps(order), timeout_s=SEAL_S)

    def left_over(self) -> list[Recording]:
        return msgspec.json.decode(self._ask("GET", "/v1/left-over").body, type=list[Recording])

    def erase_organisation(self, tenant_id: TenantId) -> None:
        self._ask("DELETE", f"/v1/organisations/{tenant_id}", timeout_s=SEAL_S)

    def part(self, kept: Kept, first: int, count: int) -> tuple[bytes, int]:
        """Bytes of the sealed file, fewer at its end, and its whole size. Raises: FileNotFoundError."""
        asked = {"Range": f"bytes={first}-{first + count - 1}"}
        answer = self._ask("GET", f"{_path(kept)}/sealed", headers=asked)
        return answer.body, int(answer.headers["Content-Range"].rpartition("/")[2])

    def drop_spool(self, kept: Kept) -> Erased:
        return _erased(self._ask("DELETE", f"{_path(kept)}/spool").json())

    def erase(self, kept: Kept) -> Erased:
        return _erased(self._ask("DELETE", _path(kept)).json())

    def space(self) -> Space:
        return Space(**self._ask("GET", "/v1/space").json())

    def header(self, kept: Kept) -> Header:
        """Of its sealed file. Raises: NotFound (none, or damaged)."""
        try:
            raw, size = self.part(kept, 0, HEADER_SIZE)
        except FileNotFoundError:
            raise NotFound("The recording's file is missing") from None
        return header_of(raw, size, Path(kept.id))

    def audio(self, kept: Kept, header: Header, key: DataKey, turn: Turn = no_turn) -> AudioFile:
        """`key`: the organisation's that `header` names; each part is read in a `turn`."""

        def opened() -> EncryptedReader:
            return EncryptedReader(Path(kept.id), header, key, kept.bound, _Far(self, kept))

        return AudioFile.sealed(header.size, f"{kept.id}-{header.salt.hex()[:16]}", opened, turn)

    def close(self) -> None:
        with self._lock:
            for connection in self._idle:
                connection.close()
            self._idle.clear()

    def _ask(
        self,
        method: str,
        path: str,
        body: str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        timeout_s: float | None = None,
    ) -> _Answer:
        """Again by a new connection where a kept one had been closed; an order is sent once, by a new one."""
        timeout_s = timeout_s or ANSWER_S
        if time.monotonic() < self._away_until:
            raise KeeperAway(_AWAY)
        try:
            with self._lock:
                kept = self._idle.pop() if self._idle and method != "POST" else None
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
            raise KeeperAway(_AWAY) from trouble

    def _asked(
        self,
        connection: _Connection,
        method: str,
        path: str,
        body: str | None,
        headers: Mapping[str, str],
        timeout_s: float,
    ) -> _Answer:
        try:
            connection.timeout = timeout_s
            if connection.sock is not None:
                connection.sock.settimeout(timeout_s)
            connection.request(method, path, body, dict(headers))
            response = connection.getresponse()
            answer = _Answer(response.status, dict(response.headers), response.read())
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


class _Far:
    """A sealed file on the PBX's host as a file to read, some frames ahead."""

    def __init__(self, client: KeeperClient, kept: Kept) -> None:
        self._client, self._kept = client, kept
        self._at = self._first = 0
        self._held = b""

    def seek(self, offset: int, /) -> int:
        self._at = offset
        return offset

    def read(self, count: int, /) -> bytes:
        """Raises: NotFound, Unavailable."""
        if not self._first <= self._at <= self._at + count <= self._first + len(self._held):
            try:
                self._held, _ = self._client.part(self._kept, self._at, max(count, AHEAD))
            except FileNotFoundError:
                raise NotFound("The recording's file is missing") from None
            self._first = self._at
        start = self._at - self._first
        self._at += count
        return self._held[start : start + count]

    def close(self) -> None:
        self._held = b""


class _Said(Exception):
    """What the keeper answered, as the error that it means."""

    def __init__(self, error: Exception) -> None:
        super().__init__(error)
        self.error = error


def _error(answer: _Answer) -> Exception:
    said = answer.body[:200].decode(errors="replace")
    if answer.status == 404:
        return FileNotFoundError(said)
    if answer.status == 409:
        return FileExistsError(said)
    return OSError(answer.status, f"the PBX's host answered {answer.status}: {said}")


def _words(key: FileKey) -> dict[str, str]:
    return {"key_id": key.id, "salt": key.salt.hex(), "secret": key.secret.hex()}


def _erased(told: Any) -> Erased:
    return Erased(datetime.fromisoformat(told["at"]), dict(told["files"]))


def _path(kept: Kept) -> str:
    return f"/v1/recordings/{kept.tenant_id}/{kept.id}"
