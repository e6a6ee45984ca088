"""100,000 people in and out of the address book: a CSV and a vCard file, checked, imported, exported and taken back.

Each step is done by the function that the product's process of an import or export runs, in a process of its own that
begins cold, on a MongoDB of its own with all indexes and the cache that the product gives it here. Each file has its
people, with a number, an e-mail address, a company, a tag and notes. `CALL24_BENCH_ROWS` names another size.
"""

from __future__ import annotations

import asyncio
import csv
import io
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

from tests.support.database.mongod import RunningMongod

from bench.figure import Figure
from bench.history_stock import DATABASE, opened
from call24.address_book_files.model import AddressBookImport, Counts
from call24.exports.model import PEOPLE, Export
from call24.installer.mongod import cache_mb
from call24.kit.ids import AddressBookImportId, TenantId, UserId
from call24.kit.mongo import Mongo
from call24.kit.settings import Settings
from call24.server import export_process
from call24.server.address_book_process import import_into_address_book
from call24.server.rooms import INDEXES
from call24.tenants.service import TenantService

ROWS = int(os.environ.get("CALL24_BENCH_ROWS", "100000"))
WITHIN_S = 60.0
FORMATS = tuple(os.environ.get("CALL24_BENCH_FORMATS", "csv,vcard").split(","))
STEPS = ("check", "import", "again", "export", "undo")
_GIVEN = ("Anna", "Ben", "Khulan", "Бат", "Дорж", "Maria", "Иван", "Olga", "Sarnai", "John", "Emma", "Zaya")
_FAMILY = ("Petrova", "Smith", "Эрдэнэ", "Bayar", "Novak", "Schmidt", "Rossi", "Larsen", "Попов", "Fischer")


def measure(*, quick: bool = False, beside: int = 0) -> tuple[list[Figure], dict[str, object]]:
    """`quick`: CSV alone, of fewer rows (`bench.__main__`). `beside`: people of other organisations in the database."""
    figures, raw, cache = list[Figure](), dict[str, object](), cache_mb(Settings())
    for format in FORMATS[:1] if quick else FORMATS:
        with tempfile.TemporaryDirectory(prefix="call24-bench-") as name:
            folder = Path(name)
            file = folder / f"people.{format}"
            file.write_text(_csv() if format == "csv" else _vcards(), encoding="utf-8", newline="")
            with opened(folder, cache_mb=cache) as mongod:
                asyncio.run(_beside(mongod.uri, beside))
                took = {step: _timed(step, format, mongod, folder, file) for step in STEPS}
        raw[format] = {**took, "file_mb": round(_size(format) / 1e6, 1)}
        most = {"check": WITHIN_S, "import": WITHIN_S}
        for step, one in took.items():
            limit = most.get(step)
            target = f"< {limit:g} s" if limit else "-"
            passed = limit is None or one["process_s"] < limit
            what = f"{format}: {step} {ROWS:,} people" + (f" beside {beside:,} of others" if beside else "")
            figures.append(Figure(what, one["process_s"], "s", target, passed))
    return figures, {**raw, "rows": ROWS, "beside": beside, "cache_mb": cache, "load_average": os.getloadavg()}


async def _beside(uri: str, people: int) -> None:
    from bench import people_search  # not for the processes that are measured

    if people:
        mongo = Mongo(uri, DATABASE, timeout_s=600)
        await people_search.filled(mongo, people)
        await mongo.close()


def _timed(step: str, format: str, mongod: RunningMongod, folder: Path, file: Path) -> dict[str, float]:
    """`cpu_s`: the process's own time of a processor; `mongod_cpu_s`: MongoDB's meanwhile. Other work is in neither."""
    from bench.processes import cpu_s  # not for the processes that are measured

    began, before = time.monotonic(), cpu_s(mongod.process.pid)
    words = [sys.executable, "-m", "bench.address_book", step, format, mongod.uri, str(folder), str(file)]
    ended = subprocess.run(words, stdout=subprocess.PIPE, text=True)  # what it says of a failure is shown
    ended.check_returncode()
    took = time.monotonic() - began
    found: dict[str, float] = {"process_s": round(took, 2), **json.loads(ended.stdout.splitlines()[-1])}
    found["mongod_cpu_s"] = round(cpu_s(mongod.process.pid) - before, 2)
    print(format, step, found, flush=True)
    return found


def _people() -> list[tuple[str, str, str, str, str, str, str]]:
    dice = random.Random(20261129)
    return [
        (
            dice.choice(_GIVEN),
            f"{dice.choice(_FAMILY)} {n}",
            f"+4420{70000000 + n}",
            f"person{n}@example.com",
            f"Company {n % 500}",
            dice.choice(("vip", "friend", "supplier")),
            "Rings in the afternoon",
        )
        for n in range(ROWS)
    ]


