"""App passwords: a device's own password, for CardDAV alone, shown once.

Of 120 random bits only a SHA-256 is kept, as of API tokens: nobody guesses them, so nothing has to be slow. Each
belongs to a user, who is looked up again with each request. It knows no HTTP.
"""

from __future__ import annotations

import contextlib
import secrets
from datetime import timedelta
from urllib.parse import unquote

import msgspec

from call24.carddav.model import AppPassword
from call24.identity.events import FailedSignIn
from call24.identity.model import Principal, User
from call24.identity.permissions import held
from call24.identity.rules import email_key, secret_hash
from call24.identity.service import IdentityService
from call24.identity.store import IdentityStore
from call24.identity.throttle import SIGNING_IN, Attempts
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, Invalid, NotFound, Unauthenticated, Unavailable
from call24.kit.ids import AppPasswordId, TenantId, TokenId, UserId, new_id
from call24.kit.mongo import Index, Mongo
from call24.people.book_changes import BookChanges
from call24.tenants.rules import checked_name

PASSWORDS_MAX = 20
"""Of a user."""
ABILITIES = ("people.read", "people.write")
WAY = "PROPFIND /carddav"
INDEXES = (
    Index(AppPassword, ("user_id", "created_at")),
    Index(AppPassword, ("secret_hash",), unique=True, across=True),
)
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without what is mistaken for another when it is typed."""
_GROUPS, _GROUP = 6, 4
_USE_NOTED_EVERY = timedelta(minutes=1)
_LONGEST = 200


class NewAppPassword(msgspec.Struct, frozen=True):
    """`secret` is shown this once."""

    password: AppPassword
    secret: str


class AppPasswords:
    def __init__(self, mongo: Mongo, clock: Clock, identity: IdentityService, books: BookChanges) -> None:
        self._mongo = mongo
        self._clock = clock
        self._identity = identity
        self._users = IdentityStore(mongo)
        self._books = books
        self._attempts = Attempts(SIGNING_IN)
        self._every = mongo.platform(AppPassword, why="whose it is, is known only once it is found")

    async def make(self, tenant_id: TenantId, user_id: UserId, name: str) -> NewAppPassword:
        """Raises: Invalid, Conflict (code too_many), Unavailable."""
        passwords = self._mongo.tenant(tenant_id).collection(AppPassword)
        if await passwords.count({"user_id": user_id}) >= PASSWORDS_MAX:
            raise Conflict(f"A user has at most {PASSWORDS_MAX} app passwords: revoke one first", code="too_many")
        await self._books.begin(tenant_id, None)
        await self._books.begin(tenant_id, user_id)
        groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))
        secret = "-".join(groups)
        made = AppPassword(
            id=AppPasswordId(new_id("apw")),
            tenant_id=tenant_id,
            user_id=user_id,
            name=checked_name(name),
            secret_hash=secret_hash(secret),
            created_at=self._clock.now(),
        )
        await passwords.insert(made)
        return NewAppPassword(made, secret)

    async def of_user(self, tenant_id: TenantId, user_id: UserId) -> list[AppPassword]:
        """The oldest first."""
        passwords = self._mongo.tenant(tenant_id).collection(AppPassword)
        return await passwords.find({"user_id": user_id}, sort=[("created_at", 1), ("id", 1)], limit=PASSWORDS_MAX)

    async def get(self, tenant_id: TenantId, user_id: UserId, id: AppPasswordId) -> AppPassword:
        """Raises: NotFound, also for another user's."""
        found = await self._mongo.tenant(tenant_id).collection(AppPassword).get(id)
        if found.user_id != user_id:
            raise NotFound
        return found

    async def revoke(self, tenant_id: TenantId, user_id: UserId, id: AppPasswordId) -> None:
        """From the next request on it is refused. Raises: NotFound."""
        if not await self._mongo.tenant(tenant_id).collection(AppPassword).delete_many({"id": id, "user_id": user_id}):
            raise NotFound

    async def revoke_all(self, tenant_id: TenantId, user_id: UserId) -> None:
        """With a new password, unless the user keeps what programs have."""
        await self._mongo.tenant(tenant_id).collection(AppPassword).delete_many({"user_id": user_id})

    async def sign_in(self, name: str, secret: str, address: str) -> Principal:
        """`name`: the user's e-mail address. Who is right is let in, however often others were wrong.

        Raises: Unauthenticated, TooMany, Unavailable.
        """
        found = await self._found(name, secret)
        if found is None:
            self._attempts.begin(_key(name), address, self._clock.now())
            self._failed(await self._users.user_by_email(_key(name)) if _key(name) else None, address)
            raise Unauthenticated("The e-mail address or the app password is wrong")
        password, user = found
        await self._note_use(password)
        granted = self._identity.roles.granted(user.tenant_id, user.role)
        return Principal(
            tenant_id=user.tenant_id,
            user_id=user.id,
            role=user.role,
            permissions=held(granted, ABILITIES, machine=True),
            token_id=TokenId(password.id),
            device_id=None,
            abilities=ABILITIES,
        )

    async def _found(self, name: str, secret: str) -> tuple[AppPassword, User] | None:
        """Some clients show the name with its `@` encoded, as it stands in an address."""
        if len(secret) > _LONGEST or len(name) > _LONGEST:
            return None
        password = await self._every.find_one({"secret_hash": secret_hash(secret.strip().lower())})
        if password is None:
            return None
        try:
            user = await self._identity.user(password.tenant_id, password.user_id)
        except NotFound:
            return None
        known = _key(name) == user.email_key or _key(unquote(name)) == user.email_key
        return (password, user) if known and self._identity.lets_in(user) else None

    def _failed(self, user: User | None, address: str) -> None:
        if user is None:
            return
        failed = FailedSignIn(
            tenant_id=user.tenant_id, user_id=user.id, address=address, way=WAY, code="invalid_credentials"
        )
        for watcher in self._identity.events.sign_in_failed:
            watcher(failed)

    async def _note_use(self, password: AppPassword) -> None:
        """A phone goes on though its use could not be noted."""
        now = self._clock.now()
        if password.last_used_at is None or now - password.last_used_at >= _USE_NOTED_EVERY:
            with contextlib.suppress(Unavailable):
                passwords = self._mongo.tenant(password.tenant_id).collection(AppPassword)
                await passwords.update(password.id, {"last_used_at": now})


def _key(name: str) -> str:
    try:
        return email_key(name)
    except Invalid:
        return ""
