"""How much longer a page of history and a report take as call records grow from 100 thousand to 3 million.

One organisation keeps four in five of them, four others the rest; all over the same year, so that the volume of each
day grows. MongoDB's cache is far smaller than the data. Reports are measured with their counts kept, as the server
keeps them ahead of the asking; what counting costs is written down apart. `CALL24_BENCH_SIZES` names other sizes.
"""

from __future__ import annotations

import asyncio
import math
import os
import random
import struct
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import bson
import msgspec
import pymongo
from bson.raw_bson import RawBSONDocument
from tests.support.clock import StillClock
from tests.support.mongod import start_mongod

from bench.figure import Figure, percentile
from bench.history_records import AGENTS, QUEUES, TENANT, template
from call24.contacts.service import ContactService
from call24.kit.mongo import Mongo
from call24.kit.paging import cursor_of
from call24.kit.secrets import AppKey
from call24.main.indexes import INDEXES
from call24.reports.history import History
from call24.reports.model import CallRecord
from call24.reports.statistics.service import Question, Reports

SIZES = tuple(int(n) for n in os.environ.get("CALL24_BENCH_SIZES", "100000,300000,1000000,3000000").split(","))
NOW = datetime(2026, 11, 1, tzinfo=UTC)
DAYS = 360
ASKED = 60
REPORTED = 15
TEMPLATES = 2000
TARGET = 0.15
CALLERS = 20_000
BATCH = 2000
Ask = Callable[[], Awaitable[Any]]


def measure() -> tuple[list[Figure], dict[str, object]]:
    with tempfile.TemporaryDirectory(prefix="call24-bench-") as folder:
        mongod = start_mongod(Path(folder))
        try:
            by_size, loading = asyncio.run(_measure(mongod.uri, Path(folder)))
        finally:
            mongod.stop()
    figures = []
    for kind in by_size[SIZES[0]]:
        p50 = [percentile(by_size[size][kind], 0.5) for size in SIZES]
        grown = exponent(SIZES, p50)
        what = f"{kind}: growth of p50 ({p50[0]:.1f} to {p50[-1]:.1f} ms)"
        figures.append(Figure(what, grown, "", f"<= {TARGET}", grown <= TARGET))
    figures.sort(key=lambda figure: -figure.ours)
    return figures, {"sizes": list(SIZES), "ms": {str(size): by_size[size] for size in SIZES}, "loading": loading}


def exponent(sizes: tuple[int, ...], ms: list[float]) -> float:
    """The slope of log(ms) over log(size), by least squares: 1 is in proportion, 0 is no growth."""
    x, y = [math.log(size) for size in sizes], [math.log(one) for one in ms]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    spread = sum((one - mean_x) ** 2 for one in x)
    return round(sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / spread, 3) if spread else 0.0


async def _measure(uri: str, folder: Path) -> tuple[dict[int, dict[str, list[float]]], dict[str, object]]:
    mongo = Mongo(uri, "call24_bench", timeout_s=600)
    clock = StillClock(NOW)
    contacts = ContactService(mongo, clock, AppKey.load(folder))
    await mongo.ensure_indexes([])
    numbers = [f"+4420{70000000 + n}" for n in range(CALLERS)]
    for number in numbers[:200]:
        await contacts.remember(TENANT, number)
    callers = [contacts.id_for(TENANT, number) for number in numbers]
    writer = Writer(uri, callers)
    found: dict[int, dict[str, list[float]]] = {}
    loading: dict[str, object] = {}
    for size in SIZES:
        began = time.monotonic()
        await asyncio.to_thread(writer.grow_to, size)
        wrote = time.monotonic()
        await mongo.ensure_indexes(INDEXES)
        indexed = time.monotonic()
        reports = Reports(mongo, clock, lambda queue: 20, lambda tenant: AGENTS)
        await reports.forget(TENANT)
        asks = _asks(History(mongo, contacts), reports, numbers[:200])
        for kind, (ask, _) in asks.items():
            if "report" in kind:
                await ask()
        counted = time.monotonic()
        found[size] = {kind: await _timed(ask, times) for kind, (ask, times) in asks.items()}
        loading[str(size)] = {
            "written_s": round(wrote - began, 1),
            "indexed_s": round(indexed - wrote, 1),
            "counted_s": round(counted - indexed, 1),
            "asked_s": round(time.monotonic() - counted, 1),
            "data_mb": writer.data_mb(),
        }
        print(size, loading[str(size)], {kind: percentile(ms, 0.5) for kind, ms in found[size].items()}, flush=True)
        if size != SIZES[-1]:
            writer.drop_indexes()
    await mongo.close()
    return found, loading


async def _timed(ask: Ask, times: int) -> list[float]:
    took = []
    for _ in range(times):
        began = time.perf_counter()
        await ask()
        took.append(round((time.perf_counter() - began) * 1000, 3))
    return took


