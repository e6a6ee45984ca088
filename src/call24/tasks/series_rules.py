"""When a recurring task is made: a rule of RFC 5545 in the organisation's time zone. Pure.

Source: RFC 5545, section 3.3.10; a local time that is left out when the clocks go forward is taken with the offset of
before, and one that comes twice is the first of them (section 3.3.5).

The library looks for the next time until the year 9999, and a rule without any (February 30th) would hold up the
server. So it is given the same dates 7,600 years later: the calendar repeats itself every 400 years, with its weekdays.
What it looks through then is some hundred years, which takes milliseconds with the parts that `_PARTS` allows.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from dateutil.rrule import rrulestr

from call24.kit.errors import Invalid
from call24.kit.ids import TaskId, derived_id
from call24.tasks.model import ChecklistItem, Task
from call24.tasks.rules import check_checklist, check_text, check_title, completed
from call24.tasks.series_model import TaskSeries

RULE_MAX = 200
SERIES_MAX = 500
"""Of an organisation."""
DUE_AFTER_MAX_S = 366 * 24 * 3600
HORIZON = timedelta(days=11 * 366)
"""February 29th can be eight years away."""
PAST_MAX = timedelta(days=366)

_FAR = 7_600
_VALUES = {
    "FREQ": r"DAILY|WEEKLY|MONTHLY|YEARLY",
    "INTERVAL": r"[1-9]\d{0,2}",
    "COUNT": r"[1-9]\d{0,2}",
    "UNTIL": r"2\d{7}(T\d{6})?",
    "BYDAY": r"[+-]?\d{0,2}(MO|TU|WE|TH|FR|SA|SU)(,[+-]?\d{0,2}(MO|TU|WE|TH|FR|SA|SU)){0,13}",
    "BYMONTHDAY": r"-?\d{1,2}(,-?\d{1,2}){0,30}",
    "BYMONTH": r"\d{1,2}(,\d{1,2}){0,11}",
    "BYSETPOS": r"-?\d{1,3}(,-?\d{1,3}){0,9}",
    "WKST": r"MO|TU|WE|TH|FR|SA|SU",
}
_ALWAYS = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL"})
_PARTS = {
    "DAILY": _ALWAYS,
    "WEEKLY": _ALWAYS | {"BYDAY", "WKST"},
    "MONTHLY": _ALWAYS | {"BYDAY", "BYMONTHDAY", "BYSETPOS"},
    "YEARLY": _ALWAYS | {"BYDAY", "BYMONTHDAY", "BYSETPOS", "BYMONTH"},
}
_HOW = "a rule of RFC 5545, such as FREQ=WEEKLY;BYDAY=MO,TH: of days, weeks, months or years"


def checked_rule(text: str) -> str:
    """As it is stored: upper case, without `RRULE:`. Raises: Invalid."""
    rule = text.strip().upper().removeprefix("RRULE:")
    pairs = [part.partition("=") for part in rule.split(";")]
    parts = {name: value for name, _, value in pairs}
    wrong = [name for name, value in parts.items() if not re.fullmatch(_VALUES.get(name, r"(?!)"), value)]
    if len(rule) > RULE_MAX or wrong or "FREQ" not in parts or len(parts) < len(pairs):
        raise Invalid(errors=[("rule", _HOW + (f"; not {wrong[0]}" if wrong and wrong[0] else ""))])
    if more := sorted(parts.keys() - _PARTS[parts["FREQ"]]):
        raise Invalid(errors=[("rule", f"{parts['FREQ']} without {', '.join(more)}")])
    if parts["FREQ"] == "WEEKLY" and any(char.isdigit() for char in parts.get("BYDAY", "")):
        raise Invalid(errors=[("rule", "numbers before weekdays with MONTHLY and YEARLY alone (RFC 5545)")])
    if {"COUNT", "UNTIL"} <= parts.keys():
        raise Invalid(errors=[("rule", "COUNT or UNTIL, not both (RFC 5545)")])
    return rule


def checked_start(text: str) -> str:
    """A local time, to the minute. Raises: Invalid."""
    at: datetime | None = None
    with contextlib.suppress(ValueError):
        at = datetime.fromisoformat(text)
    if at is None or at.tzinfo is not None or not 2000 <= at.year <= 2100:
        raise Invalid(errors=[("starts", "a local time without offset, such as 2026-11-30T09:00")])
    return at.replace(second=0, microsecond=0).isoformat()


def next_time(rule: str, starts: str, zone: ZoneInfo, after: datetime) -> datetime | None:
    """The first time after ``after``, in UTC; None where there is none within HORIZON. Raises: Invalid."""
    begin = _later(datetime.fromisoformat(starts), _FAR)
    seen = _later(after.astimezone(zone).replace(tzinfo=None), _FAR) - timedelta(days=1)  # a local time can come twice
    far = re.sub(r"UNTIL=(\d{4})", lambda year: f"UNTIL={int(year[1]) + _FAR}", rule)
    try:
        for local in rrulestr(far, dtstart=begin).xafter(seen, inc=True):
            if local > max(seen, begin) + HORIZON:
                return None
            at = _later(local, -_FAR).replace(tzinfo=zone).astimezone(UTC)
            if at > after:
                return at
    except (ValueError, OverflowError, TypeError) as error:
        raise Invalid(errors=[("rule", f"{_HOW} ({error})")]) from None
    return None


def _later(at: datetime, years: int) -> datetime:
    """Times 400, so that February 29th is one."""
    return at.replace(year=at.year + years)


def last_time(rule: str, starts: str, zone: ZoneInfo, first: datetime, now: datetime) -> datetime:
    """Of ``first``, which has come, and those after it: the last that has come too. So many are made up for: one."""
    found = first
    while (later := next_time(rule, starts, zone, found)) is not None and later <= now:
        found = later
    return found


def checked(series: TaskSeries, zone: ZoneInfo, now: datetime) -> TaskSeries:
    """With when its first task is made. Raises: Invalid."""
    starts = checked_start(series.starts)
    if datetime.fromisoformat(starts) < now.astimezone(zone).replace(tzinfo=None) - PAST_MAX:
        raise Invalid(errors=[("starts", "at most a year ago")])
    return _timed(msgspec.structs.replace(_worded(series), starts=starts), zone, now)


def revised(series: TaskSeries, asked: Mapping[str, Any], zone: ZoneInfo, now: datetime) -> TaskSeries:
    """With ``asked``, fields of a series, for the tasks that are made from now on. While it is paused none is made;
    times that passed meanwhile are not made up for. Raises: Invalid."""
    after = _worded(msgspec.structs.replace(series, **asked))
    if after.starts != series.starts:
        after = checked(after, zone, now)
    elif after.rule != series.rule or (series.paused and not after.paused):
        after = _timed(after, zone, now)
    return msgspec.structs.replace(after, next_at=None) if after.paused else after


def _timed(series: TaskSeries, zone: ZoneInfo, now: datetime) -> TaskSeries:
    """Raises: Invalid."""
    rule = checked_rule(series.rule)
    next_at = next_time(rule, series.starts, zone, now)
    if next_at is None:
        raise Invalid(errors=[("rule", "a rule with a time that is still to come, within ten years")])
    return msgspec.structs.replace(series, rule=rule, next_at=next_at)


def _worded(series: TaskSeries) -> TaskSeries:
    """Raises: Invalid."""
    if not 0 <= series.due_after_s <= DUE_AFTER_MAX_S:
        raise Invalid(errors=[("due_after_s", f"0 to {DUE_AFTER_MAX_S:,} seconds")])
    items = check_checklist({"text": text} for text in series.checklist)
    return msgspec.structs.replace(
        series,
        title=check_title(series.title),
        text=check_text(series.text),
        checklist=tuple(item.text for item in items),
    )


def task_at(series: TaskSeries, at: datetime) -> Task:
    """The task of this time: its id is of both, so that it is made once."""
    return completed(
        Task(
            id=TaskId(derived_id("tsk", series.tenant_id, series.id, at.isoformat())),
            tenant_id=series.tenant_id,
            kind="recurring",
            title=series.title,
            text=series.text,
            priority=series.priority,
            checklist=tuple(ChecklistItem(text=text) for text in series.checklist),
            queue_id=series.queue_id,
            assignee=series.assignee,
            series_id=series.id,
            created_at=at,
            due_at=at + timedelta(seconds=series.due_after_s),
        )
    )
