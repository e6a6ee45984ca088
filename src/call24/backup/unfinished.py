"""What a backup that was cut off has stored by then, so that the next one need not store it again.

`unfinished` in the folder of keys has a first line with a key of its own, sealed as those of backups are, and one more
for each object: its id, and sealed with that key what the list of a backup has of it. It ends with the next backup that
is whole, and at the latest when the backup would have expired: without it nobody can read these objects. It is never
sent to a store.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import secrets
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from call24.backup.errors import DamagedBackup
from call24.backup.frames import KEY_BYTES
from call24.backup.keys import BackupKey, Opener
from call24.backup.place import OBJECT
from call24.kit.folder_sync import sync

NAME = "unfinished"
_NONCE = 12
Stored = dict[str, dict[str, object]]
"""By path, what a list of files has of one: its size, times, object and key."""


class Unfinished:
    """`keys`: the folder of the backups' keys. For who holds the place."""

    def __init__(self, keys: Path) -> None:
        self._file = keys / NAME
        self._out: BinaryIO | None = None
        self._cipher: AESGCM | None = None

    def ids(self) -> set[str]:
        """Of its objects. Raises: OSError."""
        return {id for id, _ in self._lines()}

    def is_over(self, now: datetime) -> bool:
        """Its day has come, or it cannot be read: it is deleted. Raises: OSError."""
        if not self._file.exists():
            return False
        try:
            if self._head().expires_at > now:
                return False
        except DamagedBackup:
            pass
        self._file.unlink()
        sync(self._file.parent)
        return True

    def stored(self, opener: Opener) -> Stored:
        """What it has, without a last line that was cut off.

        Raises: BackupError where this does not open it, OSError.
        """
        if not self._file.exists():
            return {}
        cipher = AESGCM(self._head().open(opener))
        found: Stored = {}
        for id, sealed in self._lines():
            with suppress(InvalidTag, ValueError, KeyError):
                about = json.loads(cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], id.encode()))
                found[str(about["path"])] = about
        return found

    def begin(self, opener: Opener, at: datetime, expires_at: datetime, stored: Iterable[dict[str, Any]]) -> None:
        """Begun again, with what another one has `stored`. Raises: OSError."""
        key = secrets.token_bytes(KEY_BYTES)
        head = BackupKey(name=NAME, instant=at, expires_at=expires_at, about={}).seal(key, opener)
        self._cipher = AESGCM(key)
        fresh = self._file.with_name(f"{NAME}.new")
        fresh.unlink(missing_ok=True)
        self._out = os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb")
        self._out.write(json.dumps(json.loads(head.encode())).encode() + b"\n")
        for about in stored:
            self.note(about)
        fresh.replace(self._file)
        sync(self._file.parent)

    def note(self, about: dict[str, Any]) -> None:
        """An object is stored, or will be in a moment. Where this cannot be written, the rest is not noted."""
        if self._out is None or self._cipher is None:
            return
        id, nonce = str(about["object"]), secrets.token_bytes(_NONCE)
        sealed = nonce + self._cipher.encrypt(nonce, json.dumps(about).encode(), id.encode())
        try:
            self._out.write(f"{id} ".encode() + base64.b64encode(sealed) + b"\n")
            self._out.flush()
        except OSError:  # such as a full disk, on which the backup itself may find room
            self.close()

    def end(self) -> set[str]:
        """Its backup is whole: which objects it had. Raises: OSError."""
        self.close()
        had = self.ids()
        self._file.unlink(missing_ok=True)
        sync(self._file.parent)
        return had

    def close(self) -> None:
        if self._out is not None:
            out, self._out = self._out, None
            with suppress(OSError):
                out.close()

    def _head(self) -> BackupKey:
        """Raises: DamagedBackup, OSError."""
        with self._file.open("rb") as file:
            return BackupKey.decode(file.readline())

    def _lines(self) -> Iterable[tuple[str, bytes]]:
        """Without those that cannot be read. Raises: OSError."""
        with suppress(FileNotFoundError), self._file.open("rb") as file:
            file.readline()
            for line in file:
                id, _, sealed = line.partition(b" ")
                if line.endswith(b"\n") and OBJECT.fullmatch(name := id.decode("ascii", errors="replace")):
                    with suppress(binascii.Error):
                        yield name, base64.b64decode(sealed.strip(), validate=True)
