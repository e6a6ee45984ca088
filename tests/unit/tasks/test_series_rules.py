"""When recurring tasks are made: by rules of RFC 5545, in local time."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from call24.kit.errors import Invalid
from call24.kit.ids import TaskSeriesId, TenantId
from call24.tasks.series_model import TaskSeries
from call24.tasks.series_rules import checked, checked_rule, checked_start, last_time, next_time, task_at

BERLIN, ULAANBAATAR = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Ulaanbaatar")
NOON = datetime(2026, 3, 27, 12, tzinfo=UTC)


def times(rule: str, starts: str, count: int, zone: ZoneInfo = BERLIN, after: datetime = NOON) -> list[str]:
    found: list[str] = []
    at: datetime | None = after
    while len(found) < count and (at := next_time(checked_rule(rule), checked_start(starts), zone, at)) is not None:
        found.append(at.strftime("%Y-%m-%d %H:%M"))
    return found


@pytest.mark.parametrize(
    ("rule", "starts", "utc"),
    [
        # Summer time begins on March 29th at 02:00: nine o'clock stays nine o'clock.
        ("FREQ=DAILY", "2026-03-01T09:00", ["2026-03-28 08:00", "2026-03-29 07:00", "2026-03-30 07:00"]),
        # Half past two is left out that night: RFC 5545 takes the offset of before.
        ("FREQ=DAILY", "2026-03-01T02:30", ["2026-03-28 01:30", "2026-03-29 01:30", "2026-03-30 00:30"]),
        ("FREQ=WEEKLY;BYDAY=MO,TH", "2026-03-02T09:00", ["2026-03-30 07:00", "2026-04-02 07:00", "2026-04-06 07:00"]),
        ("FREQ=WEEKLY;INTERVAL=2", "2026-03-02T09:00", ["2026-03-30 07:00", "2026-04-13 07:00", "2026-04-27 07:00"]),
        ("FREQ=MONTHLY;BYMONTHDAY=31", "2026-01-31T09:00", ["2026-03-31 07:00", "2026-05-31 07:00"]),
        ("FREQ=MONTHLY;BYDAY=-1FR", "2026-01-30T09:00", ["2026-04-24 07:00", "2026-05-29 07:00"]),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "2026-02-28T09:00", ["2028-02-29 08:00", "2032-02-29 08:00"]),
        ("FREQ=DAILY;COUNT=3", "2026-03-27T08:00", ["2026-03-28 07:00", "2026-03-29 06:00"]),
        ("FREQ=DAILY;UNTIL=20260329T090000", "2026-03-01T09:00", ["2026-03-28 08:00", "2026-03-29 07:00"]),
        ("rrule:freq=daily;until=20260329", "2026-03-01T09:00", ["2026-03-28 08:00"]),
    ],
)
def test_the_next_times_of_a_rule(rule: str, starts: str, utc: list[str]) -> None:
    more = 1 if "COUNT" in rule or "until" in rule.lower() else 0
    assert times(rule, starts, len(utc) + more) == utc


def test_a_time_that_comes_twice_when_the_clocks_go_back_comes_once() -> None:
    before = datetime(2026, 10, 24, 12, tzinfo=UTC)
    assert times("FREQ=DAILY", "2026-10-01T02:30", 3, after=before) == [
        "2026-10-25 00:30", "2026-10-26 01:30", "2026-10-27 01:30",
    ]  # fmt: skip


def test_a_zone_without_summer_time_has_one_offset() -> None:
    assert times("FREQ=DAILY", "2026-03-01T09:00", 2, ULAANBAATAR) == ["2026-03-28 01:00", "2026-03-29 01:00"]


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "BYDAY=MO",
        "FREQ=HOURLY",
        "FREQ=SECONDLY;BYSECOND=1",
        "FREQ=DAILY;FREQ=DAILY",
        "FREQ=DAILY;BYHOUR=9",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=WEEKLY;BYDAY=1MO",
        "FREQ=DAILY;COUNT=2;UNTIL=20270101",
        "FREQ=DAILY;UNTIL=20270101T000000Z",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=MONTHLY;" + "BYMONTHDAY=" + ",".join(["1"] * 90),
        "FREQ=DAILY\nEXRULE:FREQ=DAILY",
        "DTSTART:20260101T000000\nRRULE:FREQ=DAILY",
    ],
)
def test_what_is_no_rule_of_days_weeks_months_or_years_is_refused(rule: str) -> None:
    with pytest.raises(Invalid):
        checked_rule(rule)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=200",
        "FREQ=YEARLY;BYMONTH=13",
        "FREQ=YEARLY;INTERVAL=999;BYMONTH=2;BYMONTHDAY=29",
        "FREQ=DAILY;UNTIL=20260101",
    ],
)
def test_a_rule_without_a_time_to_come_is_refused_at_once(rule: str) -> None:
    began = time.process_time()
    with pytest.raises(Invalid):
        checked(series(rule, starts="2026-02-01T09:00"), BERLIN, NOON)
    assert time.process_time() - began < 1


def series(rule: str, starts: str = "2026-03-02T09:00", **rest: int) -> TaskSeries:
    return TaskSeries(
        id=TaskSeriesId("tsr_1"),
        tenant_id=TenantId("ten_acme"),
        rule=rule,
        starts=starts,
        due_after_s=rest.get("due_after_s", 3600),
        title=" Count  the till ",
        checklist=("coins", "notes"),
        created_at=NOON,
    )


def test_each_time_has_one_task_with_what_the_series_says() -> None:
    made = checked(series("FREQ=WEEKLY"), BERLIN, NOON)
    assert made.next_at == datetime(2026, 3, 30, 7, tzinfo=UTC)
    task = task_at(made, made.next_at)
    assert (task.title, task.due_at) == ("Count the till", datetime(2026, 3, 30, 8, tzinfo=UTC))
    assert [item.text for item in task.checklist] == ["coins", "notes"]
    assert task_at(made, made.next_at).id == task.id != task_at(made, made.next_at + timedelta(days=7)).id


def test_of_times_that_were_slept_through_the_last_is_made_up_for() -> None:
    first = datetime(2026, 3, 30, 7, tzinfo=UTC)
    found = last_time("FREQ=DAILY", "2026-03-30T09:00:00", BERLIN, first, first + timedelta(days=3, hours=2))
    assert found == datetime(2026, 4, 2, 7, tzinfo=UTC)
