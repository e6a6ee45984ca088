"""`retention`: whether what is due is deleted, in the running installation; confirms its clock; runs the backstop."""

from __future__ import annotations

import argparse
import subprocess

from call24.cli.as_operator import ask, failed
from call24.cli.flags import add_data, day
from call24.installer.errors import StartError
from call24.kit.package import COMMAND
from call24.kit.python import MODULE
from call24.kit.settings import Settings

PLACE = "/v1/internal/retention"


def add_flags(parser: argparse.ArgumentParser) -> None:
    add_data(parser)
    parser.add_argument(
        "what",
        nargs="?",
        choices=["catch-up"],
        help="delete what should have gone a day ago, without the sweeper; Call24 does it every hour (default: tell)",
    )
    parser.add_argument("--dry-run", action="store_true", help="with catch-up: only count what would be deleted")
    parser.add_argument(
        "--confirm-time",
        metavar="DATE",
        type=day,
        help="today's date (YYYY-MM-DD), not by this machine's clock",
    )


def run(named: argparse.Namespace) -> int:
    settings = Settings.load(named.data / "run" / "settings.json")
    if named.what == "catch-up":
        words = ("--catch-up", "0", *(["--dry-run"] if named.dry_run else []))
        return subprocess.run([*MODULE, "call24.server", "--data", str(named.data), *words]).returncode
    if named.dry_run:
        raise StartError(f"--dry-run belongs to catch-up: {COMMAND} retention catch-up --dry-run")
    if named.confirm_time is not None:
        return _confirm(settings, named.confirm_time)
    answer = ask(settings, "GET", PLACE)
    if failed(answer):
        return 1
    for alarm in answer.body["alarms"]:
        print(alarm)
    if answer.body["disputed"]:
        print(f"If the server's clock is right, confirm it: {COMMAND} retention --confirm-time TODAY")
    if not answer.body["alarms"]:
        print(f"Nothing is overdue. Sources of time last agreed: {answer.body['agreed_at'] or 'not yet'}.")
    return 1 if answer.body["alarms"] else 0


def _confirm(settings: Settings, today: str) -> int:
    if failed(ask(settings, "POST", f"{PLACE}/confirm-time", {"today": today})):
        return 1
    print("Confirmed. What is due is deleted within a minute.")
    return 0
