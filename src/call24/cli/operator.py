"""`operator`: which users operate the running installation in the app, and so see there what `status` shows."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from call24.cli.as_operator import ask, failed
from call24.cli.flags import add_data
from call24.identity.rules import email_key
from call24.kit.errors import Invalid
from call24.kit.settings import Settings

PLACE = "/v1/internal/operators"
QUESTION = "Name this user an operator of the installation? [y/N] "
Row = dict[str, Any]


def add_flags(parser: argparse.ArgumentParser) -> None:
    add_data(parser)
    parser.add_argument("act", choices=("list", "add", "remove"), help="what to do")
    parser.add_argument("email", nargs="?", help="what the user signs in with; remove takes an id too")
    parser.add_argument("--yes", action="store_true", help="do not ask before adding")


def run(named: argparse.Namespace) -> int:
    settings = Settings.load(named.data / "run" / "settings.json")
    if (named.email is None) is not (named.act == "list"):
        print(f"call24: {'list takes no' if named.act == 'list' else 'give the'} e-mail address", file=sys.stderr)
        return 2
    if named.act == "add":
        return _add(settings, named.email, sure=named.yes)
    answer = ask(settings, "GET", PLACE)
    if failed(answer):
        return 1
    rows = answer.body["items"]
    if named.act == "list":
        print("\n".join(_listed(rows)))
        return 0
    return _remove(settings, named.email, rows)


def _add(settings: Settings, email: str, *, sure: bool) -> int:
    """Whose account it is stands there before it is asked for: an address can have changed hands."""
    answer = ask(settings, "POST", PLACE, {"email": email, "look": True})
    if failed(answer):
        return 1
    print("\n".join(_whose(answer.body)))
    if not sure and sys.stdin.isatty() and input(QUESTION).strip().lower() not in ("y", "yes"):
        print("Nothing was changed.")
        return 0
    answer = ask(settings, "POST", PLACE, {"email": email, "id": answer.body["id"]})
    if failed(answer):
        return 1
    made = answer.body
    print(f"{made['email']} ({made['id']} of {made['tenant_id']}) operates the installation in the app from now on")
    return 0


def _remove(settings: Settings, whom: str, rows: Sequence[Row]) -> int:
    row = next((row for row in rows if row["id"] == whom.strip() or _same_address(row["email"], whom)), None)
    if row is None:
        print("\n".join((f"call24: {whom} is no operator", *_listed(rows))), file=sys.stderr)
        return 1
    if failed(ask(settings, "DELETE", f"{PLACE}/{row['id']}")):
        return 1
    print(f"{row['email']} operates the installation no more")
    return 0


def _same_address(one: str, other: str) -> bool:
    with suppress(Invalid):
        return email_key(one) == email_key(other)
    return False


def _listed(rows: Sequence[Row]) -> list[str]:
    lines = [f"{row['email']}  {row['id']} of {row['tenant_id']}, since {row['since']}" for row in rows]
    return lines or ["Nobody operates the installation in the app."]


def _whose(account: Row) -> list[str]:
    factors = ", ".join(f"{one['kind']} of {one['created_at']}" for one in account["second_factors"])
    return [
        f"{account['email']} is {_plain(account['name'])} of {_plain(account['organisation'])}",
        f"{account['id']} of {account['tenant_id']}",
        f"Second factors: {factors}. Ask the user whether these are theirs: the organisation's administrators can "
        "remove second factors and have passwords reset.",
    ]


def _plain(text: str) -> str:
    """Names are the users' own: nothing in them moves the cursor."""
    return "".join(one if one.isprintable() else "?" for one in text)
