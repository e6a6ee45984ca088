"""What an organisation allows of calls to outside numbers, what it used of that, and who is frozen."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from call24.data_map import (
    ID,
    MEASURE,
    REFERENCE,
    SETTING,
    STATE,
    TENANT,
    TIME,
    Basis,
    Category,
    OnItsDay,
    Until,
    document,
    of_user,
)
from call24.kit.ids import LegId, TenantId, UserId

_WHO = of_user(Category.ID, "whose calls are counted", basis=Basis.LEGITIMATE_INTERESTS)
_FROZEN_WHO = of_user(
    Category.ID,
    "stopping calls to outside numbers by a user whose account may be misused",
    basis=Basis.LEGITIMATE_INTERESTS,
)
_HOW_MUCH = of_user(Category.BEHAVIOR, "how much was used of what is allowed", basis=Basis.LEGITIMATE_INTERESTS)

DenialCode = Literal[
    "destination_denied",
    "premium_denied",
    "satellite_denied",
    "too_many_calls",
    "too_many_per_minute",
    "minutes_used_up",
    "frozen",
    "not_a_number",
    "emergency_number",
]
FreezeReason = Literal["denials", "minutes"]
"""denials: refused again and again; minutes: the day's minutes were used to the end."""


class Caps(msgspec.Struct, frozen=True, kw_only=True):
    """How much at most. `freeze_after`: so many refusals within ten minutes freeze; 0: never."""

    calls_at_once: Annotated[int, SETTING]
    calls_per_minute: Annotated[int, SETTING]
    minutes_per_day: Annotated[int, SETTING]
    freeze_after: Annotated[int, SETTING]


USER_CAPS = Caps(calls_at_once=2, calls_per_minute=10, minutes_per_day=240, freeze_after=5)
TENANT_CAPS = Caps(calls_at_once=20, calls_per_minute=60, minutes_per_day=2400, freeze_after=20)


@document("fence_policies", tenant=True, audited=())
class TollFraudPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """Its id is the organisation's. `countries`: ISO 3166 codes; of the prefixes (`+`, digits) the longest that fits
    decides, before the country does. `longest_call_minutes`: each call is cut then at the latest.
    `forwards_percent`: how much of the organisation's caps calls may take that flows forward, or that reach an agent
    on the mobile number; the rest is agents'."""

    id: Annotated[str, ID]
    tenant_id: Annotated[TenantId, TENANT]
    countries: Annotated[tuple[str, ...], SETTING]
    allowed_prefixes: Annotated[tuple[str, ...], SETTING] = ()
    denied_prefixes: Annotated[tuple[str, ...], SETTING] = ()
    longest_call_minutes: Annotated[int, SETTING] = 60
    user: Annotated[Caps, SETTING] = USER_CAPS
    tenant: Annotated[Caps, SETTING] = TENANT_CAPS
    forwards_percent: Annotated[int, SETTING] = 50


@document("fence_freezes", tenant=True, kept=Until("an owner lifts it", latest="with the account"))
class Freeze(msgspec.Struct, frozen=True, kw_only=True):
    """Nobody but an owner lifts it. Its id is the user's, or the organisation's when all of it is frozen."""

    id: Annotated[str, ID]
    tenant_id: Annotated[TenantId, TENANT]
    user_id: Annotated[UserId | None, _FROZEN_WHO]
    since: Annotated[datetime, TIME]
    reason: Annotated[FreezeReason, STATE]


class CountedCall(msgspec.Struct, frozen=True, kw_only=True):
    """A call that goes on: until its end the whole of `limit_s` counts as used."""

    leg: Annotated[LegId, REFERENCE]
    since: Annotated[datetime, TIME]
    limit_s: Annotated[int, MEASURE]


@document("fence_usage", tenant=True, kept=OnItsDay(period="31 days"))
class DayUsage(msgspec.Struct, frozen=True, kw_only=True):
    """What one user (None: calls that nobody made by hand, such as a flow's) used on one day of the organisation's."""

    id: Annotated[str, ID]
    tenant_id: Annotated[TenantId, TENANT]
    user_id: Annotated[UserId | None, _WHO]
    day: Annotated[str, TIME]
    used_s: Annotated[int, _HOW_MUCH] = 0
    calls: Annotated[int, _HOW_MUCH] = 0
    refused: Annotated[int, _HOW_MUCH] = 0
    live: Annotated[tuple[CountedCall, ...], STATE] = ()
    delete_at: Annotated[datetime, TIME]

    @property
    def taken_s(self) -> int:
        """Used, and reserved for the calls that go on."""
        return self.used_s + sum(call.limit_s for call in self.live)


class Spent(msgspec.Struct, frozen=True, kw_only=True):
    """Against the caps of one user or of the organisation: calls now, calls begun in the last minute, seconds today."""

    calls: int = 0
    last_minute: int = 0
    taken_s: int = 0


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """All that a verdict looks at besides the policy. `user` None: nobody's call, such as a flow's; `forwards`: what
    all of those took."""

    tenant: Spent = Spent()
    user: Spent | None = None
    forwards: Spent = Spent()
    frozen: bool = False


class TollFraudLoad(msgspec.Struct, frozen=True, kw_only=True):
    """Calls that are counted now, users and organisations that are frozen, and the highest use of each limit that an
    organisation has (1.0: used up)."""

    calls: int
    users: int
    tenants: int
    used: dict[str, float]


class AllowedCall(msgspec.Struct, frozen=True, kw_only=True):
    """The call may be made, and has to end `limit_s` seconds after it was admitted (ringing included)."""

    limit_s: int


class Denied(msgspec.Struct, frozen=True, kw_only=True):
    """`code` is part of the API, `text` is for people; `whose` limit it was: a user is frozen if it goes on."""

    code: DenialCode
    text: str
    whose: Literal["user", "organisation", "nobody"] = "nobody"


Verdict = AllowedCall | Denied
