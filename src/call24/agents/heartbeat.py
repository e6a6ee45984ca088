"""Whether an agent is still there, decided from when one of its apps or phones was last heard of. Pure.

An agent who says that it is available and then closes the lid would be rung in vain, call after call. So whoever has
not been heard of for ``GRACE`` has vanished; whoever is heard of again has returned (what follows: machine.py).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from call24.agents.model import UNREACHABLE, VANISHED, AgentSession, AgentState
from call24.agents.signals import PhoneMissing, PhoneReady, Returned, Vanished
from call24.agents.transitions import PHONE_WAIT

GRACE = timedelta(seconds=60)
"""For so long a tunnel, a restarted browser or a changed network is nobody's business."""
DOUBT = timedelta(seconds=60)
"""So long a phone that was registered all the time, and that no offer reached, is not believed."""
ASK_AFTER = timedelta(seconds=10)
"""An app says by itself that it is there; a phone alone has to be looked for."""


def gone(session: AgentSession) -> bool:
    """Taken for gone: paused, or about to be when the work in hand is done."""
    return session.reason == VANISHED or (session.next is not None and session.next.reason == VANISHED)


def awaited(session: AgentSession) -> bool:
    """Whether calls are, or soon will be, given to this agent in the belief that it is there."""
    if session.next is not None:
        return session.next.state is AgentState.AVAILABLE
    return session.state not in {AgentState.OFFLINE, AgentState.PAUSED}


def doubtful(session: AgentSession, seen_at: datetime | None, now: datetime) -> bool:
    """Whether its phones should be looked for."""
    return (gone(session) or awaited(session)) and (seen_at is None or now - seen_at >= ASK_AFTER)


def verdict(
    session: AgentSession, seen_at: datetime | None, watching_since: datetime, now: datetime
) -> Vanished | Returned | None:
    """What to tell the session, if anything.

    ``watching_since``: since when every sign of life could be heard: before that nobody is blamed for being silent.
    """
    heard = seen_at is not None and now - seen_at < GRACE
    if gone(session):
        return Returned(at=now) if heard else None
    if awaited(session) and not heard and now - watching_since >= GRACE:
        return Vanished(at=now)
    return None


def phone_wanted(session: AgentSession) -> bool:
    """Whether it is to be known at once when a phone of the agent registers."""
    unreachable = UNREACHABLE in {session.reason, session.next.reason if session.next is not None else None}
    return session.phone_awaited_until is not None or unreachable


def phone_verdict(
    session: AgentSession, *, registered: bool, was_away: bool, hopeless: bool, now: datetime
) -> PhoneReady | PhoneMissing | None:
    """What to tell a session whose phone is wanted, if anything.

    ``was_away``: whether it was seen unregistered before. ``hopeless``: the agent has no phone that could register.
    A time that is further away than it is ever set was set before the clock went back, and is over.
    """
    until = session.phone_awaited_until
    if until is None:
        believed = was_away or abs(now - session.since) >= DOUBT
        return PhoneReady(at=now) if registered and believed else None
    if registered:
        return PhoneReady(at=now)
    return PhoneMissing(at=now) if hopeless or not timedelta() < until - now <= PHONE_WAIT else None
