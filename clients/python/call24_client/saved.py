"""Saved. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from call24_client.transport import Request, part


class UserRef(TypedDict):
    """A user by id, with the name to show. The name of a deleted account is "a former colleague"."""

    id: str
    name: str


class ReportScheduleAnswer(TypedDict):
    """When a saved report is sent by e-mail, and to whom, in the organisation's time zone."""

    every: Literal["day", "week", "month"]
    hour: int
    weekday: int
    day: int
    recipients: list[UserRef]


class SavedReportAnswer(TypedDict):
    """A report under a name. Its figures come from `GET /v1/reports`, with the rights of who asks."""

    id: str
    name: str
    period: Literal["today", "yesterday", "last_7_days", "this_week", "last_week", "this_month", "last_month"]
    by: Literal["queue", "agent", "hour", "day", "disposition", "direction", "number"]
    queue_id: str | None
    agent_id: str | None
    direction: Literal["inbound", "outbound", "internal", "callback"] | None
    compare: bool
    measures: list[str]
    shared: bool
    made_by: UserRef | None
    may_change: bool
    may_remove: bool
    schedule: ReportScheduleAnswer | None
    next_at: str | None
    sent_at: str | None
    stopped: (
        Literal["maker_gone", "maker_disabled", "maker_may_not", "queue_gone", "agent_gone", "nobody_to_send_to"] | None
    )
    created_at: str


class SavedReportPage(TypedDict):
    """A page of saved reports."""

    items: list[SavedReportAnswer]
    next: str | None


class ScheduleWish(TypedDict):
    """When the report is sent by e-mail, in the organisation's time zone, and to whom. Users of the organisation who
    may see reports, 50 at most, and not any address. More than oneself with a shared report alone.
    """

    every: Literal["day", "week", "month"]
    hour: int
    weekday: NotRequired[int]
    day: NotRequired[int]
    recipients: list[str]


class SavedReportWish(TypedDict):
    """A report under a name, as `GET /v1/reports` is asked for it."""

    name: str
    period: Literal["today", "yesterday", "last_7_days", "this_week", "last_week", "this_month", "last_month"]
    by: Literal["queue", "agent", "hour", "day", "disposition", "direction", "number"]
    queue_id: NotRequired[str | None]
    agent_id: NotRequired[str | None]
    direction: NotRequired[Literal["inbound", "outbound", "internal", "callback"] | None]
    compare: NotRequired[bool]
    measures: NotRequired[list[str]]
    shared: NotRequired[bool]
    schedule: NotRequired[ScheduleWish | None]


class ReportRecipient(TypedDict):
    """A user who may be sent reports."""

    id: str
    name: str
    email_confirmed: bool


class ReportTimes(TypedDict):
    """What a schedule comes to, and who may be sent reports."""

    time_zone: str
    times: list[str]
    recipients: list[ReportRecipient]
    sends: bool


def reports_list(*, limit: int | None = None, cursor: str | None = None) -> Request[SavedReportPage]:
    """Lists your saved reports and those that colleagues share, the oldest first."""
    return Request("GET", "/v1/saved-reports", query={"limit": limit, "cursor": cursor})


def reports_save(body: SavedReportWish, *, idempotency_key: str | None = None) -> Request[SavedReportAnswer]:
    """Saves a report under a name, of your own or shared with all who may see reports. A user has at most 30, an
    organisation 100; one more is a 409 `too_many`. With a `schedule` it is sent by e-mail: once for each day on
    which it is due, with its main figures and a CSV file of all of them.
    """
    return Request("POST", "/v1/saved-reports", body=body, headers={"Idempotency-Key": idempotency_key})


def reports_read_times(
    *, every: Literal["day", "week", "month"], hour: int, weekday: int | None = None, day: int | None = None
) -> Request[ReportTimes]:
    """Returns when a report of such a schedule would be sent next, three times, and who may be sent reports."""
    return Request(
        "GET", "/v1/saved-reports/times", query={"every": every, "hour": hour, "weekday": weekday, "day": day}
    )


def reports_read(report_id: str) -> Request[SavedReportAnswer]:
    """Returns a saved report: your own, or one that is shared."""
    return Request("GET", f"/v1/saved-reports/{part(report_id)}")


def reports_change(report_id: str, body: SavedReportWish, *, if_match: str | None = None) -> Request[SavedReportAnswer]:
    """Replaces a saved report of your own. With `If-Match` you overwrite nothing that you have not seen (412)."""
    return Request("PUT", f"/v1/saved-reports/{part(report_id)}", body=body, headers={"If-Match": if_match})


def reports_remove(report_id: str, *, if_match: str | None = None) -> Request[None]:
    """Deletes a saved report of your own; with `organisation.write` also one that somebody else shared."""
    return Request("DELETE", f"/v1/saved-reports/{part(report_id)}", headers={"If-Match": if_match}, answer="nothing")


def reports_send(report_id: str, *, idempotency_key: str | None = None) -> Request[None]:
    """Sends the report to yourself now, by e-mail. Asked again within the minute, it sends one. 409
    `report_not_mailed` where your address is not confirmed, you switched such e-mails off, or there is no mail
    server.
    """
    return Request(
        "POST",
        f"/v1/saved-reports/{part(report_id)}/send",
        headers={"Idempotency-Key": idempotency_key},
        answer="nothing",
    )
