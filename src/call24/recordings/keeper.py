"""What a PBX's own host does with recordings: seals what Asterisk wrote, reads out parts of it sealed, erases it.

It works with the key of one file at a time, which it is given and forgets: it cannot read what it has sealed. Which
recordings there are, who may hear them and for how long is the server's. Blocking; run it in a thread.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from call24.kit.clock import Clock, SystemClock
from call24.kit.ids import RecordingId, TenantId
from call24.recordings import encrypted_file, spool, wav
from call24.recordings.encrypted_file import EncryptedReader, FileKey, Incoming
from call24.recordings.model import Kind, Recording

SEALED = ".c24"
LEFT_OVER_MOST = 1000
_TENANT = re.compile(r"ten_[0-9a-z]{26}")
_RECORDING = re.compile(r"rec_[0-9a-z]{26}m?")


class BadName(ValueError):
    """No id of ours."""


class Missing(FileNotFoundError):
    """Neither what Asterisk wrote nor a sealed file."""


class SealedBefore(FileExistsError):
    """What Asterisk wrote is gone, and the sealed file is there."""


@dataclass(frozen=True)
class Kept:
    """Which recording; its parts are safe in a path. Raises: BadName."""

    tenant_id: TenantId
    id: RecordingId

    def __post_init__(self) -> None:
        if _TENANT.fullmatch(self.tenant_id) is None or _RECORDING.fullmatch(self.id) is None:
            raise BadName("no id of a recording")

    @property
    def kind(self) -> Kind:
        return "message" if self.id.endswith("m") and len(self.id) == len("rec_") + spool.ULID + 1 else "call"

    @property
    def bound(self) -> str:
        return f"{self.tenant_id}/{self.id}"


class Sound(NamedTuple):
    """`bytes` of samples, in `channels`."""

    bytes: int
    channels: int


class Found(NamedTuple):
    """`spool`: what Asterisk has written so far; `sealed`: the size of the sealed file. None: there is none."""

    spool: Sound | None
    sealed: int | None


class Erased(NamedTuple):
    """The receipt: each file that there was, by its name, and how large it was."""

    at: datetime
    files: dict[str, int]


class Space(NamedTuple):
    free: int
    size: int


class _Turns:
    """`count`: how many have one, or wait for it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.count = 0


