"""Makes bearer tokens: random, and kept as a hash only. It stores nothing."""

from __future__ import annotations

import secrets
import string
from dataclasses import dataclass
from datetime import datetime, timedelta

from call24.identity.model import Token, User
from call24.identity.rules import lapses_at, secret_hash, token_secret
from call24.kit.ids import DeviceId, TokenId

MACHINE_IDLE = timedelta(days=90)
PROOF_LASTS = timedelta(minutes=15)
_ALPHABET = string.ascii_letters + string.digits


@dataclass(frozen=True)
class Lifetimes:
    """How long a token lasts at most, and how long without use."""

    absolute: timedelta = timedelta(days=30)
    idle: timedelta = timedelta(hours=12)


def minted(
    number: TokenId,
    user: User,
    name: str,
    abilities: tuple[str, ...],
    lasts: Lifetimes,
    now: datetime,
    device_id: DeviceId | None,
) -> tuple[str, Token]:
    """(what its holder shows, what is kept of it)."""
    secret = token_secret("".join(secrets.choice(_ALPHABET) for _ in range(40)))
    idle_s, expires_at = int(lasts.idle.total_seconds()), now + lasts.absolute
    token = Token(
        id=number,
        tenant_id=user.tenant_id,
        user_id=user.id,
        device_id=device_id,
        name=name,
        secret_hash=secret_hash(secret),
        abilities=abilities,
        created_at=now,
        last_used_at=now if device_id is not None else None,
        idle_s=idle_s,
        expires_at=expires_at,
        lapses_at=lapses_at(now, idle_s, expires_at),
    )
    return f"{number}|{secret}", token


def proof_due(token: Token, now: datetime) -> bool:
    """Whether a second factor is missing, where it is asked. An API token keeps the one it was made with."""
    if token.proven_at is None:
        return True
    return token.device_id is not None and now - token.proven_at >= PROOF_LASTS
