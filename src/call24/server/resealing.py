"""After the app key was replaced: what an earlier one sealed is sealed again, then the earlier one is destroyed.

What rooms keep in memory may still be sealed with the earlier one, and be stored again: so the earlier one goes only
where a server found nothing of it from its start on. It replaces no key: kit/key_ring_file.py does.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from call24.data_map import document_of
from call24.kit.encryption import SealedBytes
from call24.kit.errors import Unavailable
from call24.kit.key_ring import KeyRing
from call24.kit.key_ring_file import change
from call24.kit.mongo import Mongo
from call24.kit.sealed_field import SealedField
from call24.kit.secrets import AppKey

log = logging.getLogger(__name__)

AT_ONCE = 200
REST_S = 0.02  # calls go first
AGAIN_S = 30.0


class Resealing:
    def __init__(self, mongo: Mongo, key: AppKey, data: Path, fields: Sequence[SealedField]) -> None:
        self._stored = mongo.as_stored(why="the app key was replaced: what is sealed is of all organisations")
        self._key, self._data, self._fields = key, data, fields

    async def run(self) -> None:
        """Until nothing is sealed with an earlier key, or the server has to start once more."""
        if not self._key.has_earlier:
            return
        found = 0
        while True:
            try:
                count = await self.look_through()
            except (Unavailable, OSError) as trouble:
                log.warning("what an earlier app key sealed is sealed again later: %s", trouble)
                await asyncio.sleep(AGAIN_S)
                continue
            found += count
            if not found:
                await self._note(over=True)
                log.info("nothing is sealed with an earlier app key any more: it was destroyed")
                return
            if not count:
                await self._note(whole=True)
                log.info("%d secrets were sealed with the new app key; the next start destroys the earlier one", found)
                return

    async def look_through(self) -> int:
        """Once through all of it; how many were sealed again. Raises: Unavailable, OSError."""
        count = 0
        for field in self._fields:
            count += await self._field(field, SealedBytes(self._key, field.purpose))
        return count

    async def _field(self, field: SealedField, box: SealedBytes) -> int:
        collection, after, count = document_of(field.kind).collection, "", 0
        there = {field.field: {"$exists": True}}
        while batch := await self._stored.behind(collection, after, there, AT_ONCE):
            after = str(batch[-1]["_id"])
            changes = [one for document in batch if (one := _sealed_anew(field, box, document)) is not None]
            if changes:
                done = await self._stored.set_each(collection, changes)
                await self._note(resealed=done)
                count += len(changes)
            await asyncio.sleep(REST_S)
        return count

    async def _note(self, *, resealed: int = 0, whole: bool = False, over: bool = False) -> None:
        """Nothing where the app key was replaced once more meanwhile. Raises: OSError."""

        def looked(ring: KeyRing) -> KeyRing:
            now = ring.generation == self._key.generation
            return ring.looked(resealed=resealed, whole=whole, over=over) if now else ring

        await asyncio.to_thread(change, self._data, looked)


def _sealed_anew(
    field: SealedField, box: SealedBytes, document: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """A filter for the document as it was read, and its new value; None where there is nothing to do."""
    old = field.of(document)
    if old is None:
        return None
    new = box.anew(bytes.fromhex(old) if isinstance(old, str) else bytes(old), field.place(document).encode())
    if new is None:
        return None
    return {"_id": document["_id"], field.field: old}, {field.field: new.hex() if isinstance(old, str) else new}
