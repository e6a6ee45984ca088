"""A version of a record, for a CRM that has none and tells times of change by the second: the time, and a keyed hash of
what is told. Two changes within one second are two versions. Pure.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime
from typing import Any


def hashed_version(at: datetime, told: Any, key: bytes) -> str:
    """`told`: JSON; `key`: so that what a person is called is not guessed from it."""
    text = json.dumps(told, sort_keys=True).encode()
    return f"{at:%Y-%m-%dT%H:%M:%S} {hmac.digest(key, text, hashlib.sha256).hex()[:32]}"


def hash_key(*credentials: str) -> bytes:
    """Of what signs in at the CRM, with its address."""
    return hashlib.sha256("\0".join(credentials).encode()).digest()
