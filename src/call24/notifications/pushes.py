"""Notifications that users want by Web Push -> their browsers. It decides nothing: `notification.created` says who.

What is shown says no more than the notification: its kind, and what happened to the account. A click opens the app,
which knows what the user may see.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from call24.changes.model import Change
from call24.kit.clock import Clock
from call24.kit.language import Language
from call24.notifications.email.templates import subject
from call24.notifications.email.texts import TEXTS
from call24.notifications.events import NOTIFICATION_CREATED, NotificationCreated
from call24.notifications.kinds import KINDS, NotificationKind
from call24.notifications.readers import LINK, LIVE, OF_NEWS
from call24.web_push.model import PushMessage
from call24.web_push.service import WebPush

CENTRE = "notifications"
_SUBJECTS: Mapping[Language, Mapping[str, str]] = {
    language: {str(event): text.subject for event, text in texts.letters.items()} for language, texts in TEXTS.items()
}


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
                    partial(shown, created),
                    ttl=left,
                    urgency="high" if KINDS[created.kind].urgent else "normal",
                    topic=created.notification_id,
                )


def shown(created: NotificationCreated, language: Language) -> PushMessage:
    texts = TEXTS[language]
    return PushMessage(
        kind=created.kind,
        title=texts.titles[created.kind],
        body=_body(created, language),
        tag=created.notification_id,
        url=f"/#/{_place(created)}",
    )


def _body(created: NotificationCreated, language: Language) -> str:
    if created.kind == NotificationKind.UPDATES:
        return subject("upgraded", language, created.event)
    return _SUBJECTS[language].get(created.event, TEXTS[language].says[created.kind])


def _place(created: NotificationCreated) -> str:
    if created.kind == NotificationKind.QUEUE_ALERT:
        return LIVE
    return CENTRE if created.task_id is None else LINK
