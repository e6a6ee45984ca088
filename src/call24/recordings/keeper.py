"""What a PBX's own host does with recordings: seals what Asterisk wrote, reads out parts of it sealed, erases it.

It works with the key of one file at a time, which it is given and forgets: it cannot read what it has sealed. Which
recordings there are, who may hear them and for how long is the server's. Blocking; run it in a thread.
"""

from __future__ import annotations

import contextlib
import re
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from call24.kit.clock import Clock, SystemClock
from call24.kit.ids import RecordingId, TenantId
from call24.recordings import encrypted_file, spool, wav
from call24.recordings.encrypted_file import EncryptedReader, FileKey
from call24.recordings.model import Kind, Recording

SEALED, PART = ".c24", ".part"
LEFT_OVER_MOST = 1000
_TENANT = re.compile(r"ten_[0-9a-z]{26}")
_RECORDING = re.compile(r"rec_[0-9a-z]{26}m?")


class BadName(ValueError):
    """No id of ours."""


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


class RecordingKeeper:
    """`spool_folder`: where Asterisk writes; `folder`: where sealed ones are. Both have a folder per tenant."""

    def __init__(self, spool_folder: Path, folder: Path, clock: Clock | None = None) -> None:
        self._spool, self._folder = spool_folder, folder
        self._clock = clock or SystemClock()

    def look(self, kept: Kept) -> Found:
        try:
            sound = Sound(*wav.sound_in(self._sources(kept)))
        except FileNotFoundError:
            sound = None
        target = self._target(kept)
        return Found(sound, target.stat().st_size if target.exists() else None)

    def seal(self, kept: Kept, key: FileKey, most_s: float | None = None) -> Sound:
        """Join and encrypt what is in the spool, of which nothing is changed; `most_s`: no more than its beginning.

        Where there is no sound no file is written. Repeating it replaces the file. Raises: FileNotFoundError; OSError
        (a full disk).
        """
        sources = self._sources(kept)
        sound, channels = wav.sound_in(sources)
        if most_s is not None:
            sound = min(sound, wav.bytes_in(most_s, channels))
        if sound:
            plain = wav.whole(sources, sound, channels)
            encrypted_file.write(self._target(kept), plain, wav.HEADER + sound, key, kept.bound)
        return Sound(sound, channels)

    def reseal(self, kept: Kept, before: FileKey, key: FileKey) -> int:
        """With another key; the file is replaced at once. The size of the sound with its header.

        Raises: FileNotFoundError; NotFound (damaged, or `before` is not its key); OSError.
        """
        path = self._target(kept)
        header = encrypted_file.read_header(path)
        reader = EncryptedReader(path, header, before, kept.bound)
        try:
            plain = (reader.frame(number) for number in range(header.frames))
            encrypted_file.write(path, plain, header.size, key, kept.bound)
        finally:
            reader.close()
        return header.size

    def left_over(self) -> list[Recording]:
        """What lies in the spool, unchanged for ten minutes: LEFT_OVER_MOST at most."""
        return spool.left_over(self._spool, ())[:LEFT_OVER_MOST]

    def erase_organisation(self, tenant_id: TenantId) -> None:
        """All of its files. Raises: BadName, OSError."""
        if _TENANT.fullmatch(tenant_id) is None:
            raise BadName("no id of an organisation")
        for folder in (self._folder / tenant_id, self._spool / tenant_id):
            with contextlib.suppress(FileNotFoundError):
                shutil.rmtree(folder)

    def part(self, kept: Kept, first: int, count: int) -> tuple[bytes, int]:
        """Bytes of the sealed file, and its whole size. Raises: FileNotFoundError."""
        path = self._target(kept)
        with path.open("rb") as file:
            file.seek(first)
            return file.read(count), path.stat().st_size

    def drop_spool(self, kept: Kept) -> Erased:
        """What Asterisk wrote, once it is sealed and the server has noted that. Raises: OSError."""
        return self._erase(self._sources(kept))

    def erase(self, kept: Kept) -> Erased:
        """All of it, whatever state it is in. Raises: OSError."""
        target = self._target(kept)
        return self._erase((target, target.with_suffix(PART), *self._sources(kept)))

    def space(self) -> Space:
        """Of the fuller of the two disks. Raises: OSError."""
        there = (shutil.disk_usage(folder) for folder in (self._spool, self._folder) if folder.exists())
        return min((Space(one.free, one.total) for one in there), default=Space(0, 0))

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
