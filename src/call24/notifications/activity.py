"""What notifications tell the activity log: which the viewer had of a task. Those of others are nobody else's."""

from __future__ import annotations

from call24.kit.activity import NOTHING, ActivityEntry, ActivityQuestion, ActivitySource, Opens, Told, told_of
from call24.kit.mongo import Mongo
from call24.notifications.model import Notification

OF_TASK_MAX = 500
"""Of one task, of all users; of more, the newest."""


class NotificationActivity:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    async def tell(self, question: ActivityQuestion) -> Told:
        """Raises: Unavailable."""
        viewer, task_id = question.viewer, question.subject.task_id
        if task_id is None:
            return NOTHING
        kept = self._mongo.tenant(viewer.tenant_id).collection(Notification)
        rule = {"task_id": task_id, "user_id": viewer.user_id, "shown": True}
        return told_of(question, [_entry(one) for one in await kept.find(rule, sort=[("at", -1)], limit=OF_TASK_MAX)])


def _entry(one: Notification) -> ActivityEntry:
    return ActivityEntry(
        id=one.id,
        kind="notification",
        what=one.kind,
        at=one.at,
        by=one.by,
        opens=Opens(kind="task", id=one.task_id) if one.task_id is not None else None,
    )


ACTIVITY = (
    ActivitySource(
        name="notifications", permission="tasks.read", of=NotificationActivity, tell=NotificationActivity.tell
    ),
)
