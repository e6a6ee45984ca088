"""Opening hours by the clock on the wall: holidays, nights, and the days on which the clock is put forward or back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.clock import START
from tests.support.properties import thorough

from call24.kit.errors import Invalid
from call24.kit.ids import HoursId, TenantId
from call24.queues.hours import DAYS, Day, Holiday, Hours, Opening, Span, is_open, next_open
from call24.queues.rules import checked_hours

LONDON, NEW_YORK, ULAANBAATAR = "Europe/London", "America/New_York", "Asia/Ulaanbaatar"


def hours(*weekly: Opening, holidays: tuple[Holiday, ...] = (), timezone: str | None = LONDON) -> Hours:
    return Hours(
        id=HoursId("hrs_1"),
        tenant_id=TenantId("ten_a"),
        name="Desk",
        name_key="desk",
        timezone=timezone,
        weekly=weekly,
        holidays=holidays,
        created_at=START,
    )


def on(days: str, opens: str, closes: str) -> list[Opening]:
    return [Opening(day=day, opens=opens, closes=closes) for day in DAYS if day in days.split()]


WEEKDAYS = "mon tue wed thu fri"
OFFICE = hours(*on(WEEKDAYS, "09:00", "17:30"))


def wall(text: str, zone: str = LONDON, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


# --- in every week, around the days on which the clocks change ---

CHANGES = {
    LONDON: (date(2026, 3, 29), date(2026, 10, 25)),
    NEW_YORK: (date(2026, 3, 8), date(2026, 11, 1)),
    ULAANBAATAR: (date(2016, 3, 26), date(2016, 9, 23), date(2026, 6, 1)),
}
_walls = st.sampled_from([f"{hour:02}:{minute:02}" for hour in range(24) for minute in (0, 15, 30)])


@st.composite
def _span(draw: st.DrawFn) -> dict[str, str]:
    opens = draw(_walls)
    closes = draw(st.one_of(_walls, st.just("24:00")).filter(lambda text: text != opens))
    return {"opens": opens, "closes": closes}


@st.composite
def situations(draw: st.DrawFn) -> tuple[Hours, datetime]:
    zone = draw(st.sampled_from(list(CHANGES)))
    near = draw(st.sampled_from(CHANGES[zone]))
    days: st.SearchStrategy[Day] = st.sampled_from(DAYS)
    weekly = [Opening(day=draw(days), **draw(_span())) for _ in range(draw(st.integers(0, 8)))]
    dates = draw(st.lists(st.integers(-2, 2), unique=True, max_size=3))
    holidays = [
        Holiday(
            on=(near + timedelta(days=day)).isoformat(),
            spans=tuple(Span(**draw(_span())) for _ in range(draw(st.integers(0, 2)))),
        )
        for day in dates
    ]
    midnight = datetime(near.year, near.month, near.day, tzinfo=UTC)
    at = midnight + timedelta(minutes=draw(st.integers(-2 * 1440, 2 * 1440)), seconds=draw(st.integers(0, 59)))
    return hours(*weekly, holidays=tuple(holidays), timezone=zone), at


def open_minutes(theirs: Hours, day: date) -> set[int]:
    """Every minute of the wall's clock that is open on this day, written down one by one."""
    special = {holiday.on: holiday for holiday in theirs.holidays}
    found: set[int] = set()
    for began in (day - timedelta(days=1), day):
        holiday = special.get(began.isoformat())
        spans: list[Span] = list(holiday.spans) if holiday else []
        if holiday is None:
            spans = [one for one in theirs.weekly if one.day == DAYS[began.weekday()]]
        for span in spans:
            first = int(span.opens[:2]) * 60 + int(span.opens[3:])
            last = int(span.closes[:2]) * 60 + int(span.closes[3:])
            for minute in range(first, last if last > first else last + 1440):
                then = began + timedelta(days=minute // 1440)
                if then == day and (then == began or then.isoformat() not in special):
                    found.add(minute % 1440)
    return found


@thorough
@given(situations())
def test_open_is_what_the_clock_on_the_wall_says(situation: tuple[Hours, datetime]) -> None:
    theirs, at = situation
    by_day: dict[date, set[int]] = {}
    for minute in range(0, 26 * 60, 7):
        instant = at + timedelta(minutes=minute)
        shown = instant.astimezone(ZoneInfo(theirs.timezone or "UTC"))
        if shown.date() not in by_day:
            by_day[shown.date()] = open_minutes(theirs, shown.date())
        assert is_open(theirs, instant) == (shown.hour * 60 + shown.minute in by_day[shown.date()])


@thorough
@given(situations())
def test_the_next_opening_is_open_and_nothing_before_it_is(situation: tuple[Hours, datetime]) -> None:
    theirs, at = situation
    following = next_open(theirs, at)
    if following is None:
        assert not any(is_open(theirs, at + timedelta(hours=hour)) for hour in range(9 * 24))
        return
    assert following >= at
    assert is_open(theirs, following)
    assert following == at or not is_open(theirs, following - timedelta(seconds=1))
    minute = at
    while minute < following and minute < at + timedelta(days=4):
        assert not is_open(theirs, minute)
        minute += timedelta(minutes=5)  # no span is shorter than 15


# --- by name ---


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-24 08:59:59", False),
        ("2026-11-24 09:00:00", True),
        ("2026-11-24 17:29:59", True),
        ("2026-11-24 17:30:00", False),
        ("2026-11-28 12:00:00", False),
    ],
)
def test_a_working_day(at: str, expected: bool) -> None:
    assert is_open(OFFICE, wall(at)) is expected


