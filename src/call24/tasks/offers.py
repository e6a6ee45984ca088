"""Offers of tasks as they are stored: made, accepted, declined and withdrawn, each one change of the task.

Each is decided by the task's version in MongoDB, and an agent has one offer at a time by a unique index: so no task is
given twice, whoever asks at the same moment, and none is lost by a kill. Whom to ask is decided in the room
`task_offers`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import msgspec

from call24.kit.clock import Clock
from call24.kit.errors import Conflict
from call24.kit.holdings import Person
from call24.kit.ids import QueueId, TenantId, UserId
from call24.kit.mongo import FILLED, Index, Mongo
from call24.kit.mongo.collection import TenantCollection
from call24.tasks.history_model import Offering
from call24.tasks.model import Task
from call24.tasks.offer_rules import accepted, check_offered, not_taken, offered
from call24.tasks.service import TaskService

INDEXES = (
    Index(Task, ("offered_to",), unique=True, only={"offered_to": FILLED}),
    Index(Task, ("offered_to", "tenant_id"), across=True, only={"offered_to": FILLED}),
    Index(Task, ("tried",), only={"tried": FILLED}),
    Index(Task, ("queue_id", "assignee", "created_at", "id"), only={"state": "open"}),
)
LOOKED_AT = 200
"""Of an organisation, at a time: the tasks that wait longest."""
_IN_HAND_MAX = 20_000
_OFFERED = {"offered_to": dict(FILLED)}


class _Whose(msgspec.Struct, frozen=True):
    tenant_id: TenantId


class _InHand(msgspec.Struct, frozen=True):
    assignee: UserId


class TaskOffers:
    def __init__(self, mongo: Mongo, clock: Clock, tasks: TaskService) -> None:
        self._mongo = mongo
        self._clock = clock
        self._service = tasks
        self._everywhere = mongo.platform(Task, why="offers of tasks go on, or are over, in every organisation")

    def _tasks(self, tenant_id: TenantId) -> TenantCollection[Task]:
        return self._mongo.tenant(tenant_id).collection(Task)

    # --- what there is ---

    async def organisations(self) -> set[TenantId]:
        """Those in which a task is offered now. Raises: Unavailable."""
        return {one.tenant_id for one in await self._everywhere.find_parts(_Whose, _OFFERED)}

    async def going_on(self, tenant_id: TenantId) -> list[Task]:
        """What is offered now. Raises: Unavailable."""
        return await self._tasks(tenant_id).find(_OFFERED)

    async def of(self, tenant_id: TenantId, user_id: UserId) -> list[Task]:
        """What this user is asked to take, and may still. Raises: Unavailable."""
        return await self._tasks(tenant_id).find({"offered_to": user_id, "offer_until": {"$gt": self._clock.now()}})

    async def waiting(self, tenant_id: TenantId, queue_ids: Sequence[QueueId]) -> list[Task]:
        """What nobody has and nobody is asked to take, the oldest of these queues first. Raises: Unavailable."""
        which = {"queue_id": {"$in": list(queue_ids)}, "assignee": None, "state": "open", "offered_to": None}
        return await self._tasks(tenant_id).find(which, sort=[("created_at", 1), ("id", 1)], limit=LOOKED_AT)

    async def in_hand(self, tenant_id: TenantId, user_ids: Collection[UserId]) -> Counter[UserId]:
        """How many tasks each has in progress. Raises: Unavailable."""
        which = {"assignee": {"$in": sorted(user_ids)}, "state": "in_progress"}
        found = await self._tasks(tenant_id).find_parts(_InHand, which, limit=_IN_HAND_MAX)
        return Counter(one.assignee for one in found)

    # --- what becomes of it ---

    async def make(self, task: Task, agent_id: UserId, seconds: int) -> datetime | None:
        """Until when; None where the task was changed since it was read, or the agent has an offer already.

        Raises: Unavailable.
        """
        now = self._clock.now()
        until = now + timedelta(seconds=seconds)
        try:
            made = await self._service.step(task, offered(task, agent_id, now, until), None, "offered")
        except Conflict:
            return None
        return until if made else None

    async def end(self, task: Task, how: Offering) -> bool:
        """False where the task was changed since it was read. Raises: Unavailable."""
        return await self._service.step(task, not_taken(task, how, self._clock.now()), None, how)

    async def accept(self, task: Task, user_id: UserId) -> Task:
        """The task is this user's, and in progress; asked again, it is the same.

        Raises: Conflict (code task_offer_over), Unavailable.
        """
        if task.assignee == user_id and task.state == "in_progress":
            return task
        check_offered(task, user_id, self._clock.now())
        return await self._stepped(task, accepted(task), user_id, "accepted")

    async def decline(self, task: Task, user_id: UserId) -> Task:
        """Another agent is asked; asked again, nothing more happens.

        Raises: Conflict (code task_offer_over), Unavailable.
        """
        if task.offered_to != user_id and user_id in task.tried:
            return task
        now = self._clock.now()
        check_offered(task, user_id, now)
        return await self._stepped(task, not_taken(task, "declined", now), user_id, "declined")

    async def _stepped(self, task: Task, after: Task, by: UserId, what: Offering) -> Task:
        """Raises: Conflict (code task_offer_over): it was withdrawn in this moment."""
        if not await self._service.step(task, after, by, what):
            raise Conflict("The offer was withdrawn, or is over", code="task_offer_over")
        return await self._service.get(task.tenant_id, task.id)

    # --- going ---

    async def forget_user(self, user: Person) -> None:
        """The account is being deleted. Raises: Unavailable."""
        tenant_id, user_id = user.tenant_id, user.id
        for task in await self._tasks(tenant_id).find({"offered_to": user_id}):
            await self.end(task, "withdrawn")
        for task in await self._tasks(tenant_id).find({"tried": user_id}):
            left = [one for one in task.tried if one != user_id]
            await self._tasks(tenant_id).update_where({"id": task.id, "version": task.version}, {"tried": left})
