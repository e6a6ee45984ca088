"""What the API answers about toll fraud protection."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from call24.kit.answers import Instant
from call24.kit.phone import NumberKind
from call24.toll_fraud.model import DenialCode, FreezeReason


class TollFraudLimits(TypedDict):
    """How much may be called, by one user or by the organisation."""

    calls_at_once: int
    calls_per_minute: Annotated[int, Field(description="Calls started in a minute")]
    minutes_per_day: Annotated[int, Field(description="Minutes in a day of the organisation's time zone")]
    freeze_after: Annotated[int, Field(description="Refusals within ten minutes that freeze outgoing calls; 0: never")]


class OutboundFreeze(TypedDict):
    """Outgoing calls are frozen until somebody lifts it."""

    user_id: Annotated[str | None, Field(description="null: all of the organisation")]
    since: Instant
    reason: Annotated[FreezeReason, Field(description="denials: refused repeatedly; minutes: the day's are used up")]


class TollFraudRules(TypedDict):
    """Which outside numbers may be called and how much, and whose outgoing calls are frozen."""

    countries: Annotated[list[str], Field(description="ISO 3166 codes of the countries that may be called")]
    allowed_prefixes: Annotated[
        list[str], Field(description="+ and digits; of both lists the longest prefix that matches decides first")
    ]
    denied_prefixes: list[str]
    longest_call_minutes: Annotated[int, Field(description="A call is ended after this")]
    user: Annotated[TollFraudLimits, Field(description="For each user")]
    organisation: Annotated[TollFraudLimits, Field(description="For all of the organisation")]
    forwards_percent: Annotated[
        int,
        Field(
            description="The share of the organisation's limits that calls may use which flows forward, "
            "or which reach agents on their mobile numbers"
        ),
    ]
    frozen: list[OutboundFreeze]


class OrganisationOutboundUsage(TypedDict):
    """What the organisation's outgoing calls used today."""

    calls_now: int
    taken_s: Annotated[int, Field(description="Seconds used, and reserved for calls that go on")]
    left_s: Annotated[int, Field(description="Seconds left today")]


class UserOutboundUsage(TypedDict):
    """What one user's outgoing calls used today."""

    user_id: Annotated[str | None, Field(description="null: calls that no user made, such as those flows forward")]
    calls: int
    calls_now: int
    refused: int
    used_s: Annotated[int, Field(description="Seconds of calls that are over")]
    taken_s: Annotated[int, Field(description="Seconds used, and reserved for calls that go on")]
    left_s: Annotated[int | None, Field(description="Seconds left today; null where `user_id` is null")]


class OutboundUsage(TypedDict):
    """What outgoing calls used today, in the organisation's time zone."""

    organisation: OrganisationOutboundUsage
    users: list[UserOutboundUsage]


class NumberCheck(TypedDict):
    """Whether a number may be called now."""

    number: Annotated[str | None, Field(description="E.164; null: it is no phone number")]
    country: Annotated[str | None, Field(description="ISO 3166 code; null: of no country")]
    kind: Annotated[NumberKind | None, Field(description="What a call to it costs depends on this")]
    allowed: bool
    code: Annotated[DenialCode | None, Field(description="Why it may not be called; null: it may")]
    text: Annotated[str | None, Field(description="The same in words")]
    limit_s: Annotated[int | None, Field(description="Seconds that the call could last; null: it may not be called")]
