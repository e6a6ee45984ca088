"""The organisations' keys for recordings and files: made, wrapped by the installation's app key, changed, destroyed.

Three things are needed to hear a recording: its file, the organisation's key (here, in MongoDB) and the app key (in
the data folder). Where a key is destroyed, copies of its files in backups stay silent too.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from call24.kit.clock import Clock, SystemClock
from call24.kit.encryption import SealedBytes
from call24.kit.errors import NotFound, Unavailable
from call24.kit.ids import KeyId, TenantId, new_id
from call24.kit.mongo import Mongo, TenantCollection
from call24.kit.secrets import AppKey
from call24.recordings.encrypted_file import DataKey
from call24.recordings.model import RecordingKey

log = logging.getLogger(__name__)


class RecordingKeys:
    """Keys that were used once are remembered, so that recordings are kept while MongoDB is away.

    `struct`: what they are stored as, `purpose`: what of the app key wraps them: each kind of file has its own.
    `data`: where the app key is; a key is made only while it is the one there.
    """

    def __init__(
        self,
        mongo: Mongo,
        app_key: AppKey,
        clock: Clock | None = None,
        *,
        struct: type[RecordingKey] = RecordingKey,
        purpose: str = "recording keys",
        data: Path | None = None,
    ) -> None:
        self._mongo = mongo
        self._struct = struct
        self._purpose = purpose
        self._wrapper = SealedBytes(app_key, purpose)
        self._key, self._data = app_key, data
        self._clock = clock or SystemClock()
        self._active: dict[TenantId, DataKey] = {}
        self._known: dict[tuple[TenantId, KeyId], DataKey] = {}
        self._destroyed: set[TenantId] = set()

    async def active(self, tenant_id: TenantId) -> DataKey:
        """The key for what is recorded now; made at first use. Raises: Unavailable; NotFound where it was destroyed."""
        if tenant_id in self._destroyed:
            raise NotFound("The organisation's keys were destroyed")
        if tenant_id not in self._active:
            newest = [("made_at", -1), ("id", -1)]
            found = await self._keys(tenant_id).find({}, sort=newest, limit=1)
            self._active[tenant_id] = await self._usable(tenant_id, found)
        return self._active[tenant_id]

    async def get(self, tenant_id: TenantId, key_id: KeyId) -> DataKey:
        """Raises: Unavailable; NotFound also where the app key is another one."""
        if (known := self._known.get((tenant_id, key_id))) is not None:
            return known
        return self._opened(await self._keys(tenant_id).get(key_id))

    async def rotate(self, tenant_id: TenantId) -> KeyId:
        """A new key for new recordings; what was recorded before keeps its key. Raises: Unavailable."""
        known = await self.all(tenant_id)
        self._active[tenant_id] = await self._made(tenant_id, after=known[-1].made_at if known else None)
        return self._active[tenant_id].id

    async def drop(self, tenant_id: TenantId, unused: set[KeyId]) -> int:
        """Destroy keys that nothing is, or is about to be, encrypted with. Raises: Unavailable."""
        count = 0
        for key_id in unused:
            self._known.pop((tenant_id, key_id), None)
            count += await self._keys(tenant_id).delete(key_id)
        return count

    async def all(self, tenant_id: TenantId) -> list[RecordingKey]:
        return await self._keys(tenant_id).find({}, sort=[("made_at", 1)])

    async def destroy(self, tenant_id: TenantId) -> int:
        """All of an organisation, with it. Raises: Unavailable."""
        self._destroyed.add(tenant_id)
        self._active.pop(tenant_id, None)
        for known in [key for key in self._known if key[0] == tenant_id]:
            del self._known[known]
        return await self._keys(tenant_id).delete_many({})

    async def _usable(self, tenant_id: TenantId, found: Sequence[RecordingKey]) -> DataKey:
        try:
            return self._opened(found[0]) if found else await self._made(tenant_id)
        except NotFound:  # whoever exchanged the app key loses what was, not what comes
            log.critical("the %s of organisation %s cannot be opened with this app.key", self._purpose, tenant_id)
            return await self._made(tenant_id)

    async def _made(self, tenant_id: TenantId, after: datetime | None = None) -> DataKey:
        at = self._clock.now() if after is None else max(self._clock.now(), after + timedelta(milliseconds=1))
        key = DataKey(KeyId(new_id("key")), os.urandom(32))
        wrapped = self._wrapper.seal(key.secret, place_of(tenant_id, key.id))
        if self._data is not None and AppKey.load(self._data).derive(self._purpose) != self._key.derive(self._purpose):
            # It is destroyed soon, and this process may be left over from a server that was killed.
            raise Unavailable("The app key was replaced: new keys are made when the server has started again")
        document = self._struct(id=key.id, tenant_id=tenant_id, wrapped=wrapped.hex(), made_at=at)
        await self._keys(tenant_id).insert(document)
        return self._known.setdefault((tenant_id, key.id), key)

    def _opened(self, document: RecordingKey) -> DataKey:
        where = place_of(document.tenant_id, document.id)
        secret = self._wrapper.open(bytes.fromhex(document.wrapped), where)
        if secret is None:
            raise NotFound("The key was encrypted by another installation", code="recording_key_foreign")
        return self._known.setdefault((document.tenant_id, document.id), DataKey(document.id, secret))

    def _keys(self, tenant_id: TenantId) -> TenantCollection[RecordingKey]:
        return self._mongo.tenant(tenant_id).collection(self._struct)


def place_of(tenant_id: str, key_id: str) -> bytes:
    """What a wrapped key is bound to."""
    return f"{tenant_id}/{key_id}".encode()


def key_place(document: Mapping[str, Any]) -> str:
    """The same, of a key as it is stored."""
    return place_of(document["tenant_id"], document["_id"]).decode()
