"""Reads the journal and keeps two things made from it: call records, and the agents' sessions for a restart.

It reads what is flushed to MongoDB, so that nothing it writes is ahead of the journal there. Writes are gathered: a
call's record soon after a line that matters, sessions and how far it has read (one cursor per tenant) each two seconds.
What was not written when the process died is read again at start; doing a line twice changes nothing. While MongoDB is
away it waits and then goes on where it was. Who reads the records is told by record_reader.py.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

import msgspec

from call24.agents import events as agent_events
from call24.agents.model import AgentSession
from call24.call_records.call_record import CallRecord, fold
from call24.call_records.history_filter import BY_CALLER, BY_DIRECTION, BY_OUTCOME
from call24.call_records.history_row import BY_LISTS
from call24.call_records.record_debt import Behind, RecordLookup, Since
from call24.call_records.record_reader import RecordReader, RecordReaders
from call24.call_records.replay import BEGINNINGS, replay
from call24.calls import events as e
from call24.calls.model import Call
from call24.data_map import ID, PERSON, STATE, TENANT, Category, WithAccount, document, of_user
from call24.journal.journal import Journal
from call24.journal.model import Entry, event_of
from call24.kit.clock import Clock, SystemClock
from call24.kit.errors import Unavailable
from call24.kit.holdings import Person
from call24.kit.ids import CallId, TenantId, UserId
from call24.kit.mongo import Index, Mongo

log = logging.getLogger(__name__)

SESSION = of_user(Category.WORK, "finding agents as they were after a restart")


@document("projections", tenant=True)
class Cursor(msgspec.Struct, frozen=True, kw_only=True):
    """How far the journal of a tenant has been read; its id is the tenant's.

    ``behind``: readers of records, by name, that have not taken all that the projector has told; none as long as all
    is well.
    """

    id: Annotated[str, ID]
    tenant_id: Annotated[TenantId, TENANT]
    seq: Annotated[int, STATE]
    behind: Annotated[Mapping[str, Behind], STATE] = {}


@document("agent_sessions", tenant=True, kept=WithAccount())
class StoredSession(msgspec.Struct, frozen=True, kw_only=True):
    id: Annotated[UserId, PERSON]
    tenant_id: Annotated[TenantId, TENANT]
    seq: Annotated[int, STATE]
    session: Annotated[dict[str, Any], SESSION]


INDEXES = (
    Index(CallRecord, ("-arrived_at", "-id")),
    BY_CALLER,
    BY_LISTS,  # pages of history are read from it alone
    BY_DIRECTION,
    BY_OUTCOME,
    Index(CallRecord, ("ended_at",)),
    Index(CallRecord, ("delete_at",), across=True),
    *(
        Index(CallRecord, (field, "-arrived_at", "-id"), retired=True)
        for field in ("agent_id", "agents.agent_id", "queue_id", "queues.queue_id")
    ),
)

REWRITES = frozenset(
    {
        *BEGINNINGS,
        e.CallConnected.__name__,
        e.RecordingStarted.__name__,
        e.RecordingStopped.__name__,
        e.MessageStarted.__name__,
        e.CallForwarded.__name__,
        e.TransferCompleted.__name__,
        e.CallTakenOver.__name__,
        e.CallEnded.__name__,
        agent_events.AgentWrapUpStarted.__name__,
        agent_events.AgentWrapUpEnded.__name__,
        agent_events.AgentDispositionGiven.__name__,
    }
)
"""Lines after which the record is written again: the beginning makes an open call known to the next start, what is
recorded needs its document, and the end has it all."""
AGENT_EVENTS = frozenset(kind.__name__ for kind in agent_events.AgentEvent.__subclasses__())
REMEMBERED_CALLS = 2000
REMEMBERED_ENDED = 200
"""What follows the end is written within seconds, or read again: with 200 agents a call's lines take 50 kB."""
RETRY_S = 0.3
DAMAGED_AGAIN_S = 60.0
LINGER_S = 0.1
"""One write for what belongs together: a call's answer touches five documents."""
BEGIN_S = 2.0
"""A call that was answered, or is over, within this is written once less; a start reads its lines again instead."""
WRITE_EVERY_S = 0.4
SETTLE_S = 2.0
"""A start reads the lines of this time again."""
PAGE = 2000


