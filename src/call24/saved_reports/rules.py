"""Which days a saved report is of, when it is sent, and what one may be like. Pure.

A local time that is left out when the clocks go forward is taken with the offset of before, so it is an hour later on
the wall; one that comes twice is the first of them (RFC 5545, section 3.3.5).
"""

from __future__ import annotations

import calendar
from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from call24.kit.errors import Invalid
from call24.saved_reports.model import Asked, Period, SavedReport, Schedule

NAME_MAX = 80
EACH_MAX = 30
"""Of one user."""
ALL_MAX = 100
"""Of an organisation."""
RECIPIENTS_MAX = 50
LATE = timedelta(days=1)
"""What could not be sent for longer, as while the server was off, is not sent any more."""
_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)
_LOOKED_AHEAD = 64
"""Days: two months and what a day more or less in a time zone takes."""


def days_of(period: Period, on: date) -> tuple[date, date]:
    """The first and the last day, as seen on this day."""
    monday, first = on - timedelta(days=on.weekday()), on.replace(day=1)
    match period:
        case "today":
            return on, on
        case "yesterday":
            return on - _DAY, on - _DAY
        case "last_7_days":
            return on - 6 * _DAY, on
        case "this_week":
            return monday, on
        case "last_week":
            return monday - _WEEK, monday - _DAY
        case "this_month":
            return first, on
        case "last_month":
            return (first - _DAY).replace(day=1), first - _DAY


def next_time(schedule: Schedule, zone: ZoneInfo, after: datetime) -> datetime:
    """The first time after `after`, in UTC."""
    begin = after.astimezone(zone).date() - _DAY
    for n in range(_LOOKED_AHEAD + 1):
        on = begin + n * _DAY
        if _fits(schedule, on):
            at = datetime.combine(on, time(schedule.hour), zone).astimezone(UTC)
            if at > after:
                return at
    raise AssertionError("a day of the month comes within two months")


def next_times(schedule: Schedule, zone: ZoneInfo, after: datetime, count: int) -> list[datetime]:
    found: list[datetime] = []
    for _ in range(count):
        found.append(next_time(schedule, zone, found[-1] if found else after))
    return found


def last_time(schedule: Schedule, zone: ZoneInfo, first: datetime, now: datetime) -> datetime:
    """Of `first`, which has come, and those after it: the last that has come too. One is made up for, not each."""
    found = first
    if now - found > _LOOKED_AHEAD * _DAY:
        found = max(found, next_time(schedule, zone, now - _LOOKED_AHEAD * _DAY))
    while (later := next_time(schedule, zone, found)) <= now:
        found = later
    return found


def _fits(schedule: Schedule, on: date) -> bool:
    match schedule.every:
        case "day":
            return True
        case "week":
            return on.weekday() == schedule.weekday
        case "month":
            return on.day == min(schedule.day, calendar.monthrange(on.year, on.month)[1])


def checked_name(name: str) -> str:
    """Raises: Invalid."""
    text = " ".join(name.split())
    if not text or len(text) > NAME_MAX or not text.isprintable():
        raise Invalid(errors=[("name", f"1 to {NAME_MAX} printable characters")])
    return text


def check(asked: Asked, there: Collection[str]) -> None:
    """`there`: keys of the figures that such a report has. Raises: Invalid for figures that it has not."""
    if wrong := [key for key in asked.measures if key not in there]:
        raise Invalid(errors=[("measures", f"figures of such a report; not {wrong[0][:40]}")])
    if len(set(asked.measures)) < len(asked.measures):
        raise Invalid(errors=[("measures", "each once")])


def check_recipients(report: SavedReport) -> None:
    """Raises: Invalid."""
    if report.schedule is None:
        if report.recipients:
            raise Invalid(errors=[("schedule.recipients", "none without a schedule")])
        return
    if not 1 <= len(set(report.recipients)) <= RECIPIENTS_MAX or len(set(report.recipients)) < len(report.recipients):
        raise Invalid(errors=[("schedule.recipients", f"1 to {RECIPIENTS_MAX} users, each once")])
    if not report.shared and any(user_id != report.made_by for user_id in report.recipients):
        raise Invalid(errors=[("schedule.recipients", "you alone, or share the report with your colleagues")])
