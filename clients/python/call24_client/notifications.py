"""Notifications. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from call24_client.transport import Request, part


class NotifierRef(TypedDict):
    """The colleague whom a notification came from."""

    id: str
    name: str


class NotificationAnswer(TypedDict):
    """Something that the current user was notified of."""

    id: str
    kind: Literal[
        "incoming_call",
        "missed_call",
        "voicemail",
        "task_assigned",
        "task_due",
        "task_mentioned",
        "task_answered",
        "callback_due",
        "queue_alert",
        "crm_trouble",
        "privacy_duty",
        "organisation",
        "policy_change",
        "security",
        "updates",
        "report",
    ]
    title: str
    event: str
    task_id: str | None
    queue_id: str | None
    by: NotifierRef | None
    link: str
    at: str
    read_at: str | None


class NotificationPage(TypedDict):
    """A page of notifications, the newest first. They are kept for 30 days, and 500 of a user at most."""

    items: list[NotificationAnswer]
    next: str | None
    unread: int


class ChannelPreference(TypedDict):
    """How one kind goes by one channel."""

    channel: Literal["app", "push", "email"]
    rule: Literal["always", "on", "off", "never"]
    on: bool


class KindPreference(TypedDict):
    """A kind of notification, in words, and how the current user wants it."""

    kind: Literal[
        "incoming_call",
        "missed_call",
        "voicemail",
        "task_assigned",
        "task_due",
        "task_mentioned",
        "task_answered",
        "callback_due",
        "queue_alert",
        "crm_trouble",
        "privacy_duty",
        "organisation",
        "policy_change",
        "security",
        "updates",
        "report",
    ]
    title: str
    says: str
    channels: list[ChannelPreference]
    in_quiet_hours: bool


class EmailTrouble(TypedDict):
    """The mail server of the current user's address took no e-mail of late."""

    status: str
    count: int
    at: str


class NotificationPreferencesAnswer(TypedDict):
    """How the current user wants to be notified."""

    kinds: list[KindPreference]
    quiet_from: str | None
    quiet_until: str | None
    time_zone: str
    language: Literal["en", "mn"]
    email: str
    email_sends: bool
    email_trouble: EmailTrouble | None


class NotificationChoice(TypedDict):
    """Whether one kind is wanted by one channel."""

    kind: Literal[
        "incoming_call",
        "missed_call",
        "voicemail",
        "task_assigned",
        "task_due",
        "task_mentioned",
        "task_answered",
        "callback_due",
        "queue_alert",
        "crm_trouble",
        "privacy_duty",
        "organisation",
        "policy_change",
        "security",
        "updates",
        "report",
    ]
    channel: Literal["app", "push", "email"]
    on: bool


class PreferencesChange(TypedDict):
    """How the current user wants to be notified. It replaces what was chosen before. `choices`: what is wanted by
    which channel; what is left out is at its default. `quiet_from`, `quiet_until`: both, or neither.
    `in_quiet_hours`: the kinds that are told in quiet hours too; null: those that are urgent.
    """

    choices: list[NotificationChoice]
    quiet_from: NotRequired[str | None]
    quiet_until: NotRequired[str | None]
    in_quiet_hours: NotRequired[
        list[
            Literal[
                "incoming_call",
                "missed_call",
                "voicemail",
                "task_assigned",
                "task_due",
                "task_mentioned",
                "task_answered",
                "callback_due",
                "queue_alert",
                "crm_trouble",
                "privacy_duty",
                "organisation",
                "policy_change",
                "security",
                "updates",
                "report",
            ]
        ]
        | None
    ]
    language: NotRequired[Literal["en", "mn"]]


def list_mine(
    *, limit: int | None = None, cursor: str | None = None, unread: bool | None = None
) -> Request[NotificationPage]:
    """Lists what the current user was notified of, the newest first. `unread` true: only what is not read yet."""
    return Request("GET", "/v1/me/notifications", query={"limit": limit, "cursor": cursor, "unread": unread})


def read_mine(notification_id: str) -> Request[NotificationAnswer]:
    """Marks a notification as read, on all of the user's devices."""
    return Request("PUT", f"/v1/me/notifications/{part(notification_id)}/read")


def read_all_mine(*, idempotency_key: str | None = None) -> Request[None]:
    """Marks all notifications of the current user as read."""
    return Request("POST", "/v1/me/notifications/read", headers={"Idempotency-Key": idempotency_key}, answer="nothing")


def read_my_preferences() -> Request[NotificationPreferencesAnswer]:
    """Returns how the current user wants to be notified: each kind by each channel, quiet hours, language."""
    return Request("GET", "/v1/me/notification-preferences")


def set_my_preferences(
    body: PreferencesChange, *, if_match: str | None = None
) -> Request[NotificationPreferencesAnswer]:
    """Replaces how the current user wants to be notified. What must be sent, such as security, stays on."""
    return Request("PUT", "/v1/me/notification-preferences", body=body, headers={"If-Match": if_match})
