"""Accounts and sessions: making users, signing in and out, and who a bearer token stands for.

The call path and the phones read users and devices from memory (`known_*`), as last known while MongoDB is away.
It does not decide what a role may do (permissions.may) and knows no HTTP.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import secrets
import string
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from call24.identity.model import Device, Principal, Role, SignedIn, Token, User
from call24.identity.passwords import Passwords
from call24.identity.rules import (
    check_password,
    email_key,
    expired,
    parse_bearer,
    secret_hash,
    token_secret,
)
from call24.identity.store import IdentityStore
from call24.identity.throttle import Attempts
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, Invalid, NotFound, Unauthenticated, Unavailable
from call24.kit.ids import DeviceId, TenantId, TokenId, UserId, new_id
from call24.kit.mongo import Mongo
from call24.kit.secrets import AppKey
from call24.tenants.rules import checked_name

DeviceWatcher = Callable[[Device], Awaitable[None]]

_ALPHABET = string.ascii_letters + string.digits
_USE_NOTED_EVERY = timedelta(minutes=1)
_ASK_S = 0.7


@dataclass(frozen=True)
class IdentityEvents:
    """Who wants to know: main puts the PBX's provisioning and the realtime sockets here."""

    device_signed_in: list[DeviceWatcher] = field(default_factory=list)
    device_signed_out: list[DeviceWatcher] = field(default_factory=list)


@dataclass(frozen=True)
class Lifetimes:
    """How long a session lasts at most, and how long without use."""

    absolute: timedelta = timedelta(days=30)
    idle: timedelta = timedelta(hours=12)


