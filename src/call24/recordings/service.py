"""The life of a recording: opened before the recorder starts, settled after the leg ended, served, erased.

A recording survives a crash of Call24, an absent MongoDB and an absent Asterisk: see pending.py and ``salvage``.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from call24.kit.clock import Clock, SystemClock
from call24.kit.errors import NotFound, Unavailable
from call24.kit.ids import CallId, RecordingId, TenantId
from call24.recordings import spool, wav
from call24.recordings.model import Kind, Recording
from call24.recordings.pending import Pending
from call24.recordings.store import RecordingStore

log = logging.getLogger(__name__)

TOLERANCE_S = 1.0
POLL_S = 0.05
STEADY_POLLS = 4  # Asterisk writes at least every 130 ms while sound comes
FILE_BOUND_S = 3.0
CHUNK = 1 << 17
DUE_AT_ONCE = 200


class Audio(msgspec.Struct, frozen=True, kw_only=True):
    """A stored WAV file, to be read in parts."""

    path: Path
    size: int

    async def chunks(self, first: int = 0, last: int | None = None) -> AsyncIterator[bytes]:
        """Bytes ``first`` to ``last`` (both included, as in a Range header), without blocking the loop."""
        end = self.size if last is None else min(last + 1, self.size)
        file = await asyncio.to_thread(self.path.open, "rb")
        try:
            await asyncio.to_thread(file.seek, first)
            while first < end:
                chunk = await asyncio.to_thread(file.read, min(CHUNK, end - first))
                if not chunk:
                    return
                first += len(chunk)
                yield chunk
        finally:
            file.close()


class Recordings:
    """``spool``: where Asterisk writes, one folder per tenant; ``folder``: where we keep."""

    def __init__(self, store: RecordingStore, *, spool: Path, folder: Path, clock: Clock | None = None) -> None:
        self._store = store
        self._spool = spool
        self._folder = folder
        self._pending = Pending(folder / "pending")
        self._clock = clock or SystemClock()
        self._settling: set[RecordingId] = set()

    async def opened(
        self,
        tenant_id: TenantId,
        call_id: CallId,
        recording_id: RecordingId,
        kind: Kind,
        at: datetime,
        delete_at: datetime,
    ) -> None:
        """Before the recorder starts. Works without MongoDB; repeating it changes nothing."""
        recording = Recording(
            id=recording_id, tenant_id=tenant_id, call_id=call_id, kind=kind, started_at=at, delete_at=delete_at
        )
        if self._pending.get(recording_id) is not None or self._target(recording).exists():
            return
        try:
            await asyncio.to_thread(self._pending.put, recording)
        except OSError as trouble:  # a full disk: whatever Asterisk can still write is found by its file (spool.py)
            log.error("recording %s cannot be noted now: %s", recording_id, trouble)
        await self._put(recording)

    async def settle(self, recording_id: RecordingId, expected_s: float | None) -> Recording | None:
        """After the recorded leg ended: check what came, keep it; None if there is nothing (more) to settle.

        ``expected_s``: from the recorder's start to the leg's end; None where it is not known.
        """
        recording = self._pending.get(recording_id)
        if recording is None or recording_id in self._settling:
            return None
        self._settling.add(recording_id)
        try:
            if recording.state == "open":
                recording = await self._taken_in(recording, expected_s)
                await asyncio.to_thread(self._pending.put, recording)
            await asyncio.to_thread(self._drop_sources, recording)
            if await self._put(recording):
                await asyncio.to_thread(self._pending.drop, recording_id)
        except OSError as trouble:  # a full disk: nothing is lost, salvage tries again
            log.error("recording %s cannot be kept now: %s", recording_id, trouble)
            return None
        finally:
            self._settling.discard(recording_id)
        return recording

    async def salvage(self, live: Collection[CallId] = ()) -> int:
        """Settle what a crash or an absent MongoDB left over, but for the calls that go on; how many were settled.

        Call it at start when it is known which calls live, and every now and then.
        """
        await self._adopt_orphans(live)
        count = 0
        for recording in await asyncio.to_thread(self._pending.all):
            if recording.call_id not in live and await self.settle(recording.id, recording.expected_s) is not None:
                count += 1
        return count

    async def _adopt_orphans(self, live: Collection[CallId]) -> None:
        for orphan in await asyncio.to_thread(spool.left_over, self._spool, live):
            if self._pending.get(orphan.id) is not None:
                continue
            try:
                known = await self._store.get(orphan.tenant_id, orphan.id)
            except NotFound:
                log.error("recording %s was left over and is taken in now", orphan.id)
                await asyncio.to_thread(self._pending.put, orphan)
            except Unavailable:
                return
            else:
                await asyncio.to_thread(self._pending.put, known)

    async def get(self, tenant_id: TenantId, recording_id: RecordingId) -> Recording:
        """Raises: NotFound, Unavailable."""
        return await self._store.get(tenant_id, recording_id)

    async def of_calls(self, tenant_id: TenantId, call_ids: Sequence[CallId]) -> dict[CallId, Recording]:
        """The recording, or else the message, of each call that has one."""
        found = await self._store.of_calls(tenant_id, call_ids)
        return {recording.call_id: recording for recording in sorted(found, key=lambda r: r.kind, reverse=True)}

    async def open_audio(self, tenant_id: TenantId, recording_id: RecordingId) -> Audio:
        """Raises: NotFound also where there is a recording but no sound; Unavailable."""
        recording = await self._store.get(tenant_id, recording_id)
        if not recording.path:
            raise NotFound("This recording has no sound")
        path = self._folder / recording.path
        try:
            size = (await asyncio.to_thread(path.stat)).st_size
        except FileNotFoundError:
            raise NotFound("The recording's file is gone") from None
        return Audio(path=path, size=size)

    async def erase(self, tenant_id: TenantId, call_ids: Sequence[CallId]) -> int:
        """Delete all recordings of these calls, files first: a document without a file is found again, not the reverse.

        Raises: Unavailable; then call it again.
        """
        found = {recording.id: recording for recording in await self._store.of_calls(tenant_id, call_ids)}
        for recording in await asyncio.to_thread(self._pending.all):
            if recording.tenant_id == tenant_id and recording.call_id in call_ids:
                found.setdefault(recording.id, recording)
        for recording in found.values():
            await self._erase(recording)
        for call_id in call_ids:
            for path in await asyncio.to_thread(spool.of_call, self._spool, tenant_id, call_id):
                await asyncio.to_thread(path.unlink, missing_ok=True)
        return len(found)

    async def erase_tenant(self, tenant_id: TenantId) -> None:
        """Everything of one organisation, whatever the documents say; the documents go too. Raises: Unavailable."""

        def files() -> None:
            for pending in self._pending.all():
                if pending.tenant_id == tenant_id:
                    self._pending.drop(pending.id)
            for folder in (self._spool / tenant_id, self._folder / tenant_id):
                shutil.rmtree(folder, ignore_errors=True)

        await asyncio.to_thread(files)
        await self._store.delete_all(tenant_id)

    async def erase_due(self, now: datetime) -> int:
        """Delete what has reached its delete-by date, over all tenants; how many. Raises: Unavailable."""
        count = 0
        while due := await self._store.due(now, DUE_AT_ONCE):
            for recording in due:
                await self._erase(recording)
            count += len(due)
        return count

    async def _erase(self, recording: Recording) -> None:
        def files() -> None:
            self._target(recording).unlink(missing_ok=True)
            self._target(recording).with_suffix(".part").unlink(missing_ok=True)
            self._drop_sources(recording)
            self._pending.drop(recording.id)

        await asyncio.to_thread(files)
        await self._store.delete(recording)

    async def _put(self, recording: Recording) -> bool:
        try:
            await self._store.put(recording)
        except Unavailable:
            log.warning("recording %s is written down later: MongoDB is away", recording.id)
            return False
        return True

    async def _taken_in(self, recording: Recording, expected_s: float | None) -> Recording:
        sources, target = self._sources(recording), self._target(recording)
        await self._complete(sources, recording)
        recording = msgspec.structs.replace(recording, expected_s=expected_s, stored_at=self._clock.now())
        try:
            sound, channels = await asyncio.to_thread(wav.sound_in, sources)
        except FileNotFoundError:
            if not target.exists():
                log.error("recording %s: Asterisk left no file", recording.id)
                return msgspec.structs.replace(recording, state="missing")
            # A crash came between the file's move and its being noted.
            sources = (target,)
            sound, channels = await asyncio.to_thread(wav.sound_in, sources)
        if sound == 0:
            return msgspec.structs.replace(recording, state="empty")
        if sources != (target,):
            await asyncio.to_thread(wav.store, sources, target)
        seconds = wav.duration_s(sound, channels)
        short = expected_s is not None and seconds < expected_s - TOLERANCE_S
        if short:
            log.error("recording %s: %.1f s of %.1f s", recording.id, seconds, expected_s)
        return msgspec.structs.replace(
            recording,
            state="short" if short else "stored",
            path=str(target.relative_to(self._folder)),
            bytes=sound,
            duration_s=round(seconds, 3),
            channels=channels,
        )

    async def _complete(self, sources: Sequence[Path], recording: Recording) -> None:
        """Wait until Asterisk has written all: the size no longer changes, and is not zero unless the time is over."""
        last, steady = -1, 0
        for _ in range(round(FILE_BOUND_S / POLL_S)):
            size = sum([await asyncio.to_thread(_size, source) for source in sources])
            steady = steady + 1 if size == last else 0
            last = size
            if size > 0 and steady >= STEADY_POLLS:
                return
            if size < 0 and self._target(recording).exists():
                return
            await asyncio.sleep(POLL_S)

    def _sources(self, recording: Recording) -> tuple[Path, ...]:
        return spool.sources(self._spool, recording.tenant_id, recording.id, recording.kind)

    def _drop_sources(self, recording: Recording) -> None:
        for source in self._sources(recording):
            source.unlink(missing_ok=True)

    def _target(self, recording: Recording) -> Path:
        return self._folder / recording.tenant_id / f"{recording.id}.wav"


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return -1
