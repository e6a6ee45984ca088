"""A caller's file of 10,000 calls, and one with sound, beside 20 thousand to 400 thousand call records of others.

Each size has a MongoDB of its own (bench/history_stock.py); all run side by side and are asked in turns. The file is
written by the function that the product's process of an export runs, in a process of its own that begins cold: what
is timed is from its start to its end. A call has its record, its journal and its signed vCon.
`CALL24_BENCH_OTHERS` names other sizes, `CALL24_BENCH_CALLS` fewer calls.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock
from zipfile import ZipFile

import msgspec
import pymongo
from tests.support.calls.told import Told

from bench.figure import Figure
from bench.history_growth import exponent
from bench.history_records import AGENTS, QUEUES, TENANT
from bench.history_stock import DATABASE, DAYS, NOW, load, opened, shelf
from call24.call_records.call_record import fold
from call24.call_records.history_row import filed
from call24.contacts.model import Contact
from call24.exports.model import CALLER, Export
from call24.kit.ids import CallId, ContactId, RecordingId
from call24.kit.settings import Settings
from call24.recordings.model import Recording
from call24.recordings.service import Recordings
from call24.server import export_process

SIZES = tuple(int(n) for n in os.environ.get("CALL24_BENCH_OTHERS", "20000,100000,400000").split(","))
CALLS = int(os.environ.get("CALL24_BENCH_CALLS", "10000"))
ROUNDS = 2
WITHIN_S, MOST_GROWTH, LEAST_MB = 60.0, 0.10, 50.0
SOUNDS, SOUND_MB = 100, 2
"""Two minutes in stereo have two megabytes."""
OFTEN, HEARD = ContactId(f"ctc_{'7' * 26}"), ContactId(f"ctc_{'8' * 26}")
"""Who called very often, and whose calls were recorded."""
_AGES = datetime(2029, 1, 1, tzinfo=UTC)
_BATCH = 2000


def measure(*, quick: bool = False) -> tuple[list[Figure], dict[str, object]]:
    """`quick`: one round; `bench.__main__` names smaller sizes and fewer calls."""
    with shelf() as folder, contextlib.ExitStack() as stack:
        loading = {str(size): load(folder / f"file-{size}", size, _seeded) for size in SIZES}
        uris = {size: stack.enter_context(opened(folder / f"file-{size}")).uri for size in SIZES}
        often, heard = ({size: list[dict[str, float]]() for size in SIZES} for _ in range(2))
        for round_ in range(1 if quick else ROUNDS):
            for size in SIZES if round_ % 2 else reversed(SIZES):
                for contact_id, found in ((OFTEN, often), (HEARD, heard)):
                    found[size].append(_asked(uris[size], folder / f"file-{size}", contact_id))
    took = [statistics.median(one["process_s"] for one in often[size]) for size in SIZES]
    grown = exponent(SIZES, took)
    speeds = [one["sound_mb"] / one["written_s"] for size in SIZES for one in heard[size]]
    spread = f"{took[0]:.1f} to {took[-1]:.1f} s beside {SIZES[0]:,} to {SIZES[-1]:,} calls"
    speed = round(statistics.median(speeds), 1)
    figures = [
        Figure(f"file of {CALLS:,} calls", max(took), "s", f"<= {WITHIN_S:g} s", max(took) <= WITHIN_S),
        Figure(f"growth with the database ({spread})", grown, "", f"<= {MOST_GROWTH}", grown <= MOST_GROWTH),
        Figure(f"{SOUNDS} recordings of {SOUND_MB} MB", speed, "MB/s", f">= {LEAST_MB:g} MB/s", speed >= LEAST_MB),
    ]
    raw = {"others": list(SIZES), "calls": CALLS, "often": _by_size(often), "heard": _by_size(heard)}
    return figures, {**raw, "loading": loading, "load_average": os.getloadavg()}


def _by_size(found: dict[int, list[dict[str, float]]]) -> dict[str, list[dict[str, float]]]:
    return {str(size): rows for size, rows in found.items()}


def _asked(uri: str, folder: Path, contact_id: ContactId) -> dict[str, float]:
    began = time.monotonic()
    words = [sys.executable, "-m", "bench.caller_file", uri, str(folder), contact_id]
    answer = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    found: dict[str, float] = {"process_s": round(time.monotonic() - began, 2), **json.loads(answer)}
    print(folder.name, contact_id, found, flush=True)
    return found


@contextlib.contextmanager
def _installation(uri: str, folder: Path) -> Iterator[Settings]:
    """The product's own wiring over this MongoDB."""
    os.environ["CALL24_MONGODB_URI"] = uri
    with mock.patch.object(export_process, "DATABASE", DATABASE):
        yield Settings(data=folder)


