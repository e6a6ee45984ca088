"""Addresses at which CRMs say that something changed: making them, and taking what is posted there.

A message is a hint. Of what it says only ids are used, to read sooner what the CRM has; who forges one has the CRM
asked. What it hints at is stored before it is answered; what is lost or refused comes with the CRM's list.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from weakref import WeakValueDictionary

from call24.crm import machine
from call24.crm.model import CrmConnection, CrmWebhook
from call24.crm.store import CrmStore
from call24.crm.webhook_body import Unreadable, records_in
from call24.kit.addresses import network_of
from call24.kit.clock import Clock
from call24.kit.encryption import SecretBox
from call24.kit.errors import BadRequest, NotFound, Refused, TooMany
from call24.kit.ids import CrmConnectionId, TenantId
from call24.kit.rate_limit import FixedWindow
from call24.kit.secrets import AppKey
from call24.webhooks import signing

A_MINUTE = 600
"""Messages of one connection."""
UNSIGNED_A_MINUTE = 60
"""From one address of the network, that were to be signed; and of a connection, those that are written down at once."""
HINTED_A_MINUTE = 240
"""Records of one connection that are put in line; further ones come with the CRM's list."""
_TOKEN_BYTES = 32
_KNOWN_FOR_S = 1.0
_KNOWN_MAX = 1000


@dataclass
class _Batch:
    """Messages that are stored at once; one that could not be is stored by who comes next of those that wait for it."""

    named: set[str] = field(default_factory=set)
    taken: int = 0
    is_stored: bool = False


