"""What the API answers about saved reports."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from call24.call_records.answers import UserRef
from call24.kit.answers import Instant, one_of
from call24.statistics.answers import ReportBy

PeriodAnswer = Annotated[
    str, one_of("today", "yesterday", "last_7_days", "this_week", "last_week", "this_month", "last_month")
]
StoppedAnswer = Annotated[
    str, one_of("maker_gone", "maker_disabled", "maker_may_not", "queue_gone", "agent_gone", "nobody_to_send_to")
]


class ReportScheduleAnswer(TypedDict):
    """When a saved report is sent by e-mail, and to whom, in the organisation's time zone."""

    every: Annotated[str, one_of("day", "week", "month")]
    hour: Annotated[int, Field(description="0 to 23")]
    weekday: Annotated[int, Field(description="Of a week: 0 is Monday")]
    day: Annotated[int, Field(description="Of a month: 1 to 31; of a shorter month its last day")]
    recipients: list[UserRef]


class SavedReportAnswer(TypedDict):
    """A report under a name. Its figures come from `GET /v1/reports`, with the rights of who asks."""

    id: str
    name: str
    period: Annotated[PeriodAnswer, Field(description="As seen on the day on which it is opened or sent")]
    by: ReportBy
    queue_id: str | None
    agent_id: str | None
    direction: Annotated[str, one_of("inbound", "outbound", "internal", "callback")] | None
    compare: Annotated[bool, Field(description="With the same weekdays before")]
    measures: Annotated[list[str], Field(description="Keys of the figures that are shown. Empty: all")]
    shared: Annotated[bool, Field(description="With all who may see reports")]
    made_by: Annotated[UserRef | None, Field(description="Null: that account is deleted")]
    may_change: Annotated[bool, Field(description="You saved it")]
    may_remove: bool
    schedule: ReportScheduleAnswer | None
    next_at: Annotated[Instant | None, Field(description="When it is sent next. Null: it is not")]
    sent_at: Annotated[Instant | None, Field(description="When it was due last, and was sent")]
    stopped: Annotated[StoppedAnswer | None, Field(description="Why it is not sent although it has a schedule")]
    created_at: Instant


class SavedReportPage(TypedDict):
    """A page of saved reports."""

    items: list[SavedReportAnswer]
    next: str | None


class ReportRecipient(TypedDict):
    """A user who may be sent reports."""

    id: str
    name: str
    email_confirmed: Annotated[bool, Field(description="Others see in the app alone that a report is there")]


class ReportTimes(TypedDict):
    """What a schedule comes to, and who may be sent reports."""

    time_zone: Annotated[str, Field(description="IANA name, such as `Europe/London`")]
    times: Annotated[list[Instant], Field(description="The next three")]
    recipients: list[ReportRecipient]
    sends: Annotated[bool, Field(description="Whether this installation has a mail server")]
