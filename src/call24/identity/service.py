"""Accounts and sessions: making users, signing in and out, and who a bearer token stands for.

The call path and the phones read users and devices from memory (known.py), as last known while MongoDB is away.
It does not decide what a role may do (permissions.may) and knows no HTTP.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta

import msgspec

from call24.identity import session_limits
from call24.identity.events import IdentityEvents, password_open
from call24.identity.known import KnownUsers
from call24.identity.model import Device, Issued, Principal, Role, SignedIn, Token, Told, User
from call24.identity.passwords import Passwords
from call24.identity.permissions import held, may
from call24.identity.roles import Roles
from call24.identity.rules import check_password, email_key, lapses_at, operates, parse_bearer, secret_hash
from call24.identity.store import IdentityStore
from call24.identity.stored_or_known import stored_or_known
from call24.identity.throttle import SIGNING_IN, Attempts
from call24.identity.token_issuer import MACHINE_IDLE, Lifetimes, minted, proof_due
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, NotFound, Unauthenticated, Unavailable
from call24.kit.ids import DeviceId, TenantId, TokenId, UserId, new_id
from call24.kit.mongo import Mongo
from call24.kit.paging import cursor_after, place_after
from call24.kit.secrets import AppKey
from call24.tenants.rules import checked_name

_USE_NOTED_EVERY = timedelta(minutes=1)


class IdentityService(KnownUsers):
    def __init__(self, mongo: Mongo, clock: Clock, key: AppKey, lifetimes: Lifetimes | None = None) -> None:
        super().__init__()
        self._mongo = mongo
        self._store = IdentityStore(mongo)
        self._clock = clock
        self._key = key
        self._lifetimes = lifetimes or Lifetimes()
        self.passwords = Passwords()
        self.attempts = Attempts(SIGNING_IN)
        self.events = IdentityEvents()
        self.is_open: Callable[[TenantId], bool] = lambda tenant_id: True
        """Whether an organisation is let in at all; main asks tenants/."""
        self.roles = Roles(mongo, clock)
        self.asks_proof: Callable[[TenantId], bool] = lambda tenant_id: False
        """Whether an organisation asks a second factor of everybody; main asks tenants/."""
        self.grants_address: Callable[[TenantId, str], bool] = lambda tenant_id, email_key: True
        self.grants_name: Callable[[TenantId, str], bool] = lambda tenant_id, short_name: True
        self.password_closed: Callable[[User], Awaitable[bool]] = password_open
        """Whether a user's organisation lets them in by another way alone."""

    # Users

    async def add_user(
        self, tenant_id: TenantId, *, email: str, name: str, role: Role, password: str, verified: bool = False
    ) -> User:
        """`verified`: the address is known to be read. Raises: Invalid, Conflict (code email_taken)."""
        key = email_key(email)
        check_password(password, email, name)
        now = self._clock.now()
        user = User(
            id=UserId(new_id("usr")),
            tenant_id=tenant_id,
            email=email.strip(),
            email_key=key,
            name=checked_name(name),
            role=role,
            password_hash=await self.passwords.hash(password, tenant_id),
            created_at=now,
            email_verified_at=now if verified else None,
        )
        try:
            await self._store.add_user(user)
        except Conflict:
            raise Conflict("There is already an account with this e-mail address", code="email_taken") from None
        self.remember(user)
        return user

    async def user(self, tenant_id: TenantId, user_id: UserId) -> User:
        """Raises: NotFound."""
        return await self._store.user(tenant_id, user_id)

    async def user_by_email(self, tenant_id: TenantId, email: str) -> User | None:
        """Who has this address in the organisation. Raises: Invalid where it is none."""
        found = await self._store.user_by_email(email_key(email))
        return found if found is not None and found.tenant_id == tenant_id else None

    async def users(self, tenant_id: TenantId) -> list[User]:
        return await self._store.users(tenant_id)

    async def users_page(self, tenant_id: TenantId, *, limit: int, cursor: str | None) -> tuple[list[User], str | None]:
        """The oldest first, and the cursor of what follows. Not by name: the cursor stands in URLs. Raises: Invalid."""
        [last] = place_after(cursor, [str]) if cursor is not None else [""]
        found = await self._store.users_after(tenant_id, str(last), limit + 1)
        shown = found[:limit]
        return shown, cursor_after((shown[-1].id,)) if len(found) > limit else None

    def permits(self, user: User, permission: str) -> bool:
        """Whether a user may do it, whatever the token."""
        return may(self.roles.granted(user.tenant_id, user.role), permission)

    # Sessions

    async def open_session(
        self,
        user: User,
        device_name: str,
        *,
        told: Told | None = None,
        address: str = "",
        proven: bool = False,
        provider_session: str = "",
    ) -> SignedIn:
        """A token and a phone for a user whose identity is already certain.

        Raises: Unauthenticated when the account was disabled, or its password changed, meanwhile.
        """
        device_id = DeviceId(new_id("dev"))
        bearer, token = await self._mint(
            user, checked_name(device_name, "device_name"), ("*",), self._lifetimes, device_id
        )
        proven_at = token.created_at if proven else None
        token = msgspec.structs.replace(token, proven_at=proven_at, provider_session=provider_session)
        device = Device(
            id=device_id,
            tenant_id=user.tenant_id,
            user_id=user.id,
            token_id=token.id,
            name=token.name,
            sip_nonce=self._sip_nonce(),
            told=told or Told(),
            address=address,
            last_address=address,
            created_at=token.created_at,
            last_seen_at=token.created_at,
        )
        await self._store.add_session(device, token)
        await self._check_still(user, token)
        self._devices[device_id], self._tokens[token.id] = device, token
        self._devices_of = None
        self._changes += 1
        for watcher in self.events.device_signed_in:
            await watcher(device)
        await self._make_room(device)
        return SignedIn(bearer=bearer, user=user, device=device)

    async def issue_token(self, user: User, name: str, abilities: tuple[str, ...], absolute: timedelta) -> Issued:
        """A token without a device, for a machine. The caller checked abilities and a proof, if one is asked."""
        lasts = Lifetimes(absolute=absolute, idle=MACHINE_IDLE)
        bearer, token = await self._mint(user, checked_name(name), abilities, lasts, None)
        token = msgspec.structs.replace(token, proven_at=token.created_at if self._asked(user) else None)
        await self._store.add_token(token)
        await self._check_still(user, token)
        self._tokens[token.id] = token
        return Issued(bearer=bearer, token=token)

    async def tokens(self, tenant_id: TenantId, user_id: UserId) -> list[Token]:
        """A user's sessions and machines' tokens, the oldest first."""
        return await self._store.tokens(tenant_id, user_id)

    async def devices_of(self, tenant_id: TenantId, user_id: UserId) -> list[Device]:
        """As stored now, with when and from where each was last seen."""
        return await self._store.devices_of(tenant_id, user_id)

    async def tell_device(self, tenant_id: TenantId, device_id: DeviceId, told: Told) -> None:
        await self._store.change_device(tenant_id, device_id, told)

    async def revoke_own(self, tenant_id: TenantId, user_id: UserId, token_id: TokenId, *, machine: bool) -> None:
        """End one of the user's own sessions, or an API token. Raises: NotFound."""
        token = await self._store.own_token(tenant_id, user_id, token_id)
        if token is None or (token.device_id is None) is not machine:
            raise NotFound
        await self.revoke(tenant_id, token.id, token.device_id)

    async def revoke_of_user(
        self, tenant_id: TenantId, user_id: UserId, *, but: TokenId | None = None, machines: bool = False
    ) -> int:
        """Sign a user out everywhere; how many sessions that were. `machines`: their tokens end too."""
        tokens = [token for token in await self._store.tokens(tenant_id, user_id) if token.id != but]
        await self._revoke_all(tokens, machines=machines)
        if machines:
            for ended in self.events.tokens_ended:
                await ended(tenant_id, user_id)
        return sum(token.device_id is not None for token in tokens)

    async def revoke_of_provider_session(self, tenant_id: TenantId, provider_session: str) -> list[UserId]:
        """Sign out what was opened by a session at the organisation's identity provider; whose that was."""
        tokens = await self._store.tokens_of_provider(tenant_id, provider_session)
        await self._revoke_all(tokens)
        return [token.user_id for token in tokens]

    async def authenticate(self, bearer: str, address: str = "") -> Principal:
        """Whose request it is, and from where. While MongoDB is away, sessions that this process has seen go on.

        Raises: Unauthenticated (code token_expired when it once was valid), Unavailable.
        """
        parsed = parse_bearer(bearer)
        if parsed is None:
            raise Unauthenticated
        token, user = await self._token_and_user(parsed[0])
        if token is None or not hmac.compare_digest(token.secret_hash, secret_hash(parsed[1])):
            raise Unauthenticated
        now = self._clock.now()
        if now >= token.lapses_at:
            raise Unauthenticated("The session has expired: sign in again", code="token_expired")
        if user is None or not self.lets_in(user):
            raise Unauthenticated
        if token.last_used_at is None or now - token.last_used_at >= _USE_NOTED_EVERY:
            await self._note_use(token, now, address)
        granted = self.roles.granted(user.tenant_id, user.role)
        return Principal(
            tenant_id=token.tenant_id,
            user_id=token.user_id,
            role=user.role,
            permissions=held(granted, token.abilities, machine=token.device_id is None),
            token_id=token.id,
            device_id=token.device_id,
            abilities=token.abilities,
            proof_due=self._asked(user) and proof_due(token, now),
            setup_due=token.device_id is not None and self.setup_due(user),
            operator=token.device_id is not None and operates(user),
            proven=token.proven_at is not None,
        )

    def setup_due(self, user: User) -> bool:
        """Whether the organisation asks for a second factor and the user has none to give."""
        return not user.mfa and self.asks_proof(user.tenant_id)

    def lets_in(self, user: User) -> bool:
        return user.disabled_at is None and self.is_open(user.tenant_id)

    async def revoke(self, tenant_id: TenantId, token_id: TokenId, device_id: DeviceId | None) -> None:
        """The token, the device, its phone and its sockets are gone when this returns."""
        device = None
        if device_id is not None:
            with contextlib.suppress(NotFound):
                device = await self.device(tenant_id, device_id)
        await self._store.drop_token(tenant_id, token_id, device_id)
        self._tokens.pop(token_id, None)
        await self._tell_revoked(token_id)
        if device_id is not None:
            self._devices.pop(device_id, None)
            self._devices_of = None
            self._changes += 1
        if device is not None:
            for watcher in self.events.device_signed_out:
                await watcher(device)

    async def revoke_of_tenant(self, tenant_id: TenantId, *, machines: bool = True) -> None:
        """All sessions of an organisation; with `machines` their tokens too, else only their sockets are closed."""
        await self._revoke_all(await self._store.tokens(tenant_id), machines=machines)

    async def revoke_lapsed(self) -> int:
        """End what has expired; main runs it every now and then."""
        tokens = await self._store.lapsed_tokens(self._clock.now())
        await self._revoke_all(tokens)
        return len(tokens)

    # Phones

    async def device(self, tenant_id: TenantId, device_id: DeviceId) -> Device:
        """Raises: NotFound."""
        known = self._devices.get(device_id)
        if known is not None and known.tenant_id == tenant_id:
            return known
        return await self._store.device(tenant_id, device_id)

    def _sip_nonce(self) -> str:
        """Says which app key the password is derived from; those of before the first rotation say nothing."""
        random = secrets.token_hex(16)
        return f"{self._key.generation}.{random}" if self._key.generation else random

    def sip_password(self, device: Device) -> str:
        """What the device's phone registers with: derived from the app key of its sign-in, so nothing is stored to
        steal."""
        generation, _, after = device.sip_nonce.partition(".")
        key = self._key.of_generation("sip", int(generation) if after else 0)
        return hmac.digest(key, f"{device.id}:{device.sip_nonce}".encode(), hashlib.sha256).hex()

    async def refresh(self) -> None:
        """Read users, roles and devices again. Raises: Unavailable, and then keeps what it had."""
        await self.roles.refresh()
        while True:  # again when something changed meanwhile: what was read may not have it
            changes = self._changes
            users, devices = await self._store.every_user(), await self._store.every_device()
            if changes == self._changes:
                break
        self._users = {user.id: user for user in users}
        self._devices = {device.id: device for device in devices}
        self._devices_of = None

    async def _mint(
        self, user: User, name: str, abilities: tuple[str, ...], lasts: Lifetimes, device_id: DeviceId | None
    ) -> tuple[str, Token]:
        number = await self._store.next_token_id()
        return minted(number, user, name, abilities, lasts, self._clock.now(), device_id)

    async def _make_room(self, fresh: Device) -> None:
        """Too many sessions end. Whoever signs in last at the same time sees all, so never are more left."""
        theirs = await self._store.devices_of(fresh.tenant_id, fresh.user_id)
        many = await self._store.count_devices(fresh.tenant_id) > session_limits.OF_ORGANISATION
        ended = session_limits.ending(fresh.id, theirs, await self._store.devices(fresh.tenant_id) if many else ())
        for device in ended:
            await self.revoke(device.tenant_id, device.token_id, device.id)
        own = [device for device in ended if device.user_id == fresh.user_id]
        if own:
            await self._store.made_room(fresh, own[-1].name)

    async def _check_still(self, user: User, token: Token) -> None:
        """Who disabled the account, or changed its password, while this token was made did not see it to end it."""
        try:
            now = await self._store.user(user.tenant_id, user.id)
        except NotFound:
            now = None
        if now is None or not self.lets_in(now) or now.password_hash != user.password_hash:
            await self._store.drop_token(token.tenant_id, token.id, token.device_id)
            raise Unauthenticated
        self._users[now.id] = now

    def _asked(self, user: User) -> bool:
        return user.mfa or self.asks_proof(user.tenant_id)

    async def _revoke_all(self, tokens: Iterable[Token], *, machines: bool = True) -> None:
        for token in tokens:
            if token.device_id is not None or machines:
                await self.revoke(token.tenant_id, token.id, token.device_id)
            else:
                await self._tell_revoked(token.id)

    async def _tell_revoked(self, token_id: TokenId) -> None:
        for watcher in self.events.token_revoked:
            await watcher(token_id)

    async def _token_and_user(self, token_id: TokenId) -> tuple[Token | None, User | None]:
        """Both as stored now: what a person or another process changed is seen by the next request."""
        known = self._tokens.get(token_id)
        if known is None:
            token = await self._token(token_id)
            return token, None if token is None else await self._user_now(token)
        token, user = await asyncio.gather(self._token(token_id), self._user_now(known))
        return token, user

    async def _token(self, token_id: TokenId) -> Token | None:
        token = await stored_or_known(self._mongo, self._tokens.get(token_id), lambda: self._store.token(token_id))
        if token is None:
            self._tokens.pop(token_id, None)
        else:
            self._tokens[token_id] = token
        return token

    async def _user_now(self, token: Token) -> User | None:
        def ask() -> Awaitable[User | None]:
            return self._store.user_if_any(token.tenant_id, token.user_id)

        user = await stored_or_known(self._mongo, self._users.get(token.user_id), ask)
        if user is not None:
            self._users[user.id] = user
        return user

    async def _note_use(self, token: Token, now: datetime, address: str) -> None:
        """A session is not lost because its use could not be noted."""
        if self._mongo.reachable:
            with contextlib.suppress(Unavailable):
                await self._store.used(token, now, lapses_at(now, token.idle_s, token.expires_at), address)
        if token.device_id is not None and (known := self._devices.get(token.device_id)) is not None:
            self._devices[known.id] = msgspec.structs.replace(known, last_seen_at=now, last_address=address)
