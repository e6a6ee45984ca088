"""Days and hours of a time zone, also those with 23 or 25 hours. Pure.

Everything is counted by quarter hours of UTC. All offsets in use since 1972 are whole quarters of an hour, so a quarter
lies in one local day and one local hour, whatever the zone. An hour that comes twice is one row; one that is left out
stays empty.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

QUARTER_LENGTH = timedelta(minutes=15)


def quarter_of(at: datetime) -> datetime:
    utc = at.astimezone(UTC)
    return utc.replace(minute=utc.minute // 15 * 15, second=0, microsecond=0)


def beginning(on: date, zone: ZoneInfo) -> datetime:
    """The first instant of a local day, in UTC, since two instants of one zone are compared by the clock on the wall.

    Where midnight is left out Python takes the offset before the change, which gives the first instant after it.
    """
    return datetime.combine(on, time(), zone).astimezone(UTC)


def bounds(on: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    return beginning(on, zone), beginning(on + timedelta(days=1), zone)


def local_hour(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone).hour:02}"


def quarters(since: datetime, until: datetime) -> list[datetime]:
    found = []
    while since < until:
        found.append(since)
        since += QUARTER_LENGTH
    return found


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
