"""Which days a saved report is of, and when it is sent: also where the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from call24.kit.errors import Invalid
from call24.kit.ids import SavedReportId, TenantId, UserId
from call24.saved_reports.model import Asked, Period, SavedReport, Schedule
from call24.saved_reports.rules import check, check_recipients, checked_name, days_of, last_time, next_time, next_times

BERLIN, ULAANBAATAR, APIA = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Ulaanbaatar"), ZoneInfo("Pacific/Apia")
ME, KIM = UserId("usr_me"), UserId("usr_kim")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("today", "2026-03-01", "2026-03-01"),
        ("yesterday", "2026-02-28", "2026-02-28"),
        ("last_7_days", "2026-02-23", "2026-03-01"),
        ("this_week", "2026-02-23", "2026-03-01"),
        ("last_week", "2026-02-16", "2026-02-22"),
        ("this_month", "2026-03-01", "2026-03-01"),
        ("last_month", "2026-02-01", "2026-02-28"),
    ],
)
def test_days_are_as_seen_on_a_sunday_that_begins_a_month(period: Period, first: str, last: str) -> None:
    assert days_of(period, date(2026, 3, 1)) == (date.fromisoformat(first), date.fromisoformat(last))


def test_the_month_before_january_and_a_week_over_new_year() -> None:
    assert days_of("last_month", date(2027, 1, 15)) == (date(2026, 12, 1), date(2026, 12, 31))
    assert days_of("this_week", date(2027, 1, 1)) == (date(2026, 12, 28), date(2027, 1, 1))


@pytest.mark.parametrize(
    ("schedule", "after", "times"),
    [
        (Schedule(every="day", hour=7), "2026-12-01T22:59", ["2026-12-01T23:00", "2026-12-02T23:00"]),
        (Schedule(every="day", hour=7), "2026-12-01T23:00", ["2026-12-02T23:00", "2026-12-03T23:00"]),
        (Schedule(every="week", hour=0, weekday=0), "2026-12-01T00:00", ["2026-12-06T16:00", "2026-12-13T16:00"]),
        (Schedule(every="month", hour=8, day=31), "2027-01-31T00:00", ["2027-02-28T00:00", "2027-03-31T00:00"]),
        (Schedule(every="month", hour=8, day=29), "2028-02-28T23:00", ["2028-02-29T00:00", "2028-03-29T00:00"]),
    ],
)
def test_times_are_on_the_organisations_clock(schedule: Schedule, after: str, times: list[str]) -> None:
    assert next_times(schedule, ULAANBAATAR, utc(after), 2) == [utc(one) for one in times]


def test_an_hour_that_is_left_out_is_an_hour_later_on_the_wall_and_comes_once() -> None:
    """In Berlin on 29 March 2026 the clocks go from 02:00 to 03:00."""
    schedule = Schedule(every="day", hour=2)
    assert next_times(schedule, BERLIN, utc("2026-03-28T01:00"), 3) == [
        utc("2026-03-29T01:00"),  # 03:00 there
        utc("2026-03-30T00:00"),
        utc("2026-03-31T00:00"),
    ]


def test_an_hour_that_comes_twice_is_the_first_and_comes_once() -> None:
    """In Berlin on 25 October 2026 the clocks go from 03:00 to 02:00."""
    schedule = Schedule(every="day", hour=2)
    assert next_times(schedule, BERLIN, utc("2026-10-24T01:00"), 2) == [
        utc("2026-10-25T00:00"),
        utc("2026-10-26T01:00"),
    ]
    assert next_time(schedule, BERLIN, utc("2026-10-25T00:30")) == utc("2026-10-26T01:00"), "not the second 02:00"


def test_a_day_that_is_left_out_does_not_come_twice() -> None:
    """Samoa had no 30 December 2011."""
    found = next_times(Schedule(every="day", hour=7), APIA, utc("2011-12-29T00:00"), 3)
    assert [at.astimezone(APIA).date().isoformat() for at in found] == ["2011-12-29", "2011-12-31", "2012-01-01"]


def test_of_what_was_missed_the_last_is_made_up_for() -> None:
    schedule, first = Schedule(every="day", hour=7), utc("2026-11-01T23:00")
    assert last_time(schedule, ULAANBAATAR, first, first) == first
    assert last_time(schedule, ULAANBAATAR, first, first + timedelta(hours=23, minutes=59)) == first
    assert last_time(schedule, ULAANBAATAR, first, utc("2026-11-20T22:59")) == utc("2026-11-19T23:00")
    assert last_time(schedule, ULAANBAATAR, utc("2011-11-01T23:00"), utc("2026-11-20T22:59")) == utc("2026-11-19T23:00")
    yearly = Schedule(every="month", hour=7, day=31)
    assert last_time(yearly, ULAANBAATAR, utc("2025-12-30T23:00"), utc("2026-03-15T00:00")) == utc("2026-02-27T23:00")


@pytest.mark.parametrize("name", ["", " ", "a" * 81, "a\0b", "a\u200bb"])
def test_a_name_is_printable_and_bounded(name: str) -> None:
    with pytest.raises(Invalid):
        checked_name(name)
    assert checked_name("  Monday   morning ") == "Monday morning"


def report(**more: Any) -> SavedReport:
    return SavedReport(
        id=SavedReportId("srp_1"),
        tenant_id=TenantId("org_1"),
        made_by=ME,
        name="Monday",
        asked=Asked(period="today", by="day"),
        created_at=utc("2026-12-01T00:00"),
        **more,
    )


@pytest.mark.parametrize(
    ("more", "fine"),
    [
        ({}, True),
        ({"recipients": (ME,)}, False),
        ({"schedule": Schedule(every="day", hour=7)}, False),
        ({"schedule": Schedule(every="day", hour=7), "recipients": (ME,)}, True),
        ({"schedule": Schedule(every="day", hour=7), "recipients": (ME, ME)}, False),
        ({"schedule": Schedule(every="day", hour=7), "recipients": (KIM,)}, False),
        ({"schedule": Schedule(every="day", hour=7), "recipients": (KIM,), "shared": True}, True),
        ({"schedule": Schedule(every="day", hour=7), "shared": True, "recipients": tuple(map(str, range(51)))}, False),
    ],
)
def test_what_is_not_shared_goes_to_its_maker_alone(more: dict[str, Any], fine: bool) -> None:
    if fine:
        check_recipients(report(**more))
    else:
        with pytest.raises(Invalid):
            check_recipients(report(**more))


@pytest.mark.parametrize("measures", [("offered", "occupancy"), ("offered", "offered"), ("nonsense",)])
def test_figures_are_those_that_such_a_report_has_each_once(measures: tuple[str, ...]) -> None:
    with pytest.raises(Invalid):
        check(Asked(period="today", by="queue", measures=measures), ["offered", "answered"])
    check(Asked(period="today", by="queue", measures=("answered",)), ["offered", "answered"])
