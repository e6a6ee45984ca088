"""A MongoDB without transactions is found out at the start, and not by the first task that is changed."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from tests.support.database.database import NAME
from tests.support.database.mongod import free_port, mongod_program
from tests.support.wait import wait_until

from call24.installer import mongod as installed
from call24.kit.errors import Unavailable
from call24.kit.mongo import Mongo


async def test_a_single_server_is_refused_with_what_to_do(mongo: Mongo, tmp_path: Path) -> None:
    await mongo.check_transactions()  # a replica set of one
    port, program = free_port(), mongod_program()
    words = ["--dbpath", str(tmp_path), "--bind_ip", "127.0.0.1", "--port", str(port), "--nounixsocket", "--quiet"]
    environment = {**os.environ, **installed.environment(program)}
    single = subprocess.Popen([str(program), *words], env=environment, stdout=subprocess.DEVNULL)  # noqa: ASYNC220
    alone = Mongo(f"mongodb://127.0.0.1:{port}/?directConnection=true", NAME)
    try:
        await wait_until(lambda: alone.ping(1.0), 20)
        with pytest.raises(Unavailable, match=r"not a replica set: start it with --replSet"):
            await alone.check_transactions()
    finally:
        await alone.close()
        single.kill()
        single.wait()
