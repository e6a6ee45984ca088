"""What an account may be called, and the shape of a bearer token. Pure.

Source of the token format: Laravel Sanctum, `HasApiTokens::generateTokenString` (prefix, 40 random, CRC-32 of them).
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
import zlib
from datetime import datetime, timedelta

from call24.identity.model import User
from call24.identity.password_blocklist import is_frequent, is_of_this_place
from call24.kit.errors import Invalid
from call24.kit.ids import TokenId

PASSWORD_MIN, PASSWORD_MAX = 10, 200
TOKEN_PREFIX = "c24_"
_EMAIL = re.compile(r"^[^@\s\x00-\x1f<>,;:\"]{1,64}@[^@\s\x00-\x1f<>,;:\"]{1,189}$")
_BEARER = re.compile(r"([1-9][0-9]{0,17})\|(c24_([A-Za-z0-9]{40})([0-9a-f]{8}))")


def email_key(email: str) -> str:
    """The address as it is compared. Raises: Invalid when it is none."""
    text = unicodedata.normalize("NFKC", email).strip()
    if not _EMAIL.match(text) or not text.isprintable():
        raise Invalid(errors=[("email", "an e-mail address")])
    return text.casefold()


def check_password(password: str, *about: str) -> None:
    """Its length, and that it is none of those tried first; composition rules make passwords worse.

    `about`: name, e-mail address, organisation of whose it is. Source: NIST SP 800-63B 3.1.1. Raises: Invalid.
    """
    if not PASSWORD_MIN <= len(password) <= PASSWORD_MAX:
        raise Invalid(errors=[("password", f"{PASSWORD_MIN} to {PASSWORD_MAX} characters")])
    if is_frequent(password):
        raise Invalid(errors=[("password", "not one of the most common passwords")])
    if is_of_this_place(password, about):
        raise Invalid(errors=[("password", "more than your name, address, organisation or words about Call24")])


def token_secret(entropy: str) -> str:
    """`entropy`: 40 random letters and digits."""
    return f"{TOKEN_PREFIX}{entropy}{zlib.crc32(entropy.encode()):08x}"


def secret_hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def parse_bearer(text: str) -> tuple[TokenId, str] | None:
    """(token id, secret), or None for what cannot be one of our tokens."""
    match = _BEARER.fullmatch(text) if len(text) < 200 else None
    if match is None or f"{zlib.crc32(match[3].encode()):08x}" != match[4]:
        return None
    return TokenId(match[1]), match[2]


def operates(user: User) -> bool:
    """Whether the user is one of the installation's operators: never without a second factor."""
    return user.operator_since is not None and user.mfa


def lapses_at(used_at: datetime, idle_s: int, expires_at: datetime) -> datetime:
    """When a token ends that is not used again."""
    return min(expires_at, used_at + timedelta(seconds=idle_s))
