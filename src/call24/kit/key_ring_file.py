"""Changes DATA/secrets/app.keyring, and with it the app key: one who changes it after the other."""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

from call24.kit.key_ring import FILE, KeyRing, root_of
from call24.kit.secrets import replace_secret


def change(data: Path, new: Callable[[KeyRing], KeyRing]) -> KeyRing:
    """What it is now. Raises: OSError, ValueError (damaged)."""
    with alone(data):
        return _put(data, new(KeyRing.load(data)))


def replace_root(data: Path) -> bool:
    """A new app key. False where the last one is not over: then that is carried on. Raises: OSError, ValueError.

    The ring is written first, so a process that is killed in between changed nothing (kit/secrets.py).
    """
    with alone(data):
        ring, root = KeyRing.load(data), bytes.fromhex(root_of(data).read_text())
        begun = root in ring.earlier_roots()
        if ring.earlier and not begun:
            return False
        if not begun:
            _put(data, ring.after(root))
        replace_secret(root_of(data), secrets.token_hex(32))
    return True


def _put(data: Path, ring: KeyRing) -> KeyRing:
    replace_secret(data / "secrets" / FILE, ring.text())
    return ring


@contextlib.contextmanager
def alone(data: Path) -> Iterator[None]:
    """Nobody else changes the app key, its ring or MongoDB's passwords meanwhile. Raises: OSError."""
    folder = os.open(data / "secrets", os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        _forget_unfinished(data)
        yield
    finally:
        os.close(folder)


def _forget_unfinished(data: Path) -> None:
    """What a process that was killed wrote and did not put in place: a root that is to be destroyed may be in it."""
    if not root_of(data).exists():  # it is being made, by whoever comes first (kit/secrets.py)
        return
    for name in (root_of(data).name, FILE):
        for left in (data / "secrets").glob(f"{name}.*.*"):
            left.unlink(missing_ok=True)
