"""Nothing grows in an hour of load: memory, tasks, threads, open files and tables of the server, and Asterisk's memory.

Meanwhile each agent has a realtime connection as the app has it, a webhook is told of each call, and exports are made.
A straight line is put through the second half of the samples: what grows by less than its limit in an hour is flat.
Before each sample Asterisk gives freed memory back (`malloc trim`), and no call is going on.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.support.product.stack import CHECKOUT
from tests.support.product.system import running_system
from tests.support.wait import wait_until

from bench.callers import Load, ring
from bench.figure import Figure
from bench.processes import open_files, rss_mb
from bench.rig import Rig, rig, webrtc_phones
from bench.soak_beside import Beside, beside

QUICK_MINUTES = 1.0
RATE = 1.5
TALK_S = 2.0
SAMPLE_S = 120.0
EXPORT_EVERY = 3
"""An export with each third sample: all calls so far to CSV and to XLSX."""
LONGEST_KEPT_S = 65.0
"""So long ended calls stay known on purpose; it is waited for before each sample."""
LIMITS = {
    "server_mb": ("server's memory", "MB", 5.0),
    "asterisk_mb": ("Asterisk's memory", "MB", 10.0),
    "tasks": ("asyncio tasks", "", 1.0),
    "threads": ("threads", "", 1.0),
    "files": ("open files", "", 3.0),
    "tables": ("entries in all tables", "", 0.0),
}

Sample = dict[str, Any]


def measure(*, minutes: float = 60.0, quick: bool = False) -> tuple[list[Figure], dict[str, object]]:
    minutes = QUICK_MINUTES if quick else minutes
    with running_system(webhooks_private=True) as system:
        samples, told = asyncio.run(_measure(system, minutes))
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=CHECKOUT, capture_output=True, text=True).stdout.strip()
    raw = {"minutes": minutes, "rate": RATE, **told, "commit": commit, "samples": samples}
    heard_all = told["events"] > 0 and not told["events_missing"]
    none = [
        Figure("webhook messages that did not come", told["webhooks_missing"], "", "0", not told["webhooks_missing"]),
        Figure("events that an app did not hear", told["events_missing"], "", "0", heard_all),
        Figure("exports made meanwhile", told["exports"], "", "-"),
    ]
    return [*(_figure(name, samples) for name in LIMITS), *none], raw


def _figure(name: str, samples: Sequence[Sample]) -> Figure:
    what, unit, limit = LIMITS[name]
    growth = slope(samples, name)
    if name == "tables":  # those are bounded that say so: a hundred entries are no leak, one for each call is
        limit = 360 * RATE
    return Figure(f"{what}, growth in an hour", growth, unit, f"<= {limit:g}", growth <= limit)


def slope(samples: Sequence[Sample], name: str) -> float:
    """Growth in an hour by least squares over the second half."""
    half = samples[len(samples) // 2 :]
    mean_at = sum(sample["at_s"] for sample in half) / len(half)
    mean = sum(sample[name] for sample in half) / len(half)
    spread = sum((sample["at_s"] - mean_at) ** 2 for sample in half)
    return 3600 * sum((sample["at_s"] - mean_at) * (sample[name] - mean) for sample in half) / spread if spread else 0.0


async def _measure(system: Any, minutes: float) -> tuple[list[Sample], dict[str, Any]]:
    async with rig(system, record="always") as made, webrtc_phones(made), beside(made) as others:
        await made.available()
        loop = asyncio.get_running_loop()
        began, calls = loop.time(), 0
        samples: list[Sample] = []
        while loop.time() - began < minutes * 60:
            calls += await _load(made, others, len(samples), min(SAMPLE_S, minutes * 30))
            await made.settled(60)
            await asyncio.sleep(min(LONGEST_KEPT_S, minutes * 6))
            samples.append({"at_s": round(loop.time() - began, 1), "calls": calls, **await _sample(made)})
            _keep(samples)
        return samples, {"calls": calls, **await others.told(calls)}


async def _load(made: Rig, others: Beside, number: int, lasts_s: float) -> int:
    """Calls for a while, and an export now and then; how many calls went well."""
    exporting = asyncio.create_task(others.export()) if number % EXPORT_EVERY == 0 else None
    seen = await ring(made.sip_port, made.org.number, Load(round(RATE * lasts_s), RATE, TALK_S))
    await others.listen()
    if exporting is not None:
        await exporting
    return seen.well


def _keep(samples: list[Sample]) -> None:
    """What was seen so far, should the rest be cut off."""
    if place := os.environ.get("CALL24_BENCH_SOAK_SAMPLES"):
        Path(place).write_text(json.dumps(samples))


async def _sample(made: Rig) -> Sample:
    made.console.say("malloc trim")
    place = made.system.settings.run / "insides.json"
    place.unlink(missing_ok=True)
    os.kill(made.system.pid("server"), signal.SIGUSR2)
    await wait_until(place.exists, 10)
    told = json.loads(place.read_text())
    pid = {name: made.system.pid(name) for name in ("server", "asterisk", "mongod")}
    return {
        **{f"{name}_mb": round(rss_mb(pid[name]), 2) for name in pid},
        **{f"{name}_files": open_files(pid[name]) for name in ("asterisk", "mongod")},
        **told,
        "tables": sum(told["tables"].values()),
        "each_table": told["tables"],
    }
