"""What this room holds of persons: what they were notified of, how they want it, and letters that wait to be sent."""

from __future__ import annotations

from datetime import datetime

import msgspec

from call24.data_map import (
    AsAgreed,
    Category,
    DeletedByAddress,
    GivenTo,
    KeptById,
    Place,
    Recipient,
    Trace,
    of_user,
)
from call24.kit.holdings import Holdings
from call24.notifications.email.model import OutgoingEmail
from call24.notifications.model import EmailRefusal, Notification, NotificationPreferences


class CausedNotification(msgspec.Struct, frozen=True, kw_only=True):
    """Whom it told is another's."""

    id: str
    kind: str
    at: datetime


HOLDS = Holdings(
    room="notifications",
    places=(
        Place(
            where=GivenTo(Recipient.MAIL_SERVER),
            what={
                "the address": of_user(Category.EMAIL, "sending the e-mail"),
                "the letter": of_user(Category.MESSAGE, "sending the e-mail"),
            },
            kept=AsAgreed("the operator's contract with who runs it"),
        ),
    ),
    traces=(
        Trace(struct=OutgoingEmail, erase=DeletedByAddress("to"), untold="sealed until it is sent"),
        Trace(struct=Notification, fields=("user_id",), file="notifications"),
        Trace(
            struct=Notification,
            fields=("by",),
            erase=KeptById("a colleague was told of what you did; gone after 30 days"),
            file="notifications_caused",
            part=CausedNotification,
        ),
        Trace(struct=NotificationPreferences, fields=("id",), file="notification_preferences"),
        Trace(struct=EmailRefusal, fields=("id",), file="email_refusals"),
    ),
)
