"""How much longer a page of history and a report take as call records grow from 100 thousand to 3 million.

One organisation keeps four in five of them, four others the rest; all over the same year, so that the volume of each
day grows, and the callers with it. Each size has a MongoDB of its own, whose cache is smaller than the largest data
(the raw figures have both); all run side by side and are asked in turns, so that the machine's moods meet all alike.
Days that are over were counted before, as the server does ahead of the asking; what that took is written down apart.
`CALL24_BENCH_SIZES` names other sizes; `CALL24_BENCH_FOLDER` keeps what was loaded (see history_stock.py).
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import os
import random
import time
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from tests.support.clock import StillClock

from bench.figure import Figure, percentile
from bench.history_records import AGENTS, QUEUES, TENANT, template
from bench.history_stock import DATABASE, DAYS, NOW, REGULARS, SIZES, load, name_of, number_of, opened, shelf
from call24.call_records.history import History
from call24.call_records.history_filter import CallFilter
from call24.changes.service import Changes
from call24.contacts.service import ContactService
from call24.kit.mongo import Mongo
from call24.kit.paging import cursor_of
from call24.kit.secrets import AppKey
from call24.server.rooms import INDEXES
from call24.statistics.service import ReportQuery, Reports

ROUNDS, QUICK_ROUNDS = 15, 2
HISTORY, REPORTS = 10, 4
"""So often each is asked in a round; the first round warms up and is not counted."""
TARGET = 0.15
LONDON = ZoneInfo("Europe/London")
Ask = Callable[[], Awaitable[Any]]
Found = dict[int, dict[str, list[float]]]


def measure(*, quick: bool = False) -> tuple[list[Figure], dict[str, object]]:
    """`quick`: fewer rounds; `bench.__main__` names smaller sizes."""
    with shelf() as folder, contextlib.ExitStack() as stack:
        loading = {str(size): load(folder / str(size), size, counted) for size in SIZES}
        uris = {size: stack.enter_context(opened(folder / str(size))).uri for size in SIZES}
        found = asyncio.run(_asked(uris, folder, QUICK_ROUNDS if quick else ROUNDS))
    figures = []
    for kind in found[SIZES[0]]:
        p50 = [percentile(found[size][kind], 0.5) for size in SIZES]
        grown = exponent(SIZES, p50)
        what = f"{kind}: growth of p50 ({p50[0]:.1f} to {p50[-1]:.1f} ms)"
        figures.append(Figure(what, grown, "", f"<= {TARGET}", grown <= TARGET))
    figures.sort(key=lambda figure: -figure.ours)
    raw = {"sizes": list(SIZES), "p50_ms": _medians(found), "ms": found, "loading": loading}
    return figures, {**raw, "load_average": os.getloadavg()}


def exponent(sizes: tuple[int, ...], ms: list[float]) -> float:
    """The slope of log(ms) over log(size), by least squares: 1 is in proportion, 0 is no growth."""
    x, y = [math.log(size) for size in sizes], [math.log(one) for one in ms]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    spread = sum((one - mean_x) ** 2 for one in x)
    return round(sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / spread, 3) if spread else 0.0


def _medians(found: Found) -> dict[str, list[float]]:
    return {kind: [round(percentile(found[size][kind], 0.5), 2) for size in SIZES] for kind in found[SIZES[0]]}


def _rooms(mongo: Mongo, folder: Path) -> tuple[History, Reports]:
    clock = StillClock(NOW)
    reports = Reports(mongo, clock, lambda queue: 20, lambda tenant: AGENTS)
    return History(mongo, ContactService(mongo, clock, AppKey.load(folder), Changes(mongo, clock))), reports


async def counted(uri: str, folder: Path) -> dict[str, Any]:
    """What `Reports.run` does in the background: the month's days, and the quarter hours of today that are over."""
    mongo = Mongo(uri, DATABASE, timeout_s=1200)
    history, reports = _rooms(mongo, folder)
    began = time.monotonic()
    for kind, (ask, _) in _asks(history, reports).items():
        if "report" in kind:
            await ask()
    await mongo.close()
    return {"counted_s": round(time.monotonic() - began, 1)}


