"""A process that takes in a part of an upload with the product's own rooms, and is killed on its way.

Where: at the nth command of a kind to MongoDB, before it goes out or after its answer; or before the nth frame is
sealed, when those before it are written and not yet on disk for good.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import msgspec
from tests.support.clock import StillClock
from tests.support.product.change_killed import Killer, Point

from call24.audit.service import AuditLog
from call24.files import uploads as uploading
from call24.files.sealed_file import FRAME, Seal
from call24.files.uploads import Uploads
from call24.journal.journal import Journal
from call24.kit.holdings import Held
from call24.kit.ids import FileId, TenantId, UserId
from call24.kit.mongo import Mongo
from call24.kit.secrets import AppKey
from call24.kit.settings import Settings
from call24.server.building import Building
from call24.server.rooms import HOLDINGS, ROOMS
from call24.server.services import ground

STORED_EVERY = 2 * FRAME


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """`content`: a file with what is sent from `offset` on. `frame`: the sealing that it is killed before."""

    uri: str
    database: str
    data: str
    tenant_id: TenantId
    user_id: UserId
    file_id: FileId
    offset: int
    content: str
    now: Any
    kill: Point | None = None
    frame: int | None = None


def run(job: Job) -> None:
    """In a process of its own."""
    with patch.object(uploading, "STORED_EVERY", STORED_EVERY):
        asyncio.run(_run(job))


async def _run(job: Job) -> None:
    killer, data = Killer(job.kill), Path(job.data)
    mongo = Mongo(job.uri, job.database, watch=[killer])  # type: ignore[list-item]
    clock, key = StillClock(job.now), AppKey.load(data)
    journal = Journal(mongo, data / "spool" / "upload")
    there = ground(Settings(data=data), mongo, clock, key, journal, AuditLog(mongo, clock, key, data / "audit"))
    Building(ROOMS, there, Held(HOLDINGS))
    uploads, sealed = there.get(Uploads), Seal.sealed
    count = 0

    def seal(self: Seal, number: int, plain: bytes) -> bytes:
        nonlocal count
        count += 1
        if count == job.frame:
            os.kill(os.getpid(), signal.SIGKILL)
        return sealed(self, number, plain)

    async def chunks() -> AsyncIterator[bytes]:
        content = Path(job.content).read_bytes()[job.offset :]  # noqa: ASYNC240 - nobody else waits in this process
        for place in range(0, len(content), 10_000):
            yield content[place : place + 10_000]

    killer.armed = True
    with patch.object(Seal, "sealed", seal):
        await uploads.write(job.tenant_id, job.user_id, job.file_id, job.offset, chunks())
    await mongo.close()
