"""`python -m call24.main --data DIR [--rebuild]`: the server process, with the settings that the parent wrote there."""

from __future__ import annotations

import argparse
from pathlib import Path

import uvloop

from call24.kit.settings import Settings
from call24.main.server import rebuild, serve

arguments = argparse.ArgumentParser(prog="call24.main", description=__doc__)
arguments.add_argument("--data", type=Path, required=True)
arguments.add_argument("--rebuild", action="store_true", help="make the call records again from the journal, then end")
chosen = arguments.parse_args()
settings = Settings.load(chosen.data / "run" / "settings.json")
uvloop.run(rebuild(settings) if chosen.rebuild else serve(settings))
