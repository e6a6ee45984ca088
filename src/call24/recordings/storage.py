"""Where a recording's files are, and how sound gets from Asterisk's spool into its encrypted file.

The order of steps makes every crash harmless: the encrypted file is whole and on disk before anything refers to it, and
the spool's original goes only after that is noted.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Collection, Iterable
from pathlib import Path

import msgspec

from call24.kit.errors import NotFound
from call24.kit.ids import CallId, TenantId
from call24.recordings import encrypted_file, spool, wav
from call24.recordings.audio import AudioFile
from call24.recordings.encrypted_file import DataKey, EncryptedReader
from call24.recordings.keys import RecordingKeys
from call24.recordings.model import Recording

SEALED = ".c24"
PLAIN = ".wav"


class RecordingStorage:
    def __init__(self, spool_folder: Path, folder: Path, keys: RecordingKeys) -> None:
        self._spool = spool_folder
        self._folder = folder
        self.keys = keys

    def sources(self, recording: Recording) -> tuple[Path, ...]:
        return spool.sources(self._spool, recording.tenant_id, recording.id, recording.kind)

    def target(self, recording: Recording) -> Path:
        return self._folder / recording.tenant_id / f"{recording.id}{SEALED}"

    def has(self, recording: Recording) -> bool:
        return self.target(recording).exists() or self.target(recording).with_suffix(PLAIN).exists()

    def spooled(self, recording: Recording) -> int:
        """Bytes that Asterisk has written of it so far; below zero where there is no file."""
        return sum(map(_size, self.sources(recording)))

    def is_there(self, recording: Recording) -> bool:
        return self.spooled(recording) >= 0 or self.has(recording)

    def left_over(self, live: Collection[CallId]) -> list[Recording]:
        """What lies in the spool of calls that do not live, unchanged for ten minutes."""
        return spool.left_over(self._spool, live)

    def free(self) -> int:
        """Bytes on the disk that the files are on. Raises: Unavailable, OSError."""
        folder = next(each for each in (self._folder, *self._folder.parents) if each.exists())
        return shutil.disk_usage(folder).free

    async def take(self, recording: Recording) -> Recording:
        """Encrypt what lies in the spool; path, key and sizes filled in. Nothing in the spool is changed.

        Raises: FileNotFoundError when neither spool nor shelf has it; Unavailable without a key; OSError (a full disk).
        """
        sources = self.sources(recording)
        try:
            sound, channels = await asyncio.to_thread(wav.sound_in, sources)
        except FileNotFoundError:
            return await self._taken_before(recording)
        if recording.stopped_at is not None:
            sound = min(sound, wav.bytes_in((recording.stopped_at - recording.started_at).total_seconds(), channels))
        if sound == 0:
            return recording
        key = await self.keys.active(recording.tenant_id)
        await self._seal(recording, wav.whole(sources, sound, channels), wav.HEADER + sound, key)
        return self._described(recording, key, sound, channels)

    async def put(self, recording: Recording, plain: Iterable[bytes], size: int) -> Recording:
        """Encrypt a WAV file of `size` bytes that comes from elsewhere; path and key filled in.

        Raises: Unavailable, OSError (a full disk, or other than `size` bytes).
        """
        key = await self.keys.active(recording.tenant_id)
        await self._seal(recording, plain, size, key)
        return msgspec.structs.replace(recording, key_id=key.id, path=self._relative(self.target(recording)))

    async def reseal(self, recording: Recording) -> Recording | None:
        """Encrypt a kept recording with the key of now; None where that is so already.

        The file is replaced at once; where it was plain, drop that with ``drop_plain`` when the document is written.
        Raises: NotFound (no file, or damaged), Unavailable, OSError.
        """
        key = await self.keys.active(recording.tenant_id)
        if recording.key_id is not None:
            header = await asyncio.to_thread(encrypted_file.read_header, self._folder / recording.path)
            if header.key_id == key.id:
                return None if recording.key_id == key.id else msgspec.structs.replace(recording, key_id=key.id)
        audio = await self.open(recording)
        await self._seal(recording, audio.pieces(), audio.size, key)
        return msgspec.structs.replace(recording, key_id=key.id, path=self._relative(self.target(recording)))

    async def open(self, recording: Recording) -> AudioFile:
        """Raises: NotFound (no sound, no file, damaged, key destroyed); Unavailable."""
        if not recording.path:
            raise NotFound("This recording has no audio")
        path = self._folder / recording.path
        try:
            if path.suffix == PLAIN:
                size = (await asyncio.to_thread(path.stat)).st_size
                return AudioFile.plain(path, size, f"{recording.id}-plain-{size}")
            header = await asyncio.to_thread(encrypted_file.read_header, path)
        except FileNotFoundError:
            raise NotFound("The recording's file is missing") from None
        key = await self.keys.get(recording.tenant_id, header.key_id)
        bound = _bound(recording)
        tag = f"{recording.id}-{header.salt.hex()[:16]}"
        return AudioFile.sealed(header.size, tag, lambda: EncryptedReader(path, header, key, bound))

    def drop_sources(self, recording: Recording) -> None:
        for source in self.sources(recording):
            source.unlink(missing_ok=True)

    def drop_calls(self, tenant_id: TenantId, calls: Collection[CallId]) -> None:
        """What lies in the spool of these calls, whether anybody knows of it or not."""
        spool.drop_calls(self._spool, tenant_id, calls)

    def drop_organisation(self, tenant_id: TenantId) -> None:
        """Its folders are on this machine: privacy/files.py deletes them."""

    def drop_plain(self, recording: Recording) -> None:
        self.target(recording).with_suffix(PLAIN).unlink(missing_ok=True)

    def drop_elsewhere(self, tenant_id: TenantId, ids: Collection[str]) -> int:
        """Every file of these recordings that is not on this machine; how many. Blocking. Raises: Unavailable."""
        return 0

    def drop(self, recording: Recording) -> None:
        """Every file of it."""
        target = self.target(recording)
        for path in (target, target.with_suffix(PLAIN), *encrypted_file.parts_of(target)):
            path.unlink(missing_ok=True)
        self.drop_sources(recording)

    async def _taken_before(self, recording: Recording) -> Recording:
        """A crash came between the file's being kept and its being noted. Raises: FileNotFoundError."""
        target = self.target(recording)
        path = target if target.exists() else target.with_suffix(PLAIN)
        if not path.exists():
            raise FileNotFoundError(path)
        found = msgspec.structs.replace(recording, path=self._relative(path))
        audio = await self.open(found)
        channels = wav.header_of(await audio.head(wav.HEADER))
        if path.suffix == PLAIN:
            return self._described(found, None, audio.size - wav.HEADER, channels)
        header = await asyncio.to_thread(encrypted_file.read_header, path)
        key = await self.keys.get(recording.tenant_id, header.key_id)
        return self._described(found, key, audio.size - wav.HEADER, channels)

    async def _seal(self, recording: Recording, plain: Iterable[bytes], size: int, key: DataKey) -> None:
        await asyncio.to_thread(encrypted_file.write, self.target(recording), plain, size, key, _bound(recording))

    def _described(self, recording: Recording, key: DataKey | None, sound: int, channels: int) -> Recording:
        return msgspec.structs.replace(
            recording,
            path=recording.path or self._relative(self.target(recording)),
            key_id=key.id if key else None,
            bytes=sound,
            duration_s=round(wav.duration_s(sound, channels), 3),
            channels=channels,
        )

    def _relative(self, path: Path) -> str:
        return str(path.relative_to(self._folder))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return -1


def _bound(recording: Recording) -> str:
    return f"{recording.tenant_id}/{recording.id}"
