"""What one machine carries, each until a pass line is missed: recorded calls at a time, set-ups per second, agents with
the app open, idle realtime sockets; the first two beside Asterisk's own Queue(), at the same phones, by turns.

The pass line (bench/staircase.py): set-up p95 of 300 ms, less than 0.1 % of calls failed, no RTP packet lost, and the
servers (Asterisk, Call24 and MongoDB together) use less than 80 % of the CPU that the load generators leave. These are
on the same cores, so each figure is a lower bound. CALL24_BENCH_PARTS=calls,rate,apps,sockets runs some of the parts;
the others keep what was measured before. CALL24_BENCH_NOTE is what the page says of the run beside its load average,
such as what else the machine did. An hour of load is another bench, `soak`.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.support.product.system import System, running_system

from bench import call_rate, capacity_calls, capacity_realtime
from bench.callers import Load, ring
from bench.capacity_calls import SIDES, said
from bench.figure import Figure, percentile
from bench.plain_phones import PlainPhones, plain_phones
from bench.rig import AGENTS, Rig, rig
from bench.staircase import CPU_SHARE, FAILED_SHARE, SETUP_P95_MS, Step, highest, judged, next_load

PARTS = ("calls", "rate", "apps", "sockets")
MOST = {"calls": 150, "apps": 400, "sockets": 5000}
"""The highest load that is tried; CALL24_BENCH_MOST_CALLS and its like say another."""
RATES, QUICK_RATES = call_rate.RATES[6::2], (5, 10)
RATE_S, QUICK_RATE_S = 5.0, 2.0
RATE_STRIDE = 3
KEPT = Path(__file__).parent / "results" / "capacity.json"


def measure(*, quick: bool = False) -> tuple[list[Figure], dict[str, object]]:
    wanted = os.environ.get("CALL24_BENCH_PARTS", ",".join(PARTS)).split(",")
    raw: dict[str, Any] = json.loads(KEPT.read_text())["raw"]["parts"] if KEPT.exists() and not quick else {}
    for part in wanted:
        print(part, file=sys.stderr, flush=True)
        began_at, load = datetime.now(UTC).isoformat(timespec="seconds"), os.getloadavg()
        note = os.environ.get("CALL24_BENCH_NOTE", "")
        raw[part] = {"at": began_at, "load_before": load, "note": note, **_part(part, quick)}
    line = {"setup_p95_ms": SETUP_P95_MS, "failed_share": FAILED_SHARE, "cpu_share": CPU_SHARE}
    return figures(raw), {"pass_line": line, "parts": raw, "load_average": os.getloadavg()}


def _part(name: str, quick: bool) -> dict[str, Any]:
    most = int(os.environ.get(f"CALL24_BENCH_MOST_{name.upper()}", str(MOST.get(name, 0))))
    match name:
        case "calls":
            return capacity_calls.measure(quick=quick, most=most)
        case "rate":
            with running_system() as system:
                return asyncio.run(_rate(system, quick))
        case "apps":
            return capacity_realtime.apps(quick=quick, most=most)
        case "sockets":
            return capacity_realtime.sockets(quick=quick, most=most)
    raise SystemExit(f"bench: CALL24_BENCH_PARTS: {name} is none of {', '.join(PARTS)}")


def figures(parts: dict[str, Any]) -> list[Figure]:
    """The highest load of each part that passed."""
    found = []
    if "calls" in parts:
        ours, peer = (_most(parts["calls"]["steps"][side]) for side in SIDES)
        found.append(Figure("recorded calls at a time, agents on WebRTC", ours, "", "-", peer=peer))
    if "rate" in parts:
        ours, peer = (_most(parts["rate"]["steps"][side]) for side in SIDES)
        found.append(Figure("set-ups per second, phones over UDP", ours, "/s", "-", peer=peer))
    if "apps" in parts:
        calls = parts["apps"]["calls_per_second"]
        found.append(
            Figure(f"agents with the app open, {calls:g} calls a second", _most(parts["apps"]["steps"]), "", "-")
        )
    if "sockets" in parts:
        found.append(Figure("idle realtime sockets over TLS", _most(parts["sockets"]["steps"]), "", "-"))
    return found


def _most(steps: list[Step]) -> float:
    best = highest(steps)
    return float(best["load"]) if best else 0.0


async def _rate(system: System, quick: bool) -> dict[str, Any]:
    rates, lasts_s = (QUICK_RATES, QUICK_RATE_S) if quick else (RATES, RATE_S)
    async with rig(system) as made, plain_phones(made) as phones:
        await made.available()
        for side in SIDES:
            await ring(made.sip_port, made.number(side), Load(30, 10, call_rate.TALK_S, sound=False))
        found: dict[str, list[Step]] = {side: [] for side in SIDES}
        while any(next_load(rates, steps, RATE_STRIDE) is not None for steps in found.values()):
            for side, steps in found.items():
                if (rate := next_load(rates, steps, RATE_STRIDE)) is not None:
                    steps.append(await _rate_step(made, phones, side, rate, lasts_s))
                    said(side, steps[-1])
    return {"agents": AGENTS, "talk_s": call_rate.TALK_S, "steps": found}


async def _rate_step(made: Rig, phones: PlainPhones, side: str, rate: int, lasts_s: float) -> Step:
    seen = await call_rate.step(made, phones, side, rate, lasts_s)
    delays = seen.pop("delays")
    reached = min(seen["well"], seen["reached"], len(delays["agent"]))
    p95 = {name: round(percentile(delays[name] or [1e6], 0.95), 1) for name in ("answer", "agent")}
    return judged({
        **seen, "load": rate, "failed": seen["calls"] - reached, "setup_p95_ms": max(p95.values()),
        "answer_p95_ms": p95["answer"], "agent_p95_ms": p95["agent"], "cpu_share": seen["cpu"]["cpu_share"],
        "load_average": round(os.getloadavg()[0], 1),
    })  # fmt: skip
