"""The register of erasures, for callers: whoever was erased is unknown at the next call. It erases nothing.

It stands in MongoDB and in a file beside it, which a restore of the database leaves as it is: a line that MongoDB lacks
tells that older data came back. Both are read at the start; asking it reads memory alone.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections import Counter
from datetime import timedelta
from pathlib import Path

import msgspec

from call24.contacts.model import ErasedCaller
from call24.contacts.rules import id_of_generation
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, Unavailable
from call24.kit.ids import ContactId, TenantId
from call24.kit.mongo import Mongo

log = logging.getLogger(__name__)

MOST = 100_000
"""Lines of an organisation. None goes by itself, so beyond them nobody is erased."""
MOST_IN_ALL = 400_000
LOOKED_BACK = timedelta(hours=1)
"""How far back lines of other processes are looked for, twice a minute: clocks differ."""


class ErasureRegister:
    """`key`: what ids of contacts are made with. ``load`` it before the first call."""

    def __init__(self, mongo: Mongo, clock: Clock, file: Path, key: bytes) -> None:
        self._mongo = mongo
        self._clock = clock
        self._everywhere = mongo.platform(ErasedCaller, why="the register is read whole when the server starts")
        self._file = file
        self._key = key
        self._known: dict[ContactId, ErasedCaller] = {}
        """About 500 bytes each, and one for each caller that was ever erased."""
        self._unstored: dict[ContactId, ErasedCaller] = {}
        self._closed: set[TenantId] = set()
        self._writing = asyncio.Lock()

    def id_of(self, first: ContactId) -> ContactId:
        """The id that a number has now; `first`: the one it has if its caller was never erased."""
        line = self._known.get(first)
        return first if line is None else id_of_generation(self._key, first, line.generation)

    def erased_ids(self, line: ErasedCaller) -> list[ContactId]:
        """Every id that the number had."""
        return [id_of_generation(self._key, line.id, generation) for generation in range(line.generation)]

    def line(self, first: ContactId) -> ErasedCaller | None:
        return self._known.get(first)

    async def load(self) -> list[ErasedCaller]:
        """Read both copies and make them one; the lines that MongoDB lacked. Raises: Unavailable."""
        stored = {line.id: line for line in await self._everywhere.find()}
        beside = await asyncio.to_thread(self._read)
        lost = [line for line in beside.values() if line.generation > _generation(stored.get(line.id))]
        for line in lost:
            await self.store(msgspec.structs.replace(line, erasing=True))
        unwritten = [line for line in stored.values() if line.generation > _generation(beside.get(line.id))]
        async with self._writing:
            await asyncio.to_thread(self._append, unwritten)
        self._known = stored | {line.id: line for line in lost}
        return lost

    async def refresh(self) -> None:
        """Learn what another process has registered. Raises: Unavailable."""
        since = self._clock.now() - LOOKED_BACK
        for line in await self._everywhere.find({"at": {"$gte": since}}):
            if line.tenant_id not in self._closed and line.generation > _generation(self._known.get(line.id)):
                self._known[line.id] = line

    @property
    def has_file(self) -> bool:
        """Whether somebody was ever erased."""
        return self._file.exists()

    def check_room(self, tenant_id: TenantId, *firsts: ContactId) -> None:
        """Raises: Conflict (code erasure_register_full) where there is none for these."""
        if not (more := sum(first not in self._known for first in firsts)):
            return
        counts = Counter(line.tenant_id for line in self._known.values())
        if counts[tenant_id] + more > MOST or counts.total() + more > MOST_IN_ALL:
            raise Conflict(
                f"The register of erasures is full: at most {MOST:,} callers of an organisation. Ask the operator",
                code="erasure_register_full",
            )

    async def add(self, line: ErasedCaller) -> None:
        """The file first: a line that only it has is carried out at the next start. Raises: Unavailable."""
        async with self._writing:
            try:
                await asyncio.to_thread(self._append, [line])
            except OSError as error:
                raise Unavailable(f"The register of erasures cannot be written: {error.strerror}") from error
        self._known[line.id] = self._unstored[line.id] = line
        await self.store(line)

    async def store(self, line: ErasedCaller) -> None:
        await self._mongo.tenant(line.tenant_id).collection(ErasedCaller).replace(line, upsert=True)
        self._unstored.pop(line.id, None)

    async def store_unstored(self) -> None:
        """What MongoDB could not take when it was added, so that its erasure is carried on. Raises: Unavailable."""
        for line in list(self._unstored.values()):
            await self.store(line)

    async def forget_organisation(self, tenant_id: TenantId) -> None:
        """It is being closed: its lines go, and its documents with its others."""
        self._closed.add(tenant_id)
        async with self._writing:
            self._known = {first: line for first, line in self._known.items() if line.tenant_id != tenant_id}
            self._unstored = {first: line for first, line in self._unstored.items() if line.tenant_id != tenant_id}
            await asyncio.to_thread(self._write_without, tenant_id)

    def _read(self) -> dict[ContactId, ErasedCaller]:
        found: dict[ContactId, ErasedCaller] = {}
        if not self._file.exists():
            return found
        for number, text in enumerate(self._file.read_bytes().splitlines(), 1):
            try:
                line = msgspec.json.decode(text, type=ErasedCaller)
            except msgspec.MsgspecError:  # the last one, of a machine that lost power
                log.warning("line %d of %s cannot be read and is left out", number, self._file.name)
                continue
            if line.generation > _generation(found.get(line.id)):
                found[line.id] = line
        return found

    def _append(self, lines: list[ErasedCaller]) -> None:
        if not lines:
            return
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        whole = not self._file.exists() or self._file.read_bytes()[-1:] in (b"", b"\n")
        with os.fdopen(os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as out:
            out.write(b"".join([*([] if whole else [b"\n"]), *(msgspec.json.encode(line) + b"\n" for line in lines)]))
            out.flush()
            os.fsync(out.fileno())

    def _write_without(self, tenant_id: TenantId) -> None:
        if not self._file.exists():
            return
        kept = [line for line in self._read().values() if line.tenant_id != tenant_id]
        fresh = self._file.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as out:
            out.write(b"".join(msgspec.json.encode(line) + b"\n" for line in kept))
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(self._file)


def _generation(line: ErasedCaller | None) -> int:
    return 0 if line is None else line.generation