class IdentityService:
    def __init__(self, mongo: Mongo, clock: Clock, key: AppKey, lifetimes: Lifetimes | None = None) -> None:
        self._mongo = mongo
        self._store = IdentityStore(mongo)
        self._clock = clock
        self._sip_key = key.derive("sip")
        self._lifetimes = lifetimes or Lifetimes()
        self._passwords = Passwords()
        self._attempts = Attempts()
        self.events = IdentityEvents()
        self._users: dict[UserId, User] = {}
        self._devices: dict[DeviceId, Device] = {}
        self._devices_of: dict[UserId, list[Device]] | None = None
        """Made from ``_devices`` when it is asked for; None: it has changed since."""
        self._tokens: dict[TokenId, Token] = {}
        self._changes = 0

    # Users

    async def add_user(self, tenant_id: TenantId, *, email: str, name: str, role: Role, password: str) -> User:
        """Raises: Invalid, Conflict (code email_taken)."""
        key = email_key(email)
        check_password(password)
        if password.casefold() == key:
            raise Invalid(errors=[("password", "not the e-mail address")])
        user = User(
            id=UserId(new_id("usr")),
            tenant_id=tenant_id,
            email=email.strip(),
            email_key=key,
            name=checked_name(name),
            role=role,
            password_hash=await self._passwords.hash(password),
            created_at=self._clock.now(),
        )
        try:
            await self._store.add_user(user)
        except Conflict:
            raise Conflict("There is an account with this e-mail address", code="email_taken") from None
        self._users[user.id] = user
        self._changes += 1
        return user

    async def user(self, tenant_id: TenantId, user_id: UserId) -> User:
        """Raises: NotFound."""
        return await self._store.user(tenant_id, user_id)

    async def users(self, tenant_id: TenantId) -> list[User]:
        return await self._store.users(tenant_id)

    # Sessions

    async def sign_in(self, email: str, password: str, device_name: str, address: str) -> SignedIn:
        """Raises: Unauthenticated (code invalid_credentials; unknown accounts: same words, same time), TooMany."""
        name = checked_name(device_name, "device_name")
        try:
            key = email_key(email)
        except Invalid:
            key = ""
        self._attempts.begin(key, address, self._clock.now())
        user = await self._store.user_by_email(key) if key else None
        if not await self._passwords.matches(password, user.password_hash if user else None) or user is None:
            raise Unauthenticated("The e-mail address or the password is wrong", code="invalid_credentials")
        self._attempts.forgive(key, address)
        return await self.open_session(user, name)

    async def open_session(self, user: User, device_name: str) -> SignedIn:
        """A token and a phone for a user whose identity is already certain."""
        now = self._clock.now()
        secret = token_secret("".join(secrets.choice(_ALPHABET) for _ in range(40)))
        token_id, device_id = TokenId(new_id("tok")), DeviceId(new_id("dev"))
        device = Device(
            id=device_id,
            tenant_id=user.tenant_id,
            user_id=user.id,
            token_id=token_id,
            name=checked_name(device_name, "device_name"),
            sip_nonce=secrets.token_hex(16),
            created_at=now,
        )
        token = Token(
            id=token_id,
            tenant_id=user.tenant_id,
            user_id=user.id,
            device_id=device_id,
            secret_hash=secret_hash(secret),
            created_at=now,
            last_used_at=now,
            expires_at=now + self._lifetimes.absolute,
        )
        await self._store.add_session(device, token)
        self._devices[device_id], self._tokens[token_id] = device, token
        self._devices_of = None
        self._users[user.id] = user
        self._changes += 1
        for watcher in self.events.device_signed_in:
            await watcher(device)
        return SignedIn(bearer=f"{token_id}|{secret}", user=user, device=device)

    async def authenticate(self, bearer: str) -> Principal:
        """Whose request it is. While MongoDB is away, sessions that this process has seen go on.

        Raises: Unauthenticated (code token_expired when it once was valid), Unavailable.
        """
        parsed = parse_bearer(bearer)
        if parsed is None:
            raise Unauthenticated
        token = await self._token(parsed[0])
        if token is None or not hmac.compare_digest(token.secret_hash, secret_hash(parsed[1])):
            raise Unauthenticated
        now = self._clock.now()
        if expired(token, now, self._lifetimes.idle):
            raise Unauthenticated("The session has expired: sign in again", code="token_expired")
        user = self._users.get(token.user_id) or await self._known_or_stored(token)
        if now - token.last_used_at >= _USE_NOTED_EVERY:
            await self._note_use(token)
        return Principal(
            tenant_id=token.tenant_id,
            user_id=token.user_id,
            role=user.role,
            token_id=token.id,
            device_id=token.device_id,
            abilities=token.abilities,
        )

    async def sign_out(self, tenant_id: TenantId, token_id: TokenId, device_id: DeviceId) -> None:
        """The token, the device, its phone and its sockets are gone when this returns."""
        try:
            device = await self.device(tenant_id, device_id)
        except NotFound:
            device = None
        await self._store.drop_session(tenant_id, token_id, device_id)
        self._tokens.pop(token_id, None)
        self._devices.pop(device_id, None)
        self._devices_of = None
        self._changes += 1
        if device is not None:
            for watcher in self.events.device_signed_out:
                await watcher(device)

    async def sign_out_everyone(self, tenant_id: TenantId) -> None:
        for device in await self._store.devices(tenant_id):
            self._devices.setdefault(device.id, device)
            await self.sign_out(tenant_id, device.token_id, device.id)
        self._users = {user.id: user for user in self._users.values() if user.tenant_id != tenant_id}

    async def expire_sessions(self) -> int:
        """End what has expired; main runs it every now and then."""
        now = self._clock.now()
        tokens = await self._store.expired_tokens(now, now - self._lifetimes.idle)
        for token in tokens:
            await self.sign_out(token.tenant_id, token.id, token.device_id)
        return len(tokens)

    # Phones

    async def device(self, tenant_id: TenantId, device_id: DeviceId) -> Device:
        """Raises: NotFound."""
        known = self._devices.get(device_id)
        if known is not None and known.tenant_id == tenant_id:
            return known
        return await self._store.device(tenant_id, device_id)

    def sip_password(self, device: Device) -> str:
        """What the device's phone registers with: derived from the app key, so nothing is stored to steal."""
        return hmac.digest(self._sip_key, f"{device.id}:{device.sip_nonce}".encode(), hashlib.sha256).hex()

    # Memory only, for the call path

    async def refresh(self) -> None:
        """Read users and devices again. Raises: Unavailable, and then keeps what it had."""
        while True:  # again when something changed meanwhile: what was read may not have it
            changes = self._changes
            users, devices = await self._store.every_user(), await self._store.every_device()
            if changes == self._changes:
                break
        self._users = {user.id: user for user in users}
        self._devices = {device.id: device for device in devices}
        self._devices_of = None

    def known_user(self, user_id: UserId) -> User | None:
        return self._users.get(user_id)

    def known_users(self, tenant_id: TenantId) -> list[User]:
        return [user for user in self._users.values() if user.tenant_id == tenant_id]

    def known_devices(self, user_id: UserId | None = None) -> list[Device]:
        """Signed-in devices of one user, or of everybody."""
        if user_id is None:
            return list(self._devices.values())
        if self._devices_of is None:
            self._devices_of = {}
            for device in self._devices.values():
                self._devices_of.setdefault(device.user_id, []).append(device)
        return list(self._devices_of.get(user_id, ()))

    async def _token(self, token_id: TokenId) -> Token | None:
        known = self._tokens.get(token_id)
        if known is not None and not self._mongo.reachable:
            return known
        try:
            async with asyncio.timeout(_ASK_S if known is not None else None):
                token = await self._store.token(token_id)
        except (Unavailable, TimeoutError):  # a MongoDB that stands still must not hold up a call in hand
            if known is None:
                raise
            return known
        if token is None:
            self._tokens.pop(token_id, None)
        else:
            self._tokens[token_id] = token
        return token

    async def _known_or_stored(self, token: Token) -> User:
        try:
            user = await self._store.user(token.tenant_id, token.user_id)
        except NotFound:
            raise Unauthenticated from None
        self._users[user.id] = user
        return user

    async def _note_use(self, token: Token) -> None:
        """A session is not lost because its use could not be noted."""
        if self._mongo.reachable:
            with contextlib.suppress(Unavailable):
                await self._store.used(token, self._clock.now())
