"""Hours. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from call24_client.transport import Request, part


class WeeklyOpening(TypedDict):
    """From when to when it is open on one day of each week."""

    opens: str
    closes: str
    day: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class OpeningSpan(TypedDict):
    """From when to when it is open. `closes` at or before `opens` is on the next day; 24:00 ends the day."""

    opens: str
    closes: str


class Holiday(TypedDict):
    """A date with times of its own. Without spans it is closed all day."""

    on: str
    name: str
    spans: list[OpeningSpan]


class OpeningHours(TypedDict):
    """Opening hours of queues and flows."""

    id: str
    name: str
    timezone: str | None
    weekly: list[WeeklyOpening]
    holidays: list[Holiday]
    open: bool
    next_open: str | None


class OpeningHoursPage(TypedDict):
    """A page of opening hours, by name."""

    items: list[OpeningHours]
    next: str | None


class OpeningSpanBody(TypedDict):
    """From when to when it is open: HH:MM. `closes` at or before `opens` is on the next day; 24:00 ends the day."""

    opens: str
    closes: str


class HolidayBody(TypedDict):
    """A date with times of its own. Without spans it is closed all day."""

    on: str
    name: NotRequired[str]
    spans: NotRequired[list[OpeningSpanBody]]


class NewHours(TypedDict):
    """All of some opening hours. Fields that are left out have their defaults."""

    name: str
    timezone: NotRequired[str | None]
    weekly: NotRequired[list[WeeklyOpening]]
    holidays: NotRequired[list[HolidayBody]]


class HoursChange(TypedDict):
    """Opening hours. Fields that are left out stay as they are. `timezone` null: the organisation's."""

    name: NotRequired[str]
    timezone: NotRequired[str | None]
    weekly: NotRequired[list[WeeklyOpening]]
    holidays: NotRequired[list[HolidayBody]]


def list_hours(*, limit: int | None = None, cursor: str | None = None) -> Request[OpeningHoursPage]:
    """Lists the organisation's opening hours by name, and whether each is open now."""
    return Request("GET", "/v1/hours", query={"limit": limit, "cursor": cursor})


def add_hours(body: NewHours, *, idempotency_key: str | None = None) -> Request[OpeningHours]:
    """Creates opening hours. 409 `hours_name_taken` where there are some with this name, `too_many` where the
    organisation has 50 already.
    """
    return Request("POST", "/v1/hours", body=body, headers={"Idempotency-Key": idempotency_key})


def read_hours(hours_id: str) -> Request[OpeningHours]:
    """Retrieves opening hours, and whether they are open now."""
    return Request("GET", f"/v1/hours/{part(hours_id)}")


def change_hours(hours_id: str, body: HoursChange, *, if_match: str | None = None) -> Request[OpeningHours]:
    """Updates the given parts of opening hours. 409 `hours_name_taken` where others have this name."""
    return Request("PATCH", f"/v1/hours/{part(hours_id)}", body=body, headers={"If-Match": if_match})


def replace_hours(hours_id: str, body: NewHours, *, if_match: str | None = None) -> Request[OpeningHours]:
    """Replaces opening hours. Fields that are left out get their defaults."""
    return Request("PUT", f"/v1/hours/{part(hours_id)}", body=body, headers={"If-Match": if_match})


def delete_hours(hours_id: str, *, if_match: str | None = None) -> Request[None]:
    """Deletes opening hours. 409 `hours_in_use` while a queue or a flow uses them."""
    return Request("DELETE", f"/v1/hours/{part(hours_id)}", headers={"If-Match": if_match}, answer="nothing")
