"""Making, changing and finding queues; the call path reads them from memory, as last known.

It does not know who waits in a queue: that is the desk's (engine/).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import msgspec

from call24.identity.service import IdentityService
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, Invalid, NotFound
from call24.kit.ids import QueueId, TenantId, UserId, new_id
from call24.kit.mongo import Mongo
from call24.queues.model import Queue
from call24.queues.rules import checked, name_key
from call24.queues.store import QueueStore

QueueWatcher = Callable[[Queue], Awaitable[None]]


class QueueService:
    def __init__(self, mongo: Mongo, clock: Clock, identity: IdentityService) -> None:
        self._store = QueueStore(mongo)
        self._clock = clock
        self._identity = identity
        self._queues: dict[QueueId, Queue] = {}
        self._changes = 0
        self.changed: list[QueueWatcher] = []

    async def create(
        self, tenant_id: TenantId, name: str, *, members: Sequence[UserId] = (), **settings: object
    ) -> Queue:
        """`settings`: fields of Queue. Raises: Invalid, Conflict (code queue_name_taken)."""
        fresh = Queue(
            id=QueueId(new_id("que")), tenant_id=tenant_id, name="", name_key="", created_at=self._clock.now()
        )
        queue = await self._made(fresh, {**settings, "name": name, "members": tuple(members)})
        try:
            await self._store.add(queue)
        except Conflict:
            raise _name_taken() from None
        await self._remember(queue)
        return queue

    async def change(self, tenant_id: TenantId, queue_id: QueueId, **settings: object) -> Queue:
        """Raises: NotFound, Invalid, Conflict (code queue_name_taken)."""
        queue = await self._made(await self._store.get(tenant_id, queue_id), settings)
        try:
            fields = {name: getattr(queue, name) for name in {*settings, "name_key"}}
            if not await self._store.change(tenant_id, queue_id, fields):
                raise NotFound
        except Conflict:
            raise _name_taken() from None
        await self._remember(queue)
        return queue

    async def get(self, tenant_id: TenantId, queue_id: QueueId) -> Queue:
        """Raises: NotFound."""
        return await self._store.get(tenant_id, queue_id)

    async def all(self, tenant_id: TenantId) -> list[Queue]:
        return await self._store.all(tenant_id)

    async def refresh(self) -> None:
        """Read every queue again. Raises: Unavailable, and then keeps what it had."""
        while True:  # again when something changed meanwhile: what was read may not have it
            changes = self._changes
            queues = await self._store.every()
            if changes == self._changes:
                break
        self._queues = {queue.id: queue for queue in queues}

    def known(self, queue_id: QueueId) -> Queue | None:
        return self._queues.get(queue_id)

    def known_queues(self, tenant_id: TenantId) -> list[Queue]:
        return [queue for queue in self._queues.values() if queue.tenant_id == tenant_id]

    def forget_tenant(self, tenant_id: TenantId) -> None:
        self._changes += 1
        self._queues = {queue.id: queue for queue in self._queues.values() if queue.tenant_id != tenant_id}

    async def _made(self, queue: Queue, settings: dict[str, object]) -> Queue:
        if "name" in settings:
            name = " ".join(str(settings["name"]).split())
            settings = {**settings, "name": name, "name_key": name_key(name)}
        made = checked(msgspec.structs.replace(queue, **settings))
        colleagues = {user.id for user in await self._identity.users(queue.tenant_id)} if made.members else set()
        strangers = [member for member in made.members if member not in colleagues]
        if strangers or len(set(made.members)) != len(made.members):
            raise Invalid(errors=[("members", "different users of this organisation")])
        return made

    async def _remember(self, queue: Queue) -> None:
        self._queues[queue.id] = queue
        self._changes += 1
        for watcher in self.changed:
            await watcher(queue)


def _name_taken() -> Conflict:
    return Conflict("There is a queue with this name", code="queue_name_taken")
