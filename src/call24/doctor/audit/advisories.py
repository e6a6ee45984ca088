"""Whether a published advisory names a version that is installed. Offline: it reads files that the operator fetched.

A file is a list of advisories in OSV's format: the export of an ecosystem (a ZIP with one JSON each) or one JSON file.
Nothing found counts only where the files are whole, recent, and of both ecosystems: silence proves nothing.
Source: https://ossf.github.io/osv-schema/
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.metadata import distributions
from pathlib import Path
from typing import Annotated

import msgspec

from call24.doctor.audit.outcome import Found, Unverified
from call24.doctor.audit.versions import affected
from call24.installer.paths import WEB

RECENT = timedelta(days=14)
"""Both ecosystems are added to every day, so the newest change tells how old a file is."""
FEWEST = 100
"""Advisories of an ecosystem; a file with fewer is no export."""
MOST_BYTES = 4 * 1024 * 1024
"""Of one advisory."""
SHOWN = 20
FETCH = (
    "fetch the exports all.zip of PyPI and npm from https://osv.dev, put them into the folder advisories of the data"
    " folder as pypi.zip and npm.zip, and run the audit again"
)


class Package(msgspec.Struct, frozen=True):
    ecosystem: str = ""
    name: str = ""


class Range(msgspec.Struct, frozen=True):
    type: str = ""
    events: list[dict[str, str]] = []


class Affected(msgspec.Struct, frozen=True):
    package: Package = Package()
    ranges: list[Range] = []
    versions: list[str] = []


class Advisory(msgspec.Struct, frozen=True):
    id: str
    modified: Annotated[datetime, msgspec.Meta(tz=True)]
    withdrawn: str | None = None
    affected: list[Affected] = []


@dataclass
class Known:
    """Of one ecosystem: how many advisories there are, when the newest changed, and which name something installed."""

    count: int = 0
    newest: datetime | None = None
    hits: list[str] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)


Installed = dict[str, dict[str, set[str]]]
"""Ecosystem -> name -> versions."""


def installed() -> Installed:
    """Python packages of this environment, and what the app is built from. Raises: Unverified."""
    python: dict[str, set[str]] = {}
    for one in distributions():
        python.setdefault(normal("PyPI", one.metadata["Name"]), set()).add(one.version)
    try:
        locked = json.loads((WEB / "package-lock.json").read_text())["packages"]
    except (OSError, ValueError, KeyError):
        raise Unverified("what the app is built from is unknown", "get web/package-lock.json back") from None
    npm: dict[str, set[str]] = {}
    for path, row in locked.items():
        if path and not row.get("dev"):
            npm.setdefault(path.rpartition("node_modules/")[2], set()).add(row["version"])
    return {"PyPI": python, "npm": npm}


def look(files: Iterable[Path], there: Installed, now: datetime) -> str:
    """What is seen where no advisory names anything. Raises: Found, Unverified."""
    known = {ecosystem: Known() for ecosystem in there}
    for file in files:
        try:
            for advisory in read(file):
                _count(advisory, there, known)
        except (OSError, ValueError, zipfile.BadZipFile, msgspec.DecodeError) as error:
            raise Unverified("a file of advisories cannot be read", FETCH, (f"{file}: {error}",)) from None
    hits = [hit for one in known.values() for hit in one.hits]
    if hits:
        seen = f"published advisories name installed versions: {', '.join(hits[:SHOWN])}"
        raise Found(seen, "update Call24, or what is named", hits)
    for ecosystem, one in known.items():
        if one.count < FEWEST:
            raise Unverified(f"there are no advisories of {ecosystem} to compare with", FETCH)
        assert one.newest is not None
        if not timedelta(days=-1) <= now - one.newest <= RECENT:
            seen = f"the advisories of {ecosystem} end on {one.newest:%Y-%m-%d}: too old to rely on"
            raise Unverified(seen, FETCH)
    if unclear := [name for one in known.values() for name in one.unclear]:
        raise Unverified(
            f"{len(unclear)} advisories may or may not apply", "read them, and update what they name", unclear
        )
    return "; ".join(
        f"{len(there[name])} packages of {name} against {one.count} advisories up to {one.newest:%Y-%m-%d}"
        for name, one in known.items()
    )


def read(file: Path) -> Iterator[Advisory]:
    """Raises: OSError, ValueError, BadZipFile, DecodeError."""
    if not zipfile.is_zipfile(file):
        yield from msgspec.json.decode(file.read_bytes(), type=list[Advisory])
        return
    decoder = msgspec.json.Decoder(Advisory)
    with zipfile.ZipFile(file) as archive:
        for member in archive.infolist():
            if member.filename.endswith(".json"):
                if member.file_size > MOST_BYTES:
                    raise ValueError(f"{member.filename} is too large")
                yield decoder.decode(archive.read(member))


def normal(ecosystem: str, name: str) -> str:
    """PyPI's names mean the same in many spellings. Source: PEP 503."""
    return re.sub(r"[-_.]+", "-", name).lower() if ecosystem == "PyPI" else name


def _count(advisory: Advisory, there: Installed, known: dict[str, Known]) -> None:
    for ecosystem in {one.package.ecosystem for one in advisory.affected} & known.keys():
        of = known[ecosystem]
        of.count += 1
        of.newest = max(of.newest or advisory.modified.astimezone(UTC), advisory.modified.astimezone(UTC))
    if advisory.withdrawn is not None:
        return
    for one in advisory.affected:
        ecosystem, name = one.package.ecosystem, normal(one.package.ecosystem, one.package.name)
        for version in sorted(there.get(ecosystem, {}).get(name, ())):
            said = f"{name} {version} ({advisory.id})"
            match affected(version, one.versions, [range.events for range in one.ranges if range.type != "GIT"]):
                case True:
                    known[ecosystem].hits.append(said)
                case None:
                    known[ecosystem].unclear.append(said)
