"""Reads the journal and keeps two things made from it: call records, and the agents' sessions for a restart.

It remembers how far it has read (one cursor per tenant) and catches up at start; doing a line twice changes nothing.
While MongoDB is away it waits and then goes on where it was.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from typing import Annotated, Any

import msgspec

from call24.agents import events as agent_events
from call24.agents.model import AgentSession
from call24.calls import events as e
from call24.calls.model import Call
from call24.journal.journal import Journal
from call24.journal.model import Entry, event_of
from call24.kit.datamap import ID, STATE, TENANT, Fact, document
from call24.kit.errors import Unavailable
from call24.kit.ids import CallId, TenantId, UserId
from call24.kit.mongo import Index, Mongo
from call24.reports.call_record import CallRecord, fold
from call24.reports.story import BEGINNINGS, replay

log = logging.getLogger(__name__)

SESSION = Fact("user", "state", "agents are found again after a restart as they were", "while the user exists")


@document("projections", tenant=True)
class Cursor(msgspec.Struct, frozen=True, kw_only=True):
    """How far the journal of a tenant has been read; its id is the tenant's."""

    id: Annotated[str, ID]
    tenant_id: Annotated[TenantId, TENANT]
    seq: Annotated[int, STATE]


@document("agent_sessions", tenant=True)
class StoredSession(msgspec.Struct, frozen=True, kw_only=True):
    id: Annotated[UserId, Fact("user", "identifier", "whose session it is", "while the user exists")]
    tenant_id: Annotated[TenantId, TENANT]
    seq: Annotated[int, STATE]
    session: Annotated[dict[str, Any], SESSION]


INDEXES = (
    Index(CallRecord, ("-arrived_at", "-id")),
    Index(CallRecord, ("contact_id", "-arrived_at")),
    Index(CallRecord, ("agent_id", "-arrived_at")),
    Index(CallRecord, ("agents.agent_id", "-arrived_at")),
    Index(CallRecord, ("ended_at",)),
    Index(CallRecord, ("delete_at",), across=True),
)