def test_nine_is_nine_before_and_after_the_clocks_change() -> None:
    friday, monday = wall("2026-10-23 09:00"), wall("2026-10-26 09:00")
    assert (friday.hour, monday.hour) == (8, 9)
    assert is_open(OFFICE, friday) and is_open(OFFICE, monday)
    assert not is_open(OFFICE, monday - timedelta(hours=1))
    assert next_open(OFFICE, friday + timedelta(hours=9)) == monday


def test_the_organisations_time_zone_counts_where_none_is_named() -> None:
    everywhere = hours(*on(WEEKDAYS, "09:00", "17:30"), timezone=None)
    at = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
    assert is_open(everywhere, at, NEW_YORK)
    assert not is_open(everywhere, at, ULAANBAATAR)


def test_lunch_divides_a_day_in_two() -> None:
    divided = hours(*on(WEEKDAYS, "09:00", "12:00"), *on(WEEKDAYS, "13:00", "17:00"))
    assert not is_open(divided, wall("2026-11-24 12:30"))
    assert next_open(divided, wall("2026-11-24 12:30")) == wall("2026-11-24 13:00")


def test_a_night_goes_on_over_midnight_also_into_the_next_week() -> None:
    night = hours(*on("fri sun", "22:00", "06:00"))
    assert is_open(night, wall("2026-11-28 05:59"))
    assert not is_open(night, wall("2026-11-28 06:00"))
    assert is_open(night, wall("2026-11-30 03:00"))
    assert not is_open(night, wall("2026-11-29 03:00"))


def test_a_whole_day_ends_at_the_midnight_after_it() -> None:
    whole = hours(*on("tue", "00:00", "24:00"))
    assert is_open(whole, wall("2026-11-24 23:59:59"))
    assert not is_open(whole, wall("2026-11-25 00:00"))


def test_a_holiday_is_closed_all_day_and_ends_the_night_before_it_at_midnight() -> None:
    theirs = hours(*on("thu fri", "09:00", "17:00"), *on("thu", "22:00", "06:00"), holidays=(Holiday(on="2026-12-25"),))
    assert is_open(theirs, wall("2026-12-24 23:59"))
    assert not is_open(theirs, wall("2026-12-25 00:00"))
    assert not is_open(theirs, wall("2026-12-25 10:00"))
    assert next_open(theirs, wall("2026-12-25 00:00")) == wall("2026-12-31 09:00")


def test_a_holiday_may_have_its_own_times_also_on_a_day_that_is_closed_otherwise() -> None:
    eve = Holiday(on="2026-12-24", spans=(Span(opens="10:00", closes="12:00"),))
    sunday = Holiday(on="2026-12-27", spans=(Span(opens="10:00", closes="14:00"),))
    theirs = hours(*on(WEEKDAYS, "09:00", "17:30"), holidays=(eve, sunday))
    assert not is_open(theirs, wall("2026-12-24 09:30"))
    assert is_open(theirs, wall("2026-12-24 10:00"))
    assert is_open(theirs, wall("2026-12-27 13:59"))


