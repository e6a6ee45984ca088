"""Who is old enough for an account: the day itself, leap days, time zones, and what is no date at all."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from call24.identity.age_rules import old_enough, years
from call24.kit.errors import Invalid

NOON = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
"""It is 28 November from the line at UTC-12 on, and 29 November already at UTC+14."""


def let_in(said: str, now: datetime = NOON, at_least: int = 13) -> bool:
    return old_enough(said, at_least, now)


def test_thirteen_years_to_the_day_is_let_in_and_a_day_less_is_not() -> None:
    assert let_in("2013-11-28")
    assert not let_in("2013-11-29"), "12 years, 364 days"
    assert not let_in("2026-11-28") and not let_in("2020-01-01")
    assert let_in("1950-02-28") and let_in("2010-11-28", at_least=16) and not let_in("2010-11-29", at_least=16)


def test_a_birthday_counts_when_it_has_come_everywhere_on_earth() -> None:
    assert not let_in("2013-11-28", NOON - timedelta(seconds=1)), "at UTC-12 it is still the 27th"
    assert let_in("2013-11-28", NOON)


def test_who_was_born_on_a_leap_day_is_of_age_on_the_first_of_march() -> None:
    assert not let_in("2012-02-29", datetime(2025, 3, 1, 11, 59, tzinfo=UTC))
    assert let_in("2012-02-29", datetime(2025, 3, 1, 12, 0, tzinfo=UTC))
    assert let_in("2012-02-29", datetime(2028, 2, 29, 12, 0, tzinfo=UTC), at_least=16)
    assert not let_in("2012-02-29", datetime(2028, 2, 29, 11, 59, tzinfo=UTC), at_least=16)


@pytest.mark.parametrize(
    "said",
    ["", "x", "2013", "20131128", "2013-11-31", "2013-02-29", "2013-13-01", "2013-00-10", "2013-W48-6", "28.11.2013",
     "2013-11-28T00:00", " 2013-11-28", "0000-01-01", "1800-01-01", "2026-11-30", "9999-12-31",
     "２０１３-11-28", "2013-11-28\n"],
)  # fmt: skip
def test_what_is_no_date_of_birth_is_said_without_a_hint_and_without_the_date(said: str) -> None:
    with pytest.raises(Invalid) as error:
        old_enough(said, 13, NOON)
    [(field, message)] = error.value.errors
    assert field == "birth_date"
    assert not any(figure in message for figure in "0123456789")
    assert len(said) < 4 or said not in str(error.value)


def test_a_date_that_is_today_somewhere_is_no_future() -> None:
    assert not let_in("2026-11-29")


@given(st.dates(date(1900, 1, 1), date(2026, 11, 28)), st.dates(date(1950, 1, 1), date(2100, 1, 1)))
def test_years_go_up_by_one_on_the_birthday(born: date, today: date) -> None:
    if today <= born:
        return
    before, now = years(born, today - timedelta(days=1)), years(born, today)
    birthday = (today.month, today.day) == (born.month, born.day)
    leap = (born.month, born.day) == (2, 29) and (today.month, today.day) == (3, 1) and not _leap(today.year)
    assert now - before == int(birthday or leap)


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