class CrmWebhooks:
    """`base`: the server's own address, without a slash at its end; `is_open`: whether an organisation is let in;
    `woken`: called when a connection has something to do; `now`: seconds of a clock that never goes back."""

    def __init__(
        self,
        store: CrmStore,
        clock: Clock,
        key: AppKey,
        base: str,
        *,
        is_open: Callable[[TenantId], bool],
        woken: Callable[[], None],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._clock = clock
        self._box = SecretBox(key, "crm webhook secrets")
        self._base = base
        self._is_open = is_open
        self._woken = woken
        self._lately = FixedWindow(60.0, now)
        self._unsigned = FixedWindow(60.0, now)
        self._refusals = FixedWindow(60.0, now)
        self._hinted = FixedWindow(60.0, now)
        self._over: Counter[CrmConnectionId] = Counter()
        self._next: dict[CrmConnectionId, _Batch] = {}
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._known: dict[str, tuple[CrmConnection, float]] = {}
        self._now = now

    async def make(
        self, tenant_id: TenantId, id: CrmConnectionId, *, signed: bool
    ) -> tuple[CrmConnection, str, str | None]:
        """The connection, its address, and what signs; neither is shown again. A former address ends.

        Raises: NotFound, Unavailable.
        """
        token, secret = secrets.token_urlsafe(_TOKEN_BYTES), signing.new_secret() if signed else None
        made = CrmWebhook(
            address=_hashed(token),
            secret=self._box.seal(secret, id) if secret is not None else None,
            made_at=self._clock.now(),
        )
        after = await self._set(tenant_id, id, made)
        return after, f"{self._base}/v1/crm-webhooks/{token}", secret

    async def remove(self, tenant_id: TenantId, id: CrmConnectionId) -> None:
        """Raises: NotFound, Unavailable."""
        await self._set(tenant_id, id, None)

    async def _set(self, tenant_id: TenantId, id: CrmConnectionId, webhook: CrmWebhook | None) -> CrmConnection:
        connections = self._store.connections(tenant_id)
        self._known.clear()
        if not await connections.update(id, {"webhook": webhook}):
            raise NotFound
        self._known.clear()
        return await connections.get(id)

    async def receive(self, token: str, headers: Mapping[str, str], body: bytes, peer: str) -> None:
        """`headers`: names in lower case; `peer`: who sends, on the network. Raises: NotFound, TooMany, Refused,
        BadRequest, Unavailable."""
        connection = await self._whose(_hashed(token))
        if connection is None or connection.webhook is None or not self._is_open(connection.tenant_id):
            raise NotFound
        if not self._is_signed(connection, connection.webhook, headers, body):
            self._counted(self._unsigned, f"{connection.id} {network_of(peer)}", connection, UNSIGNED_A_MINUTE)
            await self._refuse(connection)
            raise Refused("The signature is missing, wrong, or older than 5 minutes")
        self._counted(self._lately, connection.id, connection, A_MINUTE)
        try:
            media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
            named = records_in(connection, media_type, body)
        except Unreadable:
            await self._refuse(connection)
            raise BadRequest("The body is neither JSON nor a form") from None
        await self._take(connection, named)

    def _counted(self, window: FixedWindow, key: str, connection: CrmConnection, most: int) -> None:
        """Raises: TooMany; then nothing is written."""
        used = window.of(key)
        used.count += 1
        if used.count > most:
            self._over[connection.id] += 1
            text = f"{most} messages in a minute are taken: what they would have told is read with the list"
            raise TooMany(text, retry_after_s=window.left_s(used))

    async def _whose(self, address: str) -> CrmConnection | None:
        """As it was at most a second ago: a burst of messages is one look into the database."""
        async with self._turns.setdefault(address, asyncio.Lock()):
            connection, at = self._known.get(address, (None, 0.0))
            if connection is not None and self._now() - at < _KNOWN_FOR_S:
                return connection
            connection = await self._store.by_webhook(address)
            if connection is not None:
                self._known[address] = connection, self._now()
                if len(self._known) > _KNOWN_MAX:
                    del self._known[next(iter(self._known))]
            return connection

    async def _take(self, connection: CrmConnection, named: Sequence[str]) -> None:
        """Messages that come while others are stored are stored together: they all change the same documents."""
        batch = self._next.setdefault(connection.id, _Batch())
        batch.named.update(named[: HINTED_A_MINUTE - len(batch.named)] if len(batch.named) < HINTED_A_MINUTE else ())
        batch.taken += 1
        async with self._turns.setdefault(connection.id, asyncio.Lock()):
            if batch.is_stored:
                return
            if self._next.get(connection.id) is batch:
                del self._next[connection.id]
            connections, now = self._store.connections(connection.tenant_id), self._clock.now()
            connection = await connections.get(connection.id)
            if connection.wish == "on":
                await self._hint(connection, batch.named, now)
            await self._count(connection, taken=batch.taken, last_at=now)
            connection = await connections.get(connection.id)
            if connection.wish == "on":  # after it was counted: a turn that ends now finds one or the other
                await self._store.hurry(connection, machine.hurried(connection, now))
                self._woken()
            batch.is_stored = True

    async def _hint(self, connection: CrmConnection, named: Collection[str], now: datetime) -> None:
        used = self._hinted.of(connection.id)
        left = max(0, HINTED_A_MINUTE - used.count)
        used.count += await self._store.hinted(connection, sorted(named)[:left], now)

    def _is_signed(
        self, connection: CrmConnection, webhook: CrmWebhook, headers: Mapping[str, str], body: bytes
    ) -> bool:
        if webhook.secret is None:
            return True
        secret = self._box.open(webhook.secret, connection.id)
        return secret is not None and signing.is_signed(secret, headers, body, int(self._clock.now().timestamp()))

    async def _refuse(self, connection: CrmConnection) -> None:
        """Of a flood from many addresses each writes nothing."""
        used = self._refusals.of(connection.id)
        used.count += 1
        if used.count > UNSIGNED_A_MINUTE:
            self._over[connection.id] += 1
        else:
            await self._count(connection, refused=1)

    async def _count(
        self, connection: CrmConnection, *, taken: int = 0, refused: int = 0, last_at: datetime | None = None
    ) -> None:
        """With those that were over the limit, of which each writes nothing."""
        refused += self._over.pop(connection.id, 0)
        await self._store.count_webhook(connection, taken=taken, refused=refused, last_at=last_at)


def _hashed(token: str) -> str:
    """What it is found by: how long that takes says nothing of tokens that there are."""
    return hashlib.sha256(token.encode()).hexdigest()
