"""What this room holds of persons: their browsers' push subscriptions; and what browsers' vendors are given."""

from __future__ import annotations

from datetime import datetime

import msgspec

from call24.data_map import (
    AsAgreed,
    Basis,
    Category,
    ChangedByRoom,
    Closing,
    GivenTo,
    Memory,
    Place,
    Recipient,
    Trace,
    Until,
    of_caller,
    of_user,
)
from call24.kit.holdings import Holdings, Keeper, Stage
from call24.web_push.model import PushSubscription
from call24.web_push.service import WebPush


class SubscribedBrowser(msgspec.Struct, frozen=True, kw_only=True):
    """Its address and keys are sealed: whoever has them could write to the browser."""

    id: str
    host: str
    shows_caller: bool
    language: str
    created_at: datetime


_WAITS = "a message on its way to a browser: encrypted, seconds long"

HOLDS = Holdings(
    room="web_push",
    places=(
        Place(
            where=GivenTo(Recipient.PUSH_SERVICE),
            what={
                "that and when a notification is sent, and to which browser": of_user(
                    Category.BEHAVIOR, "passing on notifications, which it cannot read", basis=Basis.CONSENT
                ),
                "the browser's address at the service": of_user(
                    Category.DEVICE, "passing on notifications", basis=Basis.CONSENT
                ),
            },
            kept=AsAgreed("the user's own terms with the browser's vendor"),
        ),
        Place(
            where=Memory(WebPush),
            what={
                "addresses and keys of browsers": of_user(
                    Category.DEVICE, "sending notifications quickly", basis=Basis.CONSENT
                ),
                "who calls, in messages that wait": of_caller(Category.NAME, _WAITS),
            },
            kept=Until("the session ends", "the server is started again"),
            closing=Closing.ROOM,
            account=ChangedByRoom("forgotten with the account"),
            untold="copies of what `push_subscriptions` has",
        ),
    ),
    traces=(
        Trace(
            struct=PushSubscription,
            fields=("user_id",),
            file="push_subscriptions",
            part=SubscribedBrowser,
        ),
    ),
    keepers=(
        Keeper(
            of=WebPush,
            forget_person=WebPush.forget_person,
            forget_organisation=WebPush.forget_organisation,
            stage=Stage.ACCOUNTS,
        ),
    ),
)
