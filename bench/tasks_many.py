"""How soon the work list answers at a million tasks: every filter and order, as supervisors and agents ask.

Tasks of one organisation are made here and stored as the product stores them; lists go by the product's own store to a
MongoDB of their own. How many: CALL24_BENCH_TASKS; the promise is for a million. All of them are exported once, by what
the product's process of an export runs, in a process of its own.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pymongo

from bench.figure import Figure, percentile
from bench.history_stock import opened, shelf
from call24.exports.model import TASKS, Export
from call24.kit.ids import ContactId, QueueId, TaskId, TenantId, UserId
from call24.kit.mongo import Mongo
from call24.kit.settings import DATABASE, Settings
from call24.server import export_process
from call24.tasks.list_rules import Order
from call24.tasks.model import Kind, Priority, State, Task
from call24.tasks.rules import completed
from call24.tasks.store import INDEXES, TaskFilter, TaskStore

TENANT = TenantId("ten_bench")
P95_MS = 100.0
EXPORT_S, EXPORT_MB = 180.0, 300.0
"""For a million; memory for any number."""
ASKED = 100
PAGE = 25
AGENTS, QUEUES = 200, 20
CLOSED_SHARE = 0.97
"""A million tasks of a team are some years of work: nearly all of it is done."""
_WHEN = datetime(2026, 1, 1, tzinfo=UTC)
_KINDS: tuple[Kind, ...] = ("voicemail", "missed_call", "callback_failed", "manual", "callback", "recurring", "email")
_ACTIVE: tuple[State, ...] = ("open", "in_progress", "waiting")
_PRIORITIES: tuple[Priority, ...] = ("low", "normal", "normal", "normal", "high", "urgent")
_WORDS = [f"{a}{b}" for a in ("bill", "con", "for", "re", "sub", "ter", "de", "in") for b in
          ("tract", "mer", "port", "mit", "ply", "vice", "turn", "fer", "cept", "sist")]  # fmt: skip


def tasks(count: int, seed: int = 7) -> Iterator[Task]:
    at = random.Random(seed)
    for n in range(count):
        created = _WHEN + timedelta(seconds=30 * n)
        closed = at.random() < CLOSED_SHARE
        title = " ".join([*at.choices(_WORDS, k=3), f"no{n}"])
        assignee = at.choice([None, *(UserId(f"usr_{at.randrange(AGENTS):03}") for _ in range(3))])
        yield completed(
            Task(
                id=TaskId(f"tsk_{n:09}"),
                tenant_id=TENANT,
                kind=at.choice(_KINDS),
                title=title,
                priority=at.choice(_PRIORITIES),
                contact_id=ContactId(f"ctc_{at.randrange(count // 4 + 1):09}"),
                queue_id=QueueId(f"que_{at.randrange(QUEUES):02}"),
                state=at.choice(("done", "done", "done", "dropped")) if closed else at.choice(_ACTIVE),  # type: ignore[arg-type]
                assignee=assignee,
                created_at=created,
                updated_at=created + timedelta(hours=1) if n % 2 else None,
                due_at=created + timedelta(hours=24) if n % 3 else None,
            )
        )


def asked(count: int) -> dict[str, tuple[TaskFilter, Order]]:
    """What lists are asked, by what the benchmark calls them."""
    agent, now = UserId("usr_007"), _WHEN + timedelta(seconds=30 * count)
    boss = {"queues": None, "user_id": UserId("usr_boss")}
    own = {"queues": [QueueId("que_03"), QueueId("que_11")], "user_id": agent}
    whole: dict[str, tuple[dict[str, Any], Order]] = {
        "all, newest": ({**boss}, "newest"),
        "to do, newest": ({**boss, "closed": False}, "newest"),
        "to do, by due date": ({**boss, "closed": False}, "due"),
        "to do, by priority": ({**boss, "closed": False}, "priority"),
        "to do, by last change": ({**boss, "closed": False}, "changed"),
        "all, by priority": ({**boss}, "priority"),
        "overdue": ({**boss, "overdue": True, "now": now}, "due"),
        "unassigned": ({**boss, "unassigned": True, "closed": False}, "newest"),
        "of a queue": ({**boss, "queue_id": QueueId("que_05"), "closed": False}, "due"),
        "of a kind": ({**boss, "kind": "callback", "closed": False}, "newest"),
        "urgent": ({**boss, "priority": "urgent", "closed": False}, "newest"),
        "of a contact": ({**boss, "contact_id": ContactId("ctc_000000007")}, "newest"),
        "done": ({**boss, "state": "done"}, "newest"),
        "by a common word": ({**boss, "q": "contract"}, "newest"),
        "by two words": ({**boss, "q": "contract bill"}, "newest"),
        "by a rare word": ({**boss, "q": f"no{count // 2}"}, "newest"),
        "an agent's, to do": ({**own, "closed": False}, "newest"),
        "an agent's, by due date": ({**own, "closed": False}, "due"),
        "an agent's, all": ({**own}, "newest"),
        "mine": ({**own, "assignee": agent, "closed": False}, "priority"),
    }
    return {name: (TaskFilter(**fields), order) for name, (fields, order) in whole.items()}


def measure(*, quick: bool = False) -> tuple[list[Figure], dict[str, object]]:
    """`quick`: as many as CALL24_BENCH_TASKS says then; the same otherwise."""
    count = int(os.environ.get("CALL24_BENCH_TASKS", "1000000"))
    with shelf() as folder, opened(folder / f"tasks-{count}") as mongod:
        figures, raw = asyncio.run(_measured(mongod.uri, count))
        for format in ("csv", "jsonl"):
            took = _export(mongod.uri, format)
            assert took["tasks"] == count, took
            within = EXPORT_S * max(count, 100_000) / 1_000_000
            what = f"{count:,} tasks to {format}"
            figures += [
                Figure(f"{what}: seconds", took["work_s"], "s", f"<= {within:g} s", took["work_s"] <= within),
                Figure(f"{what}: memory", took["peak_mb"], "MB", f"<= {EXPORT_MB:g} MB", took["peak_mb"] <= EXPORT_MB),
            ]
            raw[f"export {format}"] = took
        with pymongo.MongoClient[dict[str, Any]](mongod.uri) as client:
            weight = client["call24"].command("collStats", "tasks")
        raw["bytes"] = {"documents": weight["storageSize"], "indexes": weight["indexSizes"]}
    return figures, raw


async def _measured(uri: str, count: int) -> tuple[list[Figure], dict[str, object]]:
    mongo = Mongo(uri, "call24")
    try:
        filled_s = await _filled(mongo, count)
        figures, raw = await _listed(mongo, count)
        return figures, {**raw, "tasks": count, "filled_s": round(filled_s, 1), "load_average": os.getloadavg()}
    finally:
        await mongo.close()


async def _filled(mongo: Mongo, count: int) -> float:
    """In seconds; 0: they were there."""
    stored, began, batch = mongo.tenant(TENANT).collection(Task), time.perf_counter(), list[Task]()
    if await stored.count() == count:
        return 0.0
    for one in tasks(count):
        batch.append(one)
        if len(batch) == 2000:
            await stored.insert_many(batch)
            batch = []
    if batch:
        await stored.insert_many(batch)
    await mongo.ensure_indexes(INDEXES)
    return time.perf_counter() - began


async def _listed(mongo: Mongo, count: int) -> tuple[list[Figure], dict[str, object]]:
    """The first page, and every fourth time the two that follow."""
    store, figures, raw = TaskStore(mongo), list[Figure](), dict[str, object]()
    for name, (wanted, order) in asked(count).items():
        took: list[float] = []
        for turn in range(ASKED):
            cursor: str | None = None
            for _ in range(3 if turn % 4 == 0 else 1):
                began = time.perf_counter()
                page = await store.page(TENANT, wanted, limit=PAGE, cursor=cursor, order=order)
                took.append((time.perf_counter() - began) * 1000)
                if (cursor := page.next) is None:
                    break
        p95 = percentile(took, 0.95)
        figures.append(
            Figure(f"{name}, of {count:,} tasks: p95", round(p95, 1), "ms", f"<= {P95_MS:g} ms", p95 <= P95_MS)
        )
        raw[name] = {"ms": [round(one, 2) for one in took]}
    return figures, raw


def _export(uri: str, format: str) -> dict[str, Any]:
    """In a process that begins cold, as the product's."""
    words = [sys.executable, "-m", "bench.tasks_many", uri, format]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