async def _asked(uris: dict[int, str], folder: Path, rounds: int) -> Found:
    mongos = {size: Mongo(uri, DATABASE, timeout_s=600) for size, uri in uris.items()}
    asks = {size: _asks(*_rooms(mongo, folder / str(size))) for size, mongo in mongos.items()}
    found: Found = {size: {kind: [] for kind in asks[size]} for size in SIZES}
    for mongo in mongos.values():
        await mongo.ensure_indexes(INDEXES)  # as at every start: what was loaded may be older than an index
    for round_ in range(rounds + 1):
        for size in SIZES if round_ % 2 else reversed(SIZES):
            for kind, (ask, times) in asks[size].items():
                took = await _timed(ask, times)
                found[size][kind] += took if round_ else []
    for mongo in mongos.values():
        await mongo.close()
    return found


async def _timed(ask: Ask, times: int) -> list[float]:
    took = []
    for _ in range(times):
        began = time.perf_counter()
        await ask()
        took.append(round((time.perf_counter() - began) * 1000, 3))
    return took


def _asks(history: History, reports: Reports) -> dict[str, tuple[Ask, int]]:
    dice = random.Random(1)
    today = NOW.date()
    yesterday = today - timedelta(days=1)
    month = today - timedelta(days=30)

    def page(**more: Any) -> Awaitable[Any]:
        settings: dict[str, Any] = {"limit": 25, "cursor": None, "text": "", "queues": None, **more}
        return history.page(TENANT, **settings)

    def deep() -> str:
        return cursor_of(NOW - timedelta(days=dice.uniform(100, DAYS - 20)), "call_5")

    def report(by: str, first: date, last: date = yesterday) -> Awaitable[Any]:
        return reports.report(TENANT, ReportQuery(by=by, first=first, last=last, zone=LONDON))

    just_ended = msgspec.structs.replace(template(dice, 0, NOW - timedelta(minutes=3)), tenant_id=TENANT)

    async def today_at_work() -> Any:
        """A call of this quarter hour has ended since the last asking, so that nothing of it can be remembered."""
        await reports.written(just_ended)
        return await report("hour", today, today)

    kinds: dict[str, Ask] = {
        "history: first page": lambda: page(),
        "history: deep page": lambda: page(cursor=deep()),
        "history: of a queue, deep": lambda: page(of=CallFilter(queue_id=dice.choice(QUEUES)), cursor=deep()),
        "history: of an agent, deep": lambda: page(of=CallFilter(agent_id=dice.choice(AGENTS)), cursor=deep()),
        "history: as an agent sees it, deep": lambda: page(
            queues=QUEUES[:2], agent_id=dice.choice(AGENTS), cursor=deep()
        ),
        "history: abandoned, deep": lambda: page(of=CallFilter(outcome="abandoned"), cursor=deep()),
        "history: inbound of a queue, deep": lambda: page(
            of=CallFilter(direction="inbound", queue_id=dice.choice(QUEUES)), cursor=deep()
        ),
        "history: of an agent in a queue, deep": lambda: page(
            of=CallFilter(agent_id=dice.choice(AGENTS), queue_id=dice.choice(QUEUES)), cursor=deep()
        ),
        "history: by number": lambda: page(text=number_of(dice.randrange(REGULARS))),
        "history: by name": lambda: page(text=name_of(dice.randrange(REGULARS))),
        "report: today by hour": today_at_work,
        "report: a day by hour": lambda: report("hour", yesterday),
        "report: a month by day": lambda: report("day", month),
        "report: a month by queue": lambda: report("queue", month),
        "report: a month by agent": lambda: report("agent", month),
    }
    return {kind: (ask, REPORTS if "report" in kind else HISTORY) for kind, ask in kinds.items()}
