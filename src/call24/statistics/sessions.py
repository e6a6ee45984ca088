"""An agent's journal events -> how long it was signed in, ready, at work, paused, by local hour. Pure.

Unlike calls, these times are counted in the hour in which they pass.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from call24.agents.model import AgentState
from call24.statistics.calendar import local_hour, quarter_of
from call24.statistics.count import total
from call24.statistics.model import COLUMNS, AgentLine, Counts, Family

BECOMES: dict[str, AgentState] = {
    "AgentBecameAvailable": AgentState.AVAILABLE,
    "AgentPaused": AgentState.PAUSED,
    "AgentWentOffline": AgentState.OFFLINE,
    "AgentOffered": AgentState.OFFERED,
    "AgentTookCall": AgentState.ON_CALL,
    "AgentWrapUpStarted": AgentState.WRAP_UP,
}
"""The lines that say what an agent is from then on, whatever it was."""

HANDLING = frozenset({AgentState.ON_CALL, AgentState.WRAP_UP})
READY = HANDLING | {AgentState.AVAILABLE, AgentState.OFFERED}


def times(
    before: AgentState, lines: Iterable[AgentLine], since: datetime, until: datetime, zone: ZoneInfo
) -> dict[str, Counts]:
    """By local hour. ``before``: what the agent was at ``since``; ``lines`` in order of time."""
    found: dict[str, Counts] = {}
    state, at = before, since
    for line in lines:
        moment = min(max(line.at, at), until)
        _add(found, state, at, moment, zone)
        state, at = BECOMES[line.type], moment
    _add(found, state, at, until, zone)
    return found


def _add(found: dict[str, Counts], state: AgentState, since: datetime, until: datetime, zone: ZoneInfo) -> None:
    if state is AgentState.OFFLINE:
        return
    while since < until:
        end = min(_hour_end(since), until)
        hour, counts = local_hour(since, zone), _counts(state, (end - since) // timedelta(milliseconds=1))
        found[hour] = total((found[hour], counts), Family.TIME) if hour in found else counts
        since = end


def _hour_end(at: datetime) -> datetime:
    """At the latest here the local hour may become another one."""
    return quarter_of(at) + timedelta(minutes=15)


def _counts(state: AgentState, ms: int) -> Counts:
    shares = {
        "signed_in_ms": True,
        "paused_ms": state is AgentState.PAUSED,
        "ready_ms": state in READY,
        "handling_ms": state in HANDLING,
    }
    return tuple(ms if shares[column] else 0 for column in COLUMNS[Family.TIME])
