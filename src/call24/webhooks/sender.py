"""Sends what waits in the outbox: at least once, each address by itself, again with growing pauses for three days.

An address that is slow or dead holds up no other: an organisation has a share of what is sent at once, organisations
have their turn one after another, and a turn of an address is short. The order in which they arrive is not promised.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence

import aiohttp

from call24.kit.clock import Clock
from call24.kit.due_work import DueWork, Piece
from call24.kit.errors import NotFound
from call24.kit.ids import TenantId, WebhookId
from call24.kit.outbound_http import NotAllowed
from call24.webhooks import rules, signing
from call24.webhooks.model import Delivery, Trouble, Webhook
from call24.webhooks.service import WebhookService

log = logging.getLogger(__name__)

Post = Callable[[str, bytes, Mapping[str, str]], Awaitable[int]]

AT_ONCE = 60
EACH = 3
"""Addresses at once of one organisation."""
BATCH = 50
TURN_S = 5.0
"""After which an address that takes its messages slowly lets others go on."""
_GONE = 410


class Sender:
    """`run` it for as long as the process lives."""

    def __init__(self, webhooks: WebhookService, clock: Clock, post: Post) -> None:
        self._webhooks = webhooks
        self._clock = clock
        self._post = post
        self.run = DueWork(self._due, webhooks.put, at_once=AT_ONCE, each=EACH).run
        self._had_turn: set[TenantId] = set()

    async def _due(self, but: Collection[WebhookId], but_of: Collection[TenantId], most: int) -> list[Piece[WebhookId]]:
        """One address of each organisation. Raises: Unavailable."""
        now, store = self._clock.now(), self._webhooks.store
        found = await store.due(now, but, {*but_of, *self._had_turn}, BATCH)
        if not found and self._had_turn:  # all that have something had their turn: from the first again
            self._had_turn.clear()
            found = await store.due(now, but, but_of, BATCH)
        due: dict[TenantId, list[Delivery]] = {}
        for one in found:
            deliveries = due.setdefault(one.tenant_id, [one])
            if one.webhook_id == deliveries[0].webhook_id and one is not deliveries[0]:
                deliveries.append(one)
        begun = list(due.items())[:most]
        self._had_turn.update(tenant_id for tenant_id, _ in begun)
        return [self._piece(tenant_id, deliveries) for tenant_id, deliveries in begun]

    def _piece(self, tenant_id: TenantId, deliveries: list[Delivery]) -> Piece[WebhookId]:
        webhook_id = deliveries[0].webhook_id
        return Piece(webhook_id, tenant_id, f"webhook {webhook_id}", lambda: self._work(deliveries))

    async def _work(self, deliveries: list[Delivery]) -> None:
        """Raises: Unavailable."""
        until = asyncio.get_running_loop().time() + TURN_S
        for delivery in deliveries:
            await self._try(delivery)
            if asyncio.get_running_loop().time() >= until:
                break

    async def _try(self, delivery: Delivery) -> None:
        """Raises: Unavailable."""
        webhook = self._webhooks.known(delivery.webhook_id)
        keys = [] if webhook is None else self._webhooks.keys(webhook)
        if webhook is None or not keys or not self._webhooks.served(webhook):
            await self._webhooks.settled(rules.put_off(delivery, self._clock.now()))
            return
        trouble, status = await self._sent(webhook, keys, delivery)
        now = self._clock.now()
        if status is not None and trouble is None:
            await self._webhooks.settled(rules.taken(delivery, now, status))
            await self._fares(webhook, taken=True)
            return
        assert trouble is not None
        after = rules.failed(delivery, now, trouble, status)
        log.warning("webhook message %s was not accepted (%s): %s", delivery.id, status or trouble, after.state)
        await self._webhooks.settled(after)
        await self._fares(webhook, taken=False)
        if trouble == "gone":
            with contextlib.suppress(NotFound):
                await self._webhooks.disable_gone(webhook)

    async def _fares(self, webhook: Webhook, *, taken: bool) -> None:
        """Raises: Unavailable."""
        with contextlib.suppress(NotFound):  # it was deleted meanwhile
            await self._webhooks.record_health(webhook.id, taken=taken)

    async def _sent(
        self, webhook: Webhook, keys: Sequence[str], delivery: Delivery
    ) -> tuple[Trouble | None, int | None]:
        """Why it was not taken, and the status of the answer."""
        at_s = int(self._clock.wall().timestamp())
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "call24-webhooks",
            **signing.headers(keys, delivery.message_id, at_s, delivery.body),
        }
        try:
            status = await self._post(webhook.url, delivery.body.encode(), headers)
        except TimeoutError:
            return "too_slow", None
        except (OSError, aiohttp.ClientError, ValueError) as error:
            return "not_allowed" if NotAllowed.caused(error) else "no_answer", None
        if status == _GONE:
            return "gone", status
        return None if 200 <= status < 300 else "refused", status
