"""What happens with a file once it is whole: what it is is read from its content, and a malware scanner looks at it.

Until then nobody can download it. One file at a time is looked at, and each organisation has its turn.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from datetime import timedelta

import msgspec

from call24.files.clamd import Clamd, ScannerTrouble, Verdict
from call24.files.model import StoredFile
from call24.files.moving import FileMoves
from call24.files.rules import HEAD, name_of, type_of
from call24.files.service import Files
from call24.files.storage import FileStorage
from call24.files.store import FileStore
from call24.files.thumbnails import Thumbnails
from call24.kit.clock import Clock
from call24.kit.errors import Invalid, NotFound
from call24.kit.looking import keep_looking

log = logging.getLogger(__name__)

LOOK_EVERY_S = 30.0
QUARANTINE = timedelta(days=30)


class FileInspection:
    """`scanner` None: there is none, and files can be downloaded at once."""

    def __init__(
        self,
        store: FileStore,
        storage: FileStorage,
        files: Files,
        thumbnails: Thumbnails,
        moves: FileMoves,
        clock: Clock,
        scanner: Clamd | None,
    ) -> None:
        self._store = store
        self._storage = storage
        self._files = files
        self._thumbnails = thumbnails
        self._moves = moves
        self._clock = clock
        self._scanner = scanner
        self._wake = asyncio.Event()

    async def arrived(self, file: StoredFile) -> StoredFile:
        """A whole file, in state `checking`: as it is then.

        Raises: Invalid (file_type_refused), NotFound, Unavailable.
        """
        content = await self._storage.open(file)
        head = await content.head(HEAD)
        tail = b"".join([piece async for piece in content.chunks(max(0, file.size - HEAD))])
        type = type_of(head, tail)
        if type is None:
            await self.refuse(file)
        assert type is not None
        known = msgspec.structs.replace(
            file,
            type=type,
            name=name_of(file.name, type),
            state="scanning" if self._scanner is not None else "ready",
            thumbnail=Thumbnails.wanted(type, file.size),
            stored_at=self._clock.now(),
            delete_at=None,
        )
        await self._store.advance(known, "checking")
        self._wake.set()
        self._thumbnails.wake()
        self._moves.wake()
        return known

    async def refuse(self, file: StoredFile) -> None:
        """It goes. Raises: Invalid (file_type_refused), Unavailable."""
        await self._files.let_go(file.tenant_id, [file])
        raise Invalid(
            "Files of this kind are not taken: send a PDF, a picture, audio or video, a document of an office program "
            "without macros, or plain text",
            code="file_type_refused",
        )

    async def run(self) -> None:
        """For ever: goes on with what waits."""
        await keep_looking(self.look, self._wake, LOOK_EVERY_S)

    async def look(self) -> bool:
        """At the oldest file of each organisation; whether anything was done. Raises: Unavailable."""
        progress = False
        for file in await self._store.waiting():
            with contextlib.suppress(NotFound, Invalid):
                progress |= await self._looked_at(file)
        return progress

    async def _looked_at(self, file: StoredFile) -> bool:
        if file.state == "checking":
            await self.arrived(file)
            return True
        if self._scanner is None:  # it was taken out of the settings meanwhile
            return await self._advanced(msgspec.structs.replace(file, state="ready"))
        content = await self._storage.open(file)
        try:
            verdict = await self._scanner.scan(content.chunks())
        except ScannerTrouble as trouble:
            log.warning("file %s is looked at later: %s", file.id, trouble)
            return False
        return await self._advanced(self._judged(file, verdict))

    async def _advanced(self, file: StoredFile) -> bool:
        done = await self._store.advance(file, "scanning")
        self._thumbnails.wake()
        self._moves.wake()
        return done

    def _judged(self, file: StoredFile, verdict: Verdict) -> StoredFile:
        if verdict.outcome == "clean":
            return msgspec.structs.replace(file, state="ready", scanned=True)
        log.warning("file %s of organisation %s: the malware scanner: %s", file.id, file.tenant_id, verdict.outcome)
        state = "quarantined" if verdict.outcome == "found" else "unscannable"
        until = self._clock.now() + QUARANTINE
        return msgspec.structs.replace(file, state=state, found=verdict.name, thumbnail="none", delete_at=until)
