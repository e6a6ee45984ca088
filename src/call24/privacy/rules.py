"""Whether two sources of time agree, so that something may be deleted. Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from call24.privacy.model import AgreedInstant

AGREE = timedelta(days=1)
"""As far as the server's clock follows the machine's by itself (server/clock_watch.py)."""


def ahead(last: AgreedInstant, now: datetime, boot: str, up_s: float) -> timedelta:
    """By how much `now` is ahead of the time that was agreed last and the time that the machine has run since.

    `boot`, `up_s`: the machine's uptime (kit/uptime.py). After a restart of the machine nothing says how long it was
    off: then all that passed counts as ahead.
    """
    ran_s = up_s - last.up_s if boot == last.boot else 0.0
    return now - last.at - timedelta(seconds=ran_s)


def agree(off: timedelta, *, vouched_before: bool, vouched: bool) -> bool:
    """`off`: see `ahead`; `vouched`: a time service keeps the clock that said `now`; `vouched_before`: something better
    than that clock alone has already told the time in this run of the machine (`AgreedInstant.vouched`).

    A time service counts once in each run of the machine: from then on the uptime is the better witness.
    """
    return abs(off) <= AGREE or (vouched and not vouched_before)


def is_today(said: date, now: datetime) -> bool:
    """Whether somebody's date is that of `now`, in whatever time zone the person is."""
    return abs(said - now.date()) <= timedelta(days=1)
