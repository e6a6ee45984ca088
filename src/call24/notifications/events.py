"""What other rooms are told of notifications: realtime and web push read these. By ids and states alone."""

from __future__ import annotations

from typing import Any

import msgspec

from call24.changes.model import EventType
from call24.kit.ids import NotificationId, QueueId, TaskId, UserId
from call24.notifications.kinds import NotificationKind
from call24.notifications.model import Notification


class NotificationCreated(msgspec.Struct, frozen=True, kw_only=True):
    """`shown`: in the notification centre; `push`: the user wants it by web push now: not in quiet hours, but for what
    they except."""

    notification_id: NotificationId
    user_id: UserId
    kind: NotificationKind
    event: str
    task_id: TaskId | None
    queue_id: QueueId | None
    shown: bool
    push: bool


class NotificationsRead(msgspec.Struct, frozen=True, kw_only=True):
    """`notification_id` None: all that there were."""

    user_id: UserId
    notification_id: NotificationId | None


NOTIFICATION_CREATED = EventType(
    name="notification.created",
    room="notifications",
    body=NotificationCreated,
    says="A user is notified of something, in the app or by web push.",
)
NOTIFICATIONS_READ = EventType(
    name="notification.read",
    room="notifications",
    body=NotificationsRead,
    says="A user has read a notification, or all of them.",
)
EVENTS: tuple[EventType[Any], ...] = (NOTIFICATION_CREATED, NOTIFICATIONS_READ)


def created(one: Notification, *, push: bool) -> NotificationCreated:
    return NotificationCreated(
        notification_id=one.id,
        user_id=one.user_id,
        kind=one.kind,
        event=one.event,
        task_id=one.task_id,
        queue_id=one.queue_id,
        shown=one.shown,
        push=push,
    )
