"""Browsers that are sent notifications by Web Push, and sending to all of a user's.

A subscription belongs to a session: it is gone with it, and a browser belongs to whoever signed in there last. Who is
notified of what is decided elsewhere: other rooms call `send`.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
from collections.abc import Callable
from datetime import timedelta

import msgspec

from call24.identity.model import Device
from call24.kit.clock import Clock
from call24.kit.encryption import SecretBox
from call24.kit.endpoints import Endpoint, WhyNot, anywhere, check_endpoint
from call24.kit.errors import NotFound, TooMany, Unavailable
from call24.kit.holdings import Person
from call24.kit.ids import DeviceId, TenantId, UserId
from call24.kit.language import Language
from call24.kit.mongo import Mongo
from call24.kit.rate_limit import SlidingWindow
from call24.kit.secrets import AppKey
from call24.web_push import rules
from call24.web_push.model import Outcome, PushSubscription, Said, Target, Urgency
from call24.web_push.sender import Post, Push, Sender
from call24.web_push.store import PushStore
from call24.web_push.texts import test_message
from call24.web_push.vapid import Vapid

log = logging.getLogger(__name__)

DROPPED_WAITING = 1000
TEST_LASTS = timedelta(minutes=1)


class WebPush:
    """`private`: the operator lets requests go to this machine and its networks; `signed_in`: whether this session
    stands; `why_not`: whether an organisation's data may go somewhere; `is_open`: whether it is let in."""

    def __init__(
        self, mongo: Mongo, clock: Clock, key: AppKey, post: Post, *, subject: str = "", private: bool = False
    ) -> None:
        self._store = PushStore(mongo)
        self._clock = clock
        self._box = SecretBox(key, "push subscriptions")
        self._hash_key = key.derive("push subscriptions, same browser")
        self._private = private
        self._vapid = Vapid(key, clock, subject)
        self.sender = Sender(clock, self._vapid, post, self._over)
        self._of: dict[UserId, dict[DeviceId, PushSubscription]] = {}
        self._targets: dict[DeviceId, Target] = {}
        self._user_of: dict[DeviceId, UserId] = {}
        self._tests = SlidingWindow(timedelta(minutes=1))
        self._gone: asyncio.Queue[tuple[TenantId, DeviceId]] = asyncio.Queue(DROPPED_WAITING)
        self._changes = 0
        self.why_not: WhyNot = anywhere
        self.is_open: Callable[[TenantId], bool] = lambda _: True
        self.signed_in: Callable[[UserId, DeviceId], bool] = lambda user_id, device_id: True

    @property
    def application_server_key(self) -> str:
        """base64url; a browser subscribes with it."""
        return self._vapid.public

    # --- subscriptions ---

    async def subscribe(
        self,
        tenant_id: TenantId,
        user_id: UserId,
        device_id: DeviceId,
        target: Target,
        *,
        shows_caller: bool,
        language: Language,
    ) -> PushSubscription:
        """This session's browser, in place of what it had. Raises: Invalid, Conflict (transfer_not_registered)."""
        rules.checked(target, private=self._private)
        host = rules.host_of(target.endpoint)
        await check_endpoint(self.why_not, tenant_id, rules.endpoint_of(host))
        one = PushSubscription(
            id=device_id,
            tenant_id=tenant_id,
            user_id=user_id,
            host=host,
            sealed=self._box.seal(msgspec.json.encode(target).decode(), device_id),
            target_hash=hmac.digest(self._hash_key, target.endpoint.encode(), hashlib.sha256).hex(),
            shows_caller=shows_caller,
            language=language,
            created_at=self._clock.now(),
        )
        for other in await self._store.put(one):
            self._forget(other)
        self._know(one, target)
        return one

    async def unsubscribe(self, tenant_id: TenantId, user_id: UserId, device_id: DeviceId) -> None:
        """Raises: NotFound, Unavailable."""
        await self.one(tenant_id, user_id, device_id)
        await self._drop(tenant_id, device_id)

    async def one(self, tenant_id: TenantId, user_id: UserId, device_id: DeviceId) -> PushSubscription:
        """Raises: NotFound, Unavailable."""
        found = [one for one in await self._store.of_user(tenant_id, user_id) if one.id == device_id]
        if not found:
            raise NotFound
        return found[0]

    async def of_user(self, tenant_id: TenantId, user_id: UserId) -> list[PushSubscription]:
        """Raises: Unavailable."""
        return await self._store.of_user(tenant_id, user_id)

    async def hosts(self, tenant_id: TenantId) -> list[Endpoint]:
        """Where notifications of an organisation go to, one of each push service. Raises: Unavailable."""
        return [rules.endpoint_of(host) for host in await self._store.hosts(tenant_id)]

    # --- sending ---

    def tenants(self) -> set[TenantId]:
        """Organisations of which somebody has subscribed."""
        return {one.tenant_id for theirs in self._of.values() for one in theirs.values()}

    def reaches(self, user_id: UserId) -> bool:
        """Whether there is a browser that a message would go to now."""
        return bool(self._standing(user_id))

    def send(
        self,
        tenant_id: TenantId,
        user_id: UserId,
        message: Said,
        *,
        ttl: timedelta,
        urgency: Urgency = "normal",
        topic: str,
        discreet: Said | None = None,
        only: DeviceId | None = None,
        told: Callable[[Outcome], None] | None = None,
    ) -> int:
        """To all browsers of a user, or `only` one, each in its language; how many. It neither waits nor raises.

        `ttl`: until when it is worth showing; `topic`: one that waits with the same topic is replaced, here and at the
        push service; `discreet`: what is sent to browsers that do not show who calls, None: the same; `told`: what
        became of it, once for each browser that was not signed out meanwhile.
        """
        now, count = self._clock.now(), 0
        if not self.is_open(tenant_id):
            return 0
        for one in self._standing(user_id):
            if one.tenant_id != tenant_id or only not in (None, one.id):
                continue
            shown = message if one.shows_caller or discreet is None else discreet
            push = Push(
                tenant_id=tenant_id,
                device_id=one.id,
                target=self._targets[one.id],
                message=msgspec.json.encode(rules.fitting(shown(one.language))),
                topic=rules.topic_of(f"{one.id} {topic}"),
                urgency=urgency,
                until=now + ttl,
                due=now,
                told=told,
            )
            self.sender.put(push)
            count += 1
        return count

    def test(self, tenant_id: TenantId, user_id: UserId, device_id: DeviceId) -> None:
        """Raises: NotFound, TooMany."""
        now = self._clock.now()
        if all(one.id != device_id or one.tenant_id != tenant_id for one in self._standing(user_id)):
            raise NotFound
        if wait_s := self._tests.wait_s(user_id, rules.TESTS_A_MINUTE, now):
            raise TooMany(f"At most {rules.TESTS_A_MINUTE} in a minute", code="too_many_requests", retry_after_s=wait_s)
        self._tests.count(user_id, now)
        self.send(tenant_id, user_id, test_message, ttl=TEST_LASTS, urgency="high", topic="test", only=device_id)

    # --- as last known ---

    async def refresh(self) -> None:
        """Another process may have changed them; those whose session ended unnoticed go. Raises: Unavailable."""
        before = self._changes
        every = await self._store.every()
        if before == self._changes:
            self._of, self._targets, self._user_of = {}, {}, {}
            for one in every:
                self._add(one)
        for one in every:
            if not self.signed_in(one.user_id, one.id):
                await self._drop(one.tenant_id, one.id)

    async def run(self) -> None:
        """For ever: deletes those whose push service says that they are gone."""
        while True:
            tenant_id, device_id = await self._gone.get()
            try:
                await self._drop(tenant_id, device_id)
            except Unavailable:
                log.warning("a push subscription that is gone is deleted when its service says so again")

    async def signed_out(self, device: Device) -> None:
        """Its session ended. What is missed here, `refresh` sees."""
        self._forget(device.id)
        try:
            await self._store.drop(device.tenant_id, device.id)
        except Unavailable:
            log.warning("the push subscription of device %s is deleted later", device.id)

    def forget_person(self, person: Person) -> None:
        """The account is being deleted."""
        for device_id in list(self._of.get(person.id, ())):
            self._forget(device_id)

    def forget_organisation(self, tenant_id: TenantId) -> None:
        """It is being closed."""
        for one in [one for theirs in self._of.values() for one in theirs.values() if one.tenant_id == tenant_id]:
            self._forget(one.id)

    def _over(self, push: Push, outcome: Outcome) -> None:
        """Of a browser that has subscribed again meanwhile, the former address is gone and not the new one."""
        if push.told is not None:
            push.told(outcome)
        if outcome == "gone" and self._targets.get(push.device_id) == push.target and not self._gone.full():
            self._gone.put_nowait((push.tenant_id, push.device_id))

    def _standing(self, user_id: UserId) -> list[PushSubscription]:
        return [one for one in self._of.get(user_id, {}).values() if self.signed_in(user_id, one.id)]

    async def _drop(self, tenant_id: TenantId, device_id: DeviceId) -> None:
        await self._store.drop(tenant_id, device_id)
        self._forget(device_id)

    def _know(self, one: PushSubscription, target: Target) -> None:
        """What waits for a browser that only says again what it said goes on waiting."""
        self._changes += 1
        if self._targets.get(one.id) != target:
            self._forget(one.id)
        self._add(one)

    def _add(self, one: PushSubscription) -> None:
        opened = self._box.open(one.sealed, one.id)
        if opened is None:
            return  # of another app key: the browser subscribes again at its next start, with the new key
        self._targets[one.id] = msgspec.json.decode(opened, type=Target)
        self._user_of[one.id] = one.user_id
        self._of.setdefault(one.user_id, {})[one.id] = one

    def _forget(self, device_id: DeviceId) -> None:
        self._changes += 1
        self._targets.pop(device_id, None)
        self.sender.forget(device_id)
        if (user_id := self._user_of.pop(device_id, None)) is not None:
            theirs = self._of.get(user_id, {})
            theirs.pop(device_id, None)
            if not theirs:
                self._of.pop(user_id, None)
