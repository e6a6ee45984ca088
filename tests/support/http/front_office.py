"""The HTTP API over calls that are told by their events: journal, records, board, tasks; no engine, no telephones."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field, fields
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

import httpx
from tests.support.calls.told import Told
from tests.support.http.api import Api, Organisation
from tests.support.wait import wait_until

from call24.address_book_files.exporting import PeopleExporter
from call24.agents.events import AnyAgentEvent
from call24.call_records import projector as projecting
from call24.call_records.projector import Cursor, Projector
from call24.call_records.replay import call_event
from call24.caller_files.packing import CallerFileWriter
from call24.caller_files.signing import VconSigner
from call24.calls.events import AnyCallEvent
from call24.changes.feed import Feed
from call24.changes.model import Change, E, EventType
from call24.exports.exporter import Exporter
from call24.exports.model import CALLER, PEOPLE, TASKS, Export
from call24.exports.service import Exports
from call24.exports.task_exporter import TaskExporter
from call24.files.service import Files
from call24.journal import flusher
from call24.journal.journal import Journal
from call24.journal.model import Entry, Fresh, event_of
from call24.kit.ids import CallId, ContactId, QueueId, UserId
from call24.kit.provided import Provided
from call24.live.board import Board
from call24.live.views import Views
from call24.people.pictures import PersonPictures
from call24.people.service import People
from call24.recordings.model import Recording
from call24.recordings.service import Recordings
from call24.server.http_app import create_app
from call24.server.http_services import Work
from call24.server.projections import Projections
from call24.statistics.service import Reports
from call24.tasks.service import TaskService


@dataclass
class FrontOffice:
    """``help`` has the agent as its member, ``sales`` nobody. ``recordings``: what is known of messages, by call."""

    api: Api
    org: Organisation
    http: httpx.AsyncClient
    journal: Journal
    board: Board
    projector: Projector
    tasks: TaskService
    reports: Reports
    exports: Exports
    help: QueueId
    sales: QueueId
    views: Views
    feed: Feed
    recordings: dict[CallId, Recording] = field(default_factory=dict)

    async def ask(self, role: str, method: str, path: str, body: Any = None) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.org.bearers[role]}"}
        return await self.http.request(method, path, headers=headers, json=body)

    async def changes(self, kind: EventType[E]) -> list[E]:
        """What the change feed has of this kind, the oldest first."""
        found = self.api.mongo.tenant(self.org.tenant.id).collection(Change)
        return [kind.of(one) for one in await found.find({"type": kind.name}, sort=[("seq", 1)])]

    def user(self, role: str) -> UserId:
        return UserId(self.org.users[role])

    def call(self, name: str, at_s: float = 0) -> Told:
        """A call of this organisation, told from now on."""
        told = Told(CallId(f"call_{name}"), at_s)
        told.tenant_id = self.org.tenant.id
        told.now = self.api.clock.now()
        return told

    async def contact(self, number: str = "+442079460123", name: str = "Jo") -> ContactId:
        return (await self.api.services.contacts.remember(self.org.tenant.id, number, name)).id

    async def read(self, told: Told, *, by_all: bool = True) -> None:
        """What was told is written down, and everybody has read it; or all but readers that fail."""
        lines = [_fresh(entry) for entry in told.entries]
        written = await self.journal.append(self.org.tenant.id, lines)
        told.entries.clear()

        async def there() -> bool:
            cursor = await self.api.mongo.tenant(self.org.tenant.id).collection(Cursor).find_one({})
            return cursor is not None and cursor.seq >= written[-1].seq and not (by_all and cursor.behind)

        await wait_until(there)

    async def feed_is_read(self) -> None:
        """Who reads the change feed has had all that was stored, by other processes too, but for readers that fail."""
        await self.feed._look()  # it looks each 5 s for what others stored
        await wait_until(lambda: not any(one.behind and not one.failing for one in self.feed.states()), 15)


def _fresh(entry: Entry) -> Fresh:
    union: Any = AnyAgentEvent if call_event(entry) is None else AnyCallEvent
    return Fresh(
        at=entry.at,
        event=event_of(entry, union),
        delete_at=entry.delete_at,
        call_id=entry.call_id,
        agent_id=entry.agent_id,
    )


def at_once() -> ExitStack:
    """What readers gather for a while in the product is written down when they have it: tests wait for the result."""
    stack = ExitStack()
    stack.enter_context(patch.object(flusher, "GATHER_S", 0.01))
    stack.enter_context(patch.multiple(projecting, SETTLE_S=0.02, LINGER_S=0.0, BEGIN_S=0.0, WRITE_EVERY_S=0.0))
    return stack


@asynccontextmanager
async def front_office(api: Api) -> AsyncIterator[FrontOffice]:
    with at_once():
        async with _front_office(api) as office:
            yield office


@asynccontextmanager
async def _front_office(api: Api) -> AsyncIterator[FrontOffice]:
    org = await api.organisation()
    services = api.services
    queues = [
        await services.queues.create(org.tenant.id, name, members=members)
        for name, members in (("Help", [UserId(org.users["agent"])]), ("Sales", []))
    ]
    journal = Journal(api.mongo, api.data / "journal.jsonl")
    await journal.start()
    await journal.open_tenant(org.tenant.id)
    readers = Projections(
        api.settings,
        api.mongo,
        api.clock,
        api.key,
        journal,
        api.rooms,
        services.audit,
        api.held,
        Provided(services.there),
    )
    board, projector = readers.board, readers.projector
    reports, exports = services.there.get(Reports), services.there.get(Exports)
    exporter = Exporter(api.mongo, api.clock, services.contacts, reports, lambda what, key: f"{what} {key}")

    files = CallerFileWriter(
        api.mongo,
        api.clock,
        services.contacts,
        services.there.get(Recordings),
        services.there.get(Files),
        api.held,
        exporter.name_of,
        services.there.get(VconSigner),
        organisation=org.tenant.name,
        floor=0,
    )

    async def write(export: Export, file: Path) -> None:
        collection = api.mongo.tenant(export.tenant_id).collection(Export)

        async def told(done: int, in_all: int, due: datetime | None) -> None:
            sooner = {"delete_at": due} if due is not None and due < export.delete_at else {}
            await collection.update(export.id, {"rows_done": done, "rows_in_all": in_all, **sooner})

        writers: dict[str, Any] = {
            CALLER: files,
            PEOPLE: PeopleExporter(api.mongo, services.there.get(People), services.there.get(PersonPictures)),
            TASKS: TaskExporter(api.mongo, exporter.contacts, exporter.name_of, 0),
        }
        await writers.get(export.kind, exporter).write(export, ZoneInfo("UTC"), file, told)

    exports._runner = write  # in this process instead of one of its own, which would need the installation
    journal.subscribe(board.apply)
    projector.follow()
    app = create_app(services)
    app.state.provided.put(Journal, journal)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=("127.0.0.1", 50000))
    await readers.feed.start()
    running = [asyncio.create_task(one.run()) for one in (projector, readers.feed)]
    async with httpx.AsyncClient(transport=transport, base_url="https://call24.test:8024") as http:
        office = FrontOffice(
            api,
            org,
            http,
            journal,
            board,
            projector,
            services.there.get(TaskService),
            reports,
            exports,
            queues[0].id,
            queues[1].id,
            readers.views,
            readers.feed,
        )

        async def of_calls(tenant_id: str, call_ids: list[CallId]) -> dict[CallId, Recording]:
            return {call_id: one for call_id, one in office.recordings.items() if call_id in call_ids}

        parts: dict[str, Any] = {
            "board": board,
            "views": readers.views,
            "history": readers.history,
            "system": lambda: {"asterisk": "ok", "mongodb": "ok"},
        }
        app.state.provided.put(Recordings, SimpleNamespace(of_calls=of_calls))
        Work(**{each.name: parts.get(each.name) for each in fields(Work)}).put_into(app.state.provided)
        try:
            yield office
        finally:
            await exports.close()
            await readers.poster.close()
            for one in running:
                one.cancel()
            await asyncio.wait(running)
            await journal.stop()
