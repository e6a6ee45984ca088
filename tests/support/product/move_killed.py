"""A process that moves files into the S3-compatible store with the product's own rooms, and is killed on its way.

Where: before the nth object is put, or at the nth command of a kind to MongoDB.
"""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from typing import Any
from unittest.mock import patch

import msgspec
from tests.support.clock import StillClock
from tests.support.product.change_killed import Killer, Point

from call24.audit.service import AuditLog
from call24.files import remote_files
from call24.files.moving import FileMoves
from call24.files.object_store import ObjectStore
from call24.journal.journal import Journal
from call24.kit.holdings import Held
from call24.kit.mongo import Mongo
from call24.kit.secrets import AppKey
from call24.kit.settings import Settings
from call24.server.building import Building
from call24.server.rooms import HOLDINGS, ROOMS
from call24.server.services import ground


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """`put`: the put that it is killed before; `frames`: of one object in the store."""

    uri: str
    database: str
    data: str
    settings: dict[str, Any]
    now: Any
    frames: int
    put: int | None = None
    kill: Point | None = None


def run(job: Job) -> None:
    """In a process of its own."""
    asyncio.run(_run(job))


async def _run(job: Job) -> None:
    killer, data, puts = Killer(job.kill), Path(job.data), 0
    mongo = Mongo(job.uri, job.database, watch=[killer])  # type: ignore[list-item]
    clock, key, put = StillClock(job.now), AppKey.load(data), ObjectStore.put

    async def counted(self: ObjectStore, *what: Any) -> None:
        nonlocal puts
        puts += 1
        if puts == job.put:
            os.kill(os.getpid(), signal.SIGKILL)
        await put(self, *what)

    settings = Settings.of({"data": job.data, **job.settings})
    audit = AuditLog(mongo, clock, key, data / "audit")
    there = ground(settings, mongo, clock, key, Journal(mongo, data / "spool" / "move"), audit)
    Building(ROOMS, there, Held(HOLDINGS))
    killer.armed = True
    with patch.object(ObjectStore, "put", counted), patch.object(remote_files, "FRAMES", job.frames):
        await there.get(FileMoves).look()
    await mongo.close()
