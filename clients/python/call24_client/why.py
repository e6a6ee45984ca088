"""Why. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from call24_client.transport import Request, part


class WhyAnswerOffersItemAgent(TypedDict):
    id: NotRequired[str | None]
    name: NotRequired[str | None]


class WhyAnswerOffersItemCandidatesItem(TypedDict):
    agent: NotRequired[WhyAnswerOffersItemAgent | None]
    chosen: NotRequired[bool | None]
    code: NotRequired[str | None]
    reason: NotRequired[str | None]
    idle_s: NotRequired[float | None]


class WhyAnswerOffersItem(TypedDict):
    at: NotRequired[str | None]
    agent: NotRequired[WhyAnswerOffersItemAgent | None]
    purpose: NotRequired[str | None]
    outcome: NotRequired[Any]
    ring_s: NotRequired[float | None]
    candidates: NotRequired[list[WhyAnswerOffersItemCandidatesItem | None] | None]
    others: NotRequired[list[Any] | None]


class WhyAnswer(TypedDict):
    call_id: NotRequired[str | None]
    outcome: NotRequired[str | None]
    offers: NotRequired[list[WhyAnswerOffersItem | None] | None]


def why(call_id: str) -> Request[WhyAnswer]:
    """In the order in which they were made. `reason` is in words, `code` the same for programs."""
    return Request("GET", f"/v1/calls/{part(call_id)}/why")
