"""`reconcile`: compares a day's call records with Asterisk's own log of channels, and says what differs."""

from __future__ import annotations

import argparse
import subprocess

from call24.cli.flags import add_data, day
from call24.kit.python import MODULE
from call24.kit.settings import Settings


def add_flags(parser: argparse.ArgumentParser) -> None:
    add_data(parser)
    parser.add_argument(
        "--day", type=day, help="the day as YYYY-MM-DD, in each organisation's time zone (default: today until now)"
    )
    parser.add_argument("--json", action="store_true", help="print all findings as JSON")


def run(named: argparse.Namespace) -> int:
    Settings.load(named.data / "run" / "settings.json")  # says clearly when there is no installation
    words = ["--data", str(named.data)]
    words += ["--day", named.day] if named.day else []
    words += ["--json"] if named.json else []
    # The composition root is above this room, so it is run and not imported.
    return subprocess.run([*MODULE, "call24.server.reconcile", *words]).returncode
