"""A process that works at one CRM connection, wired by the product's list of rooms, and is killed, or kills the CRM.

It has turns until nothing is left to do, or the CRM is in trouble. Where it is killed: at the nth command of a kind to
MongoDB or the nth request of a kind to the CRM, before it goes out, or after its answer. `victim`: the process that is
killed in its place; `during`: so many seconds after a request went out.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

import msgspec
from tests.support.clock import StillClock
from tests.support.product import killed_process
from tests.support.product.change_killed import Killer, Point
from tests.support.product.policy_killed import _NoJournal

from call24.audit.service import AuditLog
from call24.consents.service import Consents
from call24.crm.model import CrmConnection
from call24.crm.service import CrmConnections
from call24.crm.worker import CrmWorker
from call24.kit.holdings import Held
from call24.kit.ids import CrmConnectionId, TenantId
from call24.kit.mongo import Mongo
from call24.kit.outbound_http import Answered, OutboundHttp
from call24.kit.secrets import AppKey
from call24.kit.settings import Settings
from call24.restrictions.service import Restrictions
from call24.server.building import Building
from call24.server.rooms import HOLDINGS, ROOMS
from call24.server.services import ground

TURNS_MAX = 60


class Job(msgspec.Struct, frozen=True, kw_only=True):
    uri: str
    database: str
    data: str
    tenant_id: TenantId
    connection_id: CrmConnectionId
    now: datetime
    kill: Point | None = None
    victim: int = 0
    during: float | None = None
    points: str = ""
    """The file that a run without a kill writes its points to."""


class Kills(Killer):
    def __init__(self, job: Job) -> None:
        super().__init__(job.kill)
        self._job = job

    def _die_at(self, what: str, nth: int, *, after: bool) -> None:
        if self.armed and self._point == Point(what, nth, after):
            os.kill(self._job.victim or os.getpid(), signal.SIGKILL)

    async def exchange(
        self, asked: Any, of: OutboundHttp, method: str, url: str, headers: Any, body: Any, **more: Any
    ) -> Answered:
        what = _named(method, url, body)
        if self._job.during is not None:
            self._seen[what] += self.armed
            if self.armed and self._point == Point(what, self._seen[what], False):
                asyncio.get_running_loop().call_later(self._job.during, os.kill, self._job.victim, signal.SIGKILL)
            return await asked(of, method, url, headers, body, **more)  # type: ignore[no-any-return]
        place = self.begins(what)
        answer: Answered = await asked(of, method, url, headers, body, **more)
        self.is_over(*place)
        return answer


def _named(method: str, url: str, body: bytes | None) -> str:
    """The method of Tryton's JSON-RPC, or that of HTTP and the path, without ids."""
    told = json.loads(body) if body else {}
    if "method" in told:
        return f"{method} {told['method']}"
    return f"{method} {re.sub(r'/([0-9a-f]{17}|[0-9]+)(?![^/])', '/N', urlsplit(url).path)}"


async def _run(job: Job) -> None:
    killer, clock, data = Kills(job), StillClock(job.now), Path(job.data)
    mongo = Mongo(job.uri, job.database, watch=[killer])  # type: ignore[list-item]
    key, settings = AppKey.load(data), Settings(data=data, webhooks_private=True)
    there = ground(settings, mongo, clock, key, _NoJournal(), AuditLog(mongo, clock, key, data / "audit"))  # type: ignore[arg-type]
    building = Building(ROOMS, there, Held(HOLDINGS))
    building.whole()
    await building.refresh()
    await there.get(Consents).load()
    await there.get(Restrictions).load()
    asked = OutboundHttp.exchange

    async def exchange(
        self: OutboundHttp, method: str, url: str, headers: Mapping[str, str], body: Any, **more: Any
    ) -> Answered:
        return await killer.exchange(asked, self, method, url, headers, body, **more)

    killer.armed = True
    with patch.object(OutboundHttp, "exchange", exchange):
        await turns(job.tenant_id, job.connection_id, clock, there.get(CrmConnections), there.get(CrmWorker))
    killer.armed = False
    if job.points:
        Path(job.points).write_text(json.dumps(killer.points))  # noqa: ASYNC240 - nobody else waits in this process
    await mongo.close()


async def turns(
    tenant_id: TenantId, id: CrmConnectionId, clock: StillClock, connections: CrmConnections, worker: CrmWorker
) -> None:
    """Until nothing is left to do for a while, or there is trouble."""
    for _ in range(TURNS_MAX):
        connection = await connections.get(tenant_id, id)
        if connection.due_at is None:
            return
        clock.advance(seconds=max(0.0, (connection.due_at - clock.now()).total_seconds()))
        after = await worker.work(connection)
        if after.trouble is not None or await _quiet(after, clock.now(), connections):
            return
        clock.advance(seconds=1)


async def _quiet(connection: CrmConnection, now: datetime, connections: CrmConnections) -> bool:
    """Nothing is left to do for a while."""
    store, soon = connections.store, now + timedelta(minutes=5)
    links = await store.links(connection.tenant_id).count({"connection_id": connection.id, "due_at": {"$lte": soon}})
    jobs = await store.jobs(connection.tenant_id).count({"connection_id": connection.id, "state": "waiting"})
    return not (connection.catching_up or links or jobs) and connection.filled_to is None


def run(job: Job) -> None:
    """In a process of its own."""
    asyncio.run(_run(job))


async def in_a_process(job: Job) -> int:
    """Its exit code: 0, or -9 where it was killed."""
    return await killed_process.in_a_process(run, job, within_s=120)
