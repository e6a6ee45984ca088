"""Names the benchmarks, runs one or all, prints a table and one closing line, keeps the raw figures."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from bench.figure import Figure

NAMES = {
    "first-start": "from nothing to ready, and a warm start",
    "operator-life": "from the wheel: install, start, test call, backup, upgrade, loss of the disk, restore",
    "backup-large": "a backup of 100,000 calls and 20,000 recordings: time, size, and what calls notice",
    "ring-delay": "INVITE to ringing at the agent, against a plain Dial()",
    "cpu-per-call": "CPU of Asterisk and Call24 per queued call, against Asterisk's own Queue()",
    "call-rate": "call set-ups per second within 300 ms, against Queue()",
    "added-delay": "what is added to INVITE -> 200 and to the agent's answer, against Queue()",
    "capacity": "what one machine carries until a pass line is missed: recorded calls, set-ups, apps, sockets",
    "recorded-calls": "concurrent recorded calls per core, against Dial() with MixMonitor()",
    "cel-cost": "what Asterisk's log of its channels costs, beside the same calls without it",
    "soak": "nothing grows in an hour of load",
    "recording-cpu": "server CPU per recorded call second: MixMonitor against ARI's bridge recording",
    "routing-growth": "a routing decision, from 100 to 10,000 agents",
    "erlang-c": "a million calls through the production routing, beside Erlang's formula",
    "history-growth": "pages of history and reports, from 100 thousand to 3 million call records",
    "export-million": "a million call records into CSV and XLSX: rows per second, memory",
    "caller-file": "a caller's file of 10,000 calls, beside 20 to 400 thousand calls of others; sound in MB/s",
    "address-book": "100,000 people from CSV and vCard files into the address book, out of it, and taken back",
    "address-book-beside": "the same in a database that has 900,000 people of other organisations",
    "purge": "records per second that the sweeper deletes, beside deleteMany; what readers notice; partitions",
    "change-cost": "a change and its event stored together, in each of the ways that could",
    "idle-memory": "memory of an idle installation",
    "api-cpu": "CPU of the server per request of the HTTP API, beside its barest request",
    "fanout": "realtime deliveries per second and core at 2,000 sockets, against soketi",
    "connection-memory": "memory of a realtime socket, against soketi",
    "event-latency": "from a change of an agent to the sockets of 500 connected agents",
    "duplicates": "who was written down twice: found, and wrongly suspected, on FEBRL's sets and shared landlines",
    "people-search": "the address book's searches at a million people: parts, numbers, mistyped names",
    "tasks-many": "the work list's filters, orders and searches at a million tasks",
    "activity": "the activity log of a contact with 10,000 entries, beside 200,000 calls",
    "node-killed": "what is lost when realtime nodes are killed and come back; what a node carries",
    "app-speed": "the app on a phone with a slow network, by Lighthouse: sign-in, Home, Live, History",
}
QUICK = {
    "CALL24_BENCH_SIZES": "2000,5000,10000",
    "CALL24_BENCH_ROWS": "20000",
    "CALL24_BENCH_OTHERS": "2000,10000",
    "CALL24_BENCH_CALLS": "500",
    "CALL24_BENCH_PURGED": "5000",
    "CALL24_BENCH_PEOPLE": "20000",
    "CALL24_BENCH_TASKS": "20000",
    "CALL24_BENCH_LOG_CALLS": "12000",
    "CALL24_BENCH_STOCK": "2000,200",
}
"""Short forms of benches that take their sizes from the environment, as they are imported."""
_CALLS = ("agents", "asterisk", "calls", "engine", "journal", "queues", "routing")
_REALTIME = ("realtime",)
_HISTORY = ("kit/mongo", "call_records")
MEASURED = {
    "first-start": ("cli", "server", "installer"),
    "operator-life": ("cli", "installer", "backup"),
    "backup-large": ("backup", "kit/mongo"),
    "ring-delay": _CALLS,
    "cpu-per-call": _CALLS,
    "call-rate": _CALLS,
    "added-delay": _CALLS,
    "capacity": (*_CALLS, *_REALTIME, "recordings", "call_records"),
    "recorded-calls": (*_CALLS, "recordings"),
    "cel-cost": ("asterisk",),
    "soak": (*_CALLS, *_REALTIME, "call_records", "webhooks"),
    "recording-cpu": ("asterisk",),
    "routing-growth": ("engine", "routing"),
    "erlang-c": ("routing", "staffing"),
    "history-growth": _HISTORY,
    "export-million": _HISTORY,
    "caller-file": ("caller_files", "recordings", "kit/mongo"),
    "address-book": ("address_book_files", "people", "kit/mongo"),
    "address-book-beside": ("address_book_files", "people", "kit/mongo"),
    "purge": ("privacy", "kit/mongo"),
    "change-cost": ("changes", "kit/mongo"),
    "idle-memory": ("server", "installer"),
    "api-cpu": ("http", "kit", "identity", "tasks"),
    "fanout": _REALTIME,
    "connection-memory": _REALTIME,
    "event-latency": (*_REALTIME, "agents", "journal", "live"),
    "duplicates": ("people",),
    "people-search": ("people", "kit/mongo"),
    "tasks-many": ("tasks", "kit/mongo"),
    "activity": ("activity", "call_records", "tasks", "kit/mongo"),
    "node-killed": _REALTIME,
    "app-speed": ("http", "../../web/src"),
}
"""The folders of src/call24 whose code a bench measures: when it has changed since, the page says so."""
ALL = "all"
RESULTS = Path(__file__).parent / "results"


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench/run", description=__doc__)
    parser.add_argument("name", nargs="?", choices=[*NAMES, ALL], metavar="NAME", help="one of them, or all")
    parser.add_argument("--list", action="store_true", help="name the benchmarks")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON too")
    parser.add_argument("--minutes", type=float, default=60.0, help="how long soak lasts")
    parser.add_argument("--quick", action="store_true", help="a short form, not kept and not judged")
    chosen = parser.parse_args()
    if chosen.list or chosen.name is None:
        for name, text in NAMES.items():
            print(f"{name:<20} {text}")
        return 0
    if chosen.name == ALL:
        return _all(quick=chosen.quick, minutes=chosen.minutes)
    if chosen.quick:
        for name, size in QUICK.items():
            os.environ.setdefault(name, size)
    measure = importlib.import_module(f"bench.{chosen.name.replace('-', '_')}").measure
    minutes = {"minutes": chosen.minutes} if chosen.name == "soak" else {}
    figures, raw = measure(quick=chosen.quick, **minutes)
    for figure in figures:
        print(figure.row())
    if not chosen.quick:
        _keep(chosen.name, figures, raw)
    if chosen.json:
        print(json.dumps([figure.as_dict() for figure in figures]))
    print(figures[0].line(chosen.name))
    # A short form says whether a bench runs; its figures are too few to be judged.
    return 0 if chosen.quick or all(figure.passed for figure in figures) else 1


def _all(*, quick: bool, minutes: float) -> int:
    """Each in a process of its own, so that none finds what another left."""
    words = [*(["--quick"] if quick else []), "--minutes", str(minutes)]
    status = {}
    for name in NAMES:
        print(f"\n{name}: {NAMES[name]}", flush=True)
        status[name] = subprocess.run([sys.executable, "-m", "bench", name, *words]).returncode
    short = [name for name, code in status.items() if code]
    print(f"\n{len(status) - len(short)} of {len(status)} as wanted" + (f"; not: {', '.join(short)}" if short else ""))
    return 1 if short else 0


def _keep(name: str, figures: list[Figure], raw: dict[str, object]) -> None:
    RESULTS.mkdir(exist_ok=True)
    machine = {"cores": os.cpu_count(), "python": platform.python_version(), "kernel": platform.release()}
    kept = {
        "name": name,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine,
        "figures": [figure.as_dict() for figure in figures],
        "raw": raw,
    }
    (RESULTS / f"{name}.json").write_text(json.dumps(kept, indent=1) + "\n")
    for page in ("build_benchmarks.py", "build_capacity.py"):
        subprocess.run([sys.executable, str(RESULTS.parents[1] / "docs" / page)], check=True)


if __name__ == "__main__":
    sys.exit(main())
