"""`retention`: whether what is due is deleted, in the running installation; confirms its clock."""

from __future__ import annotations

import argparse

from call24.cli.as_operator import ask, failed
from call24.cli.flags import add_data, day
from call24.kit.settings import Settings

PLACE = "/v1/internal/retention"


def add_flags(parser: argparse.ArgumentParser) -> None:
    add_data(parser)
    parser.add_argument(
        "--confirm-time",
        metavar="DATE",
        type=day,
        help="today's date (YYYY-MM-DD), not by this machine's clock",
    )


def run(named: argparse.Namespace) -> int:
    settings = Settings.load(named.data / "run" / "settings.json")
    if named.confirm_time is not None:
        return _confirm(settings, named.confirm_time)
    answer = ask(settings, "GET", PLACE)
    if failed(answer):
        return 1
    for alarm in answer.body["alarms"]:
        print(alarm)
    if answer.body["disputed"]:
        print("If the server's clock is right, confirm it: ./call24 retention --confirm-time TODAY")
    if not answer.body["alarms"]:
        print(f"Nothing is overdue. Sources of time last agreed: {answer.body['agreed_at'] or 'not yet'}.")
    return 1 if answer.body["alarms"] else 0


def _confirm(settings: Settings, today: str) -> int:
    if failed(ask(settings, "POST", f"{PLACE}/confirm-time", {"today": today})):
        return 1
    print("Confirmed. What is due is deleted within a minute.")
    return 0