class RecordingKeeper:
    """`spool_folder`: where Asterisk writes; `folder`: where sealed ones are. Both have a folder per tenant."""

    def __init__(self, spool_folder: Path, folder: Path, clock: Clock | None = None) -> None:
        self._spool, self._folder = spool_folder, folder
        self._clock = clock or SystemClock()
        self._busy: dict[Kept, _Turns] = {}
        self._lock = threading.Lock()

    def look(self, kept: Kept) -> Found:
        try:
            sound = Sound(*wav.sound_in(self._sources(kept)))
        except FileNotFoundError:
            sound = None
        target = self._target(kept)
        return Found(sound, target.stat().st_size if target.exists() else None)

    def seal(self, kept: Kept, key: FileKey, most_s: float | None = None) -> Sound:
        """Join and encrypt what is in the spool, of which nothing is changed; `most_s`: no more than its beginning.

        Where there is no sound no file is written. Repeating it replaces the file. Raises: Missing, SealedBefore;
        OSError (a full disk).
        """
        sources, target = self._sources(kept), self._target(kept)
        with self._alone(kept):
            try:
                sound, channels = wav.sound_in(sources)
            except FileNotFoundError:
                if target.exists():
                    raise SealedBefore(f"{kept.id} is sealed") from None
                raise Missing(f"there is nothing of {kept.id}") from None
            if most_s is not None:
                sound = min(sound, wav.bytes_in(most_s, channels))
            if sound:
                plain = wav.whole(sources, sound, channels)
                encrypted_file.write(target, plain, wav.HEADER + sound, key, kept.bound)
            return Sound(sound, channels)

    def reseal(self, kept: Kept, before: FileKey, key: FileKey) -> int:
        """With another key; the file is replaced at once. The size of the sound with its header.

        Where it has that one already, by a request whose answer was lost, it stays. Raises: Missing; NotFound (damaged,
        or `before` is not its key); OSError.
        """
        path = self._target(kept)
        with self._alone(kept):
            try:
                header = encrypted_file.read_header(path)
            except FileNotFoundError:
                raise Missing(f"there is no file of {kept.id}") from None
            if header.key_id == key.id:
                return header.size
            reader = EncryptedReader(path, header, before, kept.bound)
            try:
                plain = (reader.frame(number) for number in range(header.frames))
                encrypted_file.write(path, plain, header.size, key, kept.bound)
            finally:
                reader.close()
            return header.size

    def incoming(self, kept: Kept) -> Incoming:
        """For a file that comes sealed; `keep` it by `bring_in`. Raises: OSError."""
        return Incoming(self._target(kept))

    def bring_in(self, kept: Kept, whole: Incoming) -> int:
        """It takes the place of what was there; its size. Raises: as Incoming.keep."""
        with self._alone(kept):
            whole.keep()
            return self._target(kept).stat().st_size

    def left_over(self) -> list[Recording]:
        """What lies in the spool, unchanged for ten minutes: LEFT_OVER_MOST at most."""
        return spool.left_over(self._spool, ())[:LEFT_OVER_MOST]

    def erase_organisation(self, tenant_id: TenantId) -> None:
        """All of its files. Raises: BadName, OSError."""
        if _TENANT.fullmatch(tenant_id) is None:
            raise BadName("no id of an organisation")
        while True:
            with self._lock:
                busy = [kept for kept in self._busy if kept.tenant_id == tenant_id]
            for folder in (self._spool / tenant_id, self._folder / tenant_id):
                with contextlib.suppress(FileNotFoundError):
                    shutil.rmtree(folder)
            if not busy:  # else what was being written has come after
                return
            for kept in busy:
                with self._alone(kept):
                    pass

    def part(self, kept: Kept, first: int, count: int) -> tuple[bytes, int]:
        """Bytes of the sealed file, and its whole size. Raises: Missing, OSError."""
        try:
            with self._target(kept).open("rb") as file:
                file.seek(first)
                return file.read(count), os.fstat(file.fileno()).st_size
        except FileNotFoundError:
            raise Missing(f"there is no file of {kept.id}") from None

    def drop_spool(self, kept: Kept) -> Erased:
        """What Asterisk wrote, once it is sealed and the server has noted that. Raises: OSError."""
        with self._alone(kept):
            return self._erase(self._sources(kept))

    def erase(self, kept: Kept) -> Erased:
        """All of it, whatever state it is in. Raises: OSError."""
        target = self._target(kept)
        with self._alone(kept):
            return self._erase((target, *encrypted_file.parts_of(target), *self._sources(kept)))

    def space(self) -> Space:
        """Of the fuller of the two disks. Raises: OSError."""
        there = (shutil.disk_usage(_made(folder)) for folder in (self._spool, self._folder))
        return min(Space(one.free, one.total) for one in there)

    @contextlib.contextmanager
    def _alone(self, kept: Kept) -> Iterator[None]:
        """What changes a recording's files comes one after another."""
        with self._lock:
            turns = self._busy.setdefault(kept, _Turns())
            turns.count += 1
        try:
            with turns.lock:
                yield
        finally:
            with self._lock:
                turns.count -= 1
                if not turns.count:
                    del self._busy[kept]

    def _erase(self, paths: tuple[Path, ...]) -> Erased:
        gone = {}
        for path in paths:
            if path.exists():
                gone[path.name] = path.stat().st_size
                path.unlink(missing_ok=True)
        for folder in {path.parent for path in paths if path.name in gone}:
            encrypted_file.sync_folder(folder)  # a receipt is for what does not come back after a loss of power
        return Erased(self._clock.now(), gone)

    def _sources(self, kept: Kept) -> tuple[Path, ...]:
        return spool.sources(self._spool, kept.tenant_id, kept.id, kept.kind)

    def _target(self, kept: Kept) -> Path:
        return self._folder / kept.tenant_id / f"{kept.id}{SEALED}"


def _made(folder: Path) -> Path:
    """It, or the next one above it that is there."""
    return next(each for each in (folder, *folder.parents) if each.exists())