async def _exported(uri: str, format: str) -> dict[str, Any]:
    now = datetime.now(UTC)
    with tempfile.TemporaryDirectory(prefix="call24-bench-") as name:
        os.environ["CALL24_MONGODB_URI"] = uri
        settings = Settings(data=Path(name) / "data")
        settings.data.mkdir()
        file, mongo = Path(name) / f"out.{format}", Mongo(uri, DATABASE)
        export = Export(
            id=f"exp_bench_{format}",
            tenant_id=TENANT,
            asked_by=None,
            kind=TASKS,
            format=format,
            first="",
            last="",
            filters={},
            created_at=now,
            delete_at=now + timedelta(days=1),
        )
        kept = mongo.tenant(TENANT).collection(Export)
        await kept.delete(export.id)
        await kept.insert(export)
        began = time.perf_counter()
        await export_process.export_kept(settings, TENANT, export.id, file)
        took = time.perf_counter() - began
        written = await kept.get(export.id)
        await kept.delete(export.id)
        await mongo.close()
        return {
            "work_s": round(took, 1),
            "cpu_s": round(time.process_time(), 1),
            "peak_mb": _peak_mb(),
            "file_mb": round(file.stat().st_size / 1e6, 1),
            "tasks": written.rows_done,
        }


def _peak_mb() -> float:
    [peak] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    return round(int(peak.split()[1]) / 1024, 1)


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_exported(sys.argv[1], sys.argv[2]))))
