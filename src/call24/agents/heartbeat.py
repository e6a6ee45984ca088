"""Whether an agent is still there, decided from when one of its apps or phones was last heard of. Pure.

An agent who says that it is available and then closes the lid would be rung in vain, call after call. So whoever has
not been heard of for ``GRACE`` has vanished; whoever is heard of again has returned (what follows: machine.py).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from call24.agents.model import VANISHED, AgentSession, AgentState
from call24.agents.signals import Returned, Vanished

GRACE = timedelta(seconds=60)
"""For so long a tunnel, a restarted browser or a changed network is nobody's business."""
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
