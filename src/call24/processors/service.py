"""Each organisation's processors: registering, changing and finding them. It asks them nothing.

A secret is shown once, when it is made, and stored sealed.
"""

from __future__ import annotations

from typing import Any

import msgspec

from call24.kit.clock import Clock
from call24.kit.encryption import SecretBox
from call24.kit.endpoints import WhyNot, anywhere, check_endpoint
from call24.kit.errors import Conflict, NotFound
from call24.kit.ids import ProcessorId, TenantId, UserId, new_id
from call24.kit.instants import iso
from call24.kit.mongo import Mongo
from call24.kit.secrets import AppKey
from call24.processors import rules
from call24.processors.model import Processor
from call24.processors.store import ProcessorStore
from call24.webhooks.signing import new_secret


class Processors:
    """`private`: the operator lets requests go to this machine and its networks, and without TLS. `why_not`: whether
    an organisation's data may go somewhere."""

    def __init__(self, mongo: Mongo, clock: Clock, key: AppKey, *, private: bool = False) -> None:
        self.store = ProcessorStore(mongo)
        self._clock = clock
        self._box = SecretBox(key, "processor secrets")
        self._private = private
        self.why_not: WhyNot = anywhere

    async def add(self, tenant_id: TenantId, by: UserId, settings: dict[str, Any]) -> tuple[Processor, str]:
        """The processor and its secret, which is not shown again. `settings`: fields of Processor.

        Raises: Invalid, Conflict (codes too_many, transfer_not_registered), Unavailable.
        """
        if len(await self.store.all(tenant_id)) >= rules.PROCESSORS_MAX:
            raise Conflict(f"An organisation has at most {rules.PROCESSORS_MAX} processors", code="too_many")
        id, secret, now = ProcessorId(new_id("prc")), new_secret(), self._clock.now()
        processor = Processor(
            id=id,
            tenant_id=tenant_id,
            secret=self._box.seal(secret, id),
            secret_at=now,
            created_by=by,
            created_at=now,
            **rules.tidy(settings),
        )
        await self._check(processor)
        await self.store.add(processor)
        return processor, secret

    async def get(self, tenant_id: TenantId, processor_id: ProcessorId) -> Processor:
        """Raises: NotFound, Unavailable."""
        return await self.store.get(tenant_id, processor_id)

    async def all(self, tenant_id: TenantId) -> list[Processor]:
        """The oldest first. Raises: Unavailable."""
        return await self.store.all(tenant_id)

    async def change(self, tenant_id: TenantId, processor_id: ProcessorId, settings: dict[str, Any]) -> Processor:
        """What is not named stays. Raises: NotFound, Invalid, Conflict (code transfer_not_registered), Unavailable."""
        before = await self.store.get(tenant_id, processor_id)
        after = msgspec.structs.replace(before, **rules.tidy(settings))
        await self._check(after)
        return await self._replace(after)

    async def rotate(self, tenant_id: TenantId, processor_id: ProcessorId) -> tuple[Processor, str]:
        """A new secret; the one before signs beside it for a day, in which there is no other: the processor may
        still know only the one before. Raises: NotFound, Conflict (code old_secret_signs), Unavailable."""
        before, secret, now = await self.store.get(tenant_id, processor_id), new_secret(), self._clock.now()
        if before.old_until is not None and now < before.old_until:
            raise Conflict(f"The secret before this one signs until {iso(before.old_until)}", code="old_secret_signs")
        after = msgspec.structs.replace(
            before,
            secret=self._box.seal(secret, processor_id),
            secret_at=now,
            old_secret=before.secret,
            old_until=now + rules.OLD_SECRET_FOR,
        )
        return await self._replace(after), secret

    async def remove(self, tenant_id: TenantId, processor_id: ProcessorId) -> None:
        """What it was still to be asked is given up when it is due. Raises: NotFound, Unavailable."""
        await self.store.get(tenant_id, processor_id)
        await self.store.remove(tenant_id, processor_id)

    def keys(self, processor: Processor) -> list[str]:
        """The secrets that sign now, the newest first; none: they were sealed with another app key."""
        fresh = processor.old_until is not None and self._clock.now() < processor.old_until
        sealed = (processor.secret, processor.old_secret if fresh else None)
        opened = [self._box.open(one, processor.id) for one in sealed if one is not None]
        return [secret for secret in opened if secret is not None]

    async def _check(self, processor: Processor) -> None:
        rules.checked(processor, private=self._private)
        await check_endpoint(self.why_not, processor.tenant_id, rules.endpoint_of(processor))

    async def _replace(self, processor: Processor) -> Processor:
        if not await self.store.replace(processor):
            raise NotFound
        return processor
