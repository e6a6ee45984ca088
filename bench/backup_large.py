"""A backup of 100,000 calls and 20,000 recordings while calls are set up: how long it takes, how large it is, and what
callers notice of it.

Calls arrive at half of the highest rate (of call-rate, if it was run), without a backup and beside one, in turns. The
first backup copies every recording, the second one only what is new. `CALL24_BENCH_STOCK` names other sizes.
"""

from __future__ import annotations

import asyncio
import os
import random
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pymongo
from tests.support.product.backups import Operator
from tests.support.product.system import System, running_system

from bench.added_delay import half_rate
from bench.call_rate import step
from bench.figure import Figure, percentile
from bench.history_records import TENANT
from bench.history_stock import REGULARS, fill
from bench.plain_phones import plain_phones
from bench.rig import AGENTS, rig
from call24.kit.ids import CallId, ContactId, RecordingId
from call24.kit.settings import DATABASE, Settings
from call24.recordings.model import Recording

CALLS, RECORDINGS = map(int, os.environ.get("CALL24_BENCH_STOCK", "100000,20000").split(","))
RECORDING_BYTES = 100_000
"""Some six seconds in stereo: 20,000 of two minutes would be 40 GB. The speed in MB/s says what those would take."""
STEP_S = 10.0
STEPS = 4
"""Without a backup, before each."""
MOST = 1.5
WHAT = {"answer": "INVITE -> 200", "agent": "INVITE -> agent's answer"}
_AGES = datetime(2029, 1, 1, tzinfo=UTC)


def measure(*, quick: bool = False) -> tuple[list[Figure], dict[str, object]]:
    """`quick`: one step beside none; `bench.__main__` names smaller sizes."""
    with running_system() as system, tempfile.TemporaryDirectory(prefix="call24-bench-") as folder:
        stocked = stock(system.settings)
        operator = Operator(Path(folder) / "disk")
        raw = asyncio.run(_measure(system, operator, 1 if quick else STEPS))
        began = time.monotonic()
        operator.did("backup", "verify", str(operator.store), *operator.opens)
        verify_s = round(time.monotonic() - began, 1)
    first, second = raw["backups"]
    figures = [_noticed(name, raw["ms"]) for name in WHAT]
    figures += [
        Figure("the first backup", first["took_s"], "s", "told"),
        Figure("  of it recordings", stocked["recordings_mb"] / first["took_s"], "MB/s", "told"),
        Figure("  its size beside the data folder's", first["store_mb"], "MB", "told", peer=stocked["data_mb"]),
        Figure("the second one, nothing being new", second["took_s"], "s", "told"),
        Figure("  what it adds", second["store_mb"] - first["store_mb"], "MB", "told"),
        Figure("verify", verify_s, "s", "told"),
    ]
    return figures, {**raw, "stock": stocked, "verify_s": verify_s, "load_average": os.getloadavg()}


def _noticed(name: str, ms: dict[str, dict[str, list[float]]]) -> Figure:
    beside, alone = (percentile(ms[when][name], 0.99) for when in ("beside", "alone"))
    return Figure(f"{WHAT[name]}, p99", beside, "ms", f"<= {MOST} x", beside <= MOST * alone, alone)


def stock(settings: Settings) -> dict[str, Any]:
    """Calls, callers and recordings of another organisation, beside the one that has calls now."""
    dice = random.Random(20261201)
    callers = [ContactId(f"ctc_{n:026}") for n in range(REGULARS + CALLS // 10)]
    folder = settings.data / "recordings" / TENANT
    folder.mkdir(parents=True)
    with pymongo.MongoClient[dict[str, Any]](settings.mongodb_uri(), w=1, journal=False) as client:
        fill(client[DATABASE], callers, CALLS)
        documents = []
        for n in range(RECORDINGS):
            id = RecordingId(f"rec_{n:026}")
            (folder / f"{id}.c24").write_bytes(dice.randbytes(RECORDING_BYTES))
            documents.append(_recording(id, CallId(f"call_{n:026}")))
        client[DATABASE]["recordings"].insert_many(documents, ordered=False)
    return {
        "calls": CALLS,
        "recordings": RECORDINGS,
        "recordings_mb": round(RECORDINGS * RECORDING_BYTES / 1e6),
        "data_mb": _mb(settings.data),
    }


def _recording(id: RecordingId, call_id: CallId) -> dict[str, Any]:
    made = Recording(
        id=id,
        tenant_id=TENANT,
        call_id=call_id,
        kind="call",
        state="stored",
        channels=2,
        bytes=RECORDING_BYTES,
        duration_s=RECORDING_BYTES / 32_000,
        started_at=_AGES,
        stored_at=_AGES,
        delete_at=_AGES,
    )
    stored = msgspec.to_builtins(made, builtin_types=(datetime, bytes), str_keys=True)
    return {"_id": stored.pop("id"), **stored}


def _mb(folder: Path) -> float:
    return round(sum(file.lstat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6, 1)


async def _measure(system: System, operator: Operator, steps: int) -> dict[str, Any]:
    rate = half_rate()
    ms: dict[str, dict[str, list[float]]] = {when: {name: [] for name in WHAT} for when in ("alone", "beside")}
    backups: list[dict[str, float]] = []
    async with rig(system) as made, plain_phones(made) as phones:
        await made.available()

        async def calls(when: str) -> None:
            run = await step(made, phones, "ours", rate, STEP_S)
            for name, found in ms[when].items():
                found += [round(value, 3) for value in run["delays"][name]]

        await step(made, phones, "ours", rate, STEP_S)  # warms up
        for _ in range(2):
            for _ in range(steps):
                await calls("alone")
            backups.append(await _backed_up(system.settings, operator, lambda: calls("beside")))
    return {"agents": AGENTS, "rate": rate, "backups": backups, "ms": ms}


async def _backed_up(settings: Settings, operator: Operator, calls: Callable[[], Awaitable[None]]) -> dict[str, float]:
    began, took = time.monotonic(), 0.0

    def make() -> None:
        nonlocal took
        operator.backs_up(settings)
        took = time.monotonic() - began

    making = asyncio.create_task(asyncio.to_thread(make))
    while not making.done():
        await calls()
    await making
    return {"took_s": round(took, 1), "store_mb": _mb(operator.store)}