async def _child(uri: str, folder: Path, contact_id: ContactId) -> dict[str, float]:
    export = Export(
        id=f"exp_{contact_id}",
        tenant_id=TENANT,
        asked_by=None,
        kind=CALLER,
        format="zip",
        first="",
        last="",
        contact_id=contact_id,
        filters={},
        created_at=datetime.now(UTC),
        delete_at=_AGES,
    )
    file = folder / f"{contact_id}.zip"
    with pymongo.MongoClient[dict[str, Any]](uri) as client:
        client[DATABASE]["exports"].replace_one({"_id": export.id}, _stored(export), upsert=True)
    with _installation(uri, folder) as settings:
        began = time.monotonic()
        await export_process.export_kept(settings, TENANT, export.id, file)
        took = time.monotonic() - began
    with ZipFile(file) as archive:
        names = [one.filename for one in archive.infolist()]
        sound = sum(one.file_size for one in archive.infolist() if one.filename.startswith("recordings/"))
    size = file.stat().st_size
    file.unlink()
    return {
        "written_s": round(took, 2),
        "vcons": sum(name.startswith("vcon/") for name in names),
        "sound_mb": round(sound / 1e6, 1),
        "file_mb": round(size / 1e6, 1),
        "cpu_s": round(time.process_time(), 2),
        "peak_mb": _peak_mb(),
    }


def _peak_mb() -> float:
    [peak] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    return round(int(peak.split()[1]) / 1024, 1)


async def _seeded(uri: str, folder: Path) -> dict[str, Any]:
    """The two persons, beside the calls of others."""
    began = time.monotonic()
    with pymongo.MongoClient[dict[str, Any]](uri, w=1, journal=False) as client:
        database = client[DATABASE]
        for contact_id, number, calls in ((OFTEN, "+442079999001", CALLS), (HEARD, "+442079999002", SOUNDS)):
            person = Contact(id=contact_id, tenant_id=TENANT, number=number, name="Ada", created_at=NOW, seen_at=NOW)
            database["contacts"].replace_one({"_id": contact_id}, _stored(person), upsert=True)
            entries = await asyncio.to_thread(_write_calls, database, contact_id, calls)
    with _installation(uri, folder) as settings:
        mongo, there = await export_process.rooms_of(settings)
        sound = _sound()
        for n in range(SOUNDS):
            recording = Recording(
                id=RecordingId(f"rec_{n:026}"),
                tenant_id=TENANT,
                call_id=_call_id(HEARD, n),
                kind="call",
                state="stored",
                channels=2,
                bytes=len(sound),
                duration_s=len(sound) / 32_000,
                started_at=NOW,
                stored_at=NOW,
                delete_at=_AGES,
            )
            await there.get(Recordings).bring_in(recording, lambda: [sound], len(sound))
        await mongo.close()
    return {"seeded_s": round(time.monotonic() - began, 1), "journal_entries_of_a_call": entries}


def _sound() -> bytes:
    samples = os.urandom(SOUND_MB * 1_000_000 - 44)
    head = b"RIFF" + (len(samples) + 36).to_bytes(4, "little") + b"WAVEfmt " + (16).to_bytes(4, "little")
    form = (1).to_bytes(2, "little") + (2).to_bytes(2, "little") + (8000).to_bytes(4, "little")
    form += (32_000).to_bytes(4, "little") + (4).to_bytes(2, "little") + (16).to_bytes(2, "little")
    return head + form + b"data" + len(samples).to_bytes(4, "little") + samples


def _call_id(contact_id: ContactId, n: int) -> CallId:
    return CallId(f"call_{contact_id[4]}{n:025}")


def _write_calls(database: Any, contact_id: ContactId, calls: int) -> int:
    """Each as the same call told by its events, at another time; how many entries it has."""
    told = Told(CallId("call_told"), tenant_id=TENANT)
    told.arrives(contact_id).joins(QUEUES[0]).after(9).offered_to(AGENTS[0]).after(4).answered_by(AGENTS[0]).after(180)
    told.ends()
    record, first = filed(fold(told.entries)), told.entries[0].at
    for begin in range(0, calls, _BATCH):
        records, entries = [], []
        for n in range(begin, min(calls, begin + _BATCH)):
            shift = NOW - timedelta(days=DAYS) + timedelta(days=DAYS) / calls * n - first
            call_id = _call_id(contact_id, n)
            records.append(_moved(_stored(record), shift) | {"_id": call_id, "delete_at": _AGES})
            for entry in told.entries:
                seq = int(contact_id[4]) * 10**8 + n * 100 + len(entries) % len(told.entries)
                new = {"_id": f"evt_{seq:026}", "call_id": call_id, "seq": seq, "delete_at": _AGES}
                entries.append(_moved(_stored(entry), shift) | new)
        database["call_records"].insert_many(records, ordered=False)
        database["journal"].insert_many(entries, ordered=False)
    return len(told.entries)


def _moved(value: Any, shift: timedelta) -> Any:
    match value:
        case datetime():
            return value + shift
        case dict():
            return {name: _moved(inner, shift) for name, inner in value.items()}
        case list() | tuple():
            return [_moved(inner, shift) for inner in value]
    return value


def _stored(document: msgspec.Struct) -> dict[str, Any]:
    stored = msgspec.to_builtins(document, builtin_types=(datetime, bytes), str_keys=True)
    return {"_id": stored.pop("id"), **stored}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_child(sys.argv[1], Path(sys.argv[2]), ContactId(sys.argv[3])))))
