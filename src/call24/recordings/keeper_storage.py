"""Recordings that are kept on the PBX's own host: the same as storage.py does on this machine, by the keeper there.

No sound is written on this machine. Where the PBX is away each raises Unavailable, and is done again later.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Collection, Iterable
from pathlib import Path

import msgspec

from call24.kit.errors import NotFound, Unavailable
from call24.kit.fair import Fair
from call24.kit.ids import CallId, RecordingId, TenantId
from call24.recordings import wav
from call24.recordings.audio import AudioFile
from call24.recordings.disk_space import LOOK_EVERY_S
from call24.recordings.encrypted_file import key_of_file, key_of_header, sealed, sealed_size
from call24.recordings.keeper import Kept
from call24.recordings.keeper_client import KeeperClient
from call24.recordings.keys import RecordingKeys
from call24.recordings.model import Recording
from call24.recordings.storage import SEALED, RecordingStorage

log = logging.getLogger(__name__)

READING = 16, 4
"""Parts that are read at once: in all, and of one organisation."""
UNKNOWN = 1 << 50
"""Free bytes, until the PBX has told."""


class KeeperStorage(RecordingStorage):
    def __init__(self, client: KeeperClient, keys: RecordingKeys) -> None:
        super().__init__(Path(), Path(), keys)
        self._client = client
        self._reading = Fair(*READING)

    def has(self, recording: Recording) -> bool:
        return self._client.look(_kept(recording)).sealed is not None

    def spooled(self, recording: Recording) -> int:
        found = self._client.look(_kept(recording)).spool
        return -1 if found is None else found.bytes

    def left_over(self, live: Collection[CallId]) -> list[Recording]:
        return [one for one in self._client.left_over() if one.call_id not in live]

    def free(self) -> int:
        return self._client.space().free

    async def take(self, recording: Recording) -> Recording:
        kept = _kept(recording)
        if (await asyncio.to_thread(self._client.look, kept)).spool is None:
            return await self._sealed_before(recording)
        most_s = None
        if recording.stopped_at is not None:
            most_s = max(0.0, (recording.stopped_at - recording.started_at).total_seconds())
        key = await self.keys.active(recording.tenant_id)
        try:
            sound = await asyncio.to_thread(self._client.seal, kept, key_of_file(key), most_s)
        except FileExistsError:  # a seal that was ordered before a crash has ended meanwhile
            return await self._sealed_before(recording)
        if sound.bytes == 0:
            return recording
        return self._described(recording, key, sound.bytes, sound.channels)

    async def put(self, recording: Recording, plain: Iterable[bytes], size: int) -> Recording:
        key, kept = await self.keys.active(recording.tenant_id), _kept(recording)
        pieces = sealed(plain, size, key_of_file(key), kept.bound)
        await asyncio.to_thread(self._client.bring_in, kept, pieces, sealed_size(size))
        return msgspec.structs.replace(recording, key_id=key.id, path=_path(recording))

    async def reseal(self, recording: Recording) -> Recording | None:
        key, kept = await self.keys.active(recording.tenant_id), _kept(recording)
        header = await asyncio.to_thread(self._client.header, kept)
        if header.key_id != key.id:
            before = key_of_header(await self.keys.get(recording.tenant_id, header.key_id), header)
            try:
                await asyncio.to_thread(self._client.reseal, kept, before, key_of_file(key))
            except FileNotFoundError as error:
                raise NotFound(f"The recording {kept.id} is missing or damaged: {error}") from None
        elif recording.key_id == key.id:
            return None
        return msgspec.structs.replace(recording, key_id=key.id, path=_path(recording))

    async def open(self, recording: Recording) -> AudioFile:
        if not recording.path:
            raise NotFound("This recording has no audio")
        kept = _kept(recording)

        def turn() -> contextlib.AbstractAsyncContextManager[object]:
            return self._reading.turn(kept.tenant_id)

        async with turn():
            header = await asyncio.to_thread(self._client.header, kept)
        return self._client.audio(kept, header, await self.keys.get(recording.tenant_id, header.key_id), turn)

    def drop_sources(self, recording: Recording) -> None:
        self._client.drop_spool(_kept(recording))

    def drop_plain(self, recording: Recording) -> None:
        """There are none: the keeper never kept any."""

    def drop(self, recording: Recording) -> None:
        self._erase(_kept(recording))

    def drop_elsewhere(self, tenant_id: TenantId, ids: Collection[str]) -> int:
        return sum(self._erase(Kept(tenant_id, RecordingId(one))) for one in ids)

    def drop_calls(self, tenant_id: TenantId, calls: Collection[CallId]) -> None:
        for call_id in calls:
            named = f"rec_{call_id.removeprefix('call_')}"
            for recording_id in (named, f"{named}m"):
                self._client.drop_spool(Kept(tenant_id, RecordingId(recording_id)))

    def drop_organisation(self, tenant_id: TenantId) -> None:
        self._client.erase_organisation(tenant_id)

    def _erase(self, kept: Kept) -> int:
        receipt = self._client.erase(kept)
        log.info("recording %s was erased on the PBX at %s: %d files", kept.id, receipt.at, len(receipt.files))
        return len(receipt.files)

    async def _sealed_before(self, recording: Recording) -> Recording:
        """A crash came between the file's being kept and its being noted. Raises: FileNotFoundError."""
        found = msgspec.structs.replace(recording, path=_path(recording))
        kept = _kept(recording)
        if (await asyncio.to_thread(self._client.look, kept)).sealed is None:
            raise FileNotFoundError(found.path)
        try:
            header = await asyncio.to_thread(self._client.header, kept)
        except NotFound as trouble:
            if trouble.code == "recording_damaged":
                raise
            raise FileNotFoundError(found.path) from None
        key = await self.keys.get(recording.tenant_id, header.key_id)
        channels = wav.header_of(await self._client.audio(kept, header, key).head(wav.HEADER))
        return self._described(found, key, header.size - wav.HEADER, channels)

    def _relative(self, path: Path) -> str:
        return f"{path.parent.name}/{path.name}"


class KeeperSpace:
    """What the PBX's disk has free: asked again every few seconds, told from memory."""

    f_frsize = 1

    def __init__(self, client: KeeperClient) -> None:
        self._client = client
        self.f_bavail = UNKNOWN

    def stat(self, _: Path) -> KeeperSpace:
        return self

    async def run(self) -> None:
        while True:
            try:
                self.f_bavail = (await asyncio.to_thread(self._client.space)).free
            except (Unavailable, OSError) as trouble:  # what was true last is kept
                log.debug("the PBX's free disk space is not known: %s", trouble)
            await asyncio.sleep(LOOK_EVERY_S)


def _kept(recording: Recording) -> Kept:
    return Kept(recording.tenant_id, recording.id)


def _path(recording: Recording) -> str:
    return f"{recording.tenant_id}/{recording.id}{SEALED}"
