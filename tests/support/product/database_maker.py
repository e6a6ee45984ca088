"""`python -m tests.support.product.database_maker DATA`: a data folder with a database as a first start leaves it.

The product's own work: its MongoDB is started and set up, the data get this version's form, and the indexes are made.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from tests.support.database.mongod import free_port

from call24.installer import preflight
from call24.installer.progress import ProgressBoard
from call24.installer.stack import Stack
from call24.installer.supervise import Supervisor
from call24.installer.timing import Timing
from call24.kit.clock import SystemClock
from call24.kit.mongo import Mongo
from call24.kit.settings import DATABASE, Settings
from call24.migrations.run import Migrations
from call24.server.rooms import INDEXES


def main(data: Path) -> None:
    settings = Settings(data=data, mongodb_port=free_port())
    os.umask(0o077)
    with preflight.hold(settings):
        supervisor = Supervisor(print)
        try:
            with ProgressBoard() as board:
                Stack(settings, Timing()).start_database(supervisor, board)
            asyncio.run(_declare(settings))
            with MongoClient[dict[str, Any]](settings.mongodb_admin_uri()) as client:
                client.admin.command("fsync")  # so that the stop is soon over, and nothing is left to be recovered
        finally:
            supervisor.stop()


async def _declare(settings: Settings) -> None:
    mongo = Mongo(settings.mongodb_uri(), DATABASE)
    try:
        await Migrations(mongo, settings.data, SystemClock()).run(print)
        await mongo.ensure_indexes(INDEXES)
    finally:
        await mongo.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
