"""`status`: what runs on a data folder, since when, and what to do about what is not well.

It asks the running server. Of an installation that does not run it says what its data folder tells.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from call24.cli.as_operator import ask
from call24.cli.flags import add_data
from call24.installer.child_processes import left_over_pid
from call24.kit.package import COMMAND
from call24.kit.settings import Settings
from call24.kit.version import SCHEMA, VERSION
from call24.migrations import folder_stamp
from call24.migrations.folder_stamp import DamagedStamp

PLACE = "/v1/internal/status"
EXIT = {"ok": 0, "look": 1, "unknown": 1, "wrong": 2}
SIGNS = {"ok": "ok   ", "look": "LOOK ", "unknown": "?    ", "wrong": "WRONG"}
COLOURS = {"ok": "32", "look": "33", "unknown": "33", "wrong": "31"}
PROCESSES = ("mongod", "asterisk", "sip_edge")


def add_flags(parser: argparse.ArgumentParser) -> None:
    add_data(parser)
    parser.add_argument("--json", action="store_true", help="print it as JSON")


def run(named: argparse.Namespace) -> int:
    """0: all is well; 1: somebody should look; 2: something is wrong, or nothing runs. Raises: SettingsError."""
    settings = Settings.load(named.data.absolute() / "run" / "settings.json")
    answer = ask(settings, "GET", PLACE)
    if answer.ok:
        status = answer.body
    else:
        why = "does not run" if answer.status == 0 else f"answers {answer.status}: {answer.trouble}"
        status = without_server(settings, named.data, why)
    if named.json:
        print(json.dumps(status, indent=1))
    else:
        print("\n".join(told(status["parts"], colour=sys.stdout.isatty())))
    return EXIT[status["state"]]


def without_server(settings: Settings, data: Path, why: str) -> dict[str, Any]:
    """What the data folder tells, in the form of the server's answer."""
    start = f"start it: {COMMAND} up --data {data}; see {settings.log / 'server.log'} for why it ended"
    parts = [{"name": "server", "state": "wrong", "seen": f"{why} on {settings.data}", "advice": start}]
    left = [f"{name} (process {pid})" for name in PROCESSES if (pid := left_over_pid(settings.data, name))]
    if left:
        seen = f"still running: {', '.join(left)}"
        parts.append({"name": "processes", "state": "look", "seen": seen, "advice": "the next start takes them over"})
    parts.append(_data(settings))
    free = shutil.disk_usage(settings.data).free
    parts.append({"name": "disk", "state": "ok", "seen": f"data {free / 1e9:.1f} GB free", "advice": ""})
    return {"version": VERSION, "schema": SCHEMA, "state": "wrong", "parts": parts}


def _data(settings: Settings) -> dict[str, str]:
    try:
        stamp = folder_stamp.read(settings.data)
    except (DamagedStamp, OSError) as error:
        return {"name": "data", "state": "wrong", "seen": "its version is not known", "advice": str(error)}
    seen = f"schema {stamp.schema}, last started by version {stamp.version or 'unknown'}"
    if stamp.schema > SCHEMA:
        advice = f"this is version {VERSION} with schema {SCHEMA}: start the newer version (docs/guides/upgrade.md)"
        return {"name": "data", "state": "wrong", "seen": seen, "advice": advice}
    return {"name": "data", "state": "ok", "seen": seen, "advice": ""}


def told(parts: Iterable[Mapping[str, str]], *, colour: bool) -> list[str]:
    """A line for each part, and one with what to do where it is not well."""
    lines = []
    for part in parts:
        sign = SIGNS[part["state"]]
        sign = f"\033[{COLOURS[part['state']]}m{sign}\033[0m" if colour else sign
        lines.append(f"{sign}  {part['name'].replace('_', ' '):<14}{part['seen']}")
        if part["advice"]:
            lines.append(f"{'':21}-> {part['advice']}")
    return lines
