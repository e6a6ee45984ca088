"""What reached its day is deleted: records per second of the sweeper, beside `deleteMany`, and what readers notice.

Two equal stocks (bench/history_stock.py). Of the one the sweeper deletes, of the other one `deleteMany` over the same
index, a fifth of the days each in turns; a reader asks for the newest page of history all the while, and alone before.
Beside the `deleteMany` a reader of that stock does the same: what readers notice of MongoDB's own deleting.
The sweeper deletes a call's record, journal, statistics and whatever else goes with its call, reads what it deletes,
and leaves a receipt; it has no recordings here, and keeps no totals.

Apart: the same records in one collection for each of 90 days, of which the oldest is dropped, and what a page of
history over all of them takes then. `CALL24_BENCH_PURGED` names another number of records.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import statistics
import time
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pymongo
from tests.support.clock import StillClock

from bench.figure import Figure, percentile
from bench.history_records import TENANT
from bench.history_stock import DATABASE, DAYS, NOW, load, opened, shelf
from call24.call_records.call_record import CallRecord
from call24.call_records.history import History
from call24.changes.service import Changes
from call24.contacts.service import ContactService
from call24.data_map import document_of
from call24.kit.mongo import Mongo
from call24.kit.secrets import AppKey
from call24.privacy.agreed_time import AgreedTime
from call24.privacy.service import Sweeper
from call24.tenants.service import TenantService

RECORDS = int(os.environ.get("CALL24_BENCH_PURGED", "3000000"))
ROUNDS = 5
KEPT = timedelta(days=1000)
"""After its arrival each record is due so much later (bench/history_records.py)."""
PARTITIONS, PARTITIONED = 90, 90_000
PAGE, EVERY_S, ALONE_S = 25, 0.02, 20.0
TIMES_FASTER, MOST_NOTICED = 20.0, 1.5
_RECORDS = document_of(CallRecord).collection


class _At:
    """Stands for the agreed time: the bench says which day it is."""

    now: datetime

    async def agreed(self) -> datetime:
        return self.now


class _Nobody:
    """Stands for the organisations: their contacts without calls are not this bench's."""

    async def all(self) -> list[Any]:
        return []


class Reader:
    """Asks for the newest page, again and again; how long each took, in ms."""

    def __init__(self, mongo: Mongo, folder: Path) -> None:
        clock = StillClock(NOW)
        self._history = History(mongo, ContactService(mongo, clock, AppKey.load(folder), Changes(mongo, clock)))

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncIterator[list[float]]:
        took: list[float] = []
        asking = asyncio.create_task(self._ask(took))
        try:
            yield took
        finally:
            asking.cancel()
            await asyncio.wait([asking])

    async def _ask(self, took: list[float]) -> None:
        while True:
            began = time.perf_counter()
            await self._history.page(TENANT, limit=PAGE, cursor=None, text="", queues=None)
            took.append(round((time.perf_counter() - began) * 1000, 3))
            await asyncio.sleep(EVERY_S)


def measure(*, quick: bool = False) -> tuple[list[Figure], dict[str, object]]:
    """`quick`: `bench.__main__` names fewer records; the reader is alone for two seconds."""
    with shelf() as folder:
        places = folder / f"swept-{RECORDS}", folder / f"deleted-{RECORDS}"
        loading = {place.name: load(place, RECORDS) for place in places}
        with opened(places[0]) as swept, opened(places[1]) as deleted:
            partitions = _partitioned(deleted.uri)
            raw = asyncio.run(_purged(swept.uri, deleted.uri, places, 2.0 if quick else ALONE_S))
    ours, theirs = (statistics.median(raw[name]) for name in ("swept_per_s", "delete_many_per_s"))
    alone, beside, bare = (percentile(raw[name], 0.99) for name in ("alone_ms", "beside_ms", "beside_delete_many_ms"))
    noticed = round(beside / alone, 2)
    fast = ours / theirs >= TIMES_FASTER
    figures = [
        Figure("records per second", round(ours), "", f">= {TIMES_FASTER:g} x", fast, peer=round(theirs)),
        Figure("a reader's p99 meanwhile", beside, "ms", f"<= {MOST_NOTICED} x", noticed <= MOST_NOTICED, peer=alone),
        Figure(
            "a reader's p99 beside the sweeper, beside deleteMany", beside, "ms", "<= 1 x", beside <= bare, peer=bare
        ),
    ]
    return figures, {
        **raw,
        "partitions": partitions,
        "records": RECORDS,
        "loading": loading,
        "load_average": os.getloadavg(),
    }


