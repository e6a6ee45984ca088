"""The server's side of the recording keeper on the PBX's host. Sound is decrypted in memory and stored nowhere.

Blocking; run it in a thread. A request whose answer was lost is safe to repeat.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from call24.kit.errors import NotFound
from call24.kit.ids import TenantId
from call24.pbx.client import HostAway, HostClient
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

SEAL_S = 120.0
AHEAD = 8 * (FRAME + TAG)
"""So much of a sealed file is read at once: what one listener holds in memory."""


class KeeperClient(HostClient):
    """All raise HostAway where the PBX is away."""

    def look(self, kept: Kept) -> Found:
        told = self.ask("GET", _path(kept)).json()
        return Found(None if told["spool"] is None else Sound(**told["spool"]), told["sealed"])

    def seal(self, kept: Kept, key: FileKey, most_s: float | None = None) -> Sound:
        """Raises: FileNotFoundError; FileExistsError (only the sealed file is there); OSError (its disk is full)."""
        order = {**_words(key), "most_s": most_s}
        return Sound(**self.ask("POST", f"{_path(kept)}/seal", json.dumps(order), timeout_s=SEAL_S).json())

    def reseal(self, kept: Kept, before: FileKey, key: FileKey) -> None:
        """With another key. Raises: FileNotFoundError (none, or damaged), OSError."""
        order = {"before": _words(before), "key": _words(key)}
        self.ask("POST", f"{_path(kept)}/reseal", json.dumps(order), timeout_s=SEAL_S)

    def bring_in(self, kept: Kept, pieces: Iterable[bytes], size: int) -> None:
        """A sealed file of `size` bytes. Raises: OSError (its disk is full), and whatever `pieces` raise."""
        source = _Source(pieces)
        length = {"Content-Length": str(size)}
        try:
            self.ask("PUT", f"{_path(kept)}/sealed", source, headers=length, timeout_s=SEAL_S)
        except HostAway:
            if source.trouble is not None:
                raise source.trouble from None
            raise

    def left_over(self) -> list[Recording]:
        return msgspec.json.decode(self.ask("GET", "/v1/left-over").body, type=list[Recording])

    def erase_organisation(self, tenant_id: TenantId) -> None:
        self.ask("DELETE", f"/v1/organisations/{tenant_id}", timeout_s=SEAL_S)

    def part(self, kept: Kept, first: int, count: int) -> tuple[bytes, int]:
        """Bytes of the sealed file, fewer at its end, and its whole size. Raises: FileNotFoundError."""
        asked = {"Range": f"bytes={first}-{first + count - 1}"}
        answer = self.ask("GET", f"{_path(kept)}/sealed", headers=asked)
        return answer.body, int(answer.headers["Content-Range"].rpartition("/")[2])

    def drop_spool(self, kept: Kept) -> Erased:
        return _erased(self.ask("DELETE", f"{_path(kept)}/spool").json())

    def erase(self, kept: Kept) -> Erased:
        return _erased(self.ask("DELETE", _path(kept)).json())

    def space(self) -> Space:
        return Space(**self.ask("GET", "/v1/space").json())

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


class _Source:
    """`trouble`: why it ended before its end."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = pieces
        self.trouble: Exception | None = None

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._pieces
        except Exception as trouble:
            self.trouble = trouble
            raise


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


def _words(key: FileKey) -> dict[str, str]:
    return {"key_id": key.id, "salt": key.salt.hex(), "secret": key.secret.hex()}


def _erased(told: Any) -> Erased:
    return Erased(datetime.fromisoformat(told["at"]), dict(told["files"]))


def _path(kept: Kept) -> str:
    return f"/v1/recordings/{kept.tenant_id}/{kept.id}"
