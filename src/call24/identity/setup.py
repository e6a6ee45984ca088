"""The one-time link: makes the first organisation and its owner, once.

The token is a file in the data folder; whoever can read it owns the machine anyway. It does not print the link.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from call24.identity.model import SetupClaim, SignedIn, User
from call24.identity.rules import check_password, email_key
from call24.identity.service import IdentityService
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, Refused
from call24.kit.mongo import Mongo
from call24.kit.secrets import secret_file
from call24.tenants.rules import check_tenant, checked_name
from call24.tenants.service import TenantService

_FIRST = "first organisation"


@dataclass(frozen=True, kw_only=True)
class FirstOwner:
    """A new organisation and who owns it: what the form behind the link asks for, and what the operator grants it."""

    organisation: str
    name: str
    email: str
    password: str = field(repr=False)
    region: str = "GB"
    timezone: str = "UTC"
    numbers: Sequence[str] | None = None
    domains: Sequence[str] | None = None
    networks: Sequence[str] | None = None


class Setup:
    def __init__(
        self, mongo: Mongo, clock: Clock, data: Path, tenants: TenantService, identity: IdentityService
    ) -> None:
        self._claims = mongo.platform(SetupClaim, why="the first organisation is made once")
        self._clock = clock
        self._file = data / "secrets" / "setup_token"
        self._tenants = tenants
        self._identity = identity

    async def prepare(self) -> str | None:
        """At start: the token when there is no organisation yet, else None (and an old token is gone)."""
        if any(not tenant.temporary for tenant in await self._tenants.all()):
            self._file.unlink(missing_ok=True)
            return None
        await self._claims.delete(_FIRST)  # left by a crash half-way
        return secret_file(self._file, lambda: secrets.token_urlsafe(32))

    async def run(self, token: str, wish: FirstOwner, device_name: str) -> SignedIn:
        """Raises: Refused (code setup_token), Conflict (code setup_done), Invalid. Only success uses the token up."""
        expected = self._file.read_text().strip() if self._file.exists() else ""
        if not hmac.compare_digest(expected.encode() or secrets.token_bytes(32), token.encode()):
            raise Refused("This link is invalid or was already used", code="setup_token")
        _check(wish)
        try:
            await self._claims.insert(SetupClaim(id=_FIRST, at=self._clock.now()))
        except Conflict:
            raise Conflict("The first organisation already exists", code="setup_done") from None
        try:
            signed_in = await self._make(wish, device_name)
        except BaseException:  # a cancelled request too
            await self._claims.delete(_FIRST)
            raise
        self._file.unlink(missing_ok=True)
        return signed_in

    async def _make(self, wish: FirstOwner, device_name: str) -> SignedIn:
        owner = await make_organisation(self._tenants, self._identity, wish)
        return await self._identity.open_session(owner, device_name)


async def make_organisation(tenants: TenantService, identity: IdentityService, wish: FirstOwner) -> User:
    """An organisation and its owner, or neither. Raises: Invalid, Conflict (code email_taken)."""
    tenant = await tenants.create(
        wish.organisation,
        region=wish.region,
        timezone=wish.timezone,
        numbers=wish.numbers,
        domains=wish.domains,
        networks=wish.networks,
    )
    try:
        return await identity.add_user(
            tenant.id, email=wish.email, name=wish.name, role="owner", password=wish.password
        )
    except BaseException:  # a cancelled request too
        await tenants.wipe(tenant.id)
        raise


def _check(wish: FirstOwner) -> None:
    """Everything that can be wrong is found before anything is written. Raises: Invalid."""
    checked_name(wish.organisation, "organisation")
    check_tenant(wish.region, wish.timezone, 90)
    email_key(wish.email)
    check_password(wish.password, wish.email, wish.name, wish.organisation)
    checked_name(wish.name)
