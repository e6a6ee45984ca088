"""What other rooms' events notify of: tasks, and with them voicemails, missed calls and callbacks that failed; queues
whose callers need help."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

import msgspec

from call24.changes.model import Change
from call24.identity.emails import Email, LetterKind
from call24.identity.service import IdentityService
from call24.kit.clock import Clock
from call24.kit.ids import QueueId, TenantId, UserId
from call24.live.events import QUEUE_ALERT_RAISED
from call24.notifications.kinds import NotificationKind
from call24.notifications.service import EMAIL_LASTS, Happened, Notifications
from call24.queues.service import QueueService
from call24.tasks import model as tasks
from call24.tasks.comments import TaskComments
from call24.tasks.events import (
    TASK_ANSWERED,
    TASK_ASSIGNED,
    TASK_CHANGED,
    TASK_MENTIONED,
    TASK_REMINDED,
    TaskAnswered,
    TaskAssigned,
    TaskChanged,
    TaskMentioned,
    TaskReminded,
)

AUDIENCE_MAX = 50
"""Members of a queue who are told of one call, in the queue's order."""
OF_NEWS = timedelta(hours=12)
"""After this an event that was read late notifies nobody."""
AN_ANSWER_EACH = timedelta(hours=1)
"""Who was told of an answer in a task within this time gets no e-mail and no push of the next one, and the app shows
no second one beside one that they have not read: who sends e-mails proves nothing, and may send many."""
LINK, LIVE = "work", "live"
OF_QUEUE_ALERTS = timedelta(minutes=10)
"""After this an alert of a queue that was read late notifies nobody: its callers are gone."""
_OF_TASK: Mapping[tasks.Kind, tuple[NotificationKind, LetterKind]] = {
    "voicemail": (NotificationKind.VOICEMAIL, "voicemail"),
    "missed_call": (NotificationKind.MISSED_CALL, "missed_call"),
    "callback_failed": (NotificationKind.CALLBACK_DUE, "callback_due"),
}


class _Notices:
    def __init__(
        self, notifications: Notifications, identity: IdentityService, queues: QueueService, clock: Clock
    ) -> None:
        self._notifications = notifications
        self._identity = identity
        self._queues = queues
        self._clock = clock


