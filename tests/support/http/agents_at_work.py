"""The HTTP API with real agent sessions behind it: a desk, its journal and the board, without calls or telephones."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, fields
from types import SimpleNamespace
from typing import Any, cast

import httpx
from tests.support.clock import settle
from tests.support.http.api import Api, Organisation

from call24.agents import events as ae
from call24.agents import machine as m
from call24.agents.model import AgentSession, AgentState, DispositionMode
from call24.call_records.history import History
from call24.call_records.projector import AGENT_EVENTS
from call24.contacts.callers import KnownCallers
from call24.engine.desk import Desk
from call24.journal.journal import Journal
from call24.journal.model import Entry, event_of
from call24.kit.ids import CallId, OfferId, QueueId, TenantId, UserId, new_id
from call24.live.board import Board
from call24.live.views import Views
from call24.server.http_app import create_app
from call24.server.http_services import Work

NO_CALLS = SimpleNamespace(
    teams=lambda tenant_id: {}, devices=lambda tenant_id, agent_id: (), most_waiting=lambda queue_id: None
)


@dataclass
class Shift:
    api: Api
    org: Organisation
    http: httpx.AsyncClient
    desk: Desk
    journal: Journal
    board: Board
    heard_of: list[UserId] = field(default_factory=list)

    # --- over HTTP ---

    async def ask(self, role: str, method: str, path: str, body: Any = None) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.org.bearers[role]}"}
        return await self.http.request(method, path, headers=headers, json=body)

    async def be(self, state: str, reason: str | None = None) -> httpx.Response:
        return await self.ask("agent", "PUT", "/v1/session", {"state": state, **({"reason": reason} if reason else {})})

    # --- what happens to the agent ---

    @property
    def agent_id(self) -> UserId:
        return UserId(self.org.users["agent"])

    @property
    def session(self) -> AgentSession:
        return self.desk.session(self.agent_id)

    async def has_call(self) -> str:
        """A call is offered to the agent, who takes it."""
        call_id, offer_id = CallId(new_id("call")), OfferId(new_id("off"))
        await self.tell(m.OfferMade(at=self.now, call_id=call_id, offer_id=offer_id))
        await self.tell(m.CallTaken(at=self.now, call_id=call_id, offer_id=offer_id))
        assert self.session.state is AgentState.ON_CALL
        return call_id

    async def wraps_up(self, queue_id: QueueId, disposition: DispositionMode, wrap_up_s: float = 10) -> str:
        """The call is over."""
        call_id, offer_id = self.session.call_id, self.session.offer_id
        assert call_id is not None and offer_id is not None
        over = m.OfferOver(
            at=self.now,
            offer_id=offer_id,
            outcome="talked",
            wrap_up_s=wrap_up_s,
            disposition=disposition,
            queue_id=queue_id,
        )
        await self.tell(over)
        return call_id

    async def tell(self, signal: m.AgentSignal) -> AgentSession:
        return await self.desk.ask(self.agent_id, signal)

    async def later(self, **by: float) -> None:
        """Time passes, and what it sets off is done."""
        self.api.clock.advance(**by)
        async with asyncio.timeout(5):
            await self.desk.ask(UserId("usr_nobody"), m.OfflineWished(at=self.now))
        await settle()

    @property
    def now(self) -> Any:
        return self.api.clock.now()

    # --- what was written down ---

    async def lines(self) -> list[ae.AnyAgentEvent]:
        entries = await self.journal.read_after(self.org.tenant.id, 0)
        return [event_of(entry, ae.AnyAgentEvent) for entry in entries if _theirs(entry, self.agent_id)]


def _theirs(entry: Entry, agent_id: UserId) -> bool:
    return entry.type in AGENT_EVENTS and entry.agent_id == agent_id


def _work(**parts: Any) -> Work:
    """What these routes do not use is not there."""
    return Work(**{name.name: parts.get(name.name) for name in fields(Work)})


@asynccontextmanager
async def shift(api: Api) -> AsyncIterator[Shift]:
    org = await api.organisation()
    journal, board = Journal(api.mongo, api.data / "journal.jsonl"), Board()
    await journal.start()
    await journal.open_tenant(org.tenant.id)
    journal.subscribe(board.apply)
    desk = Desk(
        org.tenant.id,
        clock=api.clock,
        journal=journal,
        directory=cast(Any, NO_CALLS),
        to_call=lambda call_id, signal: False,
        pbx_here=lambda: True,
    )

    async def wish(tenant_id: TenantId, agent_id: UserId, signal: m.AgentSignal) -> AgentSession:
        assert tenant_id == org.tenant.id
        return await desk.ask(agent_id, signal)

    app = create_app(api.services)
    services = api.services
    app.state.provided.put(Journal, journal)
    _work(
        engine=SimpleNamespace(wish=wish),
        board=board,
        views=Views(
            clock=api.clock,
            mongo=api.mongo,
            journal=journal,
            board=board,
            identity=services.identity,
            tenants=services.tenants,
            queues=services.queues,
            callers=KnownCallers(services.contacts),
        ),
        history=History(api.mongo, services.contacts),
    ).put_into(app.state.provided)
    task = asyncio.create_task(desk.run())
    transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=("127.0.0.1", 50000))
    try:
        async with httpx.AsyncClient(transport=transport, base_url="https://call24.test:8024") as http:
            yield Shift(api, org, http, desk, journal, board)
    finally:
        task.cancel()
        await journal.stop()
