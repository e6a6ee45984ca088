"""`rebuild`: makes the call records again from the journal, and says how many there are and how many had differed."""

from __future__ import annotations

import argparse
import subprocess

from call24.cli.flags import add_data
from call24.kit.python import MODULE
from call24.kit.settings import Settings

add_flags = add_data


def run(named: argparse.Namespace) -> int:
    Settings.load(named.data / "run" / "settings.json")  # says clearly when there is no installation
    # The composition root is above this room, so it is run and not imported.
    return subprocess.run([*MODULE, "call24.server", "--data", str(named.data), "--rebuild"]).returncode