def _asks(history: History, reports: Reports, numbers: list[str]) -> dict[str, tuple[Ask, int]]:
    dice = random.Random(1)

    def page(**more: Any) -> Awaitable[Any]:
        settings: dict[str, Any] = {"limit": 25, "cursor": None, "text": "", "queues": None, **more}
        return history.page(TENANT, **settings)

    def deep() -> str:
        return cursor_of(NOW - timedelta(days=dice.uniform(100, DAYS - 10)), "call_5")

    last = (NOW - timedelta(days=1)).date()
    month = last - timedelta(days=29)

    def report(by: str, first: date) -> Awaitable[Any]:
        return reports.report(TENANT, Question(by=by, first=first, last=last, zone=ZoneInfo("Europe/London")))

    return {
        "history: first page": (lambda: page(), ASKED),
        "history: deep page": (lambda: page(cursor=deep()), ASKED),
        "history: of a queue, deep": (lambda: page(of_queue=dice.choice(QUEUES), cursor=deep()), ASKED),
        "history: of an agent, deep": (lambda: page(of_agent=dice.choice(AGENTS), cursor=deep()), ASKED),
        "history: as an agent sees it, deep": (
            lambda: page(queues=QUEUES[:2], agent_id=dice.choice(AGENTS), cursor=deep()),
            ASKED,
        ),
        "history: by number": (lambda: page(text=dice.choice(numbers)), ASKED),
        "report: a day by hour": (lambda: report("hour", last), ASKED),
        "report: a month by day": (lambda: report("day", month), REPORTED),
        "report: a month by queue": (lambda: report("queue", month), REPORTED),
        "report: a month by agent": (lambda: report("agent", month), REPORTED),
    }


class Writer:
    """Writes prepared BSON: made once by the real model, then moved in time and given another id and caller."""

    def __init__(self, uri: str, callers: list[str]) -> None:
        self._client = pymongo.MongoClient[dict[str, Any]](uri, w=1, journal=False)
        self._records = self._client["call24_bench"]["call_records"]
        self._callers = callers
        self._written = 0
        self._dice = random.Random(20261124)
        base = NOW - timedelta(days=DAYS)
        self._templates = [_Template(template(self._dice, n, base)) for n in range(TEMPLATES)]

    def grow_to(self, size: int) -> None:
        batch: list[RawBSONDocument] = []
        added = size - self._written
        for n, raw in enumerate(self._made(added)):
            batch.append(RawBSONDocument(raw))
            if len(batch) == BATCH or n == added - 1:
                self._records.insert_many(batch, ordered=False, bypass_document_validation=True)
                batch = []
        self._written = size

    def _made(self, added: int) -> Iterator[bytes]:
        """In order of time, as calls come."""
        step = timedelta(days=DAYS) / added
        for n in range(added):
            made = self._dice.choice(self._templates)
            shift = round(step.total_seconds() * 1000 * n)
            yield made.moved(shift, f"call_{self._written + n:026}", self._dice.choice(self._callers))

    def data_mb(self) -> int:
        return int(self._client["call24_bench"].command("collStats", "call_records")["storageSize"]) // 2**20

    def drop_indexes(self) -> None:
        self._records.drop_indexes()


class _Template:
    def __init__(self, record: CallRecord) -> None:
        stored = msgspec.to_builtins(record, builtin_types=(datetime,), str_keys=True)
        document = {"_id": stored.pop("id"), **stored}
        self._raw = bytearray(bson.encode(document))
        self._times = [(at, struct.unpack_from("<q", self._raw, at)[0]) for at in _datetimes(self._raw, document)]
        self._id = self._raw.index(record.id.encode())
        self._caller = self._raw.index(str(record.contact_id).encode())

    def moved(self, ms: int, id: str, caller: str) -> bytes:
        raw = bytearray(self._raw)
        for at, value in self._times:
            struct.pack_into("<q", raw, at, value + ms)
        raw[self._id : self._id + len(id)] = id.encode()
        raw[self._caller : self._caller + len(caller)] = caller.encode()
        return bytes(raw)


def _datetimes(raw: bytearray, document: Any) -> list[int]:
    """Where the instants of a document are: each is an element of type 9, the name, then 8 bytes."""
    values = {struct.pack("<q", round(value.timestamp() * 1000)) for value in _instants(document)}
    return [at for value in values for at in _places(raw, value)]


def _instants(value: Any) -> Iterator[datetime]:
    if isinstance(value, datetime):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ():
        yield from _instants(inner)


def _places(raw: bytearray, value: bytes) -> Iterator[int]:
    at = raw.find(value)
    while at >= 0:
        yield at
        at = raw.find(value, at + 8)
