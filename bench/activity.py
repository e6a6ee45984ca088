"""How soon the activity log of a contact with 10,000 entries answers, beside 200,000 calls of others.

Documents of one organisation are made here and stored as the product stores them; the log is the product's own, built
with all rooms, on a MongoDB of its own. How many calls: CALL24_BENCH_LOG_CALLS; the promise is for 200,000.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import msgspec
from tests.support.clock import StillClock

from bench.figure import Figure, percentile
from bench.history_records import QUEUES, TENANT, template
from bench.history_stock import opened, shelf
from call24.activity.service import ActivityLog
from call24.audit.service import AuditLog
from call24.call_records.history_row import filed
from call24.call_records.model import CallRecord
from call24.journal.journal import Journal
from call24.kit.activity import ActivitySources, ActivitySubject, ActivityViewer
from call24.kit.holdings import Held
from call24.kit.ids import CallId, ContactId, PersonId, TaskCommentId, TaskEntryId, TaskId, UserId
from call24.kit.mongo import Mongo
from call24.kit.mongo.collection import TenantCollection
from call24.kit.secrets import AppKey
from call24.kit.settings import Settings
from call24.server.building import Building
from call24.server.rooms import HOLDINGS, INDEXES, ROOMS
from call24.server.services import ground
from call24.tasks.history_model import TaskComment, TaskEntry
from call24.tasks.model import Task

P95_MS = 100.0
ASKED = 100
PAGE = 25
OWN_CALLS, OWN_TASKS = 6_000, 1_000
"""Each task has three changes and a comment: 10,000 entries."""
_FROM = datetime(2026, 1, 1, tzinfo=UTC)
_CALLER, _PERSON, _ANN = ContactId("ctc_regular"), PersonId("per_regular"), UserId("usr_ann")

T = TypeVar("T", bound=msgspec.Struct)


def calls(count: int, seed: int = 7) -> Iterator[CallRecord]:
    dice = random.Random(seed)
    for n in range(count):
        of = _CALLER if n % (count // OWN_CALLS) == 0 else ContactId(f"ctc_{dice.randrange(count // 10):09}")
        made = template(dice, n, _FROM + timedelta(seconds=60 * n))
        yield filed(
            msgspec.structs.replace(made, id=CallId(f"call_{n:026}"), tenant_id=TENANT, contact_id=of, found_in=())
        )


def tasks(count: int) -> Iterator[tuple[Task, list[TaskEntry], TaskComment]]:
    """Spread over the time of so many calls."""
    step = timedelta(seconds=60 * count // OWN_TASKS)
    for n in range(OWN_TASKS):
        id, at = TaskId(f"tsk_{n:026}"), _FROM + n * step
        about: dict[str, Any] = {"tenant_id": TENANT, "contact_id": _CALLER}
        task = Task(
            id=id,
            kind="manual",
            title=f"Task {n}",
            state="done",
            queue_id=QUEUES[n % len(QUEUES)],
            person_id=_PERSON,
            created_at=at,
            **about,
        )
        entries = [
            TaskEntry(
                id=TaskEntryId(f"tse_{n:022}_{version}"),
                task_id=id,
                version=version,
                what="created" if version == 1 else "changed",
                at=at + timedelta(minutes=version),
                by=_ANN,
                **about,
            )
            for version in (1, 2, 3)
        ]
        comment = TaskComment(
            id=TaskCommentId(f"tcm_{n:026}"),
            task_id=id,
            by=_ANN,
            text="They wait",
            at=at + timedelta(minutes=9),
            **about,
        )
        yield task, entries, comment


def measure(*, quick: bool = False) -> tuple[list[Figure], dict[str, object]]:
    """`quick`: as many as CALL24_BENCH_LOG_CALLS says then; the same otherwise."""
    count = int(os.environ.get("CALL24_BENCH_LOG_CALLS", "200000"))
    with shelf() as folder, opened(folder / f"activity-{count}") as mongod, TemporaryDirectory() as data:
        return asyncio.run(_measured(mongod.uri, count, Path(data)))


async def _measured(uri: str, count: int, data: Path) -> tuple[list[Figure], dict[str, object]]:
    mongo = Mongo(uri, "call24")
    try:
        filled_s = await _filled(mongo, count)
        clock, key = StillClock(_FROM + timedelta(seconds=60 * count)), AppKey.load(data)
        journal = Journal(mongo, data / "spool" / "journal")
        there = ground(Settings(data=data), mongo, clock, key, journal, AuditLog(mongo, clock, key, data / "audit"))
        building = Building(ROOMS, there, Held(HOLDINGS))
        building.whole()
        await building.refresh()
        every = frozenset(one.permission for one in there.get(ActivitySources).declared)
        figures, raw = await _asked(there.get(ActivityLog), every, count)
        return figures, {**raw, "calls": count, "filled_s": round(filled_s, 1), "load_average": os.getloadavg()}
    finally:
        await mongo.close()


async def _filled(mongo: Mongo, count: int) -> float:
    """In seconds; 0: they were there."""
    scope, began = mongo.tenant(TENANT), time.perf_counter()
    if await scope.collection(Task).count() == OWN_TASKS:
        return 0.0
    batch = list[CallRecord]()
    for one in calls(count):
        batch.append(one)
        if len(batch) == 2000:
            await scope.collection(CallRecord).insert_many(batch)
            batch = []
    await _stored(scope.collection(CallRecord), batch)
    made = list(tasks(count))
    await _stored(scope.collection(TaskEntry), [entry for _, entries, _ in made for entry in entries])
    await _stored(scope.collection(TaskComment), [comment for _, _, comment in made])
    await _stored(scope.collection(Task), [task for task, _, _ in made])
    await mongo.ensure_indexes(INDEXES)
    return time.perf_counter() - began


async def _stored(collection: TenantCollection[T], documents: Sequence[T]) -> None:
    if documents:
        await collection.insert_many(documents)


async def _asked(log: ActivityLog, every: frozenset[str], count: int) -> tuple[list[Figure], dict[str, object]]:
    boss = ActivityViewer(tenant_id=TENANT, user_id=UserId("usr_boss"), permissions=every, queues=None)
    agent = replace(boss, queues=(QUEUES[3], QUEUES[5]))
    person = ActivitySubject(person_id=_PERSON, contact_ids=(_CALLER,))
    asked = {
        "a person's, first page": (boss, person, 0),
        "a person's, 100th page": (boss, person, 99),
        "a contact's, first page": (boss, ActivitySubject(contact_ids=(_CALLER,)), 0),
        "a person's, an agent's first page": (agent, person, 0),
        "a task's": (boss, ActivitySubject(task_id=TaskId(f"tsk_{OWN_TASKS // 2:026}")), 0),
    }
    figures, raw = list[Figure](), dict[str, object]()
    for name, (viewer, subject, pages) in asked.items():
        cursor: str | None = None
        for _ in range(pages):
            cursor = (await log.page(viewer, subject, limit=PAGE, cursor=cursor)).next
        took = list[float]()
        for _ in range(ASKED):
            began = time.perf_counter()
            page = await log.page(viewer, subject, limit=PAGE, cursor=cursor)
            took.append((time.perf_counter() - began) * 1000)
        assert page.entries, name
        p95 = percentile(took, 0.95)
        what = f"{name}, beside {count:,} calls: p95"
        figures.append(Figure(what, round(p95, 1), "ms", f"<= {P95_MS:g} ms", p95 <= P95_MS))
        raw[name] = {"ms": [round(one, 2) for one in took], "entries": len(page.entries)}
    return figures, raw
