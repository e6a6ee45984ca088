"""Signatures by the Standard Webhooks convention: HMAC-SHA256 over id, time and body, made and checked. Keeps nothing.

Source: standardwebhooks.com, specification 1.0, "Signature scheme": `whsec_` + base64 of 24 to 64 random bytes.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence

PREFIX = "whsec_"
_BYTES = 32
_SIGNATURES_MAX = 10
TOLERANCE_S = 300
"""How far the time of a message may be from ours, to either side."""


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


def headers(keys: Sequence[str], message_id: str, at_s: int, body: str) -> dict[str, str]:
    """`keys`: the newest first; each signs, so that a receiver may have either. `at_s`: Unix time of this attempt."""
    signatures = [_signature(key, message_id, str(at_s), body.encode()) for key in keys]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(at_s),
        "webhook-signature": " ".join(f"v1,{one}" for one in signatures),
    }


def is_signed(key: str, given: Mapping[str, str], body: bytes, now_s: int) -> bool:
    """`given`: headers, by their names in lower case. It says nothing of whether a message came before."""
    message_id, at = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    if not message_id or not (at.isascii() and at.isdigit() and len(at) < 16) or abs(now_s - int(at)) > TOLERANCE_S:
        return False
    expected = f"v1,{_signature(key, message_id, at, body)}".encode()
    signatures = given.get("webhook-signature", "").split(" ")[:_SIGNATURES_MAX]
    return any(hmac.compare_digest(one.encode(), expected) for one in signatures)


def _signature(key: str, message_id: str, at: str, body: bytes) -> str:
    signed = f"{message_id}.{at}.".encode() + body
    return base64.b64encode(hmac.digest(_key(key), signed, hashlib.sha256)).decode()


def _key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix(PREFIX))
