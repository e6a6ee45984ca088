"""What the routes of notifications answer."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from call24.kit.answers import Instant
from call24.kit.language import Language
from call24.notifications.kinds import Default, NotificationChannel, NotificationKind

KINDS_MAX = 30


class NotifierRef(TypedDict):
    """The colleague whom a notification came from."""

    id: str
    name: str


class NotificationAnswer(TypedDict):
    """Something that the current user was notified of."""

    id: str
    kind: NotificationKind
    title: Annotated[str, Field(description="The kind in words, in English")]
    event: Annotated[
        str,
        Field(
            description="What happened, where the kind leaves it open, such as `new_device`; of `updates`, the version"
        ),
    ]
    task_id: str | None
    queue_id: str | None
    by: Annotated[NotifierRef | None, Field(description="The colleague whom it came from; null: nobody, or deleted")]
    link: Annotated[str, Field(description="Where the app shows more: behind `#/`, or a path that begins with `/`")]
    at: Instant
    read_at: Annotated[Instant | None, Field(description="Since when it is read, on any device; null: unread")]


class NotificationPage(TypedDict):
    """A page of notifications, the newest first. They are kept for 30 days, and 500 of a user at most."""

    items: list[NotificationAnswer]
    next: Annotated[str | None, Field(description="The cursor of the next page; null on the last page")]
    unread: Annotated[int, Field(description="How many are unread, on all pages")]


class ChannelPreference(TypedDict):
    """How one kind goes by one channel."""

    channel: NotificationChannel
    rule: Annotated[
        Default,
        Field(description="always: sent whatever is chosen; on, off: until something is chosen; never: not possible"),
    ]
    on: bool


class KindPreference(TypedDict):
    """A kind of notification, in words, and how the current user wants it."""

    kind: NotificationKind
    title: str
    says: str
    channels: Annotated[list[ChannelPreference], Field(max_length=3)]
    in_quiet_hours: Annotated[bool, Field(description="Whether it is told by push and e-mail in quiet hours too")]


class EmailTrouble(TypedDict):
    """The mail server of the current user's address took no e-mail of late."""

    status: Annotated[str, Field(description="The code of SMTP, and the enhanced status code where there is one")]
    count: Annotated[int, Field(description="E-mails in a row; after 3, only those that must be sent are tried")]
    at: Instant


class NotificationPreferencesAnswer(TypedDict):
    """How the current user wants to be notified."""

    kinds: Annotated[list[KindPreference], Field(max_length=KINDS_MAX)]
    quiet_from: Annotated[str | None, Field(description="HH:MM; null: no quiet hours")]
    quiet_until: Annotated[str | None, Field(description="HH:MM; earlier than `quiet_from`: over midnight")]
    time_zone: Annotated[str, Field(description="In which quiet hours are: the organisation's")]
    language: Annotated[Language, Field(description="Of e-mails to the user")]
    email: str
    email_sends: Annotated[bool, Field(description="false: this installation has no mail server")]
    email_trouble: EmailTrouble | None
