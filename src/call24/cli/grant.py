"""`grant`: which numbers, e-mail domains and carriers' networks each organisation of the installation may name."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from call24.cli.as_operator import ORGANISATIONS, ask, failed
from call24.cli.flags import add_data
from call24.kit.settings import Settings


def add_flags(parser: argparse.ArgumentParser) -> None:
    add_data(parser)
    parser.add_argument("organisation", nargs="?", help="the organisation's id (ten_...)")
    parser.add_argument(
        "--number", action="append", default=[], help="a number or a prefix, such as +442079 (+: any number)"
    )
    parser.add_argument(
        "--domain", action="append", default=[], help="an e-mail domain, such as acme.example (*: any domain)"
    )
    parser.add_argument(
        "--network", action="append", default=[], help="a carrier's address or network, such as 203.0.113.0/24 (*: any)"
    )
    parser.add_argument("--release", action="store_true", help="release these; what is in use already stays in use")


def run(named: argparse.Namespace) -> int:
    settings = Settings.load(named.data / "run" / "settings.json")
    answer = ask(settings, "GET", ORGANISATIONS)
    if answer.ok and named.organisation is not None:
        row = next((row for row in answer.body["items"] if row["id"] == named.organisation), None)
        if row is None:
            print(f"call24: there is no organisation {named.organisation}", file=sys.stderr)
            return 1
        answer = ask(settings, "PATCH", f"{ORGANISATIONS}/{row['id']}", _wish(row, named))
    if failed(answer):
        return 1
    for row in answer.body["items"] if named.organisation is None else [answer.body]:
        granted = "; ".join(f"{kind} {_told(row[kind])}" for kind in ("numbers", "domains", "networks"))
        print(f"{row['id']}  {granted}  {row['name']}")
    return 0


def _wish(row: dict[str, Any], named: argparse.Namespace) -> dict[str, list[str]]:
    """Only what something is said of: the first organisation stays free in the rest."""
    wish = {}
    for name, said in (("numbers", named.number), ("domains", named.domain), ("networks", named.network)):
        before = row[name] or []
        if said:
            wish[name] = [one for one in before if one not in said] if named.release else [*before, *said]
    return wish


def _told(granted: list[str] | None) -> str:
    if granted is None:
        return "any, of the first organisation"
    return ", ".join(granted) or "none"
