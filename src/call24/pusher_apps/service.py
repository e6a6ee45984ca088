"""Organisations' applications: making, changing and finding them, and the opened copies that sockets work by.

A secret is shown once, when it is made; it is stored sealed. The copies in memory are set by every change made through
this process and by `refresh()`, which main runs every 30 s: realtime works on while MongoDB is away.
"""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Callable
from typing import Any

import msgspec

from call24.kit.clock import Clock
from call24.kit.encryption import SecretBox
from call24.kit.errors import Conflict, NotFound
from call24.kit.ids import ApplicationId, TenantId, new_id
from call24.kit.mongo import Mongo
from call24.kit.secrets import AppKey
from call24.pusher_apps.model import Application, AppTerms
from call24.pusher_apps.rules import APPLICATIONS_MAX, checked, terms
from call24.pusher_apps.store import ApplicationStore


class ApplicationService:
    """`changed` and `removed` are told at once of what happened to an application that sockets may be of.

    `is_open`: whether an organisation is let in.
    """

    def __init__(self, mongo: Mongo, clock: Clock, key: AppKey) -> None:
        self._store = ApplicationStore(mongo)
        self._clock = clock
        self._box = SecretBox(key, "application secrets")
        self._by_key: dict[str, AppTerms] = {}
        self._by_number: dict[str, AppTerms] = {}
        self._changes = 0
        self.changed: list[Callable[[AppTerms], object]] = []
        self.removed: list[Callable[[str], object]] = []
        self.is_open: Callable[[TenantId], bool] = lambda _: True

    async def create(self, tenant_id: TenantId, name: str, **settings: Any) -> tuple[Application, str]:
        """The application and its secret, which is not shown again. Raises: Invalid, Conflict (too_many)."""
        if len(await self._store.all(tenant_id)) >= APPLICATIONS_MAX:
            raise Conflict(f"An organisation has at most {APPLICATIONS_MAX} applications", code="too_many")
        id, secret = ApplicationId(new_id("app")), secrets.token_hex(20)
        now = self._clock.now()
        application = checked(
            Application(
                id=id,
                tenant_id=tenant_id,
                number=str(10**9 + secrets.randbelow(9 * 10**9)),
                key=secrets.token_hex(10),
                secret=self._box.seal(secret, id),
                secret_at=now,
                name=name.strip(),
                created_at=now,
                **settings,
            )
        )
        await self._store.add(application)
        self._remember(application, secret)
        return application, secret

    async def change(self, tenant_id: TenantId, application_id: ApplicationId, **settings: Any) -> Application:
        """What is not named stays. Raises: NotFound, Invalid."""
        before = await self._store.get(tenant_id, application_id)
        return await self._replace(checked(msgspec.structs.replace(before, **settings)))

    async def rotate(self, tenant_id: TenantId, application_id: ApplicationId) -> tuple[Application, str]:
        """A new secret; the one before is worth nothing any more, and what it let in is cut off. Raises: NotFound."""
        before = await self._store.get(tenant_id, application_id)
        secret = secrets.token_hex(20)
        sealed = self._box.seal(secret, before.id)
        after = msgspec.structs.replace(before, secret=sealed, secret_at=self._clock.now())
        return await self._replace(after), secret

    async def remove(self, tenant_id: TenantId, application_id: ApplicationId) -> None:
        """Raises: NotFound."""
        application = await self._store.get(tenant_id, application_id)
        await self._store.drop(tenant_id, application_id)
        self._forget(application.key)

    async def get(self, tenant_id: TenantId, application_id: ApplicationId) -> Application:
        """Raises: NotFound."""
        return await self._store.get(tenant_id, application_id)

    async def all(self, tenant_id: TenantId) -> list[Application]:
        return await self._store.all(tenant_id)

    async def erase_tenant(self, tenant_id: TenantId) -> None:
        """The documents go with the organisation's others; its sockets are closed here."""
        for key in [one.key for one in self._by_key.values() if one.tenant_id == tenant_id]:
            self._forget(key)

    def tenant_changed(self, tenant_id: TenantId) -> None:
        """It was disabled, or let in again."""
        let_in = self.is_open(tenant_id)
        for known in [one for one in self._by_key.values() if one.tenant_id == tenant_id]:
            self._know(dataclasses.replace(known, let_in=let_in))

    # As last known

    def by_key(self, key: str) -> AppTerms | None:
        return self._by_key.get(key)

    def by_number(self, number: str) -> AppTerms | None:
        return self._by_number.get(number)

    async def refresh(self) -> None:
        """Another process may have changed them. Raises: Unavailable."""
        before = self._changes
        every = await self._store.every()
        if before != self._changes:
            return  # what was read may be older than what is known here
        for key in self._by_key.keys() - {one.key for one in every}:
            self._forget(key)
        for one in every:
            if (secret := self._box.open(one.secret, one.id)) is not None:
                self._know(terms(one, secret, self.is_open(one.tenant_id)))

    async def _replace(self, application: Application) -> Application:
        if not await self._store.replace(application):
            raise NotFound
        secret = self._box.open(application.secret, application.id)
        if secret is not None:
            self._remember(application, secret)
        return application

    def _remember(self, application: Application, secret: str) -> None:
        self._changes += 1
        self._know(terms(application, secret, self.is_open(application.tenant_id)))

    def _know(self, known: AppTerms) -> None:
        if self._by_key.get(known.key) == known:
            return
        self._by_key[known.key] = self._by_number[known.number] = known
        for told in self.changed:
            told(known)

    def _forget(self, key: str) -> None:
        self._changes += 1
        known = self._by_key.pop(key, None)
        if known is not None:
            self._by_number.pop(known.number, None)
            for told in self.removed:
                told(key)
