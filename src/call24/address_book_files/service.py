"""Imports of people as they are asked for: a file is taken in, checked, imported when somebody says so, and undone.

What reads a file and writes people is a process of its own (`Runner`), which goes on after a restart. An organisation
has one at work at a time. The file goes when the import is over, or when a caller is erased who may be in it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from call24.address_book_files.headings import Column
from call24.address_book_files.model import (
    ACTIVE,
    AddressBookImport,
    Counts,
    ImportBatch,
    ImportColumn,
    ImportState,
    Known,
    Origin,
    Reading,
    RowProblem,
)
from call24.address_book_files.preview import Preview
from call24.address_book_files.reading import format_of
from call24.kit.background_jobs import BackgroundJobs
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, Invalid, NotFound, TooMany, Unavailable
from call24.kit.holdings import Person as Account
from call24.kit.ids import AddressBookImportId, ContactId, TenantId, UserId, new_id
from call24.kit.mongo import Index, Mongo, TenantCollection
from call24.kit.received_file import HEAD, received
from call24.people.model import NameOrder
from call24.people.service import People

log = logging.getLogger(__name__)

INDEXES = (
    Index(AddressBookImport, ("-created_at", "-id")),
    Index(AddressBookImport, ("delete_at",), across=True),
    Index(ImportBatch, ("import_id", "place")),
)
MOST = 50
"""Imports of one organisation that are kept."""
WAITING_MAX = 5
"""Files of one organisation that wait to be started."""
AT_ONCE = 2, 1
"""How many are at work: in all, and of one organisation."""
TRIES = 3
AGAIN_S = 5.0
PHONE_MOST = 50
"""Uploads from phones of one user that are kept; one that waits goes when the user sends the next."""
WAITS = timedelta(days=1)
KEPT = timedelta(days=30)
"""How long an import can be undone; as long as a change of a person can."""

Runner = Callable[[AddressBookImport, Path, Path], Coroutine[Any, Any, None]]
"""Does what the import's state says, with its file and the place of its preview; notes progress and outcome; cancelled,
it stops. Raises: OSError, Unavailable: do it again later."""


class AddressBookImports:
    """`floor`: bytes that stay free on the disk."""

    def __init__(self, mongo: Mongo, clock: Clock, people: People, folder: Path, floor: int, runner: Runner) -> None:
        self._mongo = mongo
        self._clock = clock
        self._people = people
        self._folder = folder
        self._floor = floor
        self._runner = runner
        self._all = mongo.platform(
            AddressBookImport, why="a restart goes on with imports, and the sweeper deletes them"
        )
        self._jobs = BackgroundJobs("import", AT_ONCE, tries=TRIES, again_s=AGAIN_S)
        self._arriving: set[tuple[TenantId, UserId | None]] = set()
        self.writes: set[TenantId] = set()
        """Organisations whose people a process writes now."""

    # --- asking for one ---

    async def begin(
        self, tenant_id: TenantId, asked_by: UserId, order: NameOrder, chunks: AsyncIterator[bytes]
    ) -> AddressBookImport:
        """Takes the file in, and has it checked. Raises: Invalid, TooMany, Unavailable."""
        rule = _alike(None)
        await self._check_none_active(tenant_id, None)
        waiting = await self._imports(tenant_id).count({"state": "ready", **rule})
        if waiting >= WAITING_MAX or await self._imports(tenant_id).count(rule) >= MOST:
            raise TooMany(
                f"At most {WAITING_MAX} files wait and {MOST} imports are kept: delete some first",
                code="too_many_address_book_imports",
            )
        return await self._taken(self._wish(tenant_id, asked_by, order), chunks)

    async def begin_from_phone(
        self, tenant_id: TenantId, asked_by: UserId, order: NameOrder, cards: bytes, *, private: bool
    ) -> AddressBookImport:
        """Takes in people whom the user chose on a phone, as vCards, and has them checked. Of a user's uploads one
        waits: the one before goes. Raises: Invalid, TooMany, Unavailable.
        """
        if format_of(cards[:HEAD]) != "vcard":
            raise Invalid(errors=[("vcards", "vCards: each begins with BEGIN:VCARD")])
        await self._check_none_active(tenant_id, asked_by)
        theirs = self._imports(tenant_id)
        for one in await theirs.find({"state": {"$in": ["ready", "failed"]}, **_alike(asked_by)}):
            await self._forget(one)
        if await theirs.count(_alike(asked_by)) >= PHONE_MOST:
            raise TooMany(
                f"At most {PHONE_MOST} uploads are kept for 30 days: delete some first",
                code="too_many_address_book_imports",
            )

        async def chunks() -> AsyncIterator[bytes]:
            yield cards

        wish = self._wish(tenant_id, asked_by, order, origin="phone", private_to=asked_by if private else None)
        return await self._taken(wish, chunks())

    def _wish(
        self,
        tenant_id: TenantId,
        asked_by: UserId,
        order: NameOrder,
        *,
        origin: Origin = "file",
        private_to: UserId | None = None,
    ) -> AddressBookImport:
        now = self._clock.now()
        return AddressBookImport(
            id=AddressBookImportId(new_id("abi")),
            tenant_id=tenant_id,
            asked_by=asked_by,
            origin=origin,
            private_to=private_to,
            format="csv",
            reading=Reading(order=order),
            created_at=now,
            delete_at=now + WAITS,
        )

    async def _taken(self, wish: AddressBookImport, chunks: AsyncIterator[bytes]) -> AddressBookImport:
        arriving = wish.tenant_id, _sender(wish)
        self._arriving.add(arriving)
        try:
            head = (await received(self._file(wish), chunks, self._floor)).head
            if not head.strip():
                raise Invalid("Send a CSV or vCard file as the body")
            wish = msgspec.structs.replace(wish, format=format_of(head))
            await self._imports(wish.tenant_id).insert(wish)
        except BaseException:
            self._file(wish).unlink(missing_ok=True)
            raise
        finally:
            self._arriving.discard(arriving)
        log.info("import %s into the address book was begun by %s", wish.id, wish.asked_by)
        self._jobs.start(wish.id, self._run(wish))
        return wish

    async def read_otherwise(
        self,
        wish: AddressBookImport,
        *,
        encoding: str,
        delimiter: str,
        heading: bool | None,
        columns: Sequence[Column] | None,
        order: NameOrder,
    ) -> AddressBookImport:
        """Has the file checked again. Raises: Conflict (codes import_not_ready, import_file_gone), TooMany."""
        reading = Reading(
            encoding=encoding,
            delimiter=delimiter,
            heading=heading,
            columns=None
            if columns is None
            else tuple(ImportColumn(to=one.to, label=one.label, group=one.group) for one in columns),
            order=order,
        )
        return await self._go(wish, ("ready", "failed"), "checking", {"reading": reading, "counts": Counts()})

    async def start(self, wish: AddressBookImport, known: Known) -> AddressBookImport:
        """Raises: Conflict (codes import_not_ready, import_file_gone), TooMany."""
        begun = {"known": known, "counts": Counts(), "delete_at": self._clock.now() + KEPT}
        return await self._go(wish, ("ready",), "running", begun)

    async def undo(self, wish: AddressBookImport) -> AddressBookImport:
        """Raises: Conflict (import_not_done), TooMany."""
        if wish.state not in ("done", "stopped"):
            raise Conflict("An import that is done or stopped can be undone", code="import_not_done")
        return await self._go(wish, ("done", "stopped"), "undoing", {"ended_at": None})

    async def _go(
        self, wish: AddressBookImport, states: Sequence[ImportState], state: ImportState, fields: dict[str, Any]
    ) -> AddressBookImport:
        if wish.state not in states:
            raise Conflict("The file is being checked, or the import was begun already", code="import_not_ready")
        if state != "undoing" and not self._file(wish).exists():
            raise Conflict("The file is not kept any more: send it again", code="import_file_gone")
        await self._check_none_active(wish.tenant_id, _sender(wish))
        change = {**fields, "state": state, "problem": "", "trouble": ""}
        if not await self._imports(wish.tenant_id).update_where({"id": wish.id, "state": wish.state}, change):
            raise Conflict("The file is being checked, or the import was begun already", code="import_not_ready")
        after = await self._imports(wish.tenant_id).get(wish.id)
        log.info("import %s into the address book is %s now", wish.id, state)
        self._jobs.start(after.id, self._run(after))
        return after

    async def _check_none_active(self, tenant_id: TenantId, sender: UserId | None) -> None:
        rule = {"state": {"$in": list(ACTIVE)}, **_alike(sender)}
        if (tenant_id, sender) in self._arriving or await self._imports(tenant_id).count(rule):
            raise TooMany("A file is at work already: wait until it is done", code="too_many_address_book_imports")

    async def stop(self, wish: AddressBookImport) -> AddressBookImport:
        """What is imported by then stays, and can be undone. Raises: Conflict (import_not_running)."""
        ended = {"state": "stopped", "ended_at": self._clock.now()}
        if not await self._imports(wish.tenant_id).update_where({"id": wish.id, "state": "running"}, ended):
            raise Conflict("It is not being imported", code="import_not_running")
        await self._jobs.stop(wish.id)
        self._drop_files(wish)
        return await self._imports(wish.tenant_id).get(wish.id)

    async def delete(self, wish: AddressBookImport) -> None:
        """Forgets the import: its people stay, and cannot be taken back by it. Raises: Conflict (import_active)."""
        if wish.state in ("running", "undoing"):
            raise Conflict("Stop it first, or wait until it is done", code="import_active")
        await self._forget(wish)

    async def _forget(self, wish: AddressBookImport) -> None:
        await self._jobs.stop(wish.id)
        self._drop_files(wish)
        await self._batches(wish.tenant_id).delete_many({"import_id": wish.id})
        await self._imports(wish.tenant_id).delete(wish.id)

    # --- carrying it out ---

    async def _run(self, wish: AddressBookImport) -> None:
        """The process notes how it ended; here only that it did not."""
        if not await self._jobs.carried_out(wish.tenant_id, wish.id, lambda: self._work(wish)):
            with contextlib.suppress(Unavailable):
                await self._interrupted(wish, "It could not be done now: try again later")
        with contextlib.suppress(Unavailable, NotFound):
            after = await self._imports(wish.tenant_id).get(wish.id)
            if after.state not in (*ACTIVE, "ready") and not (after.state == "failed" and after.rows is None):
                self._drop_files(after)

    async def _work(self, wish: AddressBookImport) -> None:
        if wish.state != "checking":
            self.writes.add(wish.tenant_id)
        try:
            await self._runner(wish, self._file(wish), self._preview(wish))
        finally:
            self.writes.discard(wish.tenant_id)

    async def _interrupted(self, wish: AddressBookImport, trouble: str) -> None:
        """An import or undoing that was cut off for good can be undone; what was only checked has failed."""
        state = {"checking": "failed", "running": "stopped", "undoing": "stopped"}.get(wish.state, "failed")
        ended = {"state": state, "problem": "import_interrupted", "trouble": trouble, "ended_at": self._clock.now()}
        rule = {"id": wish.id, "state": {"$in": list(ACTIVE)}}
        await self._imports(wish.tenant_id).update_where(rule, ended)

    async def after_restart(self) -> None:
        """Go on with what had not ended; files of which nothing is known go. Raises: Unavailable."""
        kept = set[Path]()
        for one in await self._all.find({"state": {"$in": [*ACTIVE, "ready", "failed"]}}):
            kept |= {self._file(one), self._preview(one)}
            if one.state not in ACTIVE or one.id in self._jobs:
                continue
            if one.state == "undoing" or self._file(one).exists():
                self._jobs.start(one.id, self._run(one))
            else:
                await self._interrupted(one, "The file is lost: send it again")
        for path in self._folder.glob("*/*"):
            if path not in kept:
                path.unlink(missing_ok=True)

    async def close(self) -> None:
        await self._jobs.close()

    # --- looking ---

    async def all(self, tenant_id: TenantId, sender: UserId | None = None) -> list[AddressBookImport]:
        """What `get` gives, the newest first."""
        rule = _alike(sender) if sender is not None else {"$or": [_alike(None), _SHARED]}
        return await self._imports(tenant_id).find(rule, sort=[("created_at", -1), ("id", -1)])

    async def get(self, tenant_id: TenantId, import_id: str, sender: UserId | None = None) -> AddressBookImport:
        """An import of a file, or what this user took from a phone. Without `sender` also what anybody took from a
        phone for the organisation, whose people are everybody's. Raises: NotFound."""
        found = await self._imports(tenant_id).get(import_id)
        shared = sender is None and found.private_to is None
        if not shared and _sender(found) != sender:
            raise NotFound
        return found

    async def preview(self, wish: AddressBookImport) -> Preview | None:
        """None where there is none, or none any more."""

        def read() -> bytes | None:
            try:
                return self._preview(wish).read_bytes()
            except FileNotFoundError:
                return None

        found = await asyncio.to_thread(read) if wish.state == "ready" else None
        return msgspec.json.decode(found, type=Preview) if found is not None else None

    async def problems(self, wish: AddressBookImport, after: int, limit: int) -> list[tuple[int, RowProblem]]:
        """Of rows that were not imported, each with its place among all of them; from the one after this place."""
        found = list[tuple[int, RowProblem]]()
        place = 0
        for number in range(wish.batches):
            batch = await self._batches(wish.tenant_id).find_one({"import_id": wish.id, "place": number})
            problems = batch.problems if batch is not None else ()
            found += [(place + n, one) for n, one in enumerate(problems, 1) if place + n > after]
            place += len(problems)
            if len(found) >= limit:
                break
        return found[:limit]

    # --- letting go ---

    async def erase_callers(self, tenant_id: TenantId, contact_ids: Sequence[ContactId]) -> int:
        """Callers are erased: files that may have them go, and what is being imported stops; how many files.

        What was written of them in the moment in which it stopped goes too.
        """
        if gone := await self.erase_files(tenant_id):
            await self._people.erase_callers(tenant_id, contact_ids)
        return gone

    async def erase_files(self, tenant_id: TenantId) -> int:
        """Somebody was erased who may be in them; how many there were. Raises: Unavailable."""
        gone = 0
        for one in await self._imports(tenant_id).find({"state": {"$in": ["checking", "ready", "running", "failed"]}}):
            gone += await self._dropped(one, "caller_erased", "Somebody was erased who may be in it: send it again")
        return gone

    async def _dropped(self, one: AddressBookImport, problem: str, trouble: str) -> int:
        await self._jobs.stop(one.id)
        there = self._file(one).exists()
        self._drop_files(one)
        ended: dict[str, Any] = {"problem": problem, "trouble": trouble, "ended_at": self._clock.now()}
        rule, state = {"id": one.id}, "stopped" if one.state == "running" else "failed"
        await self._imports(one.tenant_id).update_where({**rule, "state": one.state}, {**ended, "state": state})
        return int(there)

    async def forget_user(self, user: Account) -> None:
        """The account is being deleted: files that it sent and nobody started go, and what makes private entries."""
        waiting = {"asked_by": user.id, "state": {"$in": ["checking", "ready", "failed"]}}
        theirs = await self._imports(user.tenant_id).find({"$or": [waiting, {"private_to": user.id}]})
        for one in theirs:
            await self._forget(one)
        if any(one.private_to for one in theirs):  # whom it wrote since the others were deleted
            await self._people.forget_person(user)

    async def erase_due(self, now: datetime) -> int:
        """What has reached its day; how many. Raises: Unavailable."""
        due = await self._all.find({"delete_at": {"$lte": now}, "state": {"$nin": ["running", "undoing"]}}, limit=500)
        for one in due:
            await self._forget(one)
        return len(due)

    async def erase_tenant(self, tenant_id: TenantId) -> None:
        """Nothing is imported any more; files and documents go with the organisation's others."""
        for one in await self._imports(tenant_id).find({"state": {"$in": list(ACTIVE)}}):
            await self._jobs.stop(one.id)

    def _file(self, wish: AddressBookImport) -> Path:
        return self._folder / wish.tenant_id / f"{wish.id}.file"

    def _preview(self, wish: AddressBookImport) -> Path:
        return self._folder / wish.tenant_id / f"{wish.id}.preview"

    def _drop_files(self, wish: AddressBookImport) -> None:
        self._file(wish).unlink(missing_ok=True)
        self._preview(wish).unlink(missing_ok=True)

    def _imports(self, tenant_id: TenantId) -> TenantCollection[AddressBookImport]:
        return self._mongo.tenant(tenant_id).collection(AddressBookImport)

    def _batches(self, tenant_id: TenantId) -> TenantCollection[ImportBatch]:
        return self._mongo.tenant(tenant_id).collection(ImportBatch)


def _sender(wish: AddressBookImport) -> UserId | None:
    """Whose upload from a phone it is: their own alone. None: a file of the organisation's."""
    return wish.asked_by if wish.origin == "phone" else None


_SHARED = {"origin": "phone", "private_to": None}


def _alike(sender: UserId | None) -> dict[str, Any]:
    """This user's uploads from phones, or the organisation's files. Those of earlier releases say neither."""
    return {"origin": {"$ne": "phone"}} if sender is None else {"origin": "phone", "asked_by": sender}
