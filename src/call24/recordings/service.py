"""The life of a recording: opened before the recorder starts, settled after the leg ended, served, erased.

A recording survives a crash of Call24, an absent MongoDB and an absent Asterisk: see pending.py and ``salvage``. How
its sound gets into its encrypted file is in storage.py, and how it gets another key in key_rotation.py.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from call24.changes.service import Changes, Writing
from call24.kit.clock import Clock, SystemClock
from call24.kit.errors import NotFound, Unavailable
from call24.kit.fair import Fair
from call24.kit.holdings import ButHeld, nothing_held
from call24.kit.ids import CallId, RecordingId, TenantId
from call24.pbx.client import HostAway
from call24.recordings.audio import AudioFile
from call24.recordings.events import RECORDING_KEPT, kept
from call24.recordings.key_rotation import KeyRotation
from call24.recordings.keys import RecordingKeys
from call24.recordings.model import Kind, Recording, RecordingKey
from call24.recordings.pending import Pending
from call24.recordings.retention import RecordingRetention
from call24.recordings.rules import judged
from call24.recordings.storage import RecordingStorage
from call24.recordings.store import RecordingStore

log = logging.getLogger(__name__)

STEADY_S = 0.2  # Asterisk writes at least every 130 ms while sound comes
FILE_BOUND_S = 3.0
DUE_AT_ONCE = 200
AWAY_AGAIN_S = (1.0, 1.0, 2.0, 4.0, 6.0)
"""A PBX that was away for a moment is asked again before that is left to `salvage`."""
_AGAIN = "recording %s cannot be stored now, it is tried again: %s"
REFUSED_KEPT = 10_000
TAKEN_IN = 8, 2
"""How many recordings are encrypted at once: in all, and of one organisation."""


class Recordings:
    """``spool``: where Asterisk writes, a folder per tenant; ``folder``: where we keep.

    ``exhausted``: whether there is no room left at all where Asterisk writes. Each that was settled is told by
    ``changes``, together with its document, before it is forgotten that it was to be: after a crash perhaps again.
    `retention` None: each goes with its call record. `storage` None: the folders are on this machine.
    """

    def __init__(
        self,
        store: RecordingStore,
        keys: RecordingKeys,
        changes: Changes,
        *,
        spool: Path,
        folder: Path,
        clock: Clock | None = None,
        exhausted: Callable[[], bool] = lambda: False,
        retention: RecordingRetention | None = None,
        storage: RecordingStorage | None = None,
    ) -> None:
        self._store = store
        self.retention = retention
        self._taking = Fair(*TAKEN_IN)
        self._keys = keys
        self._changes = changes
        self._shelf = storage or RecordingStorage(spool, folder, keys)
        self._pending = Pending(folder / "pending")
        self._clock = clock or SystemClock()
        self._exhausted = exhausted
        self._settling: set[RecordingId] = set()
        self._erased: set[TenantId] = set()
        self._refused: OrderedDict[RecordingId, bool] = OrderedDict()
        self.but_held: ButHeld = nothing_held
        """Set by the room of legal holds."""
        self.key_rotation = KeyRotation(store, keys, self._shelf, self._pending, settling=self._settling)

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
        if self._pending.get(recording_id) is not None or await self._is_stored(recording):
            return
        try:
            await asyncio.to_thread(self._pending.put, recording)
        except OSError as trouble:  # a full disk: whatever Asterisk can still write is found by its file (spool.py)
            log.error("recording %s cannot be registered now: %s", recording_id, trouble)
        if await self._put(recording):
            with contextlib.suppress(Unavailable, NotFound):
                await self._keys.active(tenant_id)  # so that it is known when MongoDB is away later

    async def _is_stored(self, recording: Recording) -> bool:
        try:
            return await asyncio.to_thread(self._shelf.has, recording)
        except Unavailable:  # a PBX elsewhere is away: if it is, settling it finds that out
            return False

    async def stopped(self, recording_id: RecordingId, at: datetime) -> None:
        """Its caller did not want it from then on: what the recorder still wrote is cut off when it is settled."""
        recording = self._pending.get(recording_id)
        if recording is not None and recording.state == "open" and recording.stopped_at is None:
            await asyncio.to_thread(self._pending.put, msgspec.structs.replace(recording, stopped_at=at))

    async def discard(self, tenant_id: TenantId, call_id: CallId, recording_id: RecordingId) -> bool:
        """Delete what its caller does not want, also while the call goes on. False: a legal hold keeps it.

        Raises: Unavailable; then call it again.
        """
        if await self._store.held(tenant_id, recording_id, await self.but_held(Recording)):
            return False
        now = self._clock.now()
        gone = Recording(
            id=recording_id, tenant_id=tenant_id, call_id=call_id, kind="call", started_at=now, delete_at=now
        )
        await self._erase([gone])
        return True

    def refuse(self, recording_id: RecordingId) -> None:
        """Its recorder was not started, for want of room: when settled it says so."""
        self._refused[recording_id] = True
        if len(self._refused) > REFUSED_KEPT:
            self._refused.popitem(last=False)

    async def refused(self, tenant_id: TenantId, recording_id: RecordingId) -> None:
        """After the end of a call whose recorder was not started, for want of room. What there is is kept."""
        self.refuse(recording_id)
        if await self.settle(recording_id, None) is not None:
            return
        with contextlib.suppress(NotFound, Unavailable):
            recording = await self._store.get(tenant_id, recording_id)
            if not recording.path and recording.state in {"open", "missing"}:  # a full disk had no room for its note
                await self._put(msgspec.structs.replace(recording, state="refused", stored_at=self._clock.now()))

    async def settle(self, recording_id: RecordingId, expected_s: float | None) -> Recording | None:
        """After the recorded leg ended: check what came, keep it; None if there is nothing (more) to settle now.

        ``expected_s``: from the recorder's start to the leg's end; None where it is not known.
        """
        for again_s in (*AWAY_AGAIN_S, 0.0):
            try:
                return await self._settled(recording_id, expected_s)
            except (OSError, Unavailable) as trouble:  # a full disk, or no key: nothing is lost, salvage tries again
                if not again_s or not isinstance(trouble, HostAway):
                    log.error(_AGAIN, recording_id, trouble)
                    break
            await asyncio.sleep(again_s)
        return None

    async def _settled(self, recording_id: RecordingId, expected_s: float | None) -> Recording | None:
        """As `settle`. Raises: OSError, Unavailable: then nothing is lost, and salvage tries again."""
        recording = self._pending.get(recording_id)
        if recording is None or recording_id in self._settling:
            return None
        self._settling.add(recording_id)
        try:
            if recording.state == "open":
                recording = await self._taken_in(recording, expected_s)
                await asyncio.to_thread(self._noted, recording)
            elif recording.state != "missing":
                await asyncio.to_thread(self._shelf.drop_sources, recording)
            if await self._written_down(recording):
                await asyncio.to_thread(self._pending.drop, recording_id)
            if recording.tenant_id in self._erased:  # while it was taken in
                await self._erase([recording])
                return None
        finally:
            self._settling.discard(recording_id)
            self.key_rotation.settled()
        return recording

    def _noted(self, recording: Recording) -> None:
        """First that it is kept, then the sources go; of one that is missing there are none."""
        self._pending.put(recording)
        if recording.state != "missing":
            self._shelf.drop_sources(recording)

    async def judge(self, tenant_id: TenantId, recording_id: RecordingId, expected_s: float) -> Recording | None:
        """Compare one that salvage settled before its length was known. None where it is compared already.

        Raises: NotFound, Unavailable.
        """
        recording = await self._store.get(tenant_id, recording_id)
        if recording.expected_s is not None or recording.state == "open":
            return None
        recording = judged(recording, expected_s)
        await self._store.put(recording)
        return recording

    async def salvage(self, live: Collection[CallId] = ()) -> int:
        """Settle what a crash or an absent MongoDB left over, but for the calls that go on; how many were settled.

        Call it at start when it is known which calls live, and every now and then.
        """
        await self._adopt_orphans(live)
        count = 0
        for recording in [one for one in await asyncio.to_thread(self._pending.all) if one.call_id not in live]:
            try:
                count += await self._settled(recording.id, recording.expected_s) is not None
            except HostAway as trouble:
                log.warning("recordings that are to be stored wait: %s", trouble)
                break
            except (OSError, Unavailable) as trouble:
                log.error(_AGAIN, recording.id, trouble)
        return count

    async def _adopt_orphans(self, live: Collection[CallId]) -> None:
        try:
            found = await asyncio.to_thread(self._shelf.left_over, live)
        except Unavailable:  # a PBX elsewhere is away
            return
        for orphan in found:
            if self._pending.get(orphan.id) is not None:
                continue
            try:
                known = await self._store.get(orphan.tenant_id, orphan.id)
            except NotFound:
                log.error("recording %s was left in the spool and is stored now", orphan.id)
                await asyncio.to_thread(self._pending.put, orphan)
            except Unavailable:
                return
            else:
                if known.state == "missing":  # it was not
                    known = msgspec.structs.replace(known, state="open")
                await asyncio.to_thread(self._pending.put, known)

    async def get(self, tenant_id: TenantId, recording_id: RecordingId) -> Recording:
        """Raises: NotFound, Unavailable."""
        return await self._store.get(tenant_id, recording_id)

    async def of_calls(self, tenant_id: TenantId, call_ids: Sequence[CallId]) -> dict[CallId, Recording]:
        """The recording, or else the message, of each call that has one."""
        found = await self._store.of_calls(tenant_id, call_ids)
        return {recording.call_id: recording for recording in sorted(found, key=lambda r: r.kind, reverse=True)}

    async def all_of_calls(self, tenant_id: TenantId, call_ids: Sequence[CallId]) -> dict[CallId, list[Recording]]:
        """Each call's, in the order in which they began."""
        found: dict[CallId, list[Recording]] = {}
        for one in sorted(await self._store.of_calls(tenant_id, call_ids), key=lambda one: (one.started_at, one.id)):
            found.setdefault(one.call_id, []).append(one)
        return found

    async def outlasting(
        self, tenant_id: TenantId, call_ids: Sequence[CallId], now: datetime
    ) -> Mapping[CallId, datetime]:
        """Calls whose recordings are kept beyond `now`, and until when. Raises: Unavailable."""
        return {} if self.retention is None else await self.retention.outlasting(tenant_id, call_ids, now)

    async def awaited(self, recording_id: RecordingId) -> bool:
        """Whether it is still to be stored: one that is not, and has no document, was deleted."""
        return await asyncio.to_thread(self._pending.get, recording_id) is not None

    async def open_audio(self, tenant_id: TenantId, recording_id: RecordingId) -> AudioFile:
        """Raises: NotFound also where there is a recording but no sound, or a damaged one; Unavailable."""
        return await self._shelf.open(await self._store.get(tenant_id, recording_id))

    async def keys(self, tenant_id: TenantId) -> list[RecordingKey]:
        """The oldest first; new recordings take the last. Raises: Unavailable."""
        return await self._keys.all(tenant_id)

    def free(self) -> int:
        """Bytes on the disk that recordings are kept on. Blocking. Raises: Unavailable, OSError."""
        return self._shelf.free()

    async def bring_in(self, recording: Recording, pieces: Callable[[], Iterable[bytes]], size: int) -> Recording:
        """Keep sound that comes from elsewhere, `size` bytes of a WAV file, with the organisation's key of now.

        Its document is there first, so that no file is without one after a crash. Repeating it replaces the file.
        Raises: Unavailable; OSError, also where `pieces` are of another size.
        """
        try:
            await self._store.get(recording.tenant_id, recording.id)
        except NotFound:
            await self._store.put(recording)
        sealed = await self._shelf.put(recording, pieces(), size)
        if self.retention is not None:
            sealed = await self.retention.dated(sealed)
        await self._store.put(sealed)
        return sealed

    # --- erasing ---

    async def erase(self, tenant_id: TenantId, call_ids: Sequence[CallId]) -> int:
        """Delete all recordings of these calls, files first: a document without a file is found again, not the reverse.

        Raises: Unavailable; then call it again.
        """
        found = {recording.id: recording for recording in await self._store.of_calls(tenant_id, call_ids)}
        gone = set(call_ids)
        for recording in await asyncio.to_thread(self._pending.all):
            if recording.tenant_id == tenant_id and recording.call_id in gone:
                found.setdefault(recording.id, recording)
        await self._erase(found.values())
        await asyncio.to_thread(self._shelf.drop_calls, tenant_id, gone)
        return len(found)

    async def erase_tenant(self, tenant_id: TenantId) -> None:
        """Keys, notes and documents of one organisation, the keys first; its folders go afterwards (privacy/files.py).

        Raises: Unavailable.
        """

        def notes() -> None:
            for pending in self._pending.all():
                if pending.tenant_id == tenant_id:
                    self._pending.drop(pending.id)

        self._erased.add(tenant_id)
        await self._keys.destroy(tenant_id)
        await asyncio.to_thread(notes)
        await asyncio.to_thread(self._shelf.drop_organisation, tenant_id)
        await self._store.delete_all(tenant_id)

    async def erase_due(self, now: datetime) -> int:
        """Delete what has reached its delete-by date, over all tenants; how many. Raises: Unavailable."""
        if self.retention is not None:
            await self.retention.follow()
        count, but = 0, await self.but_held(Recording)
        while due := await self._store.due(now, DUE_AT_ONCE, but):
            await self._erase(due)
            count += len(due)
        return count

    def drop_elsewhere(self, tenant_id: TenantId, ids: Collection[str]) -> int:
        """Files of these recordings that are not on this machine; how many. Blocking. Raises: Unavailable, OSError."""
        return self._shelf.drop_elsewhere(tenant_id, ids)

    async def _erase(self, recordings: Collection[Recording]) -> None:
        def files() -> None:
            for recording in recordings:
                self._shelf.drop(recording)
                self._pending.drop(recording.id)

        await asyncio.to_thread(files)
        await self._store.delete(recordings)

    async def _written_down(self, settled: Recording) -> bool:
        async def work(writing: Writing) -> None:
            await writing.collection(Recording).replace(settled, upsert=True)
            writing.tell(RECORDING_KEPT, kept(settled), settled.id)

        try:
            if self.retention is not None:
                settled = await self.retention.dated(settled)
            await self._changes.commit(settled.tenant_id, work)
        except Unavailable:
            log.warning("recording %s is registered later: MongoDB is unavailable", settled.id)
            return False
        return True

    async def _put(self, recording: Recording) -> bool:
        try:
            await self._store.put(recording)
        except Unavailable:
            log.warning("recording %s is registered later: MongoDB is unavailable", recording.id)
            return False
        return True

    async def _taken_in(self, recording: Recording, expected_s: float | None) -> Recording:
        refused = self._refused.pop(recording.id, False)
        if not refused or await asyncio.to_thread(self._shelf.spooled, recording) >= 0:
            await self._complete(recording)
        recording = msgspec.structs.replace(recording, stored_at=self._clock.now())
        try:
            async with self._taking.turn(recording.tenant_id):
                recording = await self._shelf.take(recording)
        except FileNotFoundError:
            if await asyncio.to_thread(self._shelf.is_there, recording):
                raise
            if refused or self._exhausted():
                return msgspec.structs.replace(recording, state="refused")
            log.error("recording %s: Asterisk left no file", recording.id)
            return msgspec.structs.replace(recording, state="missing", expected_s=expected_s)
        except NotFound as trouble:
            log.error("recording %s: %s", recording.id, trouble)
            return msgspec.structs.replace(recording, state="missing", expected_s=expected_s)
        recording = judged(recording, expected_s, exhausted=self._exhausted())
        if recording.state == "short":
            should = recording.expected_s or "?"
            log.error("recording %s is too short: %.1f s of %s s", recording.id, recording.duration_s, should)
        return recording

    async def _complete(self, recording: Recording) -> None:
        """Wait until Asterisk has written all: the size no longer changes, and is not zero unless the time is over."""
        last = -1
        for _ in range(round(FILE_BOUND_S / STEADY_S)):
            size = await asyncio.to_thread(self._shelf.spooled, recording)
            if size == last > 0 or (size < 0 and await self._is_stored(recording)):
                return
            last = size
            await asyncio.sleep(STEADY_S)
