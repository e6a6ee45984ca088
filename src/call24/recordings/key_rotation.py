"""New keys for an organisation's recordings: older ones are encrypted again in the background, unneeded keys destroyed.

What a key and an encrypted file are is keys.py's and encrypted_file.py's. It settles and erases no recording.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Sequence

from call24.kit.errors import NotFound, Unavailable
from call24.kit.ids import KeyId, RecordingId, TenantId
from call24.recordings.keys import RecordingKeys
from call24.recordings.model import Recording
from call24.recordings.pending import Pending
from call24.recordings.storage import RecordingStorage
from call24.recordings.store import RecordingStore

log = logging.getLogger(__name__)

AT_ONCE = 20
REST_S = 0.5  # calls go first
AGAIN_S = 30.0


class KeyRotation:
    """``settling``: the recordings that are being settled now; when one is, ``settled`` is called."""

    def __init__(
        self,
        store: RecordingStore,
        keys: RecordingKeys,
        storage: RecordingStorage,
        pending: Pending,
        *,
        settling: Collection[RecordingId],
    ) -> None:
        self._store = store
        self._keys = keys
        self._storage = storage
        self._pending = pending
        self._settling = settling
        self._drop_later: set[TenantId] = set()
        self._rotated: asyncio.Queue[TenantId] = asyncio.Queue()

    async def rotate(self, tenant_id: TenantId) -> KeyId:
        """A new key for new recordings; the old ones are encrypted again in the background. Raises: Unavailable."""
        key_id = await self._keys.rotate(tenant_id)
        self._rotated.put_nowait(tenant_id)
        return key_id

    async def run(self, tenants: Sequence[TenantId]) -> None:
        """For as long as the process lives: encrypt again what a change of keys, or an older version, left as it
        was."""
        for tenant_id in tenants:
            self._rotated.put_nowait(tenant_id)
        while True:
            tenant_id = await self._rotated.get()
            try:
                if await self._store.any_file(tenant_id) and await self.reencrypt(tenant_id, AT_ONCE):
                    self._rotated.put_nowait(tenant_id)  # there may be more
                    await asyncio.sleep(REST_S)
            except (Unavailable, OSError) as trouble:
                log.warning(
                    "recordings of organisation %s are encrypted with the new key later: %s", tenant_id, trouble
                )
                await asyncio.sleep(AGAIN_S)
                self._rotated.put_nowait(tenant_id)
            except NotFound:
                log.debug("organisation %s was deleted", tenant_id)

    async def reencrypt(self, tenant_id: TenantId, limit: int = 1000) -> int:
        """Encrypt recordings that have another key, or none, with the key of now; how many. Call it until 0.

        Keys that nothing needs any more are destroyed in the end. Raises: Unavailable, OSError.
        """
        active = await self._keys.active(tenant_id)
        count, after = 0, ""
        while count < limit and (batch := await self._store.sealed_otherwise(tenant_id, active.id, after, 100)):
            after = batch[-1].id
            for recording in batch[: limit - count]:
                count += await self._resealed(recording)
        await self._drop(tenant_id, active.id)
        return count

    def settled(self) -> None:
        """Keys that one of those being settled might have used can be looked at again."""
        if not self._settling:
            for tenant_id in self._drop_later:
                self._rotated.put_nowait(tenant_id)
            self._drop_later.clear()

    async def _drop(self, tenant_id: TenantId, active: KeyId) -> None:
        """Destroy keys that neither a document nor a file on its way needs.

        What is needed is looked at in the order in which recordings go: being settled, noted, written down. Keys that
        are made meanwhile are not in question.
        """
        if self._settling:  # one of them may just use an old key
            self._drop_later.add(tenant_id)
            return
        noted = {recording.key_id for recording in await asyncio.to_thread(self._pending.all)}
        known = {key.id for key in await self._keys.all(tenant_id)}
        if not await self._store.sealed_otherwise(tenant_id, active, "", 1):
            await self._keys.drop(tenant_id, known - noted - {active})

    async def _resealed(self, recording: Recording) -> bool:
        try:
            changed = await self._storage.reseal(recording)
        except NotFound as trouble:  # gone or damaged: it stays as it is
            log.error("recording %s cannot be encrypted with the new key: %s", recording.id, trouble)
            return False
        if changed is None:
            return False
        if not await self._store.resealed(changed):  # erased meanwhile
            await asyncio.to_thread(self._storage.drop, recording)
            return False
        await asyncio.to_thread(self._storage.drop_plain, recording)
        return True
