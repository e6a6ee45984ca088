"""`export`: writes an organisation's call records into a file, with a line that says how far it is."""

from __future__ import annotations

import argparse
import subprocess
from pathlib import Path

from call24.cli.flags import add_data
from call24.kit.python import MODULE
from call24.kit.settings import Settings


def add_flags(parser: argparse.ArgumentParser) -> None:
    add_data(parser)
    parser.add_argument("what", choices=["calls"], help="what to write")
    parser.add_argument("--organisation", required=True, help="its name, or its id")
    parser.add_argument("--from", dest="first", required=True, metavar="DAY", help="the first day, as YYYY-MM-DD")
    parser.add_argument("--to", dest="last", required=True, metavar="DAY", help="the last day")
    parser.add_argument("--format", choices=["csv", "xlsx"], default="csv", help="default csv")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the file to write")


def run(named: argparse.Namespace) -> int:
    Settings.load(named.data / "run" / "settings.json")  # says clearly when there is no installation
    # The composition root is above this room, so it is run and not imported.
    words = [named.organisation, named.first, named.last, named.format, str(named.out)]
    main = [*MODULE, "call24.main", "--data", str(named.data), "--export-calls", *words]
    return subprocess.run(main).returncode
