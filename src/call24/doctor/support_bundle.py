"""`./call24 support-bundle`: what helps whoever is asked for help with an installation, without personal data.

It makes the parts and says what is in them; it sends nothing, and writes nothing that was not shown before.
"""

from __future__ import annotations

import asyncio
import io
import json
import os
import platform
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields
from datetime import UTC, datetime
from importlib.metadata import distributions
from pathlib import Path, PurePosixPath
from typing import Any

from call24.data_map import Files
from call24.doctor.checks import Checks
from call24.doctor.redaction import Redaction, own_words
from call24.doctor.report import DoctorReport
from call24.installer.paths import SOURCES
from call24.kit.package import COMMAND
from call24.kit.settings import Settings
from call24.privacy.datamap_page import holdings

LAST_LINES = 500
LAST_BYTES = 256 * 1024
"""Of each log: what is read of its end, and how many lines of it are taken."""
MOST_FILES = 200_000
"""That are looked at for their sizes."""
CHECKS_S = 120.0
README = f"""What an installation of Call24 says of itself, for somebody who helps with it.

versions.json  Call24, Python, its packages, the system
settings.json  numbers and switches as they are set; of texts, files and addresses only whether they are set
doctor.json    what {COMMAND} doctor found
sizes.json     how many files and bytes there are of each kind that the data map names
log/           the last lines of each log

Numbers, addresses, ids, tokens, and all words that Call24's own messages do not have, are replaced by <...>.
"""


async def parts(settings: Settings) -> dict[str, str]:
    """The files of the bundle, by name. The installation's services may be away: the doctor then says so."""
    redaction = Redaction(own_words(SOURCES / "call24"))
    return {
        "README.txt": README,
        "versions.json": _json(versions()),
        "settings.json": _json(shown(settings)),
        "doctor.json": _json(await found(settings, redaction)),
        "sizes.json": _json(sizes(settings.data)),
        **{f"log/{log.name}": last_lines(log, redaction) for log in logs(settings)},
    }


def logs(settings: Settings) -> list[Path]:
    """That there are: Asterisk keeps its own elsewhere, and an external one on another machine."""
    messages = settings.asterisk_var / "log" / "messages"
    return [*sorted(settings.log.glob("*.log")), *([messages] if messages.is_file() else [])]


def versions() -> dict[str, Any]:
    packages = {one.metadata["Name"]: one.version for one in distributions()}
    return {
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "processors": os.cpu_count(),
        "packages": dict(sorted(packages.items())),
    }


def shown(settings: Settings) -> dict[str, Any]:
    """Numbers and switches; of everything else whether it is set: a path, an address or a URL names somebody."""
    values = {field.name: (getattr(settings, field.name), field.default) for field in fields(settings)}
    return {name: _shown(value, default) for name, (value, default) in values.items()}


def _shown(value: Any, default: Any) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, tuple) and all(isinstance(one, int) for one in value):
        return list(value)
    return "default" if value == default else "set"


async def found(settings: Settings, redaction: Redaction) -> dict[str, Any]:
    """The doctor's findings; what it had not looked at after two minutes is left out."""
    report = DoctorReport(as_json=True)
    finished = True
    try:
        async with asyncio.timeout(CHECKS_S):
            await Checks(settings, report).run()
    except TimeoutError:
        finished = False
    rows = [asdict(one) for one in report.findings]
    told = [{**row, "seen": redaction.line(row["seen"]), "advice": redaction.line(row["advice"])} for row in rows]
    return {"finished": finished, "findings": told}


def sizes(data: Path) -> dict[str, Any]:
    """By the data map's names, so that no name of a file, an organisation or a person is in it."""
    kinds = [place.where for room in holdings() for place in room.places if isinstance(place.where, Files)]
    counted: dict[str, list[int]] = {}
    looked = 0
    for path in _files(data):
        if (looked := looked + 1) > MOST_FILES:
            break
        own = PurePosixPath(path.relative_to(data))
        kind = next((str(where) for where in kinds if where.holds(own)), "other")
        count = counted.setdefault(kind, [0, 0])
        count[0] += 1
        count[1] += _size(path)
    rows = [{"kind": kind, "files": count, "bytes": size} for kind, (count, size) in sorted(counted.items())]
    return {"complete": looked <= MOST_FILES, "kinds": rows}


def _files(data: Path) -> Iterator[Path]:
    for folder, _, names in os.walk(data):
        yield from (Path(folder) / name for name in names)


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:  # it is gone
        return 0


def last_lines(log: Path, redaction: Redaction) -> str:
    """The end of a log; the first line that is only half there is left out."""
    try:
        whole = _whole_lines(log)
    except OSError as error:  # put aside meanwhile, or another user's
        return f"cannot be read: {error.strerror}\n"
    one = redaction.database_line if log.name.startswith("mongod") else redaction.line
    return "".join(f"{one(line)}\n" for line in whole[-LAST_LINES:])


def _whole_lines(log: Path) -> list[str]:
    with log.open("rb") as source:
        size = source.seek(0, os.SEEK_END)
        source.seek(max(0, size - LAST_BYTES))
        lines = source.read(LAST_BYTES).decode(errors="replace").splitlines()
    return lines[1:] if size > LAST_BYTES else lines


def listed(bundle: Mapping[str, str]) -> str:
    """One line for each file, with its size."""
    return "\n".join(f"{len(text.encode()):>9,} bytes  {name}" for name, text in bundle.items())


def packed(bundle: Mapping[str, str]) -> bytes:
    """As a ZIP file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in bundle.items():
            archive.writestr(name, text)
    return out.getvalue()


def _json(value: Any) -> str:
    return json.dumps(value, indent=1) + "\n"
