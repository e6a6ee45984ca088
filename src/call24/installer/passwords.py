"""The passwords the parts of one installation know each other by; made once, readable by this user only."""

import base64
import os

from call24.kit.secrets import secret_file
from call24.kit.settings import Settings


def make(settings: Settings) -> None:
    """Make those that are missing."""
    settings.secrets.mkdir(exist_ok=True, mode=0o700)
    names = [
        *(["mongodb", "mongodb_admin"] if settings.own_mongodb else []),
        *(["ari"] if settings.own_asterisk else []),
    ]
    for name in names:
        secret_file(settings.secrets / name, lambda: os.urandom(24).hex())
    if settings.own_mongodb:
        # MongoDB's nodes know each other by this file; it takes 6 to 1024 base64 characters.
        secret_file(settings.secrets / "mongodb_keyfile", lambda: base64.b64encode(os.urandom(48)).decode())
    settings.secrets.chmod(0o700)
