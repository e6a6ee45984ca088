"""New passwords and a new key file for the embedded MongoDB, while it runs.

A new password is on disk before MongoDB has it: whoever is killed in between is carried on (`finish`).
"""

from __future__ import annotations

import base64
import os
from pathlib import Path

from call24.installer import mongod
from call24.kit.errors import Unavailable
from call24.kit.mongo import replica_set
from call24.kit.secrets import replace_secret, secret_file
from call24.kit.settings import MONGODB_ADMIN, MONGODB_USER, Settings

USERS = ((MONGODB_USER, "mongodb"), (MONGODB_ADMIN, "mongodb_admin"))


def replace_passwords(settings: Settings) -> None:
    """Raises: Unavailable."""
    finish(settings)
    for _, name in USERS:
        secret_file(_next(settings, name), lambda: os.urandom(24).hex())
        finish(settings)


def finish(settings: Settings) -> None:
    """Have MongoDB take those that are on disk already; nothing where there are none. Raises: Unavailable."""
    for user, name in USERS:
        coming = _next(settings, name)
        if not coming.exists():
            continue
        password = coming.read_text().strip()
        replica_set.change_password(mongod.member(settings), _administrator(settings), user, password)
        coming.replace(settings.secrets / name)


def make_key_file(settings: Settings) -> None:
    """MongoDB's nodes know each other by it; it takes 6 to 1024 base64 characters. mongod reads it at its start."""
    replace_secret(settings.secrets / "mongodb_keyfile", base64.b64encode(os.urandom(48)).decode())


def _administrator(settings: Settings) -> tuple[str, str]:
    """As whom MongoDB lets us in: its new password counts where a rotation ended before the file was replaced."""
    files = (settings.secrets / "mongodb_admin", _next(settings, "mongodb_admin"))
    for file in files:
        login = (MONGODB_ADMIN, file.read_text().strip()) if file.exists() else None
        if login is not None and replica_set.lets_in(mongod.member(settings), login):
            return login
    raise Unavailable("MongoDB does not let its administrator in: secrets/mongodb_admin is not its password")


def _next(settings: Settings, name: str) -> Path:
    return settings.secrets / f"{name}.next"
