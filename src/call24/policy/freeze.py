"""Writes the newest version's tables and hashes: `python -m call24.policy.freeze`.

It is run after its text or the data map changed. A version that is in effect is not changed any more: then it says so,
and `--new-version` writes the next one, as a copy that takes effect later.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec

from call24.data_map import documents
from call24.policy.tables import tables
from call24.policy.texts import HASHES, LANGUAGE, TEXTS, Tables, hash_of, tables_of, texts_in
from call24.privacy.datamap_page import holdings, load_models

ANNOUNCED = timedelta(days=30)
"""From a new version's day to when it takes effect, if nothing else is said: users are told meanwhile."""
NEW_VERSION = "python -m call24.policy.freeze --new-version --material no"
_DATES = re.compile(r"\Aupdated: .*\neffective: .*\nmaterial: .*\n")


class InEffect(Exception):
    """A version that users may have accepted would change."""


class NotInEffect(Exception):
    """The newest version can still be changed: there is no need for another."""


def current() -> Tables:
    """As the data map is now."""
    load_models()
    return tables(documents(), (place for room in holdings() for place in room.places))


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix in (".md", ".json"))


def recorded(folder: Path) -> dict[str, str]:
    """File name -> hash."""
    known = folder / HASHES
    lines = known.read_text().splitlines() if known.exists() else []
    return {name: digest for digest, name in (line.split() for line in lines)}


def freeze(folder: Path, fresh: Tables, today: date) -> None:
    """Raises: InEffect, ValueError."""
    newest = _newest(folder)
    before = recorded(folder)
    made = json.dumps(msgspec.to_builtins(fresh), indent=1).encode() + b"\n"
    written = folder / tables_of(newest)
    old = written.read_bytes() if written.exists() else None
    written.write_bytes(made)
    hashes = {path.name: hash_of(path) for path in files(folder)}
    try:
        effective = {one.version: one.effective for one in texts_in(folder)}
    except ValueError:
        _put_back(written, old)
        raise
    changed = [name for name, digest in before.items() if hashes.get(name) != digest]
    if stuck := [name for name in changed if effective.get(name.split(".")[0], date.min) <= today]:
        _put_back(written, old)
        raise InEffect(f"{', '.join(stuck)}: in effect; undo the change, or write a new version: {NEW_VERSION}")
    (folder / HASHES).write_text("".join(f"{digest} {name}\n" for name, digest in hashes.items()))


def new_version(folder: Path, fresh: Tables, today: date, effective: date, *, material: bool) -> str:
    """Copies the newest version's texts to one of today and freezes it; its name. Where the newest is of today itself,
    the new one is dated the day after, since a version is named by its day.

    Raises: NotInEffect, ValueError (`effective` is not after today, or a text is wrong). Nothing is written then.
    """
    newest = _newest(folder)
    applies = texts_in(folder)[-1].effective
    if applies > today:
        raise NotInEffect(f"The version of {newest} takes effect on {applies}: edit it, and run freeze alone")
    if effective <= today:
        raise ValueError(f"A new version takes effect after today ({today}): users are told before")
    made = max(today, date.fromisoformat(newest) + timedelta(days=1))
    if effective < made:
        raise ValueError(f"The new version is of {made}, and takes effect then at the earliest")
    head = f"updated: {made}\neffective: {effective}\nmaterial: {'yes' if material else 'no'}\n"
    for text in sorted(folder.glob(f"{newest}.*.md")):
        (folder / text.name.replace(newest, str(made))).write_text(
            _DATES.sub(head, text.read_text("utf-8")), encoding="utf-8"
        )
    freeze(folder, fresh, today)
    return str(made)


def _newest(folder: Path) -> str:
    return sorted(folder.glob(f"*.{LANGUAGE}.md"))[-1].name.removesuffix(f".{LANGUAGE}.md")


def _put_back(file: Path, content: bytes | None) -> None:
    if content is None:
        file.unlink()
    else:
        file.write_bytes(content)


def _main(words: Sequence[str]) -> None:
    today = datetime.now(UTC).date()
    asked = argparse.ArgumentParser(prog="python -m call24.policy.freeze", description=__doc__)
    asked.add_argument("--new-version", action="store_true", help="copy the newest version, which is in effect")
    asked.add_argument("--material", choices=("yes", "no"), help="whether users are asked to accept the new version")
    asked.add_argument("--effective", type=date.fromisoformat, default=today + ANNOUNCED, help="YYYY-MM-DD")
    given = asked.parse_args(words)
    if given.new_version and given.material is None:
        asked.error("--new-version needs --material yes or --material no")
    try:
        if given.new_version:
            made = new_version(TEXTS, current(), today, given.effective, material=given.material == "yes")
            sys.stdout.write(f"{made}: edit {TEXTS / made}.*.md and run freeze again before {given.effective}\n")
        else:
            freeze(TEXTS, current(), today)
    except (InEffect, NotInEffect, ValueError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    _main(sys.argv[1:])
