"""Making, changing and finding queues; the call path reads them from memory, as last known.

It does not know who waits in a queue: that is the desk's (engine/).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

import msgspec

from call24.identity.service import IdentityService
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, NotFound
from call24.kit.holdings import Person
from call24.kit.ids import QueueId, TenantId, UserId, new_id
from call24.kit.mongo import Mongo
from call24.queues.model import Queue
from call24.queues.rules import (
    NEW_RECORD,
    QUEUES_MAX,
    SAYS_RECORDING,
    QueueReferences,
    UsedBy,
    check_announced,
    check_room,
    check_unused,
    checked,
    name_key,
    named,
    tidy,
)
from call24.queues.store import HoursStore, QueueStore
from call24.tenants.rules import reason_for

QueueWatcher = Callable[[Queue], Awaitable[None]]
Surroundings = Callable[[TenantId], QueueReferences]
"""What other rooms have that a queue may name: flows, dispositions, prompts. From memory."""


class QueueService:
    def __init__(self, mongo: Mongo, clock: Clock, identity: IdentityService) -> None:
        self._store = QueueStore(mongo)
        self._hours = HoursStore(mongo)
        self._clock = clock
        self._identity = identity
        self._queues: dict[QueueId, Queue] = {}
        self._changes = 0
        self.changed: list[QueueWatcher] = []
        self.record_days: Callable[[TenantId], int | None] = lambda tenant_id: None
        """How long an organisation keeps call records; None: not known here, so not checked."""
        self.surroundings: Surroundings = lambda tenant_id: QueueReferences()

    async def create(
        self, tenant_id: TenantId, name: str, *, members: Sequence[UserId] = (), **settings: object
    ) -> Queue:
        """`settings`: fields of Queue. It records nothing unless they say so.

        Raises: Invalid (also recording_not_announced, retention_reason_required), Conflict (codes queue_name_taken,
        too_many).
        """
        check_room(sum(queue.tenant_id == tenant_id for queue in self._queues.values()), QUEUES_MAX, "queues")
        fresh = Queue(
            id=QueueId(new_id("que")), tenant_id=tenant_id, name="", name_key="", created_at=self._clock.now()
        )
        wish = {"record": NEW_RECORD, **settings, "name": name, "members": tuple(members)}
        queue = await self._made(fresh, wish)
        check_announced(queue)
        try:
            await self._store.add(queue)
        except Conflict:
            raise _name_taken() from None
        await self._remember(queue)
        return queue

    async def change(self, tenant_id: TenantId, queue_id: QueueId, **settings: object) -> Queue:
        """Raises: NotFound, Invalid (also recording_not_announced, retention_reason_required), Conflict (code
        queue_name_taken)."""
        queue = await self._made(await self._store.get(tenant_id, queue_id), settings)
        if any(name in settings for name in SAYS_RECORDING):
            check_announced(queue)
        try:
            names = {*settings, "name_key"} | ({"recording_days_reason"} if "recording_days" in settings else set())
            fields = {name: getattr(queue, name) for name in names}
            if not await self._store.change(tenant_id, queue_id, fields):
                raise NotFound
        except Conflict:
            raise _name_taken() from None
        await self._remember(queue)
        return queue

    async def would_be(self, queue: Queue, **settings: object) -> Queue:
        """The queue with other settings, which nobody keeps. Raises: Invalid."""
        return await self._made(queue, settings)

    async def delete(self, tenant_id: TenantId, queue_id: QueueId, used_by: UsedBy) -> None:
        """Whoever waits in it leaves as if nobody were there. Raises: NotFound, Conflict (code queue_in_use)."""
        queue = await self._store.get(tenant_id, queue_id)
        check_unused(used_by(tenant_id, queue_id), "queue_in_use")
        if not await self._store.delete(tenant_id, queue_id):
            raise NotFound
        self._queues.pop(queue_id, None)
        self._changes += 1
        for watcher in self.changed:
            await watcher(queue)

    async def forget_user(self, user: Person) -> None:
        """The account is being deleted: no queue has it as a member any more."""
        for queue in await self._store.all(user.tenant_id):
            if user.id in queue.members:
                left = tuple(member for member in queue.members if member != user.id)
                if await self._store.change(user.tenant_id, queue.id, {"members": left}):
                    await self._remember(msgspec.structs.replace(queue, members=left))

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
        fresh = {queue.id: queue for queue in queues}
        if fresh != self._queues:
            self._queues = fresh
            self._changes += 1

    @property
    def changes(self) -> int:
        """Another number after each change of what is known."""
        return self._changes

    def known(self, queue_id: QueueId) -> Queue | None:
        return self._queues.get(queue_id)

    @property
    def known_count(self) -> int:
        """Of all organisations."""
        return len(self._queues)

    def known_everywhere(self) -> list[Queue]:
        """Of all organisations."""
        return list(self._queues.values())

    def known_queues(self, tenant_id: TenantId) -> list[Queue]:
        return [queue for queue in self._queues.values() if queue.tenant_id == tenant_id]

    def forget_tenant(self, tenant_id: TenantId) -> None:
        self._changes += 1
        self._queues = {queue.id: queue for queue in self._queues.values() if queue.tenant_id != tenant_id}

    def users_of(self, tenant_id: TenantId, thing: str) -> list[str]:
        """The queues that name this queue, flow, prompt, disposition, person or these opening hours."""
        return [f"queue {queue.name}" for queue in self.known_queues(tenant_id) if thing in named(queue)]

    async def _made(self, queue: Queue, settings: Mapping[str, object]) -> Queue:
        if "name" in settings:
            name = tidy(str(settings["name"]))
            settings = {**settings, "name": name, "name_key": name_key(name)}
        if isinstance(reason := settings.get("not_announced_because"), str):
            settings = {**settings, "not_announced_because": tidy(reason) or None}
        if settings.get("recording_days", queue.recording_days) != queue.recording_days:
            settings = {"recording_days_reason": None, **settings}
        made = msgspec.structs.replace(queue, **settings)
        made = checked(made, await self._known(made))
        record_days = self.record_days(queue.tenant_id)
        wish = made.recording_days, made.recording_days_reason
        if record_days is None or wish == (queue.recording_days, queue.recording_days_reason):
            return made
        return msgspec.structs.replace(made, recording_days_reason=reason_for(wish[0], record_days, wish[1]))

    async def _known(self, queue: Queue) -> QueueReferences:
        """Read from the database, not from memory: what another process has just made may be named."""
        tenant_id = queue.tenant_id
        known = msgspec.structs.replace(
            self.surroundings(tenant_id), queues={one.id: one for one in await self._store.all(tenant_id)}
        )
        if queue.members:
            users = {user.id for user in await self._identity.users(tenant_id)}
            known = msgspec.structs.replace(known, users=users)
        if queue.hours_id is not None:
            known = msgspec.structs.replace(known, hours=await self._hours.ids(tenant_id))
        return known

    async def _remember(self, queue: Queue) -> None:
        self._queues[queue.id] = queue
        self._changes += 1
        for watcher in self.changed:
            await watcher(queue)


def _name_taken() -> Conflict:
    return Conflict("There is already a queue with this name", code="queue_name_taken")
