"""Resumable uploads: a file is announced with its size, and arrives in parts, each from where the last one ended.

`offset` in the file's document says what is on disk for good: whole frames in the sealed file, the rest in the document
itself. Whatever is cut off (the client, the network, this process) goes on from there. Of two that write at one offset,
the later takes over and the earlier is ended: a client that comes back does not wait for its lost connection.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import msgspec

from call24.files.inspection import FileInspection
from call24.files.model import Owner, StoredFile
from call24.files.rules import clean_name, may_become
from call24.files.sealed_file import FRAME, SALT, Seal
from call24.files.service import Files
from call24.files.storage import FileStorage
from call24.files.store import FileStore
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, Invalid, NotFound
from call24.kit.fair import Fair
from call24.kit.ids import FileId, TenantId, UserId, new_id

KEPT = timedelta(days=1)
"""How long an upload can be gone on with."""
STORED_EVERY = 32 * FRAME
"""Bytes after which what has arrived is stored; a crash costs as many at most."""
IDLE_S = 30.0
"""Without a byte for so long, the connection counts as lost: what has arrived is stored."""
AT_ONCE = 16, 4, 8
"""Parts that arrive at once: in all, and of one organisation; and how many of one may wait."""


class Turn:
    """Somebody writes to an upload. `ousted`: somebody else is to; `over`: it has ended."""

    def __init__(self) -> None:
        self.ousted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.over = asyncio.Event()


class Uploads:
    """`largest`: bytes of a file; `quota`: of all files of an organisation."""

    def __init__(
        self,
        store: FileStore,
        storage: FileStorage,
        files: Files,
        inspection: FileInspection,
        clock: Clock,
        *,
        largest: int,
        quota: int,
    ) -> None:
        self._store = store
        self._storage = storage
        self._files = files
        self._inspection = inspection
        self._clock = clock
        self.largest = largest
        self.quota = quota
        self._room = Fair(*AT_ONCE)
        self._writing: dict[FileId, Turn] = {}

    async def begin(
        self,
        tenant_id: TenantId,
        by: UserId | None,
        owner: Owner,
        name: str,
        size: int,
        file_id: FileId | None = None,
    ) -> StoredFile:
        """`file_id`: of what came from somewhere with an id of its own; `by` None: no user uploads it.

        Raises: Invalid, Conflict (file_quota, too_many), TooMany (too_many_uploads), Unavailable."""
        if not 1 <= size <= self.largest:
            raise Invalid(errors=[("Upload-Length", f"from 1 byte to {self.largest >> 20:,} MB")])
        self._storage.check_room(size)
        now = self._clock.now()
        file = StoredFile(
            id=file_id or FileId(new_id("fil")),
            tenant_id=tenant_id,
            about=owner.about,
            person_id=owner.person_id,
            task_id=owner.task_id,
            call_id=owner.call_id,
            contact_ids=owner.contact_ids,
            name=clean_name(name),
            size=size,
            key_id=(await self._storage.keys.active(tenant_id)).id,
            salt=os.urandom(SALT).hex(),
            uploaded_by=by,
            created_at=now,
            delete_at=now + KEPT,
        )
        await self._store.add(file, self.quota)
        return file

    async def take(self, tenant_id: TenantId, owner: Owner, file_id: FileId, name: str, content: bytes) -> StoredFile:
        """A whole file that a program has, such as an attachment: as it is then, or as it was stored before.

        What a process that was killed left of it is begun again.
        Raises: Invalid (also file_type_refused), Conflict (file_quota, too_many), TooMany, Unavailable.
        """
        with contextlib.suppress(NotFound):
            before = await self._store.get(tenant_id, file_id)
            if before.state == "checking":
                return await self._inspection.arrived(before)
            if before.state != "uploading":
                return before
            await self._files.let_go(tenant_id, [before])
        file = await self.begin(tenant_id, None, owner, name, len(content), file_id)
        try:
            async with self._alone(file_id), self._room.turn(tenant_id):
                file = await self._received(file, _pieces(content))
        except NotFound:  # what it is attached to was erased in this moment
            return file
        return await self._inspection.arrived(file)

    async def get(self, tenant_id: TenantId, by: UserId, file_id: FileId) -> StoredFile:
        """One's own, also once it is whole. Raises: NotFound, also once it is too late, or the file was deleted."""
        found = await self._store.get(tenant_id, file_id)
        late = found.state == "uploading" and found.delete_at is not None and found.delete_at <= self._clock.now()
        if found.uploaded_by != by or late or found.deleted_at is not None:
            raise NotFound
        return found

    async def write(
        self, tenant_id: TenantId, by: UserId, file_id: FileId, offset: int, chunks: AsyncIterator[bytes]
    ) -> StoredFile:
        """What arrives, from `offset` on, until there is no more of it; the file as it is then.

        Raises: NotFound, Conflict (upload_offset, upload_taken_over), Invalid (also file_type_refused), TooMany,
        Unavailable.
        """
        _check_offset(await self.get(tenant_id, by, file_id), offset)
        async with self._alone(file_id) as turn, self._room.turn(tenant_id):
            file = await self.get(tenant_id, by, file_id)
            _check_offset(file, offset)
            if file.state == "uploading":
                file = await self._received(file, _until_ousted(chunks, turn))
        return await self._inspection.arrived(file) if file.state == "checking" else file

    async def cancel(self, tenant_id: TenantId, by: UserId, file_id: FileId) -> None:
        """Raises: NotFound; Conflict (upload_over) once it is whole."""
        file = await self.get(tenant_id, by, file_id)
        if file.state != "uploading":
            raise Conflict("The upload is whole: delete the file", code="upload_over")
        async with self._alone(file_id):
            await self._files.let_go(tenant_id, [file])

    @contextlib.asynccontextmanager
    async def _alone(self, file_id: FileId) -> AsyncIterator[Turn]:
        """Whoever writes to it already is ended."""
        while (other := self._writing.get(file_id)) is not None:
            if not other.ousted.done():
                other.ousted.set_result(None)
            await other.over.wait()
        turn = self._writing[file_id] = Turn()
        try:
            yield turn
        finally:
            del self._writing[file_id]
            turn.over.set()

    async def _received(self, file: StoredFile, chunks: AsyncIterator[bytes]) -> StoredFile:
        seal = await self._storage.seal(file)
        waiting = bytearray(seal.opened(file.offset // FRAME, file.tail) if file.tail else b"")
        arrived = file.offset
        async for chunk in chunks:
            arrived += len(chunk)
            if arrived > file.size:
                raise Invalid(errors=[("body", "at most what is left of Upload-Length")])
            waiting += chunk
            if len(waiting) >= STORED_EVERY:
                file = await self._stored(file, seal, waiting)
        return await self._stored(file, seal, waiting) if arrived > file.offset else file

    async def _stored(self, file: StoredFile, seal: Seal, waiting: bytearray) -> StoredFile:
        """`waiting`: from the last whole frame on; what is left over is in it then."""
        number, seen = file.offset // FRAME, file.offset
        offset = number * FRAME + len(waiting)
        whole = len(waiting) - (0 if offset == file.size else len(waiting) % FRAME)
        frames = [bytes(waiting[place : place + FRAME]) for place in range(0, whole, FRAME)]
        if number == 0 and frames and offset < file.size and not may_become(frames[0]):
            await self._inspection.refuse(file)
        if frames:
            self._storage.check_room(whole)
            await self._storage.append(file, seal, number, frames)
            del waiting[:whole]
        after = msgspec.structs.replace(
            file,
            offset=offset,
            tail=seal.sealed(number + len(frames), bytes(waiting)) if waiting else b"",
            state="checking" if offset == file.size else "uploading",
        )
        if not await self._store.arrived(after, seen):
            if not await self._store.is_there(file):  # cancelled or erased meanwhile
                self._storage.drop([file])
                raise NotFound
            raise Conflict("Another request goes on with this upload", code="upload_taken_over")
        return after


async def _pieces(content: bytes) -> AsyncIterator[bytes]:
    for place in range(0, len(content), STORED_EVERY):
        yield content[place : place + STORED_EVERY]


def _check_offset(file: StoredFile, offset: int) -> None:
    if file.offset != offset:
        raise Conflict(f"The upload has {file.offset} bytes: go on from there", code="upload_offset")


async def _until_ousted(chunks: AsyncIterator[bytes], turn: Turn) -> AsyncIterator[bytes]:
    """Raises: Conflict (upload_taken_over)."""
    while True:
        coming = asyncio.ensure_future(_following(chunks))
        try:
            either: set[asyncio.Future[Any]] = {coming, turn.ousted}
            await asyncio.wait(either, timeout=IDLE_S, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if not coming.done():
                coming.cancel()
        if turn.ousted.done():
            raise Conflict("Another request goes on with this upload", code="upload_taken_over")
        if coming.cancelled() or not coming.done() or (chunk := coming.result()) is None:
            return
        yield chunk


async def _following(chunks: AsyncIterator[bytes]) -> bytes | None:
    return await anext(chunks, None)
