"""What a user was notified of, how they want to be notified, and whether their e-mail arrives. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

import msgspec

from call24.data_map import (
    ID,
    MEASURE,
    PERSON,
    REFERENCE,
    STATE,
    TENANT,
    TIME,
    Category,
    OnItsDay,
    WithAccount,
    document,
    of_user,
)
from call24.kit.ids import NotificationId, QueueId, TaskId, TenantId, UserId
from call24.kit.language import Language
from call24.notifications.kinds import NotificationKind

KEPT = timedelta(days=30)
_CHOICE = of_user(Category.BEHAVIOR, "notifying the user as they want it")


@document("notifications", tenant=True, kept=OnItsDay(period="30 days after it was told"))
class Notification(msgspec.Struct, frozen=True, kw_only=True):
    """The decision to notify a user of an event: its id is derived from both, so that there is one, however often the
    event is read. By ids and states alone, so that it says nothing of a caller.

    `event`: what happened, where the kind leaves it open (`new_device` of `security`; of `updates`, the version);
    `by`: the user who did it; `shown`: it is in the notification centre; else the user wanted an e-mail alone.
    """

    id: Annotated[NotificationId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    user_id: Annotated[UserId, PERSON]
    kind: Annotated[NotificationKind, STATE]
    event: Annotated[str, STATE] = ""
    task_id: Annotated[TaskId | None, REFERENCE] = None
    queue_id: Annotated[QueueId | None, REFERENCE] = None
    by: Annotated[UserId | None, of_user(Category.ID, "saying which colleague it came from")] = None
    link: Annotated[str, STATE] = ""
    shown: Annotated[bool, STATE] = True
    at: Annotated[datetime, TIME]
    read_at: Annotated[datetime | None, of_user(Category.BEHAVIOR, "the same state on all devices")] = None
    delete_at: Annotated[datetime, TIME]


@document("notification_preferences", tenant=True, kept=WithAccount())
class NotificationPreferences(msgspec.Struct, frozen=True, kw_only=True):
    """One for each user who chose something; its id is the user's.

    `choices`: `KIND.CHANNEL` -> whether the user wants it, where that differs from the default. `quiet_from`,
    `quiet_until`: minutes after midnight in the organisation's time zone; None: no quiet hours. `urgent`: kinds that
    are told in quiet hours; None: the urgent ones. `language`: of e-mails.
    """

    id: Annotated[UserId, PERSON]
    tenant_id: Annotated[TenantId, TENANT]
    choices: Annotated[dict[str, bool], _CHOICE] = {}
    quiet_from: Annotated[int | None, _CHOICE] = None
    quiet_until: Annotated[int | None, _CHOICE] = None
    urgent: Annotated[tuple[NotificationKind, ...] | None, _CHOICE] = None
    language: Annotated[Language, of_user(Category.BEHAVIOR, "writing to the user in a language they read")] = "en"


@document("email_refusals", tenant=True, kept=WithAccount())
class EmailRefusal(msgspec.Struct, frozen=True, kw_only=True):
    """The mail server took no e-mail for this user's address of late; its id is the user's. Gone once it takes one.

    `status`: the server's code and enhanced status code, such as `550 5.1.1` (RFC 3463); `count`: e-mails in a row.
    """

    id: Annotated[UserId, PERSON]
    tenant_id: Annotated[TenantId, TENANT]
    status: Annotated[str, STATE]
    count: Annotated[int, MEASURE]
    at: Annotated[datetime, TIME]
