"""`rotate`: new secrets for an installation, while it runs; standalone.rotation does it."""

from __future__ import annotations

import argparse
import sys

from call24.cli.flags import add_data
from call24.installer.rotation import ROTATABLE, rotate
from call24.kit.errors import Unavailable
from call24.kit.settings import Settings


def add_flags(parser: argparse.ArgumentParser) -> None:
    add_data(parser)
    parser.add_argument("secrets", nargs="*", metavar="SECRET", help=f"{', '.join(ROTATABLE)} (default: all)")


def run(named: argparse.Namespace) -> int:
    unknown = [name for name in named.secrets if name not in ROTATABLE]
    if unknown:
        print(f"call24: there is no secret {unknown[0]!r}: choose from {', '.join(ROTATABLE)}", file=sys.stderr)
        return 2
    settings = Settings.load(named.data / "run" / "settings.json")
    try:
        for line in rotate(settings, named.secrets or list(ROTATABLE)):
            print(line)
    except Unavailable as error:
        print(f"call24: {error.detail}", file=sys.stderr)
        return 1
    return 0
