"""The passwords of the embedded MongoDB's users, and its key file: the first ones, and new ones while it runs.

A new password is on disk (`.next`) before MongoDB has it: whoever is killed in between is carried on.
"""

from __future__ import annotations

import base64
import os
from pathlib import Path

from call24.installer import mongod
from call24.kit.errors import Unavailable
from call24.kit.folder_sync import sync
from call24.kit.key_ring_file import alone
from call24.kit.mongo import replica_set
from call24.kit.secrets import replace_secret, secret_file
from call24.kit.settings import DATABASE, MONGODB_ADMIN, MONGODB_USER, REPLICA_SET, Settings

USERS = ((MONGODB_USER, "mongodb"), (MONGODB_ADMIN, "mongodb_admin"))


def set_up(settings: Settings) -> None:
    """The replica set and its users; then they have the passwords of a rotation that was cut off. Harmless when done
    already. Raises: Unavailable, OSError."""
    with alone(settings.data):
        # Where there is no user yet (a restored folder), they are made with the newest passwords.
        admin = _let_in(settings) if mongod.new_passwords(settings) else None
        newest = {user: _newest(settings, name).read_text().strip() for user, name in USERS}
        admin = admin or (MONGODB_ADMIN, newest[MONGODB_ADMIN])
        user = (MONGODB_USER, newest[MONGODB_USER])
        replica_set.set_up(mongod.member(settings), REPLICA_SET, admin, user, DATABASE)
        _finish(settings)


def replace_passwords(settings: Settings) -> None:
    """One command after the other. Raises: Unavailable, OSError."""
    with alone(settings.data):
        _finish(settings)
        for _, name in USERS:
            secret_file(_next(settings, name), lambda: os.urandom(24).hex())
            _finish(settings)


def _finish(settings: Settings) -> None:
    """Have MongoDB take those that are on disk already; nothing where there are none. Raises: Unavailable, OSError."""
    for user, name in USERS:
        coming = _next(settings, name)
        if not coming.exists():
            continue
        password = coming.read_text().strip()
        replica_set.change_password(mongod.member(settings), _administrator(settings), user, password)
        coming.replace(settings.secrets / name)
        sync(settings.secrets)


def make_key_file(settings: Settings) -> None:
    """MongoDB's nodes know each other by it; it takes 6 to 1024 base64 characters. mongod reads it at its start."""
    replace_secret(settings.secrets / "mongodb_keyfile", base64.b64encode(os.urandom(48)).decode())


def _administrator(settings: Settings) -> tuple[str, str]:
    """Raises: Unavailable."""
    if (login := _let_in(settings)) is None:
        raise Unavailable("MongoDB does not let its administrator in: secrets/mongodb_admin is not its password")
    return login


def _let_in(settings: Settings) -> tuple[str, str] | None:
    """As whom MongoDB lets us in: its new password counts where a rotation ended before the file was replaced.

    Raises: Unavailable.
    """
    for file in (settings.secrets / "mongodb_admin", _next(settings, "mongodb_admin")):
        login = (MONGODB_ADMIN, file.read_text().strip()) if file.exists() else None
        if login is not None and replica_set.lets_in(mongod.member(settings), login):
            return login
    return None


def _newest(settings: Settings, name: str) -> Path:
    coming = _next(settings, name)
    return coming if coming.exists() else settings.secrets / name


def _next(settings: Settings, name: str) -> Path:
    return settings.secrets / f"{name}.next"
