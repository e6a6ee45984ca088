"""`operator`: which users operate the running installation in the app, and so see there what `status` shows."""

from __future__ import annotations

import argparse
import sys

from call24.cli.as_operator import ask, failed
from call24.cli.flags import add_data
from call24.kit.settings import Settings

PLACE = "/v1/internal/operators"


def add_flags(parser: argparse.ArgumentParser) -> None:
    add_data(parser)
    parser.add_argument("act", choices=("list", "add", "remove"), help="what to do")
    parser.add_argument("email", nargs="?", help="the e-mail address that the user signs in with")


def run(named: argparse.Namespace) -> int:
    settings = Settings.load(named.data / "run" / "settings.json")
    if (named.email is None) is not (named.act == "list"):
        print(f"call24: {'list takes no' if named.act == 'list' else 'give the'} e-mail address", file=sys.stderr)
        return 2
    if named.act == "add":
        return _add(settings, named.email)
    answer = ask(settings, "GET", PLACE)
    if failed(answer):
        return 1
    rows = answer.body["items"]
    if named.act == "list":
        lines = [f"{row['email']}  {row['id']} of {row['tenant_id']}, since {row['since']}" for row in rows]
        print("\n".join(lines) or "Nobody operates the installation in the app.")
        return 0
    row = next((row for row in rows if row["email"].casefold() == named.email.casefold()), None)
    if row is None:
        print(f"call24: {named.email} is no operator", file=sys.stderr)
        return 1
    if failed(ask(settings, "DELETE", f"{PLACE}/{row['id']}")):
        return 1
    print(f"{row['email']} operates the installation no more")
    return 0


def _add(settings: Settings, email: str) -> int:
    answer = ask(settings, "POST", PLACE, {"email": email})
    if failed(answer):
        return 1
    made = answer.body
    print(f"{made['email']} ({made['id']} of {made['tenant_id']}) operates the installation in the app from now on")
    return 0
