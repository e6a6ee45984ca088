"""`bans`: which addresses are kept from the SIP and phones' ports of the running installation, and lets one in."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from call24.cli.as_operator import ask
from call24.cli.flags import add_data
from call24.kit.package import COMMAND
from call24.kit.settings import Settings


def add_flags(parser: argparse.ArgumentParser) -> None:
    add_data(parser)
    parser.add_argument("--lift", metavar="ADDRESS", help="lift the ban of this address")


def run(named: argparse.Namespace) -> int:
    settings = Settings.load(named.data / "run" / "settings.json")
    method, place = ("GET", "") if named.lift is None else ("DELETE", f"/{named.lift}")
    answer = ask(settings, method, f"/v1/internal/sip-bans{place}")
    if answer.status == 404:
        print(f"call24: {named.lift} is not banned", file=sys.stderr)
        return 1
    if not answer.ok:
        why = (
            answer.trouble
            if answer.status
            else f"Call24 is not running on this data folder: start it with {COMMAND} up"
        )
        print(f"call24: {why}", file=sys.stderr)
        return 1
    print("\n".join(told(answer.body["items"])) if named.lift is None else f"{named.lift} is no longer banned")
    return 0


def told(rows: list[dict[str, Any]]) -> list[str]:
    """A line for each ban."""
    lines = []
    for row in rows:
        trunks = f"  (in {', '.join(row['trunk_ids'])})" if row["trunk_ids"] else ""
        lines.append(f"{row['address']:<40}{row['state']} until {row['until']}{trunks}")
    return lines or ["No address is banned."]
