"""Opening hours: when a queue or a flow is open, by the clock on the wall of its time zone. Documents and pure rules.

A span says wall-clock times, so it moves with daylight saving: what opens at nine opens at nine all year. An hour that
the clock shows twice is open both times; one that it skips does not happen. A span may go over midnight. On a holiday
only the holiday's own spans hold, from midnight to midnight: a span of the evening before ends at that midnight.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal, get_args
from zoneinfo import ZoneInfo

import msgspec

from call24.data_map import ID, SETTING, TENANT, TIME, document
from call24.kit.ids import HoursId, TenantId

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = get_args(Day)
MIDNIGHT_AFTER = "24:00"
SEARCH_DAYS = 400
"""How far ahead the next opening is looked for."""


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """`opens` and `closes`: HH:MM on the wall; closing at or before opening is on the next day; 24:00 is midnight."""

    opens: Annotated[str, SETTING]
    closes: Annotated[str, SETTING]


class Opening(Span, frozen=True, kw_only=True):
    """A span of every week."""

    day: Annotated[Day, SETTING]


class Holiday(msgspec.Struct, frozen=True, kw_only=True):
    """A date (YYYY-MM-DD) with its own times; none: closed all day."""

    on: Annotated[str, SETTING]
    name: Annotated[str, SETTING] = ""
    spans: Annotated[tuple[Span, ...], SETTING] = ()


@document("opening_hours", tenant=True, audited=())
class Hours(msgspec.Struct, frozen=True, kw_only=True):
    """`timezone`: None is the organisation's own. `weekly`: any number of spans a day."""

    id: Annotated[HoursId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    name: Annotated[str, SETTING]
    name_key: Annotated[str, SETTING]
    timezone: Annotated[str | None, SETTING] = None
    weekly: Annotated[tuple[Opening, ...], SETTING] = ()
    holidays: Annotated[tuple[Holiday, ...], SETTING] = ()
    created_at: Annotated[datetime, TIME]


def is_open(hours: Hours, at: datetime, timezone: str = "UTC") -> bool:
    """`timezone`: the organisation's, where the hours name none."""
    return _open_on_the_wall(hours, at.astimezone(ZoneInfo(hours.timezone or timezone)))


def next_open(hours: Hours, at: datetime, timezone: str = "UTC") -> datetime | None:
    """The first instant from ``at`` on that is open: ``at`` itself, if it is. None: not in the next 400 days."""
    zone = ZoneInfo(hours.timezone or timezone)
    if is_open(hours, at, timezone):
        return at
    today = at.astimezone(zone).date()
    for days in range(SEARCH_DAYS + 1):
        on = today + timedelta(days=days)
        for instant in sorted({*_openings(hours, on, zone), *_shifts(on, zone)}):
            if instant > at and is_open(hours, instant, timezone):
                return instant
    return None


def minutes(text: str) -> int:
    """Minutes since midnight of HH:MM."""
    return int(text[:2]) * 60 + int(text[3:])


def _open_on_the_wall(hours: Hours, wall: datetime) -> bool:
    now = wall.hour * 60 + wall.minute
    today, before = wall.date(), wall.date() - timedelta(days=1)
    for span in _spans(hours, today):
        opens, closes = minutes(span.opens), minutes(span.closes)
        if opens <= now and (now < closes or closes <= opens):
            return True
    if _holiday(hours, today) is not None:
        return False
    overnight = (span for span in _spans(hours, before) if minutes(span.closes) <= minutes(span.opens))
    return any(now < minutes(span.closes) for span in overnight)


def _spans(hours: Hours, on: date) -> Sequence[Span]:
    holiday = _holiday(hours, on)
    if holiday is not None:
        return holiday.spans
    day = DAYS[on.weekday()]
    return [opening for opening in hours.weekly if opening.day == day]


def _holiday(hours: Hours, on: date) -> Holiday | None:
    written = on.isoformat()
    return next((holiday for holiday in hours.holidays if holiday.on == written), None)


# --- the instants at which a day can open ---


def _openings(hours: Hours, on: date, zone: ZoneInfo) -> Iterator[datetime]:
    """Each opening; twice where the clock shows it twice."""
    for span in _spans(hours, on):
        wall = time(*divmod(minutes(span.opens), 60))
        for fold in (0, 1):
            yield datetime.combine(on, wall, zone).replace(fold=fold).astimezone(UTC)


def _shifts(on: date, zone: ZoneInfo) -> Iterator[datetime]:
    """When the clock is put forward or back on this day: found by halving, to the second."""
    low, high = (datetime.combine(day, time.min, zone).astimezone(UTC) for day in (on, on + timedelta(days=1)))
    before, after = _offset(low, zone), _offset(high, zone)
    if before == after:
        return
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
        low, high = (middle, high) if _offset(middle, zone) == before else (low, middle)
    yield high


def _offset(instant: datetime, zone: ZoneInfo) -> timedelta | None:
    return instant.astimezone(zone).utcoffset()