def test_an_hour_that_the_clock_shows_twice_is_open_both_times() -> None:
    early = hours(*on("sun", "01:00", "02:00"))
    first, second = wall("2026-10-25 01:30"), wall("2026-10-25 01:30", fold=1)
    assert second - first == timedelta(hours=1)
    assert is_open(early, first) and is_open(early, second)
    assert next_open(early, first) == first


def test_a_closed_hour_shown_twice_opens_again_when_the_clock_is_put_back() -> None:
    early = hours(*on("sun", "01:00", "01:30"))
    assert next_open(early, wall("2026-10-25 01:40")) == wall("2026-10-25 01:00", fold=1)


def test_what_opens_in_an_hour_shown_twice_opens_twice() -> None:
    brief = hours(*on("sun", "01:30", "01:45"))
    assert next_open(brief, wall("2026-10-25 01:50")) == wall("2026-10-25 01:30", fold=1)


def test_an_hour_that_the_clock_skips_does_not_happen_and_what_begins_in_it_begins_after_it() -> None:
    skipped = hours(*on("sun", "01:00", "02:00"))
    assert next_open(skipped, wall("2026-03-29 00:30")) == wall("2026-04-05 01:00")
    longer = hours(*on("sun", "02:30", "05:00"), timezone=NEW_YORK)
    assert next_open(longer, wall("2026-03-08 01:00", NEW_YORK)) == wall("2026-03-08 03:00", NEW_YORK)


def test_what_never_opens_has_no_next_opening() -> None:
    assert next_open(hours(), START) is None
    past = hours(holidays=(Holiday(on="2020-01-01", spans=(Span(opens="09:00", closes="12:00"),)),))
    assert next_open(past, START) is None


def test_a_holiday_a_year_ahead_is_found() -> None:
    only = hours(holidays=(Holiday(on="2027-11-20", spans=(Span(opens="09:00", closes="12:00"),)),))
    assert next_open(only, START) == wall("2027-11-20 09:00")


# --- what may be set ---


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"timezone": "Europe/Atlantis"}, "timezone"),
        ({"weekly": on("mon", "9:00", "17:00")}, "weekly"),
        ({"weekly": on("mon", "24:00", "03:00")}, "weekly"),
        ({"weekly": on("mon", "09:00", "25:00")}, "weekly"),
        ({"weekly": on("mon", "09:00", "09:00")}, "weekly"),
        ({"weekly": [Opening(day="noday", opens="09:00", closes="10:00")]}, "weekly"),  # type: ignore[arg-type]
        ({"weekly": on("mon", "09:00", "10:00") * 141}, "weekly"),
        ({"holidays": (Holiday(on="2026-02-30"),)}, "holidays"),
        ({"holidays": (Holiday(on="20261225"),)}, "holidays"),
        ({"holidays": (Holiday(on="2026-12-25"), Holiday(on="2026-12-25"))}, "holidays"),
        ({"holidays": (Holiday(on="2026-12-25", spans=(Span(opens="x", closes="y"),)),)}, "holidays"),
        ({"holidays": (Holiday(on="2026-12-25", name="a\nb"),)}, "holidays"),
        ({"holidays": (Holiday(on="2026-12-25", spans=(Span(opens="09:00", closes="10:00"),) * 21),)}, "holidays"),
    ],
    ids=str,
)
def test_hours_that_break_a_rule_are_refused_by_field(changes: dict[str, Any], field: str) -> None:
    values = {name: getattr(OFFICE, name) for name in Hours.__struct_fields__}
    with pytest.raises(Invalid) as refused:
        checked_hours(Hours(**{**values, **changes}))
    assert [name for name, _ in refused.value.errors] == [field]


def test_hours_that_break_none_are_taken() -> None:
    eve = Holiday(on="2026-12-24", name="Christmas Eve", spans=(Span(opens="09:00", closes="12:00"),))
    assert checked_hours(hours(*on("sat", "22:00", "02:00"), *on("sun", "00:00", "24:00"), holidays=(eve,)))
