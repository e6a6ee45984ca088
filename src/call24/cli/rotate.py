"""`rotate`: new keys and secrets for an installation, while it runs; installer/rotation.py does it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from call24.cli import owner
from call24.cli.flags import add_data
from call24.installer import keys
from call24.installer.rotation import ON_PBX, ROTATABLE, UNNOTICED, give_up, on_pbx_host, rotate
from call24.kit.errors import Unavailable
from call24.kit.settings import Settings


def add_flags(parser: argparse.ArgumentParser) -> None:
    add_data(parser)
    parser.add_argument("--list", action="store_true", help="list them: how old each is, and what replacing it means")
    parser.add_argument(
        "--give-up",
        action="store_true",
        help="app only: destroy the earlier app key although no key opens some secrets",
    )
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"{', '.join(ROTATABLE)} (default: {', '.join(UNNOTICED)})"
    )


def run(named: argparse.Namespace) -> int:
    """Raises: SettingsError, StartError."""
    if not named.list:
        owner.check(named.data)
    settings = Settings.load(named.data.absolute() / "run" / "settings.json")
    if named.list:
        return _said(keys.told(settings, datetime.now(UTC)))
    ways = ON_PBX if on_pbx_host(settings) else ROTATABLE
    unknown = [name for name in named.names if name not in ways]
    if unknown:
        print(f"call24: there is no secret {unknown[0]!r} here: choose from {', '.join(ways)}", file=sys.stderr)
        return 2
    if named.give_up and named.names != ["app"]:
        print("call24: --give-up is for app alone", file=sys.stderr)
        return 2
    names = named.names or [name for name in UNNOTICED if name in ways]
    return _said(_given_up(settings) if named.give_up else rotate(settings, names))


def _given_up(settings: Settings) -> Iterator[str]:
    yield give_up(settings)


def _said(lines: Iterable[str]) -> int:
    """Each when it is there; the exit status."""
    try:
        for line in lines:
            print(line, flush=True)
    except (Unavailable, OSError, ValueError) as error:
        print(f"call24: {error.detail if isinstance(error, Unavailable) else error}", file=sys.stderr)
        return 1
    return 0
