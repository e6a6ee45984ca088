"""A push subscription: where and with which keys one signed-in browser is sent notifications; and what is sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal

import msgspec

from call24.data_map import (
    ID,
    PERSON,
    SETTING,
    TENANT,
    TIME,
    Basis,
    Category,
    Recipient,
    Until,
    document,
    of_user,
)
from call24.kit.ids import DeviceId, TenantId, UserId
from call24.kit.language import Language

Urgency = Literal["very-low", "low", "normal", "high"]
"""RFC 8030, section 5.3."""

_KEPT = Until("the user turns it off, signs out, or the push service says that it is gone", latest="the session's end")
_ADDRESS = of_user(
    Category.DEVICE,
    "sending notifications to the user's browser; sealed",
    basis=Basis.CONSENT,
    recipients=(Recipient.PUSH_SERVICE,),
)
_LANGUAGE = of_user(Category.DEVICE, "notifying the user in the language of the app there", basis=Basis.CONSENT)
_SAME = of_user(Category.DEVICE, "seeing that two sessions are the same browser; a hash", basis=Basis.CONSENT)


@document("push_subscriptions", tenant=True, kept=_KEPT)
class PushSubscription(msgspec.Struct, frozen=True, kw_only=True):
    """Of one session: its id is the session's device. `sealed`: a `Target` as JSON; `host`: of its address;
    `target_hash`: by which the same browser is found again. `shows_caller`: notifications of calls say who calls.
    `language`: of the app there.
    """

    id: Annotated[DeviceId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    user_id: Annotated[UserId, PERSON]
    host: Annotated[str, of_user(Category.DEVICE, "which push service it is", basis=Basis.CONSENT)]
    sealed: Annotated[bytes, _ADDRESS]
    target_hash: Annotated[str, _SAME]
    shows_caller: Annotated[bool, SETTING] = False
    language: Annotated[Language, _LANGUAGE] = "en"
    created_at: Annotated[datetime, TIME]


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """What the browser gave: an address at its vendor's push service, its public key and its secret, both base64url."""

    endpoint: str
    p256dh: str
    auth: str


class PushMessage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a notification shows. `tag`: it replaces the one with the same tag; `url`: of the app, opened by a click.

    `ringing`: a call rings: it stays on the screen, and has the actions answer and decline. `silent`: it replaces
    without a sound. `until`: ISO 8601, after which a ringing one is shown as missed. `answer`, `decline`, `missed`: how
    the two actions are called, and what such a late one is.
    """

    kind: str
    title: str
    body: str
    tag: str
    url: str = "/"
    call_id: str = ""
    ringing: bool = False
    silent: bool = False
    until: str = ""
    answer: str = ""
    decline: str = ""
    missed: str = ""


Said = Callable[[Language], PushMessage]
"""A message in each language: a user's browsers may differ."""


Outcome = Literal["accepted", "gone", "refused", "no_answer", "too_slow", "not_allowed", "late"]
"""What became of a message for one browser: taken by the push service; the subscription is gone; another status;
nobody answered; not in time; an address that pushes do not go to; not sent, for its time was over or a newer one took
its place."""
