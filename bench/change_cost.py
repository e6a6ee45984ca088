"""What it costs to store a change and its event together, in each of the ways that could: time and CPU per change.

A real MongoDB as the tests start it. One organisation, one change after another, then sixteen organisations at once.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from pymongo import AsyncMongoClient, WriteConcern
from tests.support.clock import StillClock
from tests.support.database.database import NAME, every_index
from tests.support.database.mongod import RunningMongod, start_mongod

from bench.figure import Figure, percentile
from call24.changes.service import Changes, Writing
from call24.kit.ids import TaskId, TenantId, new_id
from call24.kit.mongo import Mongo
from call24.tasks.events import TASK_CHANGED, changed
from call24.tasks.model import Task

ROUNDS, QUICK_ROUNDS, ORGANISATIONS = 1000, 100, 16

Change = Callable[[TenantId, Task], Awaitable[object]]


def measure(*, quick: bool = False) -> tuple[list[Figure], dict[str, object]]:
    with tempfile.TemporaryDirectory() as folder:
        mongod = start_mongod(Path(folder))
        try:
            raw = asyncio.run(_measured(mongod, QUICK_ROUNDS if quick else ROUNDS))
        finally:
            mongod.stop()
    before, taken, inside = (raw[name] for name in ("change alone", "one transaction", "event in the document, moved"))
    return [
        Figure("a change and its event, p50", taken["p50_ms"], "ms", "< 25 ms", taken["p50_ms"] < 25, before["p50_ms"]),
        Figure(
            "a change and its event, p99", taken["p99_ms"], "ms", "< 100 ms", taken["p99_ms"] < 100, before["p99_ms"]
        ),
        Figure("the same, event in the document and moved out, p50", inside["p50_ms"], "ms", "beside it"),
        Figure(
            "CPU of the server per change", taken["cpu_ms"], "ms", "< 10 ms", taken["cpu_ms"] < 10, before["cpu_ms"]
        ),
    ], raw


async def _measured(mongod: RunningMongod, rounds: int) -> dict[str, Any]:
    mongo, clock = Mongo(mongod.uri, NAME), StillClock()
    await mongo.ensure_indexes(every_index())
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(mongod.uri)
    plain = client.get_database(NAME, write_concern=WriteConcern(w="majority", j=True))
    changes = Changes(mongo, clock)

    async def alone(tenant_id: TenantId, task: Task) -> None:
        await plain["tasks"].update_one({"tenant_id": tenant_id, "_id": task.id}, {"$inc": {"version": 1}})

    async def in_turn(tenant_id: TenantId, task: Task) -> None:
        await alone(tenant_id, task)
        await plain["changes"].insert_one({"_id": new_id("evt"), "tenant_id": tenant_id, "seq": new_id("evt")})

    async def inside_and_moved(tenant_id: TenantId, task: Task) -> None:
        which, event = {"tenant_id": tenant_id, "_id": task.id}, {"_id": new_id("evt"), "tenant_id": tenant_id}
        await plain["tasks"].update_one(which, {"$inc": {"version": 1}, "$push": {"outbox": event}})
        await plain["changes"].insert_one({**event, "seq": event["_id"]})
        await plain["tasks"].update_one(which, {"$pull": {"outbox": {"_id": event["_id"]}}})

    async def in_one_transaction(tenant_id: TenantId, task: Task) -> None:
        async def work(writing: Writing) -> None:
            await writing.collection(Task).update(task.id, {"version": 2})
            writing.tell(TASK_CHANGED, changed(task), task.id)

        await changes.commit(tenant_id, work)

    ways: dict[str, Change] = {
        "change alone": alone,
        "change, then event": in_turn,
        "event in the document, moved": inside_and_moved,
        "one transaction": in_one_transaction,
    }
    tasks = [await _task(mongo, n) for n in range(ORGANISATIONS)]
    found: dict[str, Any] = {"rounds": rounds}
    for name, change in ways.items():
        await _timed(change, tasks[:1], rounds // 10)  # warm
        found[name] = await _timed(change, tasks[:1], rounds)
        found[f"{name}, {ORGANISATIONS} organisations"] = await _timed(change, tasks, rounds)
    await client.close()
    await mongo.close()
    return found


async def _task(mongo: Mongo, number: int) -> Task:
    tenant_id = TenantId(f"ten_{number}")
    task = Task(id=TaskId(new_id("tsk")), tenant_id=tenant_id, kind="manual", created_at=StillClock().now())
    await mongo.tenant(tenant_id).collection(Task).insert(task)
    return task


async def _timed(change: Change, tasks: list[Task], rounds: int) -> dict[str, float]:
    took: list[float] = []

    async def of_one(task: Task) -> None:
        for _ in range(rounds // len(tasks)):
            began = time.perf_counter()
            await change(task.tenant_id, task)
            took.append((time.perf_counter() - began) * 1000)

    cpu, began = time.process_time(), time.perf_counter()
    await asyncio.gather(*(of_one(task) for task in tasks))
    cpu_ms, took_s = (time.process_time() - cpu) * 1000 / len(took), time.perf_counter() - began
    return {
        "p50_ms": round(percentile(took, 0.5), 3),
        "p99_ms": round(percentile(took, 0.99), 3),
        "cpu_ms": round(cpu_ms, 3),
        "per_s": round(len(took) / took_s, 1),
    }
