"""A process that notifies of a task, an upgrade or a report, wired by the product's list of rooms, and is killed.

Where it is killed: at the nth command of a kind to MongoDB, or at an e-mail, before it goes out or after.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from unittest.mock import patch

import msgspec
from tests.support.clock import StillClock
from tests.support.product import killed_process
from tests.support.product.change_killed import Killer, Point
from tests.support.product.policy_killed import _NoJournal
from tests.support.wait import wait_until

from call24.agents.service import AgentService
from call24.audit.service import AuditLog
from call24.changes.feed import Feed
from call24.changes.service import Changes
from call24.identity.service import IdentityService
from call24.kit.holdings import Held
from call24.kit.mongo import Mongo
from call24.kit.secrets import AppKey
from call24.kit.settings import Settings
from call24.notifications.email import smtp
from call24.notifications.email.templates import Written
from call24.notifications.upgrades import UpgradeNotices
from call24.queues.service import QueueService
from call24.saved_reports.schedules import ReportSchedules
from call24.server.building import Building
from call24.server.change_readers import READERS
from call24.server.rooms import HOLDINGS, ROOMS
from call24.server.services import ground
from call24.tenants.service import TenantService


class Job(msgspec.Struct, frozen=True, kw_only=True):
    uri: str
    database: str
    data: str
    smtp_port: int
    now: datetime
    kill: Point | None = None
    upgraded: bool = False
    """It looks for an upgrade to tell of, too."""
    reports: bool = False
    """It looks for reports to send, too."""


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

    with patch.object(smtp, "send", send):
        building = Building(ROOMS, there, Held(HOLDINGS))
        building.whole()
        await there.get(TenantService).refresh()
        await there.get(IdentityService).refresh()
        [reader] = [one for one in READERS if one.name == "notifications"]
        feed = Feed(mongo, clock, there.get(Changes), [reader.bound(there)])
        killer.armed = True
        await feed.start()
        [letters] = [task for task in building.tasks() if task.name == "e-mails"]
        running = [asyncio.create_task(feed.run()), asyncio.create_task(letters.run())]
        if job.upgraded:
            await there.get(UpgradeNotices).look()
        if job.reports:
            await there.get(AgentService).refresh()
            await there.get(QueueService).refresh()
            await there.get(ReportSchedules).look()
        waiting = mongo.raw("letters")

        async def over() -> bool:
            return sum(one.behind for one in feed.states()) == 0 and not await waiting.count_documents({})

        await wait_until(over, 30)
        await feed.settle()
        killer.armed = False
        for one in running:
            one.cancel()
        await asyncio.wait(running)
    await mongo.close()


def run(job: Job) -> None:
    """In a process of its own."""
    with patch("call24.notifications.email.outbox._LOOK_EVERY_S", 0.1):
        asyncio.run(_run(job))


async def in_a_process(job: Job) -> int:
    """Its exit code: 0, or -9 where it was killed."""
    return await killed_process.in_a_process(run, job)
