"""A process that makes recurring tasks and reminds of tasks, wired by the product's list of rooms, and is killed."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

import msgspec
from tests.support.clock import StillClock
from tests.support.product import killed_process
from tests.support.product.change_killed import Killer, Point
from tests.support.product.policy_killed import _NoJournal

from call24.audit.service import AuditLog
from call24.kit.holdings import Held
from call24.kit.mongo import Mongo
from call24.kit.secrets import AppKey
from call24.kit.settings import Settings
from call24.server.building import Building
from call24.server.rooms import HOLDINGS, ROOMS
from call24.server.services import ground
from call24.tasks.due import TaskClock
from call24.tenants.service import TenantService


class Job(msgspec.Struct, frozen=True, kw_only=True):
    uri: str
    database: str
    data: str
    now: datetime
    kill: Point | None = None


async def _run(job: Job) -> None:
    killer = Killer(job.kill)
    mongo = Mongo(job.uri, job.database, watch=[killer])  # type: ignore[list-item]
    clock, data = StillClock(job.now), Path(job.data)
    key = AppKey.load(data)
    there = ground(
        Settings(data=data), mongo, clock, key, _NoJournal(), AuditLog(mongo, clock, key, data / "audit")  # type: ignore[arg-type]
    )  # fmt: skip
    Building(ROOMS, there, Held(HOLDINGS)).whole()
    await there.get(TenantService).refresh()
    killer.armed = True
    await there.get(TaskClock).look()
    killer.armed = False
    await mongo.close()


def run(job: Job) -> None:
    """In a process of its own."""
    asyncio.run(_run(job))


async def in_a_process(job: Job) -> int:
    """Its exit code: 0, or -9 where it was killed."""
    return await killed_process.in_a_process(run, job)
