"""Comments on tasks. Who may see a task may comment on it; whom a comment names is told by an event of its own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from call24.changes.service import Changes, Writing
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, Invalid, NotFound
from call24.kit.holdings import Person
from call24.kit.ids import TaskCommentId, TaskId, TenantId, UserId, new_id
from call24.kit.mongo import Mongo
from call24.kit.mongo.collection import TenantCollection
from call24.kit.paging import cursor_of, place_of
from call24.tasks.events import TASK_COMMENTED, TASK_MENTIONED, TaskCommented, TaskMentioned
from call24.tasks.history_model import TaskComment
from call24.tasks.model import Task
from call24.tasks.rules import MENTIONS_MAX, check_text

COMMENTS_MAX = 500
"""Of one task."""


class TaskComments:
    def __init__(self, mongo: Mongo, clock: Clock, changes: Changes) -> None:
        self._mongo = mongo
        self._clock = clock
        self._changes = changes

    def _comments(self, tenant_id: TenantId) -> TenantCollection[TaskComment]:
        return self._mongo.tenant(tenant_id).collection(TaskComment)

    async def page(self, task: Task, *, limit: int, cursor: str | None) -> tuple[list[TaskComment], str | None]:
        """The oldest first, and the cursor of what follows. Raises: Invalid for a cursor that is not ours."""
        rule: dict[str, object] = {"task_id": task.id}
        if cursor:
            at, last = place_of(cursor)
            rule["$or"] = [{"at": {"$gt": at}}, {"at": at, "_id": {"$gt": last}}]
        found = await self._comments(task.tenant_id).find(rule, sort=[("at", 1), ("id", 1)], limit=limit + 1)
        shown = found[:limit]
        return shown, cursor_of(shown[-1].at, shown[-1].id) if len(found) > limit else None

    async def add(self, task: Task, by: UserId, text: str, mentions: Sequence[UserId]) -> TaskComment:
        """``mentions``: users of the organisation. Raises: Invalid, Conflict (code too_many), Unavailable."""
        if not (words := check_text(text)).strip():
            raise Invalid(errors=[("text", "at least one word")])
        named = tuple(dict.fromkeys(mentions))
        if len(named) > MENTIONS_MAX:
            raise Invalid(errors=[("mentions", f"at most {MENTIONS_MAX} users")])
        if await self.is_full(task):
            raise Conflict(f"At most {COMMENTS_MAX} comments on a task: delete some first", code="too_many")
        comment = TaskComment(
            id=TaskCommentId(new_id("tcm")),
            tenant_id=task.tenant_id,
            task_id=task.id,
            contact_id=task.contact_id,
            by=by,
            text=words,
            mentions=named,
            at=self._clock.now(),
        )
        await self._changes.commit(task.tenant_id, partial(self.write, task=task, comment=comment))
        return comment

    async def is_full(self, task: Task) -> bool:
        """Whether it has as many as it may. Raises: Unavailable."""
        return await self._comments(task.tenant_id).count({"task_id": task.id}) >= COMMENTS_MAX

    async def some(self, tenant_id: TenantId, ids: Sequence[TaskCommentId]) -> list[TaskComment]:
        """Those that there are, in no order. Raises: Unavailable."""
        return await self._comments(tenant_id).find({"id": {"$in": list(ids)}})

    async def writers(self, tenant_id: TenantId, task_id: TaskId) -> set[UserId]:
        """The users who wrote comments that still stand. Raises: Unavailable."""
        return await self._comments(tenant_id).distinct("by", {"task_id": task_id, "by": {"$ne": None}})

    @staticmethod
    async def write(writing: Writing, task: Task, comment: TaskComment) -> None:
        """Within a transaction. Raises: NotFound where the task, and with it its caller, was erased a moment ago;
        Conflict where the comment is there already."""
        if not await writing.collection(Task).update_where({"id": task.id}, {"commented_at": comment.at}):
            raise NotFound
        await writing.collection(TaskComment).insert(comment)
        writing.tell(TASK_COMMENTED, TaskCommented(task_id=task.id, comment_id=comment.id), task.id)
        for user_id in comment.mentions:
            if comment.by is not None and user_id != comment.by:
                told = TaskMentioned(
                    task_id=task.id,
                    comment_id=comment.id,
                    kind=task.kind,
                    queue_id=task.queue_id,
                    user_id=user_id,
                    by=comment.by,
                )
                writing.tell(TASK_MENTIONED, told, task.id)

    async def remove(self, task: Task, comment_id: TaskCommentId, by: UserId) -> None:
        """Of one's own. Raises: NotFound, also for another's; Unavailable."""

        async def work(writing: Writing) -> None:
            which = {"id": comment_id, "task_id": task.id, "by": by}
            if not await writing.collection(TaskComment).delete_many(which):
                raise NotFound
            writing.tell(TASK_COMMENTED, TaskCommented(task_id=task.id, comment_id=comment_id), task.id)

        await self._changes.commit(task.tenant_id, work)

    async def forget_user(self, user: Person) -> None:
        """The account is being deleted: what it wrote is the team's, and nobody's by name. Raises: Unavailable."""
        await self._comments(user.tenant_id).update_where({"by": user.id}, {"by": None})
