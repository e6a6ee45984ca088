"""What a machine of so many cores carries, reckoned from what was measured: CPU of a set-up, of a second of recorded
talk, of a delivery to an app, and memory.

Two bounds count: all servers share the machine's cores, and the engine is one process that ends where one core ends.
Asterisk and MongoDB use as many cores as there are; that they do so in proportion is assumed, not measured.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Any, NamedTuple

from bench.staircase import CPU_SHARE, Step, highest

PROCESSES = {
    "asterisk": "asterisk", "server": "server", "mongod": "mongod",
    "sip_edge": "others", "parent": "others", "ahead": "others",
}  # fmt: skip
"""`others`: the phones' port and what starts the server; processes of their own, beside the engine's."""
CORE_MS = 1000.0
"""Milliseconds of CPU that a core has in a second."""

Costs = dict[str, float]
"""Milliseconds of CPU by part: asterisk, server, mongod, others."""


class Carried(NamedTuple):
    calls: float
    """By all cores together."""
    calls_engine: float
    """By the engine's one core."""

    @property
    def most(self) -> int:
        return int(min(self))

    @property
    def bound(self) -> str:
        return "all cores" if self.calls <= self.calls_engine else "engine"


def by_part(used: Mapping[str, float]) -> Costs:
    found = dict.fromkeys(("asterisk", "server", "mongod", "others"), 0.0)
    for name, value in used.items():
        if name in PROCESSES:
            found[PROCESSES[name]] += value
    return found


def line(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Slope and what is there without any, by least squares; through zero when there is one point."""
    if len(points) == 1:
        (x, y), = points  # fmt: skip
        return (y / x if x else 0.0), 0.0
    mean_x, mean_y = (sum(point[axis] for point in points) / len(points) for axis in (0, 1))
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else 0.0
    return slope, mean_y - slope * mean_x


def setup_costs(cpu_per_call: Mapping[str, Any]) -> Costs:
    """Of a call however long it talks, from calls of two lengths (bench cpu-per-call), without what is used at rest."""
    idle = cpu_per_call["idle"]
    points: dict[str, list[tuple[float, float]]] = {}
    for talk, blocks in cpu_per_call["blocks"].items():
        ours = blocks["ours"]
        calls, lasted_s = (sum(block[name] for block in ours) for name in ("calls", "lasted_s"))
        spent = {name: sum(block[name] for block in ours) - idle[name] * lasted_s for name in idle}
        for part, cost in by_part(spent).items():
            points.setdefault(part, []).append((cpu_per_call["loads"][talk]["talk_s"], cost * 1000 / calls))
    return {part: max(0.0, line(each)[1]) for part, each in points.items()}


def second_costs(calls: Mapping[str, Any], setup: Costs) -> Costs:
    """Of a second of recorded talk, from the steps of bench capacity: what a call at a time costs in a second, less the
    set-ups that its turns took."""
    points: dict[str, list[tuple[float, float]]] = {}
    for step in calls["steps"]["ours"]:
        if step["passed"]:
            for part, cores in by_part(step["cpu"]).items():
                points.setdefault(part, []).append((step["talking"], cores * CORE_MS))
    return {part: max(0.0, line(each)[0] - setup[part] / calls["talk_s"]) for part, each in points.items()}


def carried(cores: int, setup: Costs, second: Costs, talk_s: float) -> Carried:
    """Recorded calls at a time whose talk lasts `talk_s`."""
    each = {part: setup[part] / talk_s + second[part] for part in second}
    room = CPU_SHARE * CORE_MS
    return Carried(room * cores / sum(each.values()), room / each["server"])


def setups(cores: int, rate: Mapping[str, Any]) -> tuple[float, float] | None:
    """Set-ups in a second: by all cores, and by the engine's; None: no step passed. From the highest that did."""
    best = highest(rate["steps"]["ours"])
    if best is None:
        return None
    a_second = best["calls"] / best["cpu"]["seconds"]
    each = {part: used * CORE_MS / a_second for part, used in by_part(best["cpu"]).items()}
    room = CPU_SHARE * CORE_MS
    return room * cores / sum(each.values()), room / each["server"]


class Apps(NamedTuple):
    delivery_ms: float
    """CPU of the server for an event to one app."""
    events: float
    """`agent` events of a call."""
    call_ms: float
    """CPU of the server for a call, with no app open."""


def apps_of(apps: Mapping[str, Any]) -> Apps:
    steps: list[Step] = [step for step in apps["steps"] if step["passed"]] or apps["steps"][:1]
    points = [(step["deliveries"] / step["cpu"]["seconds"], step["cpu"]["server"] * CORE_MS) for step in steps]
    slope, rest = line(points)
    a_second = sum(step["calls"] / step["cpu"]["seconds"] for step in steps) / len(steps)
    events = sum(step["events"] for step in steps) / sum(step["calls"] for step in steps)
    return Apps(max(0.0, slope), events, max(0.0, rest) / a_second)


def agents(apps: Apps, second_ms: float, talk_s: float, between_s: float, together: int | None) -> int:
    """Agents with the app open whom the engine's core serves; each has a call of `talk_s`, then none for `between_s`.

    Each hears of all others of its organisation. `together`: agents of an organisation; None: all are in one.
    """
    cycle_s, room = talk_s + between_s, CPU_SHARE * CORE_MS
    call = (apps.call_ms + second_ms * talk_s) / cycle_s
    delivery = apps.events * apps.delivery_ms / cycle_s
    if together is not None:
        return int(room / (call + delivery * together))
    if not delivery:
        return int(room / call)
    return int((-call + sqrt(call * call + 4 * delivery * room)) / (2 * delivery))


def memory(parts: Mapping[str, Any]) -> dict[str, float]:
    """MB of an agent and of a call at a time, over all processes; KiB of a socket."""
    found: dict[str, float] = {}
    if "apps" in parts:
        told = parts["apps"]["memory_mb"]
        grown = sum(told["with_agents"].values()) - sum(told["before"].values())
        found["agent_mb"] = max(0.0, grown) / parts["apps"]["agents"]
    if "calls" in parts:
        steps = [step for step in parts["calls"]["steps"]["ours"] if step["passed"]]
        points = [(step["talking"], sum(step["memory_mb"].values())) for step in steps]
        found["call_mb"] = max(0.0, line(points)[0]) if len(points) > 1 else 0.0
    if "sockets" in parts and (best := highest(parts["sockets"]["steps"])):
        found["socket_kib"] = best["kib_each"]
    return found
