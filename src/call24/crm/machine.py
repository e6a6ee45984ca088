"""The states of a connection, and when it is worked at next. Pure.

off <-> dry_run <-> running <-> waiting        by itself: asked again, with growing pauses
                       ^-- user -- failed       credentials, address, a form that is not what was agreed
any -- user --> off, dry_run, running
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from call24.crm.model import ConnectionState, CrmConnection, Trouble, Wish

PACE_MAX = 100
"""Records of a turn."""
POLL_EVERY = timedelta(seconds=30)
SOONEST = timedelta(seconds=5)
"""After a turn, where the CRM says that something changed: it may say so a hundred times a second."""
BETWEEN = timedelta(seconds=1)
"""Turns of a connection that has more to do."""
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=15)
ASKED_WAIT_MAX = timedelta(days=1)
"""Of Retry-After: what asks for more is asked again then."""
SLOW_AFTER = timedelta(minutes=10)
"""Of an outage: others come back at the same time, so that it begins with one record."""
_SAID_MAX = 300
_OF_WISH: dict[Wish, ConnectionState] = {"off": "off", "dry_run": "dry_run", "on": "running"}
_NEED_A_USER: frozenset[Trouble] = frozenset({"unauthorised", "not_found", "redirected", "not_allowed", "no_secret"})


def switched(connection: CrmConnection, wish: Wish, now: datetime) -> CrmConnection:
    """A user said what they want, or that it be tried again."""
    on = wish == "on"
    return msgspec.structs.replace(
        connection,
        wish=wish,
        state=_OF_WISH[wish],
        trouble=None,
        said="",
        warning="",
        tries=0,
        failing_since=None,
        told_at=None,
        pace=1 if on else connection.pace,
        due_at=now if on else None,
    )


def hurried(connection: CrmConnection, now: datetime) -> datetime:
    """When the next turn is at the latest, since the CRM says that something changed."""
    return max(now, connection.worked_at + SOONEST) if connection.worked_at is not None else now


def worked(connection: CrmConnection, now: datetime, *, more: bool, soon: bool = False) -> CrmConnection:
    """A turn was whole. `more`: there is more to do at once; `soon`: something came while it went on."""
    return msgspec.structs.replace(
        connection,
        state="running",
        trouble=None,
        said="",
        tries=0,
        failing_since=None,
        told_at=None,
        pace=min(PACE_MAX, connection.pace * 2),
        worked_at=now,
        due_at=now + (BETWEEN if more else SOONEST if soon else POLL_EVERY),
    )


def called_back(connection: CrmConnection) -> CrmConnection:
    """The CRM said something while a turn went on."""
    if connection.state != "running" or connection.due_at is None or connection.worked_at is None:
        return connection
    return msgspec.structs.replace(connection, due_at=min(connection.due_at, connection.worked_at + SOONEST))


def troubled(
    connection: CrmConnection, now: datetime, trouble: Trouble, said: str = "", retry_after: timedelta | None = None
) -> CrmConnection:
    """A turn failed. `retry_after`: what the CRM asked for; never is it asked sooner."""
    since, tries = connection.failing_since or now, connection.tries + 1
    user = trouble in _NEED_A_USER
    pause = min(LONGEST_WAIT, FIRST_WAIT * 3 ** min(tries - 1, 10))
    if retry_after is not None:
        pause = min(ASKED_WAIT_MAX, max(pause, retry_after))
    slow = now - since >= SLOW_AFTER
    return msgspec.structs.replace(
        connection,
        state="failed" if user else "waiting",
        trouble=trouble,
        said=said[:_SAID_MAX],
        tries=tries,
        failing_since=since,
        pace=1 if slow else max(1, connection.pace // 2),
        due_at=None if user else now + pause,
    )