async def _purged(swept: str, deleted: str, folders: tuple[Path, Path], alone_s: float) -> dict[str, Any]:
    mongo, other = (Mongo(uri, DATABASE, timeout_s=600) for uri in (swept, deleted))
    clock, at = StillClock(NOW), _At()
    sweeper = Sweeper(
        mongo,
        cast(TenantService, _Nobody()),
        Changes(mongo, clock),
        time=cast(AgreedTime, at),
        erasers={},
    )
    reader, reader_there = Reader(mongo, folders[0]), Reader(other, folders[1])
    names = ("swept_per_s", "delete_many_per_s", "beside_ms", "beside_delete_many_ms", "receipts")
    raw: dict[str, Any] = {name: [] for name in names}
    async with reader.reading() as took:
        await asyncio.sleep(alone_s)
    raw["alone_ms"] = took[5:]
    with pymongo.MongoClient[dict[str, Any]](deleted, w="majority", journal=True) as client:
        for part in range(1, ROUNDS):  # the newest fifth stays: readers have something to read
            at.now = NOW - timedelta(days=DAYS) + KEPT + timedelta(days=DAYS) / ROUNDS * part
            async with reader.reading() as took:
                began = time.monotonic()
                receipt = await sweeper.sweep()
                lasted = time.monotonic() - began
            assert receipt is not None
            raw["beside_ms"] += took
            raw["swept_per_s"].append(round(receipt.deleted[_RECORDS] / lasted))
            raw["receipts"].append({**receipt.deleted, "took_s": round(lasted, 1)})
            async with reader_there.reading() as took:
                began = time.monotonic()
                gone = await asyncio.to_thread(client[DATABASE][_RECORDS].delete_many, {"delete_at": {"$lte": at.now}})
                lasted = time.monotonic() - began
            raw["beside_delete_many_ms"] += took
            raw["delete_many_per_s"].append(round(gone.deleted_count / lasted))
            print(raw["receipts"][-1], raw["swept_per_s"][-1], raw["delete_many_per_s"][-1], flush=True)
    for one in (mongo, other):
        await one.close()
    return raw


def _partitioned(uri: str) -> dict[str, Any]:
    """A collection for each day: dropping one, and the newest pages over all, beside the same in one collection."""
    least = min(PARTITIONED, RECORDS) // PARTITIONS
    with pymongo.MongoClient[dict[str, Any]](uri) as client:
        whole, database = client[DATABASE][_RECORDS], client[f"{DATABASE}_days"]
        for day in range(PARTITIONS):
            rows = list(whole.find().sort("_id", -1).skip(day * least).limit(least))
            for name in (_day(day), "all_days"):
                database[name].insert_many(rows, ordered=False)
        for name in database.list_collection_names():
            for field in ("arrived_at", "contact_id"):
                database[name].create_index([("tenant_id", 1), (field, 1)])
        found: dict[str, Any] = {"records": PARTITIONS * least, "a_day": least}
        regular = whole.find_one({"tenant_id": TENANT}) or {}
        for what, rule in (("page", {}), ("caller", {"contact_id": regular["contact_id"]})):
            newest = [{"$match": {"tenant_id": TENANT, **rule}}, {"$sort": {"arrived_at": -1}}, {"$limit": PAGE}]
            days = [{"$unionWith": {"coll": _day(day), "pipeline": newest}} for day in range(1, PARTITIONS)]
            found[f"{what}_of_one_ms"] = _timed(database["all_days"], newest)
            found[f"{what}_of_{PARTITIONS}_ms"] = _timed(database[_day(0)], [*newest, *days, *newest[1:]])
        began = time.monotonic()
        database.drop_collection(_day(PARTITIONS - 1))
        found["drop_s"] = round(time.monotonic() - began, 3)
        client.drop_database(database.name)
    return found


def _day(number: int) -> str:
    return f"day_{number:02}"


def _timed(collection: Any, pipeline: list[dict[str, Any]]) -> float:
    """The median of twenty, in ms."""
    took = []
    for _ in range(20):
        began = time.perf_counter()
        list(collection.aggregate(pipeline))
        took.append((time.perf_counter() - began) * 1000)
    return round(statistics.median(took), 2)