REWRITES = frozenset(
    {
        *BEGINNINGS,
        e.CallConnected.__name__,
        e.RecordingStarted.__name__,
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
"""Lines after which the record is written anew: the beginning makes an open call known to the next start, what is
recorded needs its document, and the end has it all."""
AGENT_EVENTS = frozenset(kind.__name__ for kind in agent_events.AgentEvent.__subclasses__())
REMEMBERED_CALLS = 2000
RETRY_S = 0.3
LINGER_S = 0.15

RecordReader = Callable[[CallRecord], Awaitable[None]]


class Projector:
    def __init__(self, mongo: Mongo, journal: Journal) -> None:
        self._mongo = mongo
        self._journal = journal
        self._queue: asyncio.Queue[Entry] = asyncio.Queue()
        self._entries: OrderedDict[CallId, list[Entry]] = OrderedDict()
        self._sessions: dict[UserId, AgentSession] = {}
        self._readers: list[RecordReader] = []
        self._closed: set[TenantId] = set()

    def on_record(self, reader: RecordReader) -> None:
        """``reader`` is called with each record after it was written (also while the call is open)."""
        self._readers.append(reader)

    async def catch_up(self, tenant_id: TenantId) -> None:
        """Read what was written while we were away. Raises: Unavailable."""
        scope = self._mongo.tenant(tenant_id)
        for stored in await scope.collection(StoredSession).find():
            self._sessions[stored.id] = msgspec.convert(stored.session, AgentSession)
        cursor = await scope.collection(Cursor).find_one({"id": tenant_id})
        entries = await self._journal.read_after(tenant_id, cursor.seq if cursor else 0)
        await self._take(entries)

    async def open_calls(self, tenant_id: TenantId) -> list[Call]:
        """The calls that had not ended when the last line was read."""
        records = await self._mongo.tenant(tenant_id).collection(CallRecord).find({"ended_at": None})
        calls = [replay(await self._journal.read_call(tenant_id, record.id)) for record in records]
        return [call for call in calls if call is not None and not call.ended]

    def sessions(self) -> Iterable[AgentSession]:
        return list(self._sessions.values())

    async def close_tenant(self, tenant_id: TenantId) -> None:
        """The organisation is being erased: nothing is written for it once this has returned."""
        self._closed.add(tenant_id)
        self._sessions = {id: session for id, session in self._sessions.items() if session.tenant_id != tenant_id}
        await self._queue.join()

    def follow(self) -> None:
        """From now on, read each line as it becomes safe."""
        self._journal.subscribe(self._queue.put_nowait)

    async def run(self) -> None:
        while True:
            entries = [await self._queue.get()]
            await asyncio.sleep(LINGER_S)  # one write for what belongs together: a call's answer touches five documents
            while not self._queue.empty():
                entries.append(self._queue.get_nowait())
            while True:
                try:
                    await self._take(entries)
                    break
                except Unavailable:
                    await asyncio.sleep(RETRY_S)
            for _ in entries:
                self._queue.task_done()

    async def _take(self, entries: list[Entry]) -> None:
        """Fold the entries in. Safe to repeat from the start when it fails half-way."""
        calls: dict[CallId, TenantId] = {}
        agents: dict[UserId, Entry] = {}
        entries = [entry for entry in entries if entry.tenant_id not in self._closed]
        for entry in entries:
            if entry.call_id is not None:
                self._remember(entry)
                if entry.type in REWRITES:
                    calls[entry.call_id] = entry.tenant_id
            if entry.type in AGENT_EVENTS and entry.agent_id is not None:
                self._evolve(entry)
                agents[entry.agent_id] = entry
        for call_id, tenant_id in calls.items():
            await self._write_record(tenant_id, call_id)
        for agent_id, entry in agents.items():
            await self._write_session(agent_id, entry)
        newest = {entry.tenant_id: entry.seq for entry in entries}
        for tenant_id, seq in newest.items():
            cursor = Cursor(id=tenant_id, tenant_id=tenant_id, seq=seq)
            await self._mongo.tenant(tenant_id).collection(Cursor).replace(cursor, upsert=True)

    def _remember(self, entry: Entry) -> None:
        assert entry.call_id is not None
        if entry.type in BEGINNINGS:
            self._entries[entry.call_id] = [entry]
        elif (known := self._entries.get(entry.call_id)) is not None and known[-1].seq < entry.seq:
            known.append(entry)
        while len(self._entries) > REMEMBERED_CALLS:
            self._entries.popitem(last=False)

    async def _write_record(self, tenant_id: TenantId, call_id: CallId) -> None:
        entries = self._entries.get(call_id) or await self._journal.read_call(tenant_id, call_id)
        if not _whole(entries):
            return
        record = fold(entries)
        await self._mongo.tenant(tenant_id).collection(CallRecord).replace(record, upsert=True)
        for reader in self._readers:
            await reader(record)

    def _evolve(self, entry: Entry) -> None:
        assert entry.agent_id is not None
        event: agent_events.AnyAgentEvent = event_of(entry, agent_events.AnyAgentEvent)
        known = self._sessions.get(entry.agent_id) or AgentSession(
            agent_id=entry.agent_id, tenant_id=entry.tenant_id, since=entry.at, idle_since=entry.at
        )
        self._sessions[entry.agent_id] = agent_events.evolve(known, event, entry.at)

    async def _write_session(self, agent_id: UserId, entry: Entry) -> None:
        session = msgspec.to_builtins(self._sessions[agent_id], builtin_types=(datetime,))
        stored = StoredSession(id=agent_id, tenant_id=entry.tenant_id, seq=entry.seq, session=session)
        await self._mongo.tenant(entry.tenant_id).collection(StoredSession).replace(stored, upsert=True)


def _whole(entries: list[Entry]) -> bool:
    """False for what is left of a call whose lines fell due: its agents' own lines stay a little longer."""
    return any(entry.type in BEGINNINGS for entry in entries)


async def rebuild(mongo: Mongo, journal: Journal, tenant_id: TenantId) -> tuple[int, int]:
    """Make all call records of a tenant again from its journal. Returns (records, how many of them had differed)."""
    by_call: dict[CallId, list[Entry]] = {}
    for entry in await journal.read_after(tenant_id, 0):
        if entry.call_id is not None:
            by_call.setdefault(entry.call_id, []).append(entry)
    whole = [entries for entries in by_call.values() if _whole(entries)]
    differed = [await _make_again(mongo, journal, entries) for entries in whole]
    return len(whole), sum(differed)


async def _make_again(mongo: Mongo, journal: Journal, entries: list[Entry]) -> bool:
    """One record; whether it had differed.

    The call may go on, or be erased, meanwhile: after each write its lines are read again until they are the same.
    """
    tenant_id, call_id = entries[0].tenant_id, entries[0].call_id
    assert call_id is not None
    collection = mongo.tenant(tenant_id).collection(CallRecord)
    try:
        known = await collection.find_one({"id": call_id})
    except msgspec.ValidationError:  # damaged, or of another version's shape
        known = None
    differed = False
    while entries and (record := fold(entries)) != known:
        if known is not None and record.ended_at is None:
            break  # of a call that goes on the projector writes only what its next start needs
        await collection.replace(record, upsert=True)
        known, differed = record, True
        entries = await journal.read_call(tenant_id, call_id)
    if not entries:
        await collection.delete(call_id)
    return differed
