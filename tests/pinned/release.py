"""`python -m tests.pinned.release 0.3.0`: writes the version of a release into every file that has it.

What is Unreleased in CHANGELOG.md becomes that version's, with today's date. Nothing is committed or published.
tests/unit/repository/test_version.py fails where a file has another version.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from call24.kit.version import VERSION

CHECKOUT = Path(__file__).parents[2]
NUMBER = r"\d+\.\d+\.\d+"
_JSON = rf'(?m)^  "version": "({NUMBER})"'
_PYTHON = rf'(?m)^(?:VERSION|version) = "({NUMBER})"$'
_LOCK = rf'"(?:name": "call24-(?:web|mobile)",|plugins/call24-telecom": {{)\s+"version": "({NUMBER})"'
PLACES = (
    ("src/call24/kit/version.py", _PYTHON, 1),
    ("pyproject.toml", _PYTHON, 1),
    ("clients/python/pyproject.toml", _PYTHON, 1),
    ("web/package.json", _JSON, 1),
    ("web/package-lock.json", _LOCK, 2),
    ("mobile/package.json", _JSON, 1),
    ("mobile/package-lock.json", _LOCK, 3),
    ("mobile/plugins/call24-telecom/package.json", _JSON, 1),
    ("src/call24/server/examples.json", rf'"installation_read_status": {{\s+"answer": {{\s+"version": "({NUMBER})"', 1),
    ("docs/guides/wheel.md", rf"call24-({NUMBER})-py3-none-any", 6),
)
"""A file, what its version stands in, and how often it does."""
CHANGELOG = "CHANGELOG.md"
UNRELEASED = "## Unreleased\n"


def found(text: str, pattern: str) -> Iterator[str]:
    for match in re.finditer(pattern, text):
        yield match.group(1)


def written(text: str, pattern: str, version: str) -> str:
    """The text with that version in place of another one."""
    return re.sub(pattern, lambda match: match.group(0).replace(match.group(1), version), text)


def released(changelog: str, version: str, on: str) -> str:
    """The changelog with what is Unreleased as that version's. Raises: ValueError where nothing is."""
    before, heading, after = changelog.partition(UNRELEASED)
    if not heading or re.match(r"\s*(?:## |$)", after):
        raise ValueError("nothing is Unreleased in CHANGELOG.md")
    if f"\n## {version}," in changelog:
        raise ValueError(f"CHANGELOG.md has {version} already")
    return f"{before}{heading}\n## {version}, {on}\n{after}"


def main(version: str) -> None:
    if not re.fullmatch(NUMBER, version) or _number(version) <= _number(VERSION):
        raise SystemExit(f"{version} is no version after {VERSION}: give three numbers, as 1.4.0")
    file = CHECKOUT / CHANGELOG
    try:
        changed = released(file.read_text(), version, f"{datetime.now(UTC):%Y-%m-%d}")
    except ValueError as error:
        raise SystemExit(str(error)) from None
    file.write_text(changed)
    for name, pattern, _ in PLACES:
        place = CHECKOUT / name
        place.write_text(written(place.read_text(), pattern, version))


def _number(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


if __name__ == "__main__":
    main(*sys.argv[1:])
