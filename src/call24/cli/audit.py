"""`audit verify`: checks that no line of the audit log was changed, taken out or cut off."""

from __future__ import annotations

import argparse
import subprocess

from call24.cli.flags import add_data
from call24.kit.python import MODULE
from call24.kit.settings import Settings


def add_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=["verify"], help="verify: exit status 0, or 1 with the first broken entry")
    add_data(parser)


def run(named: argparse.Namespace) -> int:
    Settings.load(named.data / "run" / "settings.json")  # says clearly when there is no installation
    # The composition root is above this room, so it is run and not imported.
    return subprocess.run([*MODULE, "call24.server.audit", "--data", str(named.data)]).returncode