class TaskNotices(_Notices):
    """A reader of the change feed. Given again, an event notifies nobody for a second time."""

    wants = (TASK_CHANGED, TASK_ASSIGNED, TASK_MENTIONED, TASK_ANSWERED, TASK_REMINDED)

    def __init__(
        self,
        notifications: Notifications,
        identity: IdentityService,
        queues: QueueService,
        clock: Clock,
        comments: TaskComments,
    ) -> None:
        super().__init__(notifications, identity, queues, clock)
        self._comments = comments

    async def read(self, changes: Sequence[Change]) -> None:
        """Raises: Unavailable."""
        for change in changes:
            if change.type == TASK_ASSIGNED.name:
                await self._assigned(change, TASK_ASSIGNED.of(change))
            elif change.type == TASK_MENTIONED.name:
                await self._mentioned(change, TASK_MENTIONED.of(change))
            elif change.type == TASK_ANSWERED.name:
                await self._answered(change, TASK_ANSWERED.of(change))
            elif change.type == TASK_REMINDED.name:
                await self._reminded(change, TASK_REMINDED.of(change))
            else:
                await self._changed(change, TASK_CHANGED.of(change))

    async def _assigned(self, change: Change, task: TaskAssigned) -> None:
        if self._old(change):
            return
        giver = None if task.by is None else self._identity.known_user(task.by)
        happened = Happened(
            kind=NotificationKind.TASK_ASSIGNED,
            cause=change.id,
            task_id=task.task_id,
            queue_id=task.queue_id,
            by=task.by,
            letter=self._letter(change.tenant_id, "task_assigned", "A colleague" if giver is None else giver.name),
        )
        await self._notifications.tell(change.tenant_id, [task.assignee_id], happened)

    async def _mentioned(self, change: Change, task: TaskMentioned) -> None:
        if self._old(change):
            return
        writer = self._identity.known_user(task.by)
        happened = Happened(
            kind=NotificationKind.TASK_MENTIONED,
            cause=change.id,
            task_id=task.task_id,
            queue_id=task.queue_id,
            by=task.by,
            letter=self._letter(change.tenant_id, "task_mentioned", "A colleague" if writer is None else writer.name),
        )
        await self._notifications.tell(change.tenant_id, [task.user_id], happened)

    async def _answered(self, change: Change, task: TaskAnswered) -> None:
        """Who works on it, by e-mail too; where nobody does, its queue, in the app and by push: what anybody may send
        does not become an e-mail to each member."""
        if self._old(change):
            return
        working = await self._working_on(change.tenant_id, task)
        whom = working or self._members(task.queue_id)[:AUDIENCE_MAX]
        letter = self._letter(change.tenant_id, "task_answered") if working else None
        kind, tenant_id = NotificationKind.TASK_ANSWERED, change.tenant_id
        happened = Happened(
            kind=kind, cause=task.comment_id, task_id=task.task_id, queue_id=task.queue_id, letter=letter
        )
        lately = await self._notifications.told_of_task(tenant_id, task.task_id, kind, AN_ANSWER_EACH)
        unread = await self._notifications.told_of_task(tenant_id, task.task_id, kind, AN_ANSWER_EACH, unread=True)
        in_app = msgspec.structs.replace(happened, letter=None, push=False)
        await self._notifications.tell(tenant_id, [one for one in whom if one in lately - unread], in_app)
        await self._notifications.tell(tenant_id, [one for one in whom if one not in lately], happened)

    async def _working_on(self, tenant_id: TenantId, task: TaskAnswered) -> list[UserId]:
        """The assignee; else who closed it or wrote a comment, of those who see it."""
        if task.assignee_id is not None and self._sees(tenant_id, task, task.assignee_id):
            return [task.assignee_id]
        writers = await self._comments.writers(tenant_id, task.task_id)
        some = sorted({*writers, *(() if task.done_by is None else (task.done_by,))})
        return [one for one in some if self._sees(tenant_id, task, one)][:AUDIENCE_MAX]

    def _sees(self, tenant_id: TenantId, task: TaskAnswered, user_id: UserId) -> bool:
        user = self._identity.known_user(user_id)
        if user is None or user.tenant_id != tenant_id or user.disabled_at is not None:
            return False
        own = task.assignee_id == user_id or user_id in self._members(task.queue_id)
        return self._identity.permits(user, "tasks.read") and (own or self._identity.permits(user, "calls.read_all"))

    async def _reminded(self, change: Change, task: TaskReminded) -> None:
        if self._old(change):
            return
        happened = Happened(
            kind=NotificationKind.TASK_DUE,
            cause=change.id,
            task_id=task.task_id,
            queue_id=task.queue_id,
            letter=self._letter(change.tenant_id, "task_reminder"),
        )
        await self._notifications.tell(change.tenant_id, self._audience(task), happened)

    async def _changed(self, change: Change, task: TaskChanged) -> None:
        if task.state in tasks.CLOSED:
            await self._notifications.task_done(change.tenant_id, task.task_id)
            return
        if task.version != 1 or task.kind not in _OF_TASK or self._old(change):
            return
        kind, letter = _OF_TASK[task.kind]
        happened = Happened(
            kind=kind,
            cause=task.task_id,
            task_id=task.task_id,
            queue_id=task.queue_id,
            letter=self._letter(change.tenant_id, letter),
        )
        await self._notifications.tell(change.tenant_id, self._audience(task), happened)

    def _audience(self, task: TaskChanged | TaskReminded) -> Sequence[UserId]:
        if task.assignee_id is not None:
            return (task.assignee_id,)
        return self._members(task.queue_id)[:AUDIENCE_MAX]

    def _members(self, queue_id: QueueId | None) -> Sequence[UserId]:
        queue = None if queue_id is None else self._queues.known(queue_id)
        return () if queue is None else queue.members

    def _letter(self, tenant_id: TenantId, kind: LetterKind, about: str = "") -> Email:
        until = self._clock.now() + EMAIL_LASTS
        return Email(tenant_id=tenant_id, kind=kind, to="", name="", link=LINK, about=about, until=until)

    def _old(self, change: Change) -> bool:
        return change.at < self._clock.now() - OF_NEWS


class QueueAlertNotices(_Notices):
    """A reader of the change feed: alerts of queues -> who may see all calls, and so can help."""

    wants = (QUEUE_ALERT_RAISED,)

    async def read(self, changes: Sequence[Change]) -> None:
        """Raises: Unavailable."""
        for change in changes:
            alert = QUEUE_ALERT_RAISED.of(change)
            queue = self._queues.known(alert.queue_id)
            if queue is None or change.at < self._clock.now() - OF_QUEUE_ALERTS:
                continue
            users = await self._identity.users(change.tenant_id)
            those = [user.id for user in users if self._identity.permits(user, "calls.read_all")]
            letter = Email(
                tenant_id=change.tenant_id,
                kind="queue_alert",
                to="",
                name="",
                link=LIVE,
                about=queue.name,
                until=self._clock.now() + OF_QUEUE_ALERTS,
            )
            happened = Happened(
                kind=NotificationKind.QUEUE_ALERT, cause=alert.alert_id, queue_id=queue.id, letter=letter
            )
            await self._notifications.tell(change.tenant_id, those[:AUDIENCE_MAX], happened)
