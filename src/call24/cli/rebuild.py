"""`rebuild`: makes the call records again from the journal, and says how many there are."""

from __future__ import annotations

import argparse

from call24.cli.flags import add_data
from call24.kit.settings import Settings

add_flags = add_data


def run(named: argparse.Namespace) -> int:
    settings = Settings.load(named.data / "run" / "settings.json")
    from call24 import main

    count = main.rebuild(settings)
    print(f"{count} call records were made again from the journal")
    return 0
