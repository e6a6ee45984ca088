"""Hours. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from call24_client.transport import Request, part


class ListHoursAnswerItemsItem(TypedDict):
    id: NotRequired[str | None]
    name: NotRequired[str | None]
    timezone: NotRequired[Any]
    weekly: NotRequired[list[Any] | None]
    holidays: NotRequired[list[Any] | None]
    open: NotRequired[bool | None]
    next_open: NotRequired[Any]


class ListHoursAnswer(TypedDict):
    items: list[ListHoursAnswerItemsItem | None]
    next: NotRequired[Any]


class AddHoursAnswer(TypedDict):
    id: str
    name: NotRequired[str | None]
    timezone: NotRequired[Any]
    weekly: NotRequired[list[Any] | None]
    holidays: NotRequired[list[Any] | None]
    open: NotRequired[bool | None]
    next_open: NotRequired[Any]


class AnOpening(TypedDict):
    opens: str
    closes: str
    day: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class ASpan(TypedDict):
    """Closing at or before opening is on the next day; 24:00 is the midnight that ends the day."""

    opens: str
    closes: str


class AHoliday(TypedDict):
    """No spans: closed from midnight to midnight."""

    on: str
    name: NotRequired[str]
    spans: NotRequired[list[ASpan]]


class NewHours(TypedDict):
    name: str
    timezone: NotRequired[str | None]
    weekly: NotRequired[list[AnOpening]]
    holidays: NotRequired[list[AHoliday]]


class HoursChange(TypedDict):
    """What is not named stays as it is. `timezone`: null is the organisation's own."""

    name: NotRequired[str]
    timezone: NotRequired[str | None]
    weekly: NotRequired[list[AnOpening]]
    holidays: NotRequired[list[AHoliday]]


def list_hours(*, limit: int | None = None, cursor: str | None = None) -> Request[ListHoursAnswer]:
    """By name."""
    return Request("GET", "/v1/hours", query={"limit": limit, "cursor": cursor})


def add_hours(body: NewHours, *, idempotency_key: str | None = None) -> Request[AddHoursAnswer]:
    """Add Hours."""
    return Request("POST", "/v1/hours", body=body, headers={"Idempotency-Key": idempotency_key})


def read_hours(hours_id: str) -> Request[AddHoursAnswer]:
    """Read Hours."""
    return Request("GET", f"/v1/hours/{part(hours_id)}")


def change_hours(hours_id: str, body: HoursChange, *, if_match: str | None = None) -> Request[AddHoursAnswer]:
    """Change Hours."""
    return Request("PATCH", f"/v1/hours/{part(hours_id)}", body=body, headers={"If-Match": if_match})


def replace_hours(hours_id: str, body: NewHours, *, if_match: str | None = None) -> Request[AddHoursAnswer]:
    """What is not named is as in new opening hours."""
    return Request("PUT", f"/v1/hours/{part(hours_id)}", body=body, headers={"If-Match": if_match})


def delete_hours(hours_id: str, *, if_match: str | None = None) -> Request[None]:
    """Refused while a queue or a flow keeps them."""
    return Request("DELETE", f"/v1/hours/{part(hours_id)}", headers={"If-Match": if_match}, answer="nothing")
