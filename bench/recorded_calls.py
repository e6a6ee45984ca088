"""Concurrent recorded calls per core: Call24's queue that records (two channels, taken in, encrypted and kept by the
server) against Asterisk's Dial() with MixMonitor() to the same phones. Plain RTP both ways, sent by SIPp.
"""

from __future__ import annotations

import asyncio
import os
from typing import Any

from tests.support.product.system import running_system

from bench.callers import Load, ring
from bench.figure import Figure
from bench.plain_phones import plain_phones
from bench.rig import AGENTS, Rig, rig

TARGET = 0.9
RUNS = 5
WARM_UP = Load(calls=20, rate=10, talk_s=3)
LOAD = Load(calls=50, rate=10, talk_s=30)
SETTLE_S = 4.0
DIALLED = "*557"

Used = dict[str, float]


def measure(*, quick: bool = False) -> tuple[list[Figure], dict[str, object]]:
    with running_system() as system:
        raw = asyncio.run(_measure(system, 1 if quick else RUNS))
    ours, peer = (
        _per_core(raw["ours"], ("asterisk", "server", "sip_edge", "parent")),
        _per_core(raw["peer"], ("asterisk",)),
    )
    figures = [
        Figure("recorded calls per core", ours, "", ">= 0.90", ours >= TARGET * peer, peer),
        Figure("  Asterisk's share alone", _per_core(raw["ours"], ("asterisk",)), "", "-", True, peer),
    ]
    return figures, raw


def _per_core(blocks: list[Used], names: tuple[str, ...]) -> float:
    """Seconds of recorded talk in a second of CPU."""
    return sum(block["talk_s"] for block in blocks) / sum(block[name] for block in blocks for name in names)


async def _measure(system: Any, runs: int) -> dict[str, Any]:
    async with rig(system, record="always") as made, plain_phones(made, sound=True):
        await made.available()
        phone = made.phones[0]["username"]
        made.console.add_extension(DIALLED, "Answer,,i", "MixMonitor,${UNIQUEID}.wav", f"Dial,PJSIP/{phone}")
        raw: dict[str, Any] = {"ours": [], "peer": []}
        sides = {"ours": made.org.number, "peer": DIALLED}
        for dialled in sides.values():
            await _block(made, dialled, WARM_UP)
        for _ in range(runs):
            for side, dialled in sides.items():
                raw[side].append(await _block(made, dialled, LOAD))
        return {**raw, "agents": AGENTS, "load_average": os.getloadavg()}


async def _block(made: Rig, dialled: str, load: Load) -> Used:
    """Seconds of CPU by process, and of talk."""
    before = made.used_s()
    seen = await ring(made.sip_port, dialled, load)
    await asyncio.sleep(SETTLE_S)  # the recordings are taken in
    after = made.used_s()
    assert seen.well >= 0.98 * load.calls, (dialled, seen.well, seen.failed)
    await made.settled(60)
    used = {name: round(after[name] - before[name], 3) for name in before}
    return {**used, "talk_s": seen.well * load.talk_s}
