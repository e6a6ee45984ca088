"""Programs of Debian that tests run beside Call24: unpacked into the cache, and not installed."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from tests.support.product.stack import CACHE

from call24.installer.apt import PrivateApt, unpack


def unpacked(name: str, packages: Sequence[str]) -> Path:
    """The folder in which the packages are; fetched where it is not there yet. Raises: StartError."""
    made = CACHE / name
    if made.is_dir():
        return made
    part = CACHE / f"{name}.{os.getpid()}"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    private = PrivateApt(part / "apt")
    private.update()
    unpack([private.download_one(package, part) for package in packages], part / "root")
    with contextlib.suppress(OSError):  # somebody else was first
        (part / "root").rename(made)
    shutil.rmtree(part, ignore_errors=True)
    return made
