"""What if. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from call24_client.transport import Request


class AskAnswerMaxWait(TypedDict):
    would_leave: NotRequired[float | None]
    might_stay: NotRequired[float | None]


class AskAnswerMaxWaiting(TypedDict):
    would_be_full: NotRequired[float | None]
    might_join: NotRequired[float | None]


class AskAnswerAutoPause(TypedDict):
    would_pause: NotRequired[float | None]
    would_not: NotRequired[float | None]


class AskAnswer(TypedDict):
    day: NotRequired[str | None]
    queue_id: NotRequired[str | None]
    changes: NotRequired[dict[str, Any] | None]
    offers: NotRequired[float | None]
    reproduced: NotRequired[float | None]
    differ: NotRequired[float | None]
    earlier: NotRequired[float | None]
    earlier_s: NotRequired[Any]
    reached: NotRequired[float | None]
    calls: NotRequired[float | None]
    max_wait: NotRequired[AskAnswerMaxWait | None]
    max_waiting: NotRequired[AskAnswerMaxWaiting | None]
    auto_pause: NotRequired[AskAnswerAutoPause | None]
    decisions: NotRequired[list[Any] | None]
    left_off: NotRequired[float | None]
    offered_earlier: NotRequired[list[Any] | None]
    not_modelled: NotRequired[list[str | None] | None]


class Need(TypedDict):
    name: str
    level: NotRequired[int]
    relax_after_s: NotRequired[int | None]


class Changes(TypedDict):
    """What is not named is as it is now."""

    strategy: NotRequired[Literal["longest_idle", "round_robin", "least_calls", "ring_all"]]
    members: NotRequired[list[str]]
    priority: NotRequired[int]
    skills: NotRequired[list[Need]]
    max_wait_s: NotRequired[int]
    max_waiting: NotRequired[int | None]
    auto_pause_after: NotRequired[int]


class Question(TypedDict):
    """`day`: in the organisation's time zone."""

    day: str
    queue_id: str
    changes: Changes


def ask(body: Question) -> Request[AskAnswer]:
    """Every offer of the day with whom it would have rung, and what is not modelled. One at a time per organisation."""
    return Request("POST", "/v1/what-if", body=body)