def _csv() -> str:
    out = io.StringIO(newline="")
    into = csv.writer(out)
    into.writerow(["First name", "Last name", "Mobile", "Email", "Company", "Tags", "Notes"])
    into.writerows(_people())
    return out.getvalue()


def _vcards() -> str:
    return "".join(
        f"BEGIN:VCARD\r\nVERSION:3.0\r\nN:{family};{given};;;\r\nFN:{given} {family}\r\nTEL;TYPE=CELL:{number}\r\n"
        f"EMAIL;TYPE=WORK:{mail}\r\nORG:{company}\r\nCATEGORIES:{tag}\r\nNOTE:{note}\r\nEND:VCARD\r\n"
        for given, family, number, mail, company, tag, note in _people()
    )


def _size(format: str) -> int:
    return len((_csv() if format == "csv" else _vcards()).encode())


async def _step(step: str, format: str, uri: str, folder: Path, file: Path) -> dict[str, float]:
    os.environ["CALL24_MONGODB_URI"] = uri
    with mock.patch.object(export_process, "DATABASE", DATABASE):
        settings, now = Settings(data=folder), datetime.now(UTC)
        mongo = Mongo(uri, DATABASE, timeout_s=600)
        tenant_id = await _tenant(mongo, settings, step)
        imports = mongo.tenant(tenant_id).collection(AddressBookImport)
        wish = AddressBookImport(
            id=AddressBookImportId(f"abi_{'again' if step == 'again' else 'first'}"),
            tenant_id=tenant_id,
            asked_by=UserId("usr_bench"),
            format="csv" if format == "csv" else "vcard",
            created_at=now,
            delete_at=now + timedelta(days=1),
        )
        began = time.monotonic()
        if step == "export":
            await _exported(mongo, settings, tenant_id, "vcf" if format == "vcard" else "csv", folder)
        else:
            if step in ("check", "again"):
                await imports.insert(wish)
            else:
                state = {"import": "running", "undo": "undoing"}[step]
                fresh = {"counts": Counts()} if step == "import" else {}
                await imports.update(wish.id, {"state": state, **fresh})
            began = time.monotonic()
            await import_into_address_book(settings, tenant_id, wish.id, file, folder / "preview")
            if step == "again":  # a second time: who is there already is looked for, and found
                await imports.update(wish.id, {"state": "running", "counts": Counts(), "known": "update"})
                began = time.monotonic()
                await import_into_address_book(settings, tenant_id, wish.id, file, folder / "preview")
        took = time.monotonic() - began
        counts = (await imports.get(wish.id)).counts if step != "export" else Counts(checked=ROWS)
        await mongo.close()
    if step in ("check", "export"):
        assert counts.checked == ROWS, counts
    if step in ("import", "again", "undo"):
        done = {"import": counts.created, "again": counts.skipped, "undo": counts.undone}[step]
        assert done == ROWS, counts
    return {"work_s": round(took, 2), "cpu_s": round(time.process_time(), 2), "peak_mb": _peak_mb()}


async def _tenant(mongo: Mongo, settings: Settings, step: str) -> TenantId:
    kept = settings.data / "tenant"
    if step == "check":
        await mongo.ensure_indexes(INDEXES)
        other, there = await export_process.rooms_of(settings)
        made = await there.get(TenantService).create("Bench")
        kept.write_text(made.id)
        await other.close()
    return TenantId(kept.read_text())


async def _exported(mongo: Mongo, settings: Settings, tenant_id: TenantId, format: str, folder: Path) -> None:
    now = datetime.now(UTC)
    export = Export(
        id="exp_bench",
        tenant_id=tenant_id,
        asked_by=None,
        kind=PEOPLE,
        format=format,
        by="4.0" if format == "vcf" else "",
        first="",
        last="",
        filters={},
        created_at=now,
        delete_at=now + timedelta(days=1),
    )
    await mongo.tenant(tenant_id).collection(Export).insert(export)
    await export_process.export_kept(settings, tenant_id, export.id, folder / f"out.{format}")


def _peak_mb() -> float:
    [peak] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    return round(int(peak.split()[1]) / 1024, 1)


if __name__ == "__main__":
    said: Any = asyncio.run(_step(sys.argv[1], sys.argv[2], sys.argv[3], Path(sys.argv[4]), Path(sys.argv[5])))
    print(json.dumps(said))
