"""A backup that is being made in a bucket, and how its objects are named there."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from call24.backup.errors import DamagedBackup
from call24.backup.keys import BackupKey
from call24.backup.place import OBJECT
from call24.backup.s3_client import Bucket
from call24.backup.s3_errors import S3Error
from call24.backup.unfinished import Unfinished
from call24.backup.uploads import Upload, Uploads


class Keeps(Protocol):
    """The place in which it is made."""

    bucket: Bucket
    keys: Path
    part: int

    def keep(self, key: BackupKey) -> None: ...

    def remove(self, keys: Iterable[str]) -> None: ...

    def forget_part(self, name: str) -> None: ...


class NewInBucket:
    """Objects that it adds are removed unless it is kept, or the next one goes on with them (unfinished.py)."""

    def __init__(self, place: Keeps, name: str) -> None:
        self.name = name
        self.needed: list[str] = []
        self._place = place
        self._uploads = Uploads(place.bucket, part=place.part)
        self._added: list[str] = []
        self._kept = False

    def file(self, name: str) -> Upload:
        self._added.append(f"backups/{self.name}/{name}")
        return self._uploads.object(self._added[-1])

    def object(self) -> tuple[str, Upload]:
        id = secrets.token_hex(16)
        self._added.append(object_key(id))
        return id, self._uploads.object(self._added[-1])

    def keep(self, key: BackupKey) -> None:
        self._uploads.wait()
        with self.file("objects") as listed:
            for id in self.needed:
                listed.write(f"{id}\n".encode())
            listed.done()
        self._uploads.wait()
        self._place.keep(key)
        self._kept = True

    def forget(self) -> None:
        if self._kept:
            self._uploads.close()
            return
        self._uploads.stop()
        with suppress(S3Error):  # the next run does it
            left = Unfinished(self._place.keys).ids()
            self._place.remove(key for key in self._added if id_of(key) not in left)
            self._place.forget_part(self.name)


def object_key(id: str) -> str:
    """Raises: DamagedBackup."""
    if not OBJECT.fullmatch(id):
        raise DamagedBackup(f"{id!r} is no object of a backup")
    return f"objects/{id[:2]}/{id}"


def id_of(key: str) -> str:
    """Empty where it is no object's."""
    id = key.rpartition("/")[2]
    return id if OBJECT.fullmatch(id) and key in (f"objects/{id[:2]}/{id}", f"damaged/{id}") else ""
