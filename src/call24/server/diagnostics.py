"""What a running server holds, for whoever looks for leaks: written to a file when the operator's own signal asks.

SIGUSR2 writes DATA/run/insides.json: counts alone, no content. Only who runs the server can send it a signal.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import signal
import threading
from collections import Counter
from collections.abc import Mapping
from pathlib import Path


def tell_on_signal(place: Path, parts: Mapping[str, object]) -> None:
    """From now on SIGUSR2 writes ``place``; to be called inside the event loop."""
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR2, _write, place, parts)


def _write(place: Path, parts: Mapping[str, object]) -> None:
    gc.collect()
    fresh = place.with_suffix(".part")
    fresh.write_text(json.dumps(insides(parts)))
    fresh.replace(place)


def insides(parts: Mapping[str, object]) -> dict[str, object]:
    """Tasks by name, threads, open files, objects, and how much is in each part's own tables."""
    tasks = Counter(task.get_name().split(" ")[0].split("-")[0] for task in asyncio.all_tasks())
    return {
        "tasks": tasks.total(),
        "tasks_by_name": dict(tasks),
        "threads": threading.active_count(),
        "files": len(os.listdir("/proc/self/fd")),  # noqa: PTH208 - names alone, nothing is opened
        "objects": len(gc.get_objects()),
        "tables": {name: size for part in parts.items() for name, size in tables(*part).items()},
    }


def tables(name: str, part: object) -> dict[str, int]:
    """The sizes of the collections and queues that an object holds itself."""
    found = {}
    for attribute, value in vars(part).items():
        if isinstance(value, asyncio.Queue):
            found[f"{name}.{attribute}"] = value.qsize()
        elif isinstance(value, dict | list | set):
            found[f"{name}.{attribute}"] = len(value)
    return found
