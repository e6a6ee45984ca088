"""A real CRM's server in an environment of its own, installed exactly as its lock file says, once, in CALL24_CACHE."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.support.product.stack import CACHE


def installed(lock: Path, builds: frozenset[str] = frozenset()) -> Path:
    """Its Python; made where it is not there yet. `builds`: packages in it that others are built with."""
    mark = hashlib.sha256(lock.read_bytes()).hexdigest()[:12]
    made = CACHE / f"{lock.stem}-{mark}-{sys.version_info[0]}{sys.version_info[1]}"
    if (python := made / "bin" / "python").exists():
        return python
    part = made.with_suffix(f".{os.getpid()}")
    shutil.rmtree(part, ignore_errors=True)
    subprocess.run([sys.executable, "-P", "-m", "venv", "--without-pip", str(part)], check=True)
    first, then = _split(lock, builds)
    for n, text in enumerate(one for one in (first, then) if one):
        (some := part / f"part-{n}.lock").write_text(text)
        pip = [sys.executable, "-P", "-m", "pip", "--python", str(part / "bin" / "python"), "install", "--quiet"]
        flags = [
            "--no-input",
            "--no-cache-dir",
            "--require-hashes",
            "--no-deps",
            "--no-compile",  # what is asked for is compiled when it is: of most packages little is
            *(["--no-build-isolation"] if builds else []),
        ]
        subprocess.run([*pip, *flags, "-r", str(some)], check=True)
    with contextlib.suppress(OSError):  # somebody else was first
        part.rename(made)
    shutil.rmtree(part, ignore_errors=True)
    return python


def _split(lock: Path, builds: frozenset[str]) -> tuple[str, str]:
    first, then = list[str](), list[str]()
    into = then
    for line in lock.read_text().splitlines():
        if line and not line[0].isspace() and not line.startswith("#"):
            into = first if line.partition("==")[0].strip() in builds else then
        into.append(line)
    return "\n".join(first), "\n".join(then)