class Dirty(msgspec.Struct, frozen=True, kw_only=True):
    """A call whose record is to be written at ``due`` (the loop's time); ``since``: the first line that it lacks."""

    tenant_id: TenantId
    since: int
    due: float


class Projector:
    """``readers``: are told of each record after it was written, also while the call is open."""

    def __init__(
        self, mongo: Mongo, journal: Journal, readers: Sequence[RecordReader] = (), clock: Clock | None = None
    ) -> None:
        self._mongo = mongo
        self._journal = journal
        self._queue: asyncio.Queue[Sequence[Entry]] = asyncio.Queue()
        self._entries: OrderedDict[CallId, list[Entry]] = OrderedDict()
        self._ended: OrderedDict[CallId, None] = OrderedDict()
        self._sessions: dict[UserId, AgentSession] = {}
        self._session_seq: dict[UserId, int] = {}
        self._dirty: dict[CallId, Dirty] = {}
        self._moved: set[UserId] = set()
        self._gone: set[UserId] = set()
        """Whose account was deleted: a line of theirs that comes home later makes no session."""
        self._read: dict[TenantId, int] = {}
        self._cursors: dict[TenantId, Cursor] = {}
        look = RecordLookup(current=self._records, after=self._calls_after)
        self._readers = RecordReaders(readers, clock or SystemClock(), look)
        self._closed: set[TenantId] = set()
        self._at_rest = asyncio.Event()
        self._at_rest.set()

    async def catch_up(self, tenant_id: TenantId) -> None:
        """Read what was written while we were away. Raises: Unavailable."""
        scope = self._mongo.tenant(tenant_id)
        for stored in await scope.collection(StoredSession).find():
            self._sessions[stored.id] = msgspec.convert(stored.session, AgentSession)
            self._session_seq[stored.id] = stored.seq
        cursor = await scope.collection(Cursor).find_one({"id": tenant_id})
        seq = cursor.seq if cursor else 0
        if cursor is not None:
            self._cursors[tenant_id] = cursor
            self._read.setdefault(tenant_id, seq)
            self._readers.restore(tenant_id, cursor.behind)
        while entries := await self._journal.read_after(tenant_id, seq, PAGE):
            self._take(entries)
            await self._write(list(self._dirty))
            seq = entries[-1].seq
        await self._settle()

    async def open_calls(self, tenant_id: TenantId) -> list[tuple[Call, list[Entry]]]:
        """The calls that had not ended when the last line was read, each with its lines."""
        records = await self._mongo.tenant(tenant_id).collection(CallRecord).find({"ended_at": None})
        lines = await self._journal.read_calls(tenant_id, [record.id for record in records]) if records else {}
        calls = [(replay(entries), entries) for entries in lines.values()]
        return [(call, entries) for call, entries in calls if call is not None and not call.ended]

    def sessions(self) -> Iterable[AgentSession]:
        return list(self._sessions.values())

    async def close_tenant(self, tenant_id: TenantId) -> None:
        """The organisation is being erased: nothing is written for it once this has returned."""
        self._closed.add(tenant_id)
        gone = {id for id, session in self._sessions.items() if session.tenant_id == tenant_id}
        self._sessions = {id: session for id, session in self._sessions.items() if id not in gone}
        self._moved -= gone
        self._dirty = {id: dirty for id, dirty in self._dirty.items() if dirty.tenant_id != tenant_id}
        self._read.pop(tenant_id, None)
        await self._readers.close_tenant(tenant_id)
        await self._at_rest.wait()

    async def forget_user(self, user: Person) -> None:
        """The account is being deleted; its session's document goes with the others."""
        self._sessions.pop(user.id, None)
        self._moved.discard(user.id)
        self._gone.add(user.id)

    def follow(self) -> None:
        """From now on, read each line once MongoDB has it."""
        self._journal.follow_flushed(self._queue.put_nowait)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep_writing(), name="projector: write")
            group.create_task(self._readers.run(), name="projector: readers")

    async def _keep_writing(self) -> None:
        loop = asyncio.get_running_loop()
        write_at, settle_at = loop.time(), loop.time() + SETTLE_S
        while True:
            due = min([settle_at, *(dirty.due for dirty in self._dirty.values())])
            await self._listen(max(due, write_at))
            now = loop.time()
            calls = [id for id, dirty in self._dirty.items() if dirty.due <= now]
            if now < min(settle_at, write_at if calls else settle_at):
                continue
            write_at = now + WRITE_EVERY_S
            self._at_rest.clear()
            try:
                await self._write(calls)
                if now >= settle_at:
                    await self._settle()
                    settle_at = now + SETTLE_S
            except Unavailable:
                await asyncio.sleep(RETRY_S)
            finally:
                self._at_rest.set()

    async def _listen(self, until: float) -> None:
        """Take in what was flushed; wait for it up to this time of the loop."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(until):
                self._take(await self._queue.get())
        while not self._queue.empty():
            self._take(self._queue.get_nowait())

    def _take(self, entries: Sequence[Entry]) -> None:
        """Fold the entries in, in memory. Taking one again changes nothing."""
        now = asyncio.get_running_loop().time()
        for entry in entries:
            if entry.tenant_id in self._closed:
                continue
            if entry.call_id is not None:
                self._remember(entry)
                if entry.type in REWRITES:
                    self._mark(entry.call_id, entry, now + (BEGIN_S if _begins(entry) else LINGER_S))
            if entry.type in AGENT_EVENTS and entry.agent_id is not None and entry.agent_id not in self._gone:
                self._evolve(entry)
            self._read[entry.tenant_id] = entry.seq

    def _mark(self, call_id: CallId, entry: Entry, due: float) -> None:
        known = self._dirty.get(call_id)
        if known is None:
            self._dirty[call_id] = Dirty(tenant_id=entry.tenant_id, since=entry.seq, due=due)
        elif due < known.due:
            self._dirty[call_id] = msgspec.structs.replace(known, due=due)

    def _remember(self, entry: Entry) -> None:
        assert entry.call_id is not None
        if entry.type in BEGINNINGS:
            self._entries[entry.call_id] = [entry]
        elif (known := self._entries.get(entry.call_id)) is not None and known[-1].seq < entry.seq:
            known.append(entry)
        if entry.type == e.CallEnded.__name__:
            self._ended[entry.call_id] = None
        while len(self._ended) > REMEMBERED_ENDED:
            self._entries.pop(self._ended.popitem(last=False)[0], None)
        while len(self._entries) > REMEMBERED_CALLS:
            self._entries.popitem(last=False)

    def _evolve(self, entry: Entry) -> None:
        assert entry.agent_id is not None
        if entry.seq <= self._session_seq.get(entry.agent_id, 0):
            return
        event: agent_events.AnyAgentEvent = event_of(entry, agent_events.AnyAgentEvent)
        known = self._sessions.get(entry.agent_id) or AgentSession(
            agent_id=entry.agent_id, tenant_id=entry.tenant_id, since=entry.at, idle_since=entry.at
        )
        self._sessions[entry.agent_id] = agent_events.evolve(known, event, entry.at)
        self._session_seq[entry.agent_id] = entry.seq
        self._moved.add(entry.agent_id)

    async def _write(self, calls: Sequence[CallId]) -> None:
        """The records of these; they stay to be written until their readers have heard. Raises: Unavailable."""
        written = {id: self._dirty[id] for id in calls}
        records: dict[TenantId, list[CallRecord]] = {}
        for call_id, dirty in written.items():
            entries = self._entries.get(call_id) or await self._journal.read_call(dirty.tenant_id, call_id)
            if _whole(entries) and (record := self._folded(call_id, entries)) is not None:
                records.setdefault(dirty.tenant_id, []).append(record)
        for tenant_id, made in records.items():
            await self._write_records(tenant_id, made)
            told = [record for record in made if not record.is_test]
            await self._readers.tell(tenant_id, told, {id: dirty.since for id, dirty in written.items()})
        for call_id, dirty in written.items():
            if self._dirty.get(call_id) is dirty:
                del self._dirty[call_id]

    async def _write_records(self, tenant_id: TenantId, records: Sequence[CallRecord]) -> None:
        await self._mongo.tenant(tenant_id).collection(CallRecord).replace_many(records)

    def _folded(self, call_id: CallId, entries: Sequence[Entry]) -> CallRecord | None:
        """None where no record can be made of it: it stays to be written, and the others go on."""
        try:
            return fold(entries)
        except Exception:
            log.exception("no record can be made of call %s", call_id)
            due = asyncio.get_running_loop().time() + DAMAGED_AGAIN_S
            self._dirty[call_id] = msgspec.structs.replace(self._dirty[call_id], due=due)
            return None

    async def _records(self, tenant_id: TenantId, calls: Sequence[CallId]) -> list[CallRecord]:
        return await self._mongo.tenant(tenant_id).collection(CallRecord).find({"id": {"$in": list(calls)}})

    async def _calls_after(self, tenant_id: TenantId, seq: int) -> tuple[Since, int | None]:
        """Calls whose record is written after a line of this page; the number that the next page begins with."""
        page, since = await self._journal.read_after(tenant_id, seq - 1, PAGE), dict[CallId, int]()
        for entry in page:
            if entry.call_id is not None and entry.type in REWRITES:
                since.setdefault(entry.call_id, entry.seq)
        return since, page[-1].seq + 1 if len(page) == PAGE else None

    async def _settle(self) -> None:
        """Sessions, then how far everything is written. Raises: Unavailable."""
        reached = [self._reached(tenant_id, seq) for tenant_id, seq in self._read.items()]
        moved, sessions = set(self._moved), dict[TenantId, list[StoredSession]]()
        for agent_id in moved:
            session = self._sessions[agent_id]
            stored = StoredSession(
                id=agent_id,
                tenant_id=session.tenant_id,
                seq=self._session_seq[agent_id],
                session=msgspec.to_builtins(session, builtin_types=(datetime,)),
            )
            sessions.setdefault(session.tenant_id, []).append(stored)
        for tenant_id, made in sessions.items():
            await self._write_sessions(tenant_id, made)
            self._moved -= {stored.id for stored in made if self._session_seq[stored.id] == stored.seq}
        for cursor in reached:
            if self._cursors.get(cursor.tenant_id) != cursor:
                await self._write_cursor(cursor)

    def _reached(self, tenant_id: TenantId, read: int) -> Cursor:
        seq = min([read, *(dirty.since - 1 for dirty in self._dirty.values() if dirty.tenant_id == tenant_id)])
        return Cursor(id=tenant_id, tenant_id=tenant_id, seq=seq, behind=self._readers.behind(tenant_id))

    async def _write_sessions(self, tenant_id: TenantId, sessions: Sequence[StoredSession]) -> None:
        await self._mongo.tenant(tenant_id).collection(StoredSession).replace_many(sessions)

    async def _write_cursor(self, cursor: Cursor) -> None:
        await self._mongo.tenant(cursor.tenant_id).collection(Cursor).replace(cursor, upsert=True)
        self._cursors[cursor.tenant_id] = cursor


def _begins(entry: Entry) -> bool:
    """An arrival, or an answer with which nothing else begins that needs the record."""
    unrecorded = entry.type == e.CallConnected.__name__ and entry.body.get("recording_id") is None
    return unrecorded or entry.type in BEGINNINGS


def _whole(entries: list[Entry]) -> bool:
    """False for what is left of a call whose lines fell due: its agents' own lines stay a little longer."""
    return any(entry.type in BEGINNINGS for entry in entries)
