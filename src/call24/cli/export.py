"""`export`: writes an organisation's call records into a file, with a line that says how far it is."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TextIO

from call24.cli.flags import add_data, day
from call24.kit.python import MODULE
from call24.kit.settings import Settings, SettingsError


def add_flags(parser: argparse.ArgumentParser) -> None:
    add_data(parser)
    parser.add_argument("what", choices=["calls"], help="what to write")
    parser.add_argument("--organisation", required=True, help="the organisation's name or id")
    parser.add_argument(
        "--from", dest="first", type=day, required=True, metavar="DAY", help="the first day, as YYYY-MM-DD"
    )
    parser.add_argument("--to", dest="last", type=day, required=True, metavar="DAY", help="the last day")
    parser.add_argument("--format", choices=["csv", "xlsx"], default="csv", help="default csv")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="the file to write; - for standard output"
    )


def run(named: argparse.Namespace) -> int:
    Settings.load(named.data / "run" / "settings.json")  # says clearly when there is no installation
    if named.last < named.first:
        raise SettingsError("--to", f"{named.last} is before --from {named.first}: swap them")
    if str(named.out) != "-":
        return _write(named, named.out)
    if sys.stdout.isatty() and named.format == "xlsx":
        raise SettingsError("--out", "an XLSX file cannot be written to a terminal: name a file, or use a pipe")
    # In the data folder, where its readers are the installation's own.
    with tempfile.TemporaryDirectory(prefix="export-", dir=named.data / "run") as folder:
        file = Path(folder) / "calls"
        if status := _write(named, file, said=sys.stderr):
            return status
        with file.open("rb") as source:
            shutil.copyfileobj(source, sys.stdout.buffer)
        sys.stdout.flush()
    return 0


def _write(named: argparse.Namespace, file: Path, said: TextIO | None = None) -> int:
    """The exporting process's status; what it says of its progress goes to `said`, or to standard output."""
    # The composition root is above this room, so it is run and not imported.
    words = [named.organisation, named.first, named.last, named.format, str(file)]
    main = [*MODULE, "call24.server", "--data", str(named.data), "--export-calls", *words]
    return subprocess.run(main, stdout=said).returncode
