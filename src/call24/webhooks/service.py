"""Organisations' webhooks: making, changing and finding them, and putting what happens into the outbox of each.

A secret is shown once, when it is made, and stored sealed. Events are held against copies in memory, set by every
change made through this process and by `refresh()`, which main runs every 30 s. It sends nothing: sender.py does.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from call24.kit.clock import Clock
from call24.kit.encryption import SecretBox
from call24.kit.endpoints import WhyNot, anywhere, check_endpoint
from call24.kit.errors import Conflict, NotFound, TooMany
from call24.kit.ids import ContactId, DeliveryId, PersonId, TenantId, UserId, WebhookId, derived_id, new_id
from call24.kit.instants import iso
from call24.kit.mongo import Mongo
from call24.kit.paging import cursor_of
from call24.kit.rate_limit import SlidingWindow
from call24.kit.secrets import AppKey
from call24.webhooks import rules
from call24.webhooks.events import AnyEvent, WebhookTest, message
from call24.webhooks.model import Delivery, State, Webhook
from call24.webhooks.signing import new_secret
from call24.webhooks.store import KINDS_OF_DELETION, WebhookStore

log = logging.getLogger(__name__)

MINUTE = timedelta(minutes=1)
ENQUEUED_KEPT = 20_000
"""Ids alone: what was enqueued is not asked of the database again. After a restart the database knows."""


MayTellPerson = Callable[[TenantId, PersonId, Collection[ContactId]], bool]


class WebhookService:
    """`private`: the operator lets webhooks go to this machine and its networks, and without TLS.

    `is_open`: whether an organisation is let in; `why_not`: whether its data may go somewhere; `may_tell`: whether
    others may be told of a caller, `may_tell_person` of a person of the address book with these numbers; `put`: set
    when something waits to be sent.
    """

    def __init__(self, mongo: Mongo, clock: Clock, key: AppKey, *, private: bool = False) -> None:
        self.store = WebhookStore(mongo)
        self._clock = clock
        self._box = SecretBox(key, "webhook secrets")
        self._private = private
        self._known: dict[WebhookId, Webhook] = {}
        self._of: dict[TenantId, list[Webhook]] = {}
        self._waiting: dict[WebhookId, int] = {}
        self._enqueued_lately: OrderedDict[DeliveryId, None] = OrderedDict()
        self._by_hand, self._again = SlidingWindow(MINUTE), SlidingWindow(MINUTE)
        self._changes = 0
        self.is_open: Callable[[TenantId], bool] = lambda _: True
        self.why_not: WhyNot = anywhere
        self.may_tell: Callable[[TenantId, ContactId], bool] = lambda tenant_id, contact_id: True
        self.may_tell_person: MayTellPerson = lambda tenant_id, person_id, contact_ids: True
        self.put = asyncio.Event()

    # --- settings ---

    async def create(self, tenant_id: TenantId, by: UserId, **settings: Any) -> tuple[Webhook, str]:
        """The webhook and its secret, which is not shown again. Raises: Invalid, Conflict (codes too_many,
        transfer_not_registered)."""
        if len(await self.store.all(tenant_id)) >= rules.WEBHOOKS_MAX:
            raise Conflict(f"An organisation has at most {rules.WEBHOOKS_MAX} webhooks", code="too_many")
        id, secret, now = WebhookId(new_id("whk")), new_secret(), self._clock.now()
        sealed = self._box.seal(secret, id)
        webhook = Webhook(
            id=id, tenant_id=tenant_id, secret=sealed, secret_at=now, created_by=by, created_at=now, **settings
        )
        await self._check_endpoint(rules.checked(webhook, private=self._private))
        await self.store.add(webhook)
        self._know(webhook)
        return webhook, secret

    async def change(self, tenant_id: TenantId, webhook_id: WebhookId, **settings: Any) -> Webhook:
        """What is not named stays. Switched on again it is no longer gone.

        Raises: NotFound, Invalid, Conflict (code transfer_not_registered)."""
        before = await self.store.get(tenant_id, webhook_id)
        if settings.get("enabled"):
            settings["gone_at"] = None
        if settings.keys() & {"url", "enabled"}:  # what the last attempts came to says nothing of what is now
            settings["failing_since"] = None
        after = rules.checked(msgspec.structs.replace(before, **settings), private=self._private)
        if settings.keys() & {"url", "country", "enabled"}:
            await self._check_endpoint(after)
        return await self._replace(after)

    async def rotate(self, tenant_id: TenantId, webhook_id: WebhookId) -> tuple[Webhook, str]:
        """A new secret; the one before signs beside it for a day, in which there is no other: the receiver may still
        know only the one before. Raises: NotFound, Conflict (code old_secret_signs)."""
        before, secret, now = await self.store.get(tenant_id, webhook_id), new_secret(), self._clock.now()
        if before.old_until is not None and now < before.old_until:
            raise Conflict(f"The secret before this one signs until {iso(before.old_until)}", code="old_secret_signs")
        after = msgspec.structs.replace(
            before,
            secret=self._box.seal(secret, webhook_id),
            secret_at=now,
            old_secret=before.secret,
            old_until=now + rules.OLD_SECRET_FOR,
        )
        return await self._replace(after), secret

    async def remove(self, tenant_id: TenantId, webhook_id: WebhookId) -> None:
        """With all that waits for it. Raises: NotFound."""
        await self.store.get(tenant_id, webhook_id)
        await self.store.drop(tenant_id, webhook_id)
        self._forget(webhook_id)

    async def disable_gone(self, webhook: Webhook) -> None:
        """The address said that it is there no more. Raises: Unavailable; NotFound where the webhook is not either."""
        await self._found_out(webhook, enabled=False, gone_at=self._clock.now())

    async def record_health(self, webhook_id: WebhookId, *, taken: bool) -> None:
        """What the last attempt came to; written down when it is otherwise than before. Raises: Unavailable."""
        known = self._known.get(webhook_id)
        if known is None or taken is (known.failing_since is None):
            return
        await self._found_out(known, failing_since=None if taken else self._clock.now())

    async def get(self, tenant_id: TenantId, webhook_id: WebhookId) -> Webhook:
        """Raises: NotFound."""
        return await self.store.get(tenant_id, webhook_id)

    async def all(self, tenant_id: TenantId) -> list[Webhook]:
        return await self.store.all(tenant_id)

    # --- what happens ---

    async def publish(self, tenant_id: TenantId, event: AnyEvent, at: datetime, *key: str) -> None:
        """`key`: what makes this event itself within its kind. Raises: Unavailable; repeating it is harmless.

        Of a caller who objected nothing is told, but that the contact was deleted.
        """
        kind = str(event.__struct_config__.tag)
        contact_id: str | None = getattr(event, "contact_id", None)
        if (
            contact_id is not None
            and kind not in KINDS_OF_DELETION
            and not self.may_tell(tenant_id, ContactId(contact_id))
        ):
            return
        wanting = [one for one in self._of.get(tenant_id, ()) if one.enabled and kind in one.kinds]
        if not wanting or not self.is_open(tenant_id) or self._clock.now() - at > rules.TOLD_WITHIN:
            return
        for webhook in wanting:
            if at >= webhook.created_at:
                await self._enqueue(webhook, event, at, key)

    async def test(self, tenant_id: TenantId, webhook_id: WebhookId) -> Delivery:
        """A message that says only that it is one. Raises: NotFound, Conflict (too_many), TooMany."""
        webhook, now = await self.store.get(tenant_id, webhook_id), self._clock.now()
        _count(self._by_hand, rules.TESTS_A_MINUTE, tenant_id, now)
        made = await self._enqueue(webhook, WebhookTest(webhook_id=webhook_id, asked_at=now), now, (new_id("msg"),))
        if made is None:
            raise Conflict(f"More than {rules.WAITING_MAX} messages are already waiting", code="too_many")
        return made

    async def _enqueue(self, webhook: Webhook, event: AnyEvent, at: datetime, key: tuple[str, ...]) -> Delivery | None:
        """None where too many wait, or it was put a moment ago."""
        kind, now = str(event.__struct_config__.tag), self._clock.now()
        id = DeliveryId(derived_id("dlv", webhook.id, kind, *key))
        if id in self._enqueued_lately:  # a call's record is written several times
            return None
        if self._waiting.get(webhook.id, 0) >= rules.WAITING_MAX:
            log.warning("webhook %s has too many waiting messages: one was dropped", webhook.id)
            return None
        delivery = Delivery(
            id=id,
            tenant_id=webhook.tenant_id,
            webhook_id=webhook.id,
            message_id=derived_id("msg", webhook.tenant_id, kind, *key),
            kind=kind,
            body=message(event, at),
            created_at=now,
            due_at=now,
            until=now + rules.TRIED_FOR,
            delete_at=now + rules.TRIED_FOR + rules.KEPT_DEAD,
        )
        if await self.store.enqueue(delivery):
            self._waits(webhook.id, 1)
        self._enqueued_lately[id] = None
        if len(self._enqueued_lately) > ENQUEUED_KEPT:
            self._enqueued_lately.popitem(last=False)
        return delivery

    def _waits(self, webhook_id: WebhookId, more: int) -> None:
        if webhook_id in self._known:
            self._waiting[webhook_id] = max(0, self._waiting.get(webhook_id, 0) + more)
        if more > 0:
            self.put.set()

    # --- deliveries ---

    async def deliveries(
        self, tenant_id: TenantId, webhook_id: WebhookId, state: State | None, *, limit: int, cursor: str | None
    ) -> tuple[list[Delivery], str | None]:
        """The newest first, and the cursor of what follows. Raises: NotFound, Invalid."""
        await self.store.get(tenant_id, webhook_id)
        found = await self.store.page(tenant_id, webhook_id, state, limit=limit + 1, cursor=cursor)
        shown = found[:limit]
        return shown, cursor_of(shown[-1].created_at, shown[-1].id) if len(found) > limit else None

    async def resend(self, tenant_id: TenantId, webhook_id: WebhookId, delivery_id: DeliveryId) -> Delivery:
        """Once more, for three days, whatever became of it. Raises: NotFound, Conflict (delivery_waiting), TooMany."""
        delivery = await self.store.delivery(tenant_id, webhook_id, delivery_id)
        if delivery is None:
            raise NotFound
        if delivery.state == "waiting":
            raise Conflict("It is already waiting to be sent", code="delivery_waiting")
        _count(self._again, rules.RESENDS_A_MINUTE, tenant_id, self._clock.now())
        after = rules.again(delivery, self._clock.now())
        await self.store.change(after)
        self._waits(webhook_id, 1)
        return after

    async def settled(self, delivery: Delivery) -> None:
        """What an attempt came to. Raises: Unavailable."""
        await self.store.change(delivery)
        if delivery.state != "waiting":
            self._waits(delivery.webhook_id, -1)

    # --- as last known ---

    def has_any(self, tenant_id: TenantId) -> bool:
        return bool(self._of.get(tenant_id))

    def known(self, webhook_id: WebhookId) -> Webhook | None:
        return self._known.get(webhook_id)

    def known_of(self, tenant_id: TenantId) -> list[Webhook]:
        return list(self._of.get(tenant_id, ()))

    def served(self, webhook: Webhook) -> bool:
        return webhook.enabled and self.is_open(webhook.tenant_id)

    def keys(self, webhook: Webhook) -> list[str]:
        """The secrets that sign now, the newest first."""
        old = webhook.old_secret if webhook.old_until is not None and self._clock.now() < webhook.old_until else None
        opened = [self._box.open(sealed, webhook.id) for sealed in (webhook.secret, old) if sealed is not None]
        return [secret for secret in opened if secret is not None]

    async def refresh(self) -> None:
        """Another process may have changed them. Raises: Unavailable."""
        before = self._changes
        every = await self.store.every()
        counts = {one.id: await self.store.waiting(one.tenant_id, one.id) for one in every}
        if before == self._changes:  # otherwise what was read may be older than what is known here
            self._known = {one.id: one for one in every}
            self._sort()
        self._waiting = counts

    async def erase_callers(self, tenant_id: TenantId, contact_ids: Sequence[ContactId]) -> int:
        """They are erased: no message that names them is sent or kept, but that the contact was deleted; how many.

        Raises: Unavailable.
        """
        return await self.store.drop_naming(tenant_id, contact_ids)

    def close_tenant(self, tenant_id: TenantId) -> None:
        """The organisation is being erased."""
        for webhook in list(self._of.get(tenant_id, ())):
            self._forget(webhook.id)

    async def _check_endpoint(self, webhook: Webhook) -> None:
        """Nothing goes to one that is switched off."""
        if webhook.enabled:
            await check_endpoint(self.why_not, webhook.tenant_id, rules.endpoint_of(webhook))

    async def _replace(self, webhook: Webhook) -> Webhook:
        if not await self.store.replace(webhook):
            raise NotFound
        self._know(webhook)
        return webhook

    async def _found_out(self, webhook: Webhook, **what: Any) -> None:
        """These fields alone: an administrator may change others, such as the secret, in this moment."""
        if not await self.store.set(webhook, what):
            raise NotFound
        known = self._known.get(webhook.id)
        if known is not None:
            self._know(msgspec.structs.replace(known, **what))

    def _know(self, webhook: Webhook) -> None:
        self._changes += 1
        self._known[webhook.id] = webhook
        self._sort()

    def _forget(self, webhook_id: WebhookId) -> None:
        self._changes += 1
        self._known.pop(webhook_id, None)
        self._waiting.pop(webhook_id, None)
        self._sort()

    def _sort(self) -> None:
        self._of = {}
        for webhook in self._known.values():
            self._of.setdefault(webhook.tenant_id, []).append(webhook)


def _count(counted: SlidingWindow, most: int, tenant_id: TenantId, now: datetime) -> None:
    """What an organisation has sent by hand. Raises: TooMany (code too_many_requests), with the seconds to wait."""
    if wait_s := counted.wait_s(tenant_id, most, now):
        raise TooMany(f"At most {most} in a minute", code="too_many_requests", retry_after_s=wait_s)
    counted.count(tenant_id, now)
