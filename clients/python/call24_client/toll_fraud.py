"""Toll fraud. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from call24_client.transport import Request


class TollFraudLimits(TypedDict):
    """How much may be called, by one user or by the organisation."""

    calls_at_once: int
    calls_per_minute: int
    minutes_per_day: int
    freeze_after: int


class OutboundFreeze(TypedDict):
    """Outgoing calls are frozen until somebody lifts it."""

    user_id: str | None
    since: str
    reason: Literal["denials", "minutes"]


class TollFraudRules(TypedDict):
    """Which outside numbers may be called and how much, and whose outgoing calls are frozen."""

    countries: list[str]
    allowed_prefixes: list[str]
    denied_prefixes: list[str]
    longest_call_minutes: int
    user: TollFraudLimits
    organisation: TollFraudLimits
    forwards_percent: int
    frozen: list[OutboundFreeze]


class NewTollFraudLimits(TypedDict):
    """How much may be called, by one user or by the organisation. `freeze_after`: this many refusals within ten
    minutes freeze a user's outgoing calls; 0: never.
    """

    calls_at_once: int
    calls_per_minute: int
    minutes_per_day: int
    freeze_after: int


class NewTollFraudRules(TypedDict):
    """All rules for outgoing calls; prefixes that are left out are none. `countries`: ISO 3166 codes. Prefixes: `+`
    and digits; the longest that matches decides before the country does, and a denied one wins a tie.
    `forwards_percent`: the share of the organisation's limits that calls may use which flows forward, or which
    reach agents on their mobile numbers; the rest is kept for agents' own calls.
    """

    countries: list[str]
    allowed_prefixes: NotRequired[list[str]]
    denied_prefixes: NotRequired[list[str]]
    longest_call_minutes: NotRequired[int]
    user: NewTollFraudLimits
    organisation: NewTollFraudLimits
    forwards_percent: NotRequired[int]


class OrganisationOutboundUsage(TypedDict):
    """What the organisation's outgoing calls used today."""

    calls_now: int
    taken_s: int
    left_s: int


class UserOutboundUsage(TypedDict):
    """What one user's outgoing calls used today."""

    user_id: str | None
    calls: int
    calls_now: int
    refused: int
    used_s: int
    taken_s: int
    left_s: int | None


class OutboundUsage(TypedDict):
    """What outgoing calls used today, in the organisation's time zone."""

    organisation: OrganisationOutboundUsage
    users: list[UserOutboundUsage]


class Unfreezing(TypedDict):
    """Whose freeze to lift. `user_id` null: that of the whole organisation."""

    user_id: str | None


class NumberCheck(TypedDict):
    """Whether a number may be called now."""

    number: str | None
    country: str | None
    kind: (
        Literal[
            "fixed",
            "mobile",
            "toll_free",
            "premium",
            "shared_cost",
            "voip",
            "personal",
            "pager",
            "uan",
            "voicemail",
            "satellite",
            "test",
            "unknown",
        ]
        | None
    )
    allowed: bool
    code: (
        Literal[
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
        | None
    )
    text: str | None
    limit_s: int | None


class NumberToCheck(TypedDict):
    """A phone number: E.164, or as it is dialled in the organisation's country."""

    number: str


def read_rules() -> Request[TollFraudRules]:
    """Retrieves the rules for outgoing calls, and whose calls are frozen."""
    return Request("GET", "/v1/fence")


def set_rules(body: NewTollFraudRules, *, if_match: str | None = None) -> Request[TollFraudRules]:
    """Replaces the rules for outgoing calls. They apply from the next call on; calls that go on keep the time that
    they were given. Premium, satellite and other expensive numbers are denied unless a prefix allows them.
    """
    return Request("PUT", "/v1/fence", body=body, headers={"If-Match": if_match})


def read_usage() -> Request[OutboundUsage]:
    """Retrieves what outgoing calls used today, in the organisation's time zone: in total and by user. `taken_s`
    includes the time that is reserved for calls that go on.
    """
    return Request("GET", "/v1/fence/usage")


def unfreeze(body: Unfreezing, *, idempotency_key: str | None = None) -> Request[None]:
    """Lifts the freeze of a user's outgoing calls, or of the whole organisation's. 404 `not_found` where nothing is
    frozen.
    """
    return Request(
        "POST", "/v1/fence/unfreeze", body=body, headers={"Idempotency-Key": idempotency_key}, answer="nothing"
    )


def check_number(body: NumberToCheck) -> Request[NumberCheck]:
    """Checks whether you could call a number now. Nothing is called, and nothing counts as used."""
    return Request("POST", "/v1/fence/check", body=body)
