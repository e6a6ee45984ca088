"""`crash-reports`: what failed in the app and on the server of the running installation, and how often."""

from __future__ import annotations

import argparse
import os
import urllib.parse
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from call24.cli.as_operator import ask, failed
from call24.cli.flags import add_data
from call24.http.pages import html, page
from call24.kit.blocks import Block
from call24.kit.settings import Settings

CRASH_REPORTS = "/v1/internal/crash-reports"
_FACTS = ("count", "first_seen_at", "last_seen_at", "delete_at")
_WHERE = ("versions", "browsers", "screens")


def add_flags(parser: argparse.ArgumentParser) -> None:
    add_data(parser)
    parser.add_argument("fingerprint", nargs="?", help="the failure (crr_...) to show in full, or to delete")
    parser.add_argument(
        "--page", type=Path, metavar="FILE", help="write all of them as a page for a browser; FILE must not exist"
    )
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
    rows = _all(settings)
    if rows is None:
        return 1
    return _list(rows) if named.page is None else _write(rows, named.page)


def _all(settings: Settings) -> list[dict[str, Any]] | None:
    """The one that was reported last first; None: it was said why not."""
    rows, cursor = list[dict[str, Any]](), ""
    while True:
        following = f"?cursor={urllib.parse.quote(cursor)}" if cursor else ""
        answer = ask(settings, "GET", CRASH_REPORTS + following)
        if failed(answer):
            return None
        rows += answer.body["items"]
        if (cursor := answer.body["next"] or "") == "":
            return rows


def _list(rows: list[dict[str, Any]]) -> int:
    print(f"{'failure':<30}  {'count':>6}  {'first':<10}  {'last':<10}  versions")
    for row in rows:
        days = f"{row['first_seen_at'][:10]}  {row['last_seen_at'][:10]}"
        print(f"{row['fingerprint']}  {row['count']:>6}  {days}  {', '.join(row['versions'])}")
        print(f"    {row['source']}: {row['type']}: {row['message']}")
    return 0


def _write(rows: list[dict[str, Any]], file: Path) -> int:
    """For its owner alone to read, though it names nobody."""
    text = page("Crash reports", html(page_blocks(rows, datetime.now(UTC))))
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(text)
    except OSError as error:
        print(f"{file} was not written: {error.strerror}. Name a file that does not exist, in a folder that does")
        return 1
    print(f"{len(rows)} failures are in {file}: open it with a browser")
    return 0


def page_blocks(rows: list[dict[str, Any]], at: datetime) -> Iterator[Block]:
    """What `--page` writes: all failures in one table, then each with its place in the program."""
    newest = "The failure that was reported last comes first." if rows else "Nothing failed."
    yield Block("paragraph", (f"As of {at:%Y-%m-%d %H:%M} UTC. {newest} No report names a person or an organisation.",))
    yield Block("header", ("Where", "What", "Times", "First", "Last", "Versions"))
    for row in rows:
        times = (str(row["count"]), row["first_seen_at"][:10], row["last_seen_at"][:10])
        yield Block("row", (row["source"], f"{row['type']}: {row['message']}", *times, ", ".join(row["versions"])))
    for row in rows:
        yield Block("heading", (f"{row['type']}: {row['message']}",))
        yield from (Block("item", (f"{name.replace('_', ' ')}: {row[name]}",)) for name in ("fingerprint", *_FACTS))
        yield from (Block("item", (f"{name}: {', '.join(row[name]) or '-'}",)) for name in _WHERE)
        yield Block("header", ("File", "Line", "Column"))
        yield from (Block("row", (one["file"], str(one["line"]), str(one["column"]))) for one in row["frames"])


def _show(row: dict[str, Any]) -> None:
    print(f"{row['source']}: {row['type']}: {row['message']}")
    for name in _FACTS:
        print(f"  {name:<14} {row[name]}")
    for name in _WHERE:
        print(f"  {name:<14} {', '.join(row[name]) or '-'}")
    for frame in row["frames"]:
        print(f"    {frame['file']}:{frame['line']}:{frame['column']}")
