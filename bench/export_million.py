"""A million call records into CSV and XLSX, each by a process of its own: rows per second, and the most memory it took.

Beside it a tenth of that, to see whether the memory grows with the rows.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.support.clock import StillClock
from tests.support.mongod import start_mongod

from bench.figure import Figure
from bench.history_growth import CALLERS, DAYS, NOW, Writer
from bench.history_records import AGENTS, TENANT
from call24.contacts.model import Contact
from call24.contacts.service import ContactService
from call24.kit.mongo import Mongo
from call24.kit.secrets import AppKey
from call24.main.indexes import INDEXES
from call24.reports.exports.exporter import Exporter
from call24.reports.exports.model import Export
from call24.reports.statistics.service import Reports

ROWS = int(os.environ.get("CALL24_BENCH_ROWS", "1000000"))
TENTH = DAYS // 10
MOST_MB = 250
GROWTH = 1.25


def measure() -> tuple[list[Figure], dict[str, object]]:
    with tempfile.TemporaryDirectory(prefix="call24-bench-") as folder:
        mongod = start_mongod(Path(folder))
        try:
            asyncio.run(_fill(mongod.uri, Path(folder)))
            found = {
                f"{format}, {days} days": _export(mongod.uri, folder, format, days)
                for format in ("csv", "xlsx")
                for days in (TENTH, DAYS)
            }
        finally:
            mongod.stop()
    figures = []
    for format in ("csv", "xlsx"):
        whole, tenth = found[f"{format}, {DAYS} days"], found[f"{format}, {TENTH} days"]
        peak, before = float(whole["peak_mb"]), float(tenth["peak_mb"])
        passed = peak <= MOST_MB and peak <= GROWTH * before
        what = f"{format}: peak memory of {whole['rows']} rows"
        figures.append(Figure(what, peak, "MB", f"<= {MOST_MB} MB, flat", passed, before))
        rate = float(whole["rows"]) / float(whole["took_s"])
        figures.append(Figure(f"{format}: rows per second", round(rate), "1/s", "-", True))
    return figures, {"exports": found}


async def _fill(uri: str, folder: Path) -> None:
    mongo = Mongo(uri, "call24_bench", timeout_s=600)
    contacts = ContactService(mongo, StillClock(NOW), AppKey.load(folder))
    await mongo.ensure_indexes([])
    people = [
        Contact(
            id=contacts.id_for(TENANT, f"+4420{70000000 + n}"),
            tenant_id=TENANT,
            number=f"+4420{70000000 + n}",
            display_name=f"Caller {n}",
            region="GB",
            created_at=NOW,
            seen_at=NOW,
        )
        for n in range(CALLERS)
    ]
    await mongo.tenant(TENANT).collection(Contact).insert_many(people)
    writer = Writer(uri, [contact.id for contact in people])
    await asyncio.to_thread(writer.grow_to, round(ROWS / 0.8))
    await mongo.ensure_indexes(INDEXES)
    await mongo.close()


def _export(uri: str, folder: str, format: str, days: int) -> dict[str, float]:
    words = [sys.executable, "-m", "bench.export_million", uri, folder, format, str(days)]
    answer = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    found: dict[str, float] = json.loads(answer)
    print(format, days, found, flush=True)
    return found


def _status() -> list[str]:
    return Path("/proc/self/status").read_text().splitlines()


async def _child(uri: str, folder: Path, format: str, days: int) -> dict[str, float]:
    mongo, clock = Mongo(uri, "call24_bench", timeout_s=600), StillClock(NOW)
    contacts = ContactService(mongo, clock, AppKey.load(folder))
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

    async def told(done: int, in_all: int, due: datetime | None) -> None:
        pass

    began, file = time.monotonic(), folder / f"calls.{format}"
    rows = await exporter.write(export, ZoneInfo("Europe/London"), file, told)
    took = time.monotonic() - began
    await mongo.close()
    [peak] = [int(line.split()[1]) / 1024 for line in _status() if line.startswith("VmHWM")]  # not the parent's too
    size = file.stat().st_size / 2**20
    return {"rows": rows, "took_s": round(took, 1), "peak_mb": round(peak, 1), "file_mb": round(size, 1)}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_child(sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])))))
