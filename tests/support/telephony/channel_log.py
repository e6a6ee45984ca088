"""Asterisk's own log of its channels (CEL) as a witness: what it says of calls, beside what phones and journal say."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec
from tests.support.product.stack import CHECKOUT
from tests.support.product.system import System

from call24.kit.settings import Settings
from call24.reconciliation.cel import END, ENTER, EXIT, CelLine, line_of
from call24.server import reconcile as one_day

SHOWN = 20


async def reconcile(system: System, tenant_id: str) -> dict[str, Any]:
    """The organisation's part of today's reconciliation of call records with the log."""
    words = (str(CHECKOUT / "call24"), "reconcile", "--data", str(system.settings.data), "--json")
    running = await asyncio.create_subprocess_exec(*words, stdout=-1, stderr=-1, cwd=CHECKOUT)
    said, trouble = await running.communicate()
    assert running.returncode == 0, trouble.decode()
    [mine] = [one for one in json.loads(said.splitlines()[-1])["organisations"] if one["tenant_id"] == tenant_id]
    return dict(mine)


async def reconciled(system: System, tenant_id: str) -> dict[str, Any]:
    """The same, made in this process: for who asks often."""
    settings = Settings.load(system.settings.data / "run" / "settings.json")
    night, _ = await one_day.reconcile(settings, datetime.now(UTC).date())
    [mine] = [one for one in night.organisations if one.tenant_id == tenant_id]
    return dict(msgspec.to_builtins(mine))


def in_short(compared: dict[str, Any]) -> dict[str, Any]:
    """What a figure keeps of it: how many findings of each kind, and the first of them."""
    found = compared["findings"]
    counted = {name: compared[name] for name in ("state", "calls", "legs", "found")}
    return {**counted, "kinds": dict(Counter(one["kind"] for one in found)), "findings": found[:SHOWN]}


def read(system: System) -> list[CelLine]:
    """All lines that there are, in the order of their moments."""
    folder = system.settings.asterisk_var / "log" / "cel"
    texts = (path.read_text(errors="replace") for path in folder.glob("*.csv"))
    lines = [line for text in texts for each in text.splitlines() if (line := line_of(each)) is not None]
    return sorted(lines, key=lambda line: line.at)


def ended(lines: Iterable[CelLine], channels: Collection[str], since: float, until: float) -> set[str]:
    return {x.channel for x in lines if x.event == END and x.channel in channels and since <= x.at.timestamp() <= until}


def longest_apart(lines: Iterable[CelLine], channels: Collection[str], since: float, until: float) -> float:
    """The longest time that one of these channels, each of which talks, was in no bridge between two moments."""
    moves: dict[str, list[CelLine]] = {channel: [] for channel in channels}
    for line in lines:
        if line.channel in moves and line.event in (ENTER, EXIT):
            moves[line.channel].append(line)
    return max((_apart(mine, since, until) for mine in moves.values()), default=0.0)


def _apart(moves: list[CelLine], since: float, until: float) -> float:
    """Who was never seen in a bridge was apart all the time."""
    times = [move.at.timestamp() for move in moves]
    begins = [float("-inf"), *times]
    ends = [*times, float("inf")]
    apart = [not moves or moves[0].event == ENTER, *(move.event == EXIT for move in moves)]
    spans = (min(end, until) - max(begin, since) for begin, end, out in zip(begins, ends, apart, strict=True) if out)
    return max((span for span in spans if span > 0), default=0.0)
