"""A million call records into CSV and XLSX, each by a process of its own: rows per second, and the most memory it took.

Beside it a tenth of that, to see whether the memory grows with the rows. `silent_s` is the longest time in which
somebody who watches hears of no progress.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.support.clock import StillClock

from bench.figure import Figure
from bench.history_records import AGENTS, TENANT
from bench.history_stock import DATABASE, DAYS, NOW, load, opened, shelf
from call24.changes.service import Changes
from call24.contacts.service import ContactService
from call24.exports.exporter import Exporter
from call24.exports.model import Export
from call24.kit.mongo import Mongo
from call24.kit.secrets import AppKey
from call24.statistics.service import Reports

ROWS = int(os.environ.get("CALL24_BENCH_ROWS", "1000000"))
STOCK = round(ROWS / 0.78)
"""About one call in five is another organisation's."""
TENTH = DAYS // 10
MOST_MB = 250
GROWTH = 1.25
SILENT_S = 5.0


def measure(*, quick: bool = False) -> tuple[list[Figure], dict[str, object]]:
    """`quick` changes nothing here: `bench.__main__` names fewer rows."""
    with shelf() as folder:
        stock = folder / str(STOCK)
        loading = load(stock, STOCK)
        with opened(stock) as mongod:
            found = {
                f"{format}, {days} days": _export(mongod.uri, stock, format, days)
                for format in ("csv", "xlsx")
                for days in (TENTH, DAYS)
            }
    figures = []
    for format in ("csv", "xlsx"):
        whole, tenth = found[f"{format}, {DAYS} days"], found[f"{format}, {TENTH} days"]
        peak, before, silent = whole["peak_mb"], tenth["peak_mb"], whole["silent_s"]
        flat = peak <= MOST_MB and peak <= GROWTH * before
        what = f"{format}: peak memory of {whole['rows']} rows, beside a tenth of them"
        figures.append(Figure(what, peak, "MB", f"<= {MOST_MB} MB, <= x {GROWTH}", flat, before))
        longest = f"{format}: longest time without progress"
        figures.append(Figure(longest, silent, "s", f"<= {SILENT_S:g} s", silent <= SILENT_S))
        figures.append(Figure(f"{format}: rows per second", round(whole["rows"] / whole["took_s"]), "1/s", "-"))
    return figures, {"exports": found, "loading": loading, "load_average": os.getloadavg()}


def _export(uri: str, folder: Path, format: str, days: int) -> dict[str, float]:
    words = [sys.executable, "-m", "bench.export_million", uri, str(folder), format, str(days)]
    answer = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    found: dict[str, float] = json.loads(answer)
    print(format, days, found, flush=True)
    return found


def _status() -> list[str]:
    return Path("/proc/self/status").read_text().splitlines()


async def _child(uri: str, folder: Path, format: str, days: int) -> dict[str, float]:
    mongo, clock = Mongo(uri, DATABASE, timeout_s=600), StillClock(NOW)
    contacts = ContactService(mongo, clock, AppKey.load(folder), Changes(mongo, clock))
    reports = Reports(mongo, clock, lambda queue: 20, lambda tenant: AGENTS)
    exporter = Exporter(mongo, clock, contacts, reports, lambda what, key: f"{what} {key[-3:]}")
    export = Export(
        id="exp",
        tenant_id=TENANT,
        asked_by=None,
        kind="calls",
        format=format,
        first=(NOW - timedelta(days=days)).date().isoformat(),
        last=NOW.date().isoformat(),
        filters={},
        created_at=NOW,
        delete_at=NOW,
    )

    heard = [time.monotonic()]

    async def told(done: int, in_all: int, due: datetime | None) -> None:
        heard.append(time.monotonic())

    file = folder / f"calls.{format}"
    rows = await exporter.write(export, ZoneInfo("Europe/London"), file, told)
    heard.append(time.monotonic())
    took, silent = heard[-1] - heard[0], max(b - a for a, b in pairwise(heard))
    await mongo.close()
    [peak] = [int(line.split()[1]) / 1024 for line in _status() if line.startswith("VmHWM")]  # not the parent's too
    size = file.stat().st_size / 2**20
    file.unlink()
    return {
        "rows": rows,
        "took_s": round(took, 1),
        "peak_mb": round(peak, 1),
        "file_mb": round(size, 1),
        "silent_s": round(silent, 1),
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_child(sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])))))
