"""A process that tells users of a coming policy, wired by the product's list of rooms, and is killed on its way.

Where it is killed: at the nth command of a kind to MongoDB, or at an e-mail, before it goes out or after.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from unittest.mock import patch

import msgspec
from tests.support.clock import StillClock
from tests.support.product import killed_process
from tests.support.product.change_killed import Killer, Point
from tests.support.wait import wait_until

from call24.audit.service import AuditLog
from call24.kit.holdings import Held
from call24.kit.mongo import Mongo
from call24.kit.secrets import AppKey
from call24.kit.settings import Settings
from call24.notifications.email import smtp
from call24.notifications.email.templates import Written
from call24.policy import service
from call24.policy.notices import PolicyNotices
from call24.policy.texts import Version
from call24.server.building import Building
from call24.server.rooms import HOLDINGS, ROOMS
from call24.server.services import ground
from call24.tenants.service import TenantService


class Job(msgspec.Struct, frozen=True, kw_only=True):
    uri: str
    database: str
    data: str
    smtp_port: int
    now: datetime
    known: Sequence[Version]
    kill: Point | None = None


class _NoJournal:
    """Nothing is journalled here."""

    async def append(self, tenant_id: object, fresh: object) -> None: ...

    async def before_deletion(self) -> None: ...


async def _run(job: Job) -> None:
    killer = Killer(job.kill)
    mongo = Mongo(job.uri, job.database, watch=[killer])  # type: ignore[list-item]
    clock, data = StillClock(job.now), Path(job.data)
    key = AppKey.load(data)
    settings = Settings(data=data, smtp=f"smtp://127.0.0.1:{job.smtp_port}", mail_from="Call24 <a@b.example>")
    there = ground(settings, mongo, clock, key, _NoJournal(), AuditLog(mongo, clock, key, data / "audit"))  # type: ignore[arg-type]
    sent = smtp.send

    async def send(server: smtp.MailServer, clock: StillClock, to: str, letter: Written) -> smtp.Attempt:
        place = killer.begins("MAIL")
        attempt = await sent(server, clock, to, letter)
        killer.is_over(*place)
        return attempt

    with patch.object(smtp, "send", send), patch.object(service, "versions", lambda: job.known):
        building = Building(ROOMS, there, Held(HOLDINGS))
        building.whole()
        await there.get(TenantService).refresh()
        killer.armed = True
        await there.get(PolicyNotices).notify()
        [letters] = [task for task in building.tasks() if task.name == "e-mails"]
        running = asyncio.create_task(letters.run())
        collection = mongo.raw("letters")

        async def sent_all() -> bool:
            return not await collection.count_documents({})

        await wait_until(sent_all, 30)
        killer.armed = False
        running.cancel()
        await asyncio.wait([running])
    await mongo.close()


def run(job: Job) -> None:
    """In a process of its own."""
    with patch("call24.notifications.email.outbox._LOOK_EVERY_S", 0.1):
        asyncio.run(_run(job))


async def in_a_process(job: Job) -> int:
    """Its exit code: 0, or -9 where it was killed."""
    return await killed_process.in_a_process(run, job)
