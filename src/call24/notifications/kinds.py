"""The kinds of notification and the channels that each may take: one table. Pure.

Rooms that notify, e-mail, web push and the preferences of a user all work from it; there is no second list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class NotificationKind(StrEnum):
    """Stored, and part of the API: never renamed."""

    INCOMING_CALL = "incoming_call"
    MISSED_CALL = "missed_call"
    VOICEMAIL = "voicemail"
    TASK_ASSIGNED = "task_assigned"
    TASK_DUE = "task_due"
    TASK_MENTIONED = "task_mentioned"
    TASK_ANSWERED = "task_answered"
    CALLBACK_DUE = "callback_due"
    QUEUE_ALERT = "queue_alert"
    CRM_TROUBLE = "crm_trouble"
    PRIVACY_DUTY = "privacy_duty"
    ORGANISATION = "organisation"
    POLICY_CHANGE = "policy_change"
    SECURITY = "security"
    UPDATES = "updates"
    REPORT = "report"


class NotificationChannel(StrEnum):
    """`app`: the notification centre; `push`: web push to a user's devices; `email`."""

    APP = "app"
    PUSH = "push"
    EMAIL = "email"


Default = Literal["always", "on", "off", "never"]
"""`always`: sent, whatever the user prefers; `on`, `off`: until they say otherwise; `never`: not by this channel."""


@dataclass(frozen=True, kw_only=True)
class KindDeclared:
    """`urgent`: reaches the user during quiet hours too, unless they say otherwise.

    `told_by`: what tells it, in words; empty: nothing does yet, and it is not offered. `kept`: it is shown in the
    notification centre afterwards; a call that rings is shown as such instead.
    """

    kind: NotificationKind
    title: str
    says: str
    app: Default
    push: Default
    email: Default
    urgent: bool = False
    kept: bool = True
    told_by: str = ""

    def default(self, channel: NotificationChannel) -> Default:
        match channel:
            case NotificationChannel.APP:
                return self.app
            case NotificationChannel.PUSH:
                return self.push
            case NotificationChannel.EMAIL:
                return self.email

    def may_choose(self, channel: NotificationChannel) -> bool:
        return self.default(channel) in ("on", "off")


KINDS: Mapping[NotificationKind, KindDeclared] = {
    one.kind: one
    for one in (
        KindDeclared(
            kind=NotificationKind.INCOMING_CALL,
            title="Incoming call",
            says="A call rings for you.",
            app="always",
            push="on",
            email="never",
            urgent=True,
            kept=False,
            told_by="an offer of a call",
        ),
        KindDeclared(
            kind=NotificationKind.MISSED_CALL,
            title="Missed call",
            says="A caller of one of your queues reached nobody.",
            app="on",
            push="on",
            email="off",
            told_by="a task of this kind",
        ),
        KindDeclared(
            kind=NotificationKind.VOICEMAIL,
            title="Voicemail",
            says="A caller of one of your queues left a message.",
            app="on",
            push="on",
            email="off",
            told_by="a task of this kind",
        ),
        KindDeclared(
            kind=NotificationKind.CALLBACK_DUE,
            title="Callback due",
            says="A caller of one of your queues was not reached and waits to be called back.",
            app="on",
            push="on",
            email="off",
            told_by="a task of a failed callback",
        ),
        KindDeclared(
            kind=NotificationKind.TASK_ASSIGNED,
            title="Task assigned",
            says="Somebody gave you a task.",
            app="on",
            push="on",
            email="on",
            told_by="the assignment of a task",
        ),
        KindDeclared(
            kind=NotificationKind.TASK_DUE,
            title="Task due",
            says="A task of yours has reached its due date, or its reminder.",
            app="on",
            push="on",
            email="on",
            told_by="the due date of a task, or its reminder",
        ),
        KindDeclared(
            kind=NotificationKind.TASK_MENTIONED,
            title="Mentioned in a task",
            says="Somebody named you in a comment.",
            app="on",
            push="on",
            email="on",
            told_by="a comment on a task",
        ),
        KindDeclared(
            kind=NotificationKind.TASK_ANSWERED,
            title="Answer by e-mail",
            says="A customer answered by e-mail in a task that you work on, or that waits in one of your queues.",
            app="on",
            push="on",
            email="on",
            told_by="an e-mail that answers in a task",
        ),
        KindDeclared(
            kind=NotificationKind.QUEUE_ALERT,
            title="Queue alert",
            says="Callers of a queue wait for longer, or more of them, than the queue’s settings say.",
            app="on",
            push="on",
            email="off",
            told_by="an alert of a queue",
        ),
        KindDeclared(
            kind=NotificationKind.CRM_TROUBLE,
            title="CRM trouble",
            says="The connection to your CRM has stopped.",
            app="on",
            push="off",
            email="on",
            told_by="a CRM connection that a user has to change, or that has failed for an hour",
        ),
        KindDeclared(
            kind=NotificationKind.PRIVACY_DUTY,
            title="Data protection duties",
            says="A privacy request is near its deadline, calls are about to be deleted for the first time, or a "
            "processor has not answered.",
            app="on",
            push="off",
            email="on",
            told_by="reminders by e-mail",
        ),
        KindDeclared(
            kind=NotificationKind.ORGANISATION,
            title="Closing of the organisation",
            says="Your organisation is being closed, or is kept after all.",
            app="always",
            push="never",
            email="always",
            told_by="the closing of an organisation",
        ),
        KindDeclared(
            kind=NotificationKind.POLICY_CHANGE,
            title="Privacy policy",
            says="The privacy policy changes.",
            app="always",
            push="never",
            email="always",
            told_by="a new version of the policy",
        ),
        KindDeclared(
            kind=NotificationKind.SECURITY,
            title="Security",
            says="Something that guards your account or data changed: a new device, a password, a second factor, a "
            "data breach.",
            app="always",
            push="on",
            email="always",
            urgent=True,
            told_by="security notices and incidents",
        ),
        KindDeclared(
            kind=NotificationKind.UPDATES,
            title="Updates of Call24",
            says="Call24 was upgraded to a new version. Administrators see it; others, if they choose push or e-mail.",
            app="on",
            push="off",
            email="off",
            told_by="an upgrade of the installation",
        ),
        KindDeclared(
            kind=NotificationKind.REPORT,
            title="Scheduled reports",
            says="A report that is sent to you at set times is there.",
            app="on",
            push="off",
            email="on",
            told_by="the schedule of a saved report",
        ),
    )
}

OFFERED: tuple[KindDeclared, ...] = tuple(one for one in KINDS.values() if one.told_by)
"""What a user is asked about."""
