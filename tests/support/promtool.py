"""Prometheus' own tool, which checks rules and metrics: of this machine, else fetched once for a checkout."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path

from tests.support.product.stack import CACHE

from call24.installer import apt
from call24.installer.errors import StartError
from call24.installer.file_lock import alone


@cache
def promtool() -> str | None:
    """None where it can be had by no way: then rules are only read by a parser."""
    if (there := shutil.which("promtool")) is not None:
        return there
    folder = CACHE / "promtool"
    program = folder / "root" / "usr" / "bin" / "promtool"
    folder.mkdir(parents=True, exist_ok=True)
    with alone(folder):
        if not program.exists():
            try:
                _fetch(folder)
            except (StartError, OSError, subprocess.CalledProcessError, StopIteration):
                return None
    return str(program)


def _fetch(folder: Path) -> None:
    private = apt.PrivateApt(folder / "apt", "testing")
    private.update()
    package = private.download_one("promtool", folder)
    apt.unpack([package], folder / "part")
    (folder / "part").rename(folder / "root")
    package.unlink()
    shutil.rmtree(folder / "apt")


def told_by(*words: str, content: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    program = promtool()
    assert program is not None
    return subprocess.run([program, *words], input=content, capture_output=True, timeout=60)
