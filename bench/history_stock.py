"""A MongoDB full of call records for the benches that need many: loaded once, kept while `CALL24_BENCH_FOLDER` names
a folder, opened as often as is wanted.

Loading does not care how quiet the machine is, asking does: `python -m bench.history_stock` does the loading alone.
Records come in order of time, as calls do, and are written without waiting for the disk; the product never writes so.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import random
import socket
import struct
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import bson
import msgspec
import pymongo
from bson.raw_bson import RawBSONDocument
from pymongo.database import Database
from pymongo.errors import AutoReconnect
from tests.support.clock import StillClock
from tests.support.database.mongod import RunningMongod, start_mongod

from bench.history_records import AGENTS, TENANT, template
from call24.call_records.model import CallRecord
from call24.changes.service import Changes
from call24.contacts.model import Contact
from call24.contacts.rules import found_by
from call24.contacts.service import ContactService
from call24.journal.model import Entry
from call24.kit.ids import CallId, ContactId, EventId
from call24.kit.mongo import Mongo
from call24.kit.secrets import AppKey
from call24.server.rooms import INDEXES

SIZES = tuple(int(n) for n in os.environ.get("CALL24_BENCH_SIZES", "100000,300000,1000000,3000000").split(","))
NOW = datetime(2026, 11, 1, 15, 7, tzinfo=UTC)
DAYS = 360
DATABASE = "call24_bench"
REGULARS = 200
"""One in ten calls is of these; the others come from as many callers as a tenth of the records."""
WATCHED_DAYS = 32
"""So long back there are lines of what agents became."""
_TEMPLATES = 2000
_BATCH = 2000
_CACHE_MB = 256

Prepared = Callable[[str, Path], Awaitable[dict[str, Any]]]
"""What else is to be there before anything is measured, given the URI and the folder; what it says is kept."""


def number_of(n: int) -> str:
    return f"+4420{70000000 + n}"


def name_of(n: int) -> str:
    return f"Caller {n:07}"


@contextlib.contextmanager
def shelf() -> Iterator[Path]:
    """Where the stocks are: kept, if `CALL24_BENCH_FOLDER` says where."""
    named = os.environ.get("CALL24_BENCH_FOLDER")
    if named:
        Path(named).mkdir(parents=True, exist_ok=True)
        yield Path(named)
    else:
        with tempfile.TemporaryDirectory(prefix="call24-bench-") as folder:
            yield Path(folder)


def load(folder: Path, size: int, prepared: Prepared | None = None) -> dict[str, Any]:
    """What loading took and what is there now; a folder that was loaded is left as it is."""
    done = folder / "loaded.json"
    if not done.exists():
        with opened(folder) as mongod:
            said = asyncio.run(_filled(mongod.uri, folder, size, prepared))
            done.write_text(json.dumps({**said, **_weight(mongod.uri)}, indent=1))
        print(size, done.read_text(), flush=True)
    found: dict[str, Any] = json.loads(done.read_text())
    return found


@contextlib.contextmanager
def opened(folder: Path, *, cache_mb: int = 256) -> Iterator[RunningMongod]:
    """Its MongoDB, ended in good order, so that nothing that was written without waiting is lost."""
    folder.mkdir(parents=True, exist_ok=True)
    mongod = start_mongod(folder, _port_of(folder), cache_mb=cache_mb)
    try:
        yield mongod
        with pymongo.MongoClient[dict[str, Any]](mongod.uri) as client, contextlib.suppress(AutoReconnect):
            client.admin.command("shutdown", force=True)
        mongod.process.wait(120)
    finally:
        mongod.stop()


def _port_of(folder: Path) -> int:
    """The same each time, since a replica set knows its member by it; below those that the kernel hands out."""
    kept = folder / "port"
    if not kept.exists():
        taken = {other.read_text() for other in folder.parent.glob("*/port")}
        free = (str(port) for port in range(28100, 28200) if str(port) not in taken and _is_free(port))
        kept.write_text(next(free))
    return int(kept.read_text())


def _is_free(port: int) -> bool:
    with socket.socket() as probe, contextlib.suppress(OSError):
        probe.bind(("127.0.0.1", port))
        return True
    return False


async def _filled(uri: str, folder: Path, size: int, prepared: Prepared | None) -> dict[str, Any]:
    mongo = Mongo(uri, DATABASE, timeout_s=1200)
    began = time.monotonic()
    await mongo.ensure_indexes([])
    contacts = ContactService(mongo, StillClock(NOW), AppKey.load(folder), Changes(mongo, StillClock(NOW)))
    callers = [contacts.id_for(TENANT, number_of(n)) for n in range(REGULARS + size // 10)]
    with pymongo.MongoClient[dict[str, Any]](uri, w=1, journal=False) as client:
        await asyncio.to_thread(fill, client[DATABASE], callers, size)
    wrote = time.monotonic()
    await mongo.ensure_indexes(INDEXES)
    indexed = time.monotonic()
    await mongo.close()
    said = await prepared(uri, folder) if prepared is not None else {}
    return {"written_s": round(wrote - began, 1), "indexed_s": round(indexed - wrote, 1), **said}


def fill(database: Database[dict[str, Any]], callers: list[ContactId], size: int) -> None:
    """`callers`: at least `REGULARS`, which become contacts; `size`: how many calls they had."""
    for collection, documents in (
        ("contacts", (_contact(n, id) for n, id in enumerate(callers))),
        ("call_records", _records(callers, size)),
        ("journal", _lines(size)),
    ):
        _write(database[collection], documents)


def _contact(n: int, id: ContactId) -> RawBSONDocument:
    number, name, seen = number_of(n), name_of(n), NOW - timedelta(seconds=n)
    return _raw(
        Contact(
            id=id,
            tenant_id=TENANT,
            number=number,
            display_name=name,
            region="GB",
            found_by=found_by(number, name),
            created_at=NOW - timedelta(days=DAYS),
            seen_at=seen,
        )
    )


def _lines(size: int) -> Iterator[RawBSONDocument]:
    """What agents became in the last weeks: three lines for each call that they had."""
    per_day = size * 0.8 / DAYS
    for n in range(round(per_day * WATCHED_DAYS)):
        at = NOW - timedelta(days=WATCHED_DAYS) + timedelta(days=1) / per_day * n
        for place, type in enumerate(("AgentTookCall", "AgentWrapUpStarted", "AgentBecameAvailable")):
            yield _raw(
                Entry(
                    id=EventId(f"evt_{n:025}{place}"),
                    tenant_id=TENANT,
                    seq=3 * n + place,
                    at=at + timedelta(seconds=(0, 180, 210)[place]),
                    type=type,
                    call_id=CallId(f"call_{n:026}"),
                    agent_id=AGENTS[n % len(AGENTS)],
                    body={"call_id": f"call_{n:026}"},
                    delete_at=NOW + timedelta(days=100),
                )
            )


def _raw(document: msgspec.Struct) -> RawBSONDocument:
    stored = msgspec.to_builtins(document, builtin_types=(datetime, bytes), str_keys=True)
    return RawBSONDocument(bson.encode({"_id": stored.pop("id"), **stored}))


def _weight(uri: str) -> dict[str, Any]:
    with pymongo.MongoClient[dict[str, Any]](uri) as client:
        found = client[DATABASE].command("collStats", "call_records")
    mb = {name: int(found[key]) // 2**20 for name, key in _SIZES_OF.items()}
    return {"records": int(found["count"]), **mb, "cache_mb": _CACHE_MB}


_SIZES_OF = {"data_mb": "size", "data_compressed_mb": "storageSize", "indexes_mb": "totalIndexSize"}


def _records(callers: list[ContactId], size: int) -> Iterator[RawBSONDocument]:
    dice = random.Random(20261124)
    base = NOW - timedelta(days=DAYS)
    templates = [Template(template(dice, n, base)) for n in range(_TEMPLATES)]
    step_ms = timedelta(days=DAYS) / timedelta(milliseconds=1) / size
    for n in range(size):
        caller = callers[dice.randrange(REGULARS) if dice.random() < 0.1 else dice.randrange(len(callers))]
        yield RawBSONDocument(dice.choice(templates).moved(round(step_ms * n), f"call_{n:026}", caller))


def _write(collection: Any, documents: Iterator[RawBSONDocument]) -> None:
    while batch := list(itertools.islice(documents, _BATCH)):
        collection.insert_many(batch, ordered=False, bypass_document_validation=True)


class Template:
    """Prepared BSON: made once by the real model, then moved in time and given another id and caller."""

    def __init__(self, record: CallRecord) -> None:
        stored = msgspec.to_builtins(record, builtin_types=(datetime, bytes), str_keys=True)
        document = {"_id": stored.pop("id"), **stored}
        self._raw = bytearray(bson.encode(document))
        self._times = [(at, struct.unpack_from("<q", self._raw, at)[0]) for at in _datetimes(self._raw, document)]
        self._id = self._raw.index(record.id.encode())
        self._callers = list(_places(self._raw, str(record.contact_id).encode()))

    def moved(self, ms: int, id: str, caller: str) -> bytes:
        raw = bytearray(self._raw)
        for at, value in self._times:
            struct.pack_into("<q", raw, at, value + ms)
        raw[self._id : self._id + len(id)] = id.encode()
        for at in self._callers:
            raw[at : at + len(caller)] = caller.encode()
        return bytes(raw)


def _datetimes(raw: bytearray, document: Any) -> list[int]:
    """Where the instants of a document are, by their eight bytes."""
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
        at = raw.find(value, at + len(value))


def main() -> None:
    """Load the sizes that are named, or those of history-growth."""
    from bench.history_growth import counted  # it alone knows what it will ask

    with shelf() as folder:
        for size in map(int, sys.argv[1:]):
            load(folder / str(size), size)
        for size in () if sys.argv[1:] else SIZES:
            load(folder / str(size), size, counted)


if __name__ == "__main__":
    main()
