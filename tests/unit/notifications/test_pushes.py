"""What a user wants by Web Push is sent to their browsers, and says nothing that the notification does not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

import msgspec
import pytest
from tests.support.clock import StillClock

from call24.changes.model import Change
from call24.kit.ids import EventId, NotificationId, TaskId, TenantId, UserId
from call24.kit.language import Language
from call24.notifications.events import NOTIFICATION_CREATED, NotificationCreated
from call24.notifications.kinds import NotificationKind
from call24.notifications.pushes import NotificationPushes
from call24.web_push.model import PushMessage, Said

ACME, ANNA = TenantId("ten_acme"), UserId("usr_anna")
TASK = NotificationCreated(
    notification_id=NotificationId("ntf_1"),
    user_id=ANNA,
    kind=NotificationKind.TASK_ASSIGNED,
    event="",
    task_id=TaskId("tsk_1"),
    queue_id=None,
    shown=True,
    push=True,
)


class Browsers:
    """Notes what is sent to a browser of that language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.sent: list[tuple[UserId, PushMessage, dict[str, Any]]] = []

    def send(self, tenant_id: TenantId, user_id: UserId, message: Said, **more: Any) -> int:
        assert tenant_id == ACME
        self.sent.append((user_id, message(self.language), more))
        return 1


async def pushed(
    created: NotificationCreated, language: Language = "en", **ago: float
) -> list[tuple[UserId, PushMessage, dict[str, Any]]]:
    """What is sent of an event that is so old."""
    browsers, clock = Browsers(language), StillClock()
    change = Change(
        id=EventId("evt_1"),
        tenant_id=ACME,
        seq=1,
        at=clock.now() - timedelta(**ago),
        type=NOTIFICATION_CREATED.name,
        version=1,
        subject=created.notification_id,
        body=msgspec.to_builtins(created),
    )
    await NotificationPushes(cast(Any, browsers), clock).read([change])
    return browsers.sent


async def test_a_task_is_told_to_the_browsers_of_who_wants_it_for_half_a_day() -> None:
    [(user_id, message, more)] = await pushed(TASK, hours=2)
    assert user_id == ANNA
    assert message == PushMessage(
        kind="task_assigned", title="Task assigned", body="Somebody gave you a task.", tag="ntf_1", url="/#/work"
    )
    assert more == {"ttl": timedelta(hours=10), "urgency": "normal", "topic": "ntf_1"}


async def test_what_happened_to_an_account_is_told_in_the_words_of_its_e_mail_and_with_urgency() -> None:
    created = msgspec.structs.replace(TASK, kind=NotificationKind.SECURITY, event="new_device", task_id=None)
    [(_, message, more)] = await pushed(created)
    assert (message.title, message.body, message.url) == ("Security", "New sign-in to your account", "/#/notifications")
    assert more["urgency"] == "high"


async def test_an_upgrade_says_the_version_in_the_language_of_the_app() -> None:
    created = msgspec.structs.replace(TASK, kind=NotificationKind.UPDATES, event="0.2.0", task_id=None)
    [(_, english, _)], [(_, mongolian, _)] = await pushed(created), await pushed(created, "mn")
    assert (english.title, english.body) == ("Updates of Call24", "Call24 was upgraded to 0.2.0")
    assert mongolian.body == "Call24-ийг 0.2.0 хувилбар болгож шинэчиллээ"


async def test_each_browser_is_told_in_the_language_of_the_app_there() -> None:
    created = msgspec.structs.replace(TASK, kind=NotificationKind.SECURITY, event="new_device", task_id=None)
    [(_, task, _)], [(_, device, _)] = await pushed(TASK, "mn"), await pushed(created, "mn")
    assert (task.title, task.body) == ("Даалгавар өгсөн", "Хэн нэгэн танд даалгавар өгсөн.")
    assert (device.title, device.body) == ("Аюулгүй байдал", "Таны бүртгэлд шинээр нэвтэрлээ")


@pytest.mark.parametrize(("push", "hours"), [(False, 0), (True, 12), (True, 100)])
async def test_what_nobody_wants_pushed_or_is_no_news_any_more_is_not_sent(push: bool, hours: float) -> None:
    assert await pushed(msgspec.structs.replace(TASK, push=push), hours=hours) == []
