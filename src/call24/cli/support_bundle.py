"""`support-bundle`: shows what a helper would be given, then writes it. What is in it: doctor/support_bundle.py."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from call24.cli.flags import add_data
from call24.kit.settings import Settings, SettingsError


def add_flags(parser: argparse.ArgumentParser) -> None:
    add_data(parser)
    parser.add_argument("--out", type=Path, metavar="FILE", help="the ZIP file to write; without it nothing is written")
    parser.add_argument("--show", action="store_true", help="print everything that is in it")
    parser.add_argument("--yes", action="store_true", help="do not ask before writing")


def run(named: argparse.Namespace) -> int:
    import asyncio

    from call24.doctor import support_bundle

    settings = Settings.load(named.data.absolute() / "run" / "settings.json").checked()
    if named.out is not None and named.out.exists():
        raise SettingsError("--out", f"{named.out} exists: name another file")
    bundle = asyncio.run(support_bundle.parts(settings))
    if named.show:
        print("".join(f"--- {name}\n{text}\n" for name, text in bundle.items()))
    print(support_bundle.listed(bundle))
    if named.out is None:
        print("Nothing was written. See it whole with --show, write it with --out FILE.")
        return 0
    if not named.yes and sys.stdin.isatty() and input(f"Write {named.out}? [y/N] ").strip().lower() not in ("y", "yes"):
        print("Nothing was written.")
        return 0
    _write(named.out, support_bundle.packed(bundle))
    print(f"{named.out} was written. Nothing was sent to anybody.")
    return 0


def _write(file: Path, content: bytes) -> None:
    """A new file that its owner alone may read. Raises: SettingsError."""
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(content)
    except OSError as error:
        raise SettingsError("--out", f"{file} cannot be written: {error.strerror}") from error
