"""A MongoDB without transactions is found out at the start; what MongoDB says of a slow commit loses nothing."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.errors import WriteConcernError
from tests.support.database.database import NAME
from tests.support.database.mongod import free_port, mongod_program
from tests.support.wait import wait_until

from call24.installer import mongod as installed
from call24.kit.errors import Unavailable
from call24.kit.ids import QueueId, TenantId
from call24.kit.mongo import Mongo
from call24.queues.model import Queue

AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


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


async def test_a_commit_whose_promise_was_interrupted_is_committed_again_and_stored_once(
    mongo: Mongo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As MongoDB answers when a transaction reaches three seconds while its commit waits for the journal."""
    commit, commits = AsyncClientSession.commit_transaction, 0

    async def interrupted(session: AsyncClientSession) -> None:
        nonlocal commits
        commits += 1
        await commit(session)
        if commits == 1:
            raise WriteConcernError("exceeded the configured 'transactionLifetimeLimitSeconds'", 290)

    monkeypatch.setattr(AsyncClientSession, "commit_transaction", interrupted)
    tenant_id = TenantId("ten_one")
    queue = Queue(id=QueueId("que_1"), tenant_id=tenant_id, name="a", name_key="a", members=(), created_at=AT)
    await mongo.transact(tenant_id, lambda scope: scope.collection(Queue).insert(queue))
    assert commits == 2
    assert await mongo.tenant(tenant_id).collection(Queue).find({}) == [queue]
