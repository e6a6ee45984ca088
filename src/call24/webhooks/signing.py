"""Signatures by the Standard Webhooks convention: HMAC-SHA256 over id, time and body. Keeps nothing.

Source: standardwebhooks.com, specification 1.0, "Signature scheme": `whsec_` + base64 of 24 to 64 random bytes.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence

PREFIX = "whsec_"
_BYTES = 32


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


def headers(keys: Sequence[str], message_id: str, at_s: int, body: str) -> dict[str, str]:
    """`keys`: the newest first; each signs, so that a receiver may have either. `at_s`: Unix time of this attempt."""
    signed = f"{message_id}.{at_s}.{body}".encode()
    signatures = [base64.b64encode(hmac.digest(_key(key), signed, hashlib.sha256)).decode() for key in keys]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(at_s),
        "webhook-signature": " ".join(f"v1,{one}" for one in signatures),
    }


def _key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix(PREFIX))
