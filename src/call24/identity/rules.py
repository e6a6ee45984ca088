"""What a role may do, what an account may be called, and the shape of a bearer token. Pure.

`may` is the one decision point for access by role: what is not listed is refused.
Source of the token format: Laravel Sanctum, `HasApiTokens::generateTokenString` (prefix, 40 random, CRC-32 of them).
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
import zlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from call24.identity.model import Token
from call24.kit.errors import Invalid
from call24.kit.ids import TokenId

Action = Literal[
    "live.read",
    "session.change",
    "agents.read",
    "agents.correct",
    "phone.use",
    "call.control",
    "calls.read_own",
    "calls.read_all",
    "calls.place",
    "calls.monitor",
    "calls.take_over",
    "calls.end",
    "callbacks.read",
    "callbacks.write",
    "tasks.read",
    "tasks.write",
    "recordings.play_own",
    "recordings.play_all",
    "recordings.audit",
    "recordings.keys",
    "organisation.read",
    "organisation.write",
    "queues.read",
    "queues.write",
    "flows.read",
    "flows.write",
    "users.read",
    "users.write",
    "trunks.read",
    "trunks.write",
    "numbers.read",
    "numbers.write",
    "fence.read",
    "fence.write",
]

_AGENT: frozenset[Action] = frozenset(
    {
        "live.read",
        "session.change",
        "phone.use",
        "call.control",
        "calls.read_own",
        "calls.place",
        "callbacks.read",
        "tasks.read",
        "tasks.write",
        "recordings.play_own",
    }
)
_SUPERVISOR: frozenset[Action] = _AGENT | {
    "agents.read",
    "agents.correct",
    "calls.read_all",
    "calls.monitor",
    "calls.take_over",
    "calls.end",
    "callbacks.write",
    "recordings.play_all",
    "recordings.audit",
    "organisation.read",
    "queues.read",
    "flows.read",
    "users.read",
    "trunks.read",
    "numbers.read",
    "fence.read",
}
_OWNER: frozenset[Action] = _SUPERVISOR | {
    "organisation.write",
    "queues.write",
    "flows.write",
    "users.write",
    "trunks.write",
    "numbers.write",
    "fence.write",
    "recordings.keys",
}
_ALLOWED: Mapping[str, frozenset[str]] = {"agent": _AGENT, "supervisor": _SUPERVISOR, "owner": _OWNER}

PASSWORD_MIN, PASSWORD_MAX = 10, 200
TOKEN_PREFIX = "c24_"
_EMAIL = re.compile(r"^[^@\s\x00-\x1f<>,;:\"]{1,64}@[^@\s\x00-\x1f<>,;:\"]{1,189}$")
_BEARER = re.compile(r"^(tok_[0-9a-hjkmnp-tv-z]{26})\|(c24_([A-Za-z0-9]{40})([0-9a-f]{8}))$")


def may(role: str, action: str) -> bool:
    """Whether `role` may do `action`; unknown roles and actions may nothing."""
    return action in _ALLOWED.get(role, ())


def email_key(email: str) -> str:
    """The address as it is compared. Raises: Invalid when it is none."""
    text = unicodedata.normalize("NFKC", email).strip()
    if not _EMAIL.match(text) or not text.isprintable():
        raise Invalid(errors=[("email", "an e-mail address")])
    return text.casefold()


def check_password(password: str) -> None:
    """Length only: composition rules make passwords worse. Source: NIST SP 800-63B 5.1.1. Raises: Invalid."""
    if not PASSWORD_MIN <= len(password) <= PASSWORD_MAX:
        raise Invalid(errors=[("password", f"{PASSWORD_MIN} to {PASSWORD_MAX} characters")])


def token_secret(entropy: str) -> str:
    """`entropy`: 40 random letters and digits."""
    return f"{TOKEN_PREFIX}{entropy}{zlib.crc32(entropy.encode()):08x}"


def secret_hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def parse_bearer(text: str) -> tuple[TokenId, str] | None:
    """(token id, secret), or None for what cannot be one of our tokens."""
    match = _BEARER.match(text) if len(text) < 200 else None
    if match is None or f"{zlib.crc32(match[3].encode()):08x}" != match[4]:
        return None
    return TokenId(match[1]), match[2]


def expired(token: Token, now: datetime, idle: timedelta) -> bool:
    return now >= token.expires_at or now - token.last_used_at >= idle
