"""Notifications that users want by Web Push -> their browsers. It decides nothing: `notification.created` says who.

What is shown says no more than the notification: its kind, and what happened to the account. A click opens the app,
which knows what the user may see.
"""

from __future__ import annotations

from collections.abc import Sequence

from call24.changes.model import Change
from call24.kit.clock import Clock
from call24.notifications.email.texts import TEXTS
from call24.notifications.events import NOTIFICATION_CREATED, NotificationCreated
from call24.notifications.kinds import KINDS, NotificationKind
from call24.notifications.readers import LINK, LIVE, OF_NEWS
from call24.web_push.model import PushMessage
from call24.web_push.service import WebPush

CENTRE = "notifications"
_SUBJECTS = {str(event): text.subject for event, text in TEXTS["en"].letters.items()}


class NotificationPushes:
    """A reader of the change feed. Given again, an event takes the place of what it sent before."""

    wants = (NOTIFICATION_CREATED,)

    def __init__(self, pushes: WebPush, clock: Clock) -> None:
        self._pushes = pushes
        self._clock = clock

    async def read(self, changes: Sequence[Change]) -> None:
        for change in changes:
            created = NOTIFICATION_CREATED.of(change)
            left = change.at + OF_NEWS - self._clock.now()
            if created.push and left.total_seconds() > 0:
                self._pushes.send(
                    change.tenant_id,
                    created.user_id,
                    shown(created),
                    ttl=left,
                    urgency="high" if KINDS[created.kind].urgent else "normal",
                    topic=created.notification_id,
                )


def shown(created: NotificationCreated) -> PushMessage:
    """In English, as the app is."""
    kind = KINDS[created.kind]
    return PushMessage(
        kind=created.kind,
        title=kind.title,
        body=_SUBJECTS.get(created.event, kind.says),
        tag=created.notification_id,
        url=f"/#/{_place(created)}",
    )


def _place(created: NotificationCreated) -> str:
    if created.kind == NotificationKind.QUEUE_ALERT:
        return LIVE
    return CENTRE if created.task_id is None else LINK
