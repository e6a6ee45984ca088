"""An organisation's addresses for tasks: made, given another local part, switched off and deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from call24.kit.clock import Clock
from call24.kit.errors import Conflict, Invalid, NotFound
from call24.kit.ids import QueueId, TaskAddressId, TenantId, UserId, new_id
from call24.kit.mongo import Mongo
from call24.task_mails.model import TaskAddress
from call24.task_mails.rules import ADDRESSES_MAX, address_of, check_name, new_token
from call24.task_mails.store import TaskAddressStore


class TaskAddresses:
    """`domain`: of all addresses; None: this installation receives no e-mail. `has_queue`: of an organisation."""

    def __init__(
        self, mongo: Mongo, clock: Clock, domain: str | None, has_queue: Callable[[TenantId, QueueId], bool]
    ) -> None:
        self.store = TaskAddressStore(mongo)
        self._clock = clock
        self.domain = domain
        self._has_queue = has_queue

    def shown(self, address: TaskAddress) -> str | None:
        """As it is given out; None while no e-mail is received."""
        return None if self.domain is None else address_of(address.token, self.domain)

    async def all(self, tenant_id: TenantId) -> list[TaskAddress]:
        """The oldest first. Raises: Unavailable."""
        return await self.store.all(tenant_id)

    async def get(self, tenant_id: TenantId, address_id: TaskAddressId) -> TaskAddress:
        """Raises: NotFound, Unavailable."""
        return await self.store.get(tenant_id, address_id)

    async def add(self, tenant_id: TenantId, by: UserId, name: str, queue_id: QueueId | None) -> TaskAddress:
        """Raises: Invalid, Conflict (codes mail_not_received, too_many), Unavailable."""
        if self.domain is None:
            raise Conflict(
                "This installation receives no e-mail: its operator sets --mail-in-domain", code="mail_not_received"
            )
        if len(await self.store.all(tenant_id)) >= ADDRESSES_MAX:
            raise Conflict(f"An organisation has at most {ADDRESSES_MAX} addresses for tasks", code="too_many")
        made = TaskAddress(
            id=TaskAddressId(new_id("tad")),
            tenant_id=tenant_id,
            token=new_token(),
            created_at=self._clock.now(),
            created_by=by,
            **self._settings(tenant_id, {"name": name, "queue_id": queue_id}),
        )
        await self.store.add(made)
        return made

    async def change(self, tenant_id: TenantId, address_id: TaskAddressId, **settings: Any) -> TaskAddress:
        """What is not named stays. Raises: NotFound, Invalid, Unavailable."""
        await self.store.get(tenant_id, address_id)
        return await self.store.set(tenant_id, address_id, self._settings(tenant_id, settings))

    async def rotate(self, tenant_id: TenantId, address_id: TaskAddressId) -> TaskAddress:
        """Another local part; the one before takes nothing from now on. Raises: NotFound, Unavailable."""
        await self.store.get(tenant_id, address_id)
        return await self.store.set(tenant_id, address_id, {"token": new_token(), "rotated_at": self._clock.now()})

    async def remove(self, tenant_id: TenantId, address_id: TaskAddressId) -> None:
        """Its tasks stay. Raises: NotFound, Unavailable."""
        if not await self.store.remove(tenant_id, address_id):
            raise NotFound

    def _settings(self, tenant_id: TenantId, settings: dict[str, Any]) -> dict[str, Any]:
        made = dict(settings)
        if "name" in made:
            made["name"] = check_name(made["name"])
        queue_id = made.get("queue_id")
        if queue_id is not None and not self._has_queue(tenant_id, queue_id):
            raise Invalid(errors=[("queue_id", "a queue of your organisation")])
        return made
