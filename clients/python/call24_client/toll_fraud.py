"""Toll fraud. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from call24_client.transport import Request


class ReadRulesAnswerUser(TypedDict):
    calls_at_once: NotRequired[float | None]
    calls_per_minute: NotRequired[float | None]
    minutes_per_day: NotRequired[float | None]
    freeze_after: NotRequired[float | None]


class ReadRulesAnswer(TypedDict):
    countries: NotRequired[list[Any] | None]
    allowed_prefixes: NotRequired[list[Any] | None]
    denied_prefixes: NotRequired[list[Any] | None]
    longest_call_minutes: NotRequired[float | None]
    user: NotRequired[ReadRulesAnswerUser | None]
    organisation: NotRequired[ReadRulesAnswerUser | None]
    forwards_percent: NotRequired[float | None]
    frozen: NotRequired[list[Any] | None]


class SetRulesAnswer(TypedDict):
    countries: NotRequired[list[str | None] | None]
    allowed_prefixes: NotRequired[list[Any] | None]
    denied_prefixes: NotRequired[list[Any] | None]
    longest_call_minutes: NotRequired[float | None]
    user: NotRequired[ReadRulesAnswerUser | None]
    organisation: NotRequired[ReadRulesAnswerUser | None]
    forwards_percent: NotRequired[float | None]
    frozen: NotRequired[list[Any] | None]


class CapsBody(TypedDict):
    calls_at_once: int
    calls_per_minute: int
    minutes_per_day: int
    freeze_after: int


class NewPolicy(TypedDict):
    """The whole policy: what is not named is none. `forwards_percent`: how much of the organisation's caps calls may
    take that flows forward; the rest is kept for agents.
    """

    countries: list[str]
    allowed_prefixes: NotRequired[list[str]]
    denied_prefixes: NotRequired[list[str]]
    longest_call_minutes: NotRequired[int]
    user: CapsBody
    organisation: CapsBody
    forwards_percent: NotRequired[int]


class ReadUsageAnswerOrganisation(TypedDict):
    calls_now: NotRequired[float | None]
    taken_s: NotRequired[float | None]
    left_s: NotRequired[float | None]


class ReadUsageAnswer(TypedDict):
    organisation: NotRequired[ReadUsageAnswerOrganisation | None]
    users: NotRequired[list[Any] | None]


class Thaw(TypedDict):
    """`user_id` null: the organisation's own freeze."""

    user_id: str | None


class CheckNumberAnswer(TypedDict):
    number: NotRequired[str | None]
    country: NotRequired[str | None]
    kind: NotRequired[str | None]
    allowed: NotRequired[bool | None]
    code: NotRequired[Any]
    text: NotRequired[Any]
    limit_s: NotRequired[float | None]


class Question(TypedDict):
    number: str


def read_rules() -> Request[ReadRulesAnswer]:
    """Read Fence."""
    return Request("GET", "/v1/fence")


def set_rules(body: NewPolicy, *, if_match: str | None = None) -> Request[SetRulesAnswer]:
    """Holds for the next call; calls that go on keep their time."""
    return Request("PUT", "/v1/fence", body=body, headers={"If-Match": if_match})


def read_usage() -> Request[ReadUsageAnswer]:
    """Today, in the organisation's time zone. `taken_s` has the time in it that is reserved for calls in hand."""
    return Request("GET", "/v1/fence/usage")


def unfreeze(body: Thaw, *, idempotency_key: str | None = None) -> Request[None]:
    """Unfreeze."""
    return Request(
        "POST", "/v1/fence/unfreeze", body=body, headers={"Idempotency-Key": idempotency_key}, answer="nothing"
    )


def check_number(body: Question) -> Request[CheckNumberAnswer]:
    """What would happen if the asker rang this number now; nothing is counted."""
    return Request("POST", "/v1/fence/check", body=body)
