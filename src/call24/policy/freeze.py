"""Writes the newest version's tables and hashes: `python -m call24.policy.freeze`.

It is run after its text or the data map changed. A version that is in effect is not
changed any more: then it says so, and a new version is to be written.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec

from call24.data_map import documents
from call24.policy.tables import tables
from call24.policy.texts import HASHES, LANGUAGE, TEXTS, Tables, hash_of, tables_of, texts_in
from call24.privacy.datamap_page import holdings, load_models


class InEffect(Exception):
    """A version that users may have accepted would change."""


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
    newest = sorted(folder.glob(f"*.{LANGUAGE}.md"))[-1].name.removesuffix(f".{LANGUAGE}.md")
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
        raise InEffect(f"{', '.join(stuck)}: in effect; undo the change, or write a new version of the policy")
    (folder / HASHES).write_text("".join(f"{digest} {name}\n" for name, digest in hashes.items()))


def _put_back(file: Path, content: bytes | None) -> None:
    if content is None:
        file.unlink()
    else:
        file.write_bytes(content)


if __name__ == "__main__":
    try:
        freeze(TEXTS, current(), datetime.now(UTC).date())
    except (InEffect, ValueError) as error:
        sys.exit(str(error))
