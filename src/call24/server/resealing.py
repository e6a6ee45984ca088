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
        self._found = 0
        """Since the start: also in a look that was cut off, since memory may hold what was read before."""
        self._unopened = 0

    async def run(self) -> None:
        """Until nothing is sealed with an earlier key, the server has to start once more, or somebody has to decide."""
        while self._key.has_earlier:
            try:
                if not await self.look_through():
                    await self._end()
                    return
            except (Unavailable, OSError, ValueError) as trouble:
                log.warning("what an earlier app key sealed is sealed again later: %s", trouble)
                await asyncio.sleep(AGAIN_S)

    async def look_through(self) -> int:
        """Once through all of it; how many were sealed again. Raises: Unavailable, OSError, ValueError (the ring)."""
        before, self._unopened = self._found, 0
        for field in self._fields:
            await self._field(field, SealedBytes(self._key, field.purpose))
        return self._found - before

    async def _field(self, field: SealedField, box: SealedBytes) -> None:
        collection, after, unopened = document_of(field.kind).collection, "", 0
        there = {field.field: {"$exists": True}}
        while batch := await self._stored.behind(collection, after, there, AT_ONCE):
            after = str(batch[-1]["_id"])
            changes = []
            for document in batch:
                if (old := field.of(document)) is None:
                    continue
                if (new := _anew(field, box, document, old)) is None:
                    unopened += 1
                elif new != old:
                    changes.append(({"_id": document["_id"], field.field: old}, {field.field: new}))
            if changes:
                self._found += len(changes)
                await self._note(resealed=await self._stored.set_each(collection, changes))
            await asyncio.sleep(REST_S)
        if unopened:
            log.warning("no app key opens %d of %s.%s", unopened, collection, field.field)
            self._unopened += unopened

    async def _end(self) -> None:
        """Nothing was found in this look. Raises: OSError, ValueError."""
        if self._found:
            await self._note(whole=True)
            log.info("%d secrets are sealed with the new app key; the next start ends the earlier one", self._found)
        elif self._unopened:
            await self._note(whole=True, unopened=self._unopened)
            log.warning("no app key opens %d secrets: the earlier app key stays until you decide", self._unopened)
        else:
            await self._note(over=True)
            log.info("nothing is sealed with an earlier app key any more: it was destroyed")

    async def _note(self, *, resealed: int = 0, unopened: int = 0, whole: bool = False, over: bool = False) -> None:
        """Nothing where the app key was replaced once more meanwhile. Raises: OSError, ValueError (damaged)."""

        def looked(ring: KeyRing) -> KeyRing:
            now = ring.generation == self._key.generation
            return ring.looked(resealed=resealed, unopened=unopened, whole=whole, over=over) if now else ring

        await asyncio.to_thread(change, self._data, looked)


def _anew(field: SealedField, box: SealedBytes, document: Mapping[str, Any], old: bytes | str) -> bytes | str | None:
    """As it is to be stored; None where no key opens it."""
    try:
        sealed = bytes.fromhex(old) if isinstance(old, str) else bytes(old)
    except ValueError:
        return None
    new = box.anew(sealed, field.place(document).encode())
    if new is None or new == sealed:
        return None if new is None else old
    return new.hex() if isinstance(old, str) else new
