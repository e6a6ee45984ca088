"""`crash-reports`: what failed in the app and on the server of the running installation, and how often."""

from __future__ import annotations

import argparse
import urllib.parse
from typing import Any

from call24.cli.as_operator import ask, failed
from call24.cli.flags import add_data
from call24.kit.settings import Settings

CRASH_REPORTS = "/v1/internal/crash-reports"


def add_flags(parser: argparse.ArgumentParser) -> None:
    add_data(parser)
    parser.add_argument("fingerprint", nargs="?", help="the failure (crr_...) to show in full, or to delete")
    parser.add_argument("--delete", action="store_true", help="delete it; without a fingerprint, all of them")


def run(named: argparse.Namespace) -> int:
    settings = Settings.load(named.data / "run" / "settings.json")
    one = f"{CRASH_REPORTS}/{urllib.parse.quote(named.fingerprint, safe='')}" if named.fingerprint else ""
    if named.delete:
        answer = ask(settings, "DELETE", one or CRASH_REPORTS)
        if failed(answer):
            return 1
        print("deleted" if one else f"{answer.body['deleted']} deleted")
        return 0
    if one:
        answer = ask(settings, "GET", one)
        if failed(answer):
            return 1
        _show(answer.body)
        return 0
    return _list(settings)


def _list(settings: Settings) -> int:
    cursor: str | None = ""
    print(f"{'failure':<30}  {'count':>6}  {'first':<10}  {'last':<10}  versions")
    while cursor is not None:
        following = f"?cursor={urllib.parse.quote(cursor)}" if cursor else ""
        answer = ask(settings, "GET", CRASH_REPORTS + following)
        if failed(answer):
            return 1
        for row in answer.body["items"]:
            days = f"{row['first_seen_at'][:10]}  {row['last_seen_at'][:10]}"
            print(f"{row['fingerprint']}  {row['count']:>6}  {days}  {', '.join(row['versions'])}")
            print(f"    {row['source']}: {row['type']}: {row['message']}")
        cursor = answer.body["next"]
    return 0


def _show(row: dict[str, Any]) -> None:
    print(f"{row['source']}: {row['type']}: {row['message']}")
    for name in ("count", "first_seen_at", "last_seen_at", "delete_at"):
        print(f"  {name:<14} {row[name]}")
    for name in ("versions", "browsers", "screens"):
        print(f"  {name:<14} {', '.join(row[name]) or '-'}")
    for frame in row["frames"]:
        print(f"    {frame['file']}:{frame['line']}:{frame['column']}")
