"""The journal of a simulation: what is stored outlives the process; a write can be slow, cut short, or refused.

What MongoDB stored and did not acknowledge is not told apart here: the real journal writes it again under the same id.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Sequence

from tests.simulation.faults import Injector

from call24.agents import events as ae
from call24.agents.model import AgentSession
from call24.call_records.projector import AGENT_EVENTS
from call24.call_records.replay import call_event, replay
from call24.calls.model import Call
from call24.journal.model import Entry, Fresh, body_of, event_of
from call24.kit.errors import Unavailable
from call24.kit.ids import CallId, EventId, TenantId, UserId


class Store:
    """What is on disk, for all lives of Call24."""

    def __init__(self) -> None:
        self.lines: list[Entry] = []
        self._numbers = itertools.count(1)
        self._seqs: dict[TenantId, int] = {}

    def add(self, tenant_id: TenantId, line: Fresh) -> Entry:
        seq = self._seqs[tenant_id] = self._seqs.get(tenant_id, 0) + 1
        body = body_of(line.event)
        entry = Entry(
            id=EventId(f"evt_{next(self._numbers)}"),
            tenant_id=tenant_id,
            seq=seq,
            at=line.at,
            type=body["type"],
            call_id=line.call_id,
            agent_id=line.agent_id,
            body=body,
            delete_at=line.delete_at,
        )
        self.lines.append(entry)
        return entry

    # --- what a new life finds ---

    def by_call(self) -> dict[CallId, list[Entry]]:
        """The lines of each call that has begun."""
        found: dict[CallId, list[Entry]] = {}
        for entry in self.lines:
            if entry.call_id is not None:
                found.setdefault(entry.call_id, []).append(entry)
        return {call_id: lines for call_id, lines in found.items() if any(call_event(line) for line in lines)}

    def calls(self) -> list[Call]:
        return [call for lines in self.by_call().values() if (call := replay(lines)) is not None]

    def sessions(self) -> list[AgentSession]:
        sessions: dict[UserId, AgentSession] = {}
        for entry in self.lines:
            if entry.type in AGENT_EVENTS and entry.agent_id is not None:
                event: ae.AnyAgentEvent = event_of(entry, ae.AnyAgentEvent)
                fresh = AgentSession(
                    agent_id=entry.agent_id, tenant_id=entry.tenant_id, since=entry.at, idle_since=entry.at
                )
                sessions[entry.agent_id] = ae.evolve(sessions.get(entry.agent_id, fresh), event, entry.at)
        return list(sessions.values())


class SimulatedJournal:
    """As one life of Call24 writes to it."""

    def __init__(self, store: Store, injector: Injector, point: Callable[[str], Awaitable[None]]) -> None:
        self._store = store
        self._injector = injector
        self._point = point

    async def append(self, tenant_id: TenantId, fresh: Sequence[Fresh]) -> tuple[Entry, ...]:
        await self._point("before a write")
        fault = self._injector.hits(tenant_id, "slow_write", "unwritten")
        await asyncio.sleep(self._injector.latency(tenant_id, 0.001, 0.004))
        if fault == "slow_write":
            await asyncio.sleep(self._injector.latency(tenant_id, 0.1, 3.0))
        if fault == "unwritten" and fresh:
            raise Unavailable("neither database nor disk")
        entries = []
        for line in fresh:
            entries.append(self._store.add(tenant_id, line))
            await self._point(f"after {line.event.__class__.__name__} was stored")
        return tuple(entries)
