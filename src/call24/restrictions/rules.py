"""What may be written into a restriction, and how it goes on. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from call24.kit.errors import Conflict, Invalid
from call24.kit.ids import UserId
from call24.restrictions.model import Line, Restriction, UseGround

ACTIVE_MAX = 10_000
"""Restrictions of an organisation that hold: they are in memory."""
HISTORY_MAX = 200
NOTE_MAX = 2000
OPEN_FOR = timedelta(minutes=30)
KEPT_AFTER = timedelta(days=3 * 365 + 1)


def checked(note: str, field: str = "note") -> str:
    """Raises: Invalid where there is none, or it cannot be shown."""
    text = note.strip()
    if not text or len(text) > NOTE_MAX or not all(sign.isprintable() or sign in "\n\t" for sign in text):
        raise Invalid(errors=[(field, f"the reason, in at most {NOTE_MAX} printable characters")])
    return text


def opened(restriction: Restriction, at: datetime, by: UserId, ground: UseGround, reason: str) -> Restriction:
    """Raises: Invalid, Conflict (codes restriction_lifted, restriction_history_full)."""
    _check_holds(restriction)
    if len(restriction.history) >= HISTORY_MAX:
        raise Conflict(
            f"It was opened {HISTORY_MAX} times: have it lifted and asked for again", code="restriction_history_full"
        )
    line = Line(at=at, by=by, action="opened", note=checked(reason, "reason"), ground=ground, until=at + OPEN_FOR)
    return _with(restriction, line)


def told(restriction: Restriction, at: datetime, by: UserId, note: str) -> Restriction:
    """The person knows that it will be lifted; `note`: how. Raises: Invalid, Conflict (code restriction_lifted)."""
    _check_holds(restriction)
    line = Line(at=at, by=by, action="told", note=checked(note))
    return msgspec.structs.replace(_with(restriction, line), told_at=at)


def lifted(restriction: Restriction, at: datetime, by: UserId, note: str) -> Restriction:
    """Raises: Invalid, Conflict (codes restriction_lifted, restriction_untold).

    Source: GDPR, article 18(3): the person is told before.
    """
    _check_holds(restriction)
    if restriction.told_at is None:
        raise Conflict("Tell the person first that it will be lifted", code="restriction_untold")
    line = Line(at=at, by=by, action="lifted", note=checked(note))
    return msgspec.structs.replace(_with(restriction, line), lifted_at=at, delete_at=at + KEPT_AFTER)


def _check_holds(restriction: Restriction) -> None:
    if restriction.lifted_at is not None:
        raise Conflict("The restriction was lifted", code="restriction_lifted")


def _with(restriction: Restriction, line: Line) -> Restriction:
    history = (*restriction.history, line)
    return msgspec.structs.replace(restriction, history=history, version=restriction.version + 1)
