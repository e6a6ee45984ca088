"""Whether somebody is old enough for an account, by the date of birth that they say. Pure; it keeps nothing.

Source: the FTC's guidance on COPPA, "neutral age screen": any date can be given, and nothing hints at what is needed.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone

from call24.kit.errors import Invalid

LAST = timezone(timedelta(hours=-12))
"""Where a day begins last on earth: somebody is of age when it is their birthday everywhere."""
FIRST = timezone(timedelta(hours=14))
"""Where it begins first: a later date than there is in the future everywhere."""
OLDEST = 130
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def old_enough(said: str, at_least: int, now: datetime) -> bool:
    """`said`: `YYYY-MM-DD`; `at_least`: years. Raises: Invalid for what is no date of birth."""
    return years(_date(said, now), now.astimezone(LAST).date()) >= at_least


def years(born: date, today: date) -> int:
    """Full years. Who was born on 29 February has a birthday on 1 March in other years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _date(said: str, now: datetime) -> date:
    """Raises: Invalid, which says neither what was given nor what is needed."""
    today = now.astimezone(FIRST).date()
    try:
        if _DATE.fullmatch(said) is None:
            raise ValueError
        born = date.fromisoformat(said)
    except ValueError:
        raise Invalid(errors=[("birth_date", "must be a date of the calendar: year, month and day")]) from None
    if born > today or today.year - born.year > OLDEST:
        raise Invalid(errors=[("birth_date", "must be the date on which you were born")])
    return born
