"""Whether a request to the HTTP API was signed with the application's secret. Pure.

Source: Pusher Channels, "HTTP API: authenticating requests". Signed is `METHOD\\npath\\nquery`: the parameters but
auth_signature, their names in lower case and in order, nothing escaped.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import parse_qsl

FRESH_S = 600
_REFUSED = "Invalid signature: no application has this id, this key and a secret that signs this"


def parameters(query: str) -> dict[str, str] | None:
    """Of a query string; None when one of them comes twice, since then it is not clear what was signed."""
    try:
        pairs = [(name.lower(), value) for name, value in parse_qsl(query, keep_blank_values=True, max_num_fields=50)]
    except ValueError:
        return None
    return dict(pairs) if len(dict(pairs)) == len(pairs) else None


def signature(secret: str, method: str, path: str, asked: Mapping[str, str]) -> str:
    query = "&".join(f"{name}={asked[name]}" for name in sorted(asked) if name != "auth_signature")
    text = f"{method}\n{path}\n{query}".encode(errors="replace")
    return hmac.digest(secret.encode(), text, hashlib.sha256).hex()


def fault(
    key: str, secret: str, method: str, path: str, asked: Mapping[str, str], body: bytes, now: datetime
) -> str | None:
    """What is wrong with the request, in the same words whatever of key, secret and text does not fit."""
    if asked.get("auth_version") != "1.0":
        return "auth_version is 1.0"
    at = asked.get("auth_timestamp", "")
    if not (at.isascii() and at.isdigit() and len(at) < 16) or abs(int(at) - now.timestamp()) > FRESH_S:
        return f"Timestamp expired: auth_timestamp is in seconds, at most {FRESH_S} away from {int(now.timestamp())}"
    digest = hashlib.md5(body, usedforsecurity=False).hexdigest()
    if (body or "body_md5" in asked) and not hmac.compare_digest(asked.get("body_md5", "").encode(), digest.encode()):
        return "body_md5 is not the body's"
    expected = signature(secret, method, path, asked)
    right = hmac.compare_digest(asked.get("auth_signature", "").encode(errors="replace"), expected.encode())
    return (
        None
        if right and hmac.compare_digest(asked.get("auth_key", "").encode(errors="replace"), key.encode())
        else _REFUSED
    )
