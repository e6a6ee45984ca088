"""Who had a call, of the call record: one part for each agent and time, with talk, hold, wrap-up and disposition.

Call timelines say who had it; the agent's own lines, which follow them, what came of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from call24.agents.events import AgentDispositionGiven, AgentEvent, AgentWrapUpEnded, AgentWrapUpStarted, AnyAgentEvent
from call24.call_records.model import AgentPart
from call24.call_records.offers import seconds
from call24.call_records.replay import IN_HAND, Turn
from call24.calls import events as e
from call24.calls.model import Call, CallState, Direction
from call24.journal.model import Entry, event_of
from call24.kit.ids import UserId

TALK, HOLD, NEITHER = "talk", "hold", ""
_AFTERWARDS = frozenset(x.__name__ for x in (AgentWrapUpStarted, AgentWrapUpEnded, AgentDispositionGiven))
Doing = dict[UserId, str]


def parts_of(turns: Sequence[Turn], entries: Sequence[Entry]) -> tuple[AgentPart, ...]:
    """``entries``: all lines that name the call, for the agents' own among them."""
    return _with_what_followed(_had(turns), entries)


def doing(call: Call) -> Doing:
    """Who of ours has the call now, and whether it talks, or holds (an agent), or is held (a colleague)."""
    people: Doing = {}
    internal = call.direction is Direction.INTERNAL
    party = call.consult_party
    joined = party is not None and party.leg is not None
    if call.agent_id is not None and call.state in IN_HAND:
        if internal:
            people[call.agent_id] = TALK if joined else NEITHER
        else:
            people[call.agent_id] = _MAIN[call.state]
    if party is not None and joined and party.agent_id is not None and call.state in IN_HAND:
        aside = call.state in {CallState.CONNECTED, CallState.HELD} and not internal
        people[party.agent_id] = HOLD if aside else TALK
    return people


_MAIN = {
    CallState.DIALLING: NEITHER,
    CallState.CONNECTED: TALK,
    CallState.CONFERENCE: TALK,
    CallState.HELD: HOLD,
    CallState.CONSULTING: HOLD,
}


class _Open(msgspec.Struct, kw_only=True):
    """A part that goes on."""

    part: AgentPart
    talk: timedelta = timedelta()
    hold: timedelta = timedelta()

    def lasted(self, how: str, length: timedelta) -> None:
        if how == TALK:
            self.talk += length
        elif how == HOLD:
            self.hold += length

    def closed(self, left_at: datetime | None) -> AgentPart:
        return msgspec.structs.replace(self.part, left_at=left_at, talk_s=seconds(self.talk), hold_s=seconds(self.hold))


def _had(turns: Sequence[Turn]) -> list[AgentPart]:
    over: list[AgentPart] = []
    open_parts: dict[UserId, _Open] = {}
    before: Doing = {}
    since: datetime | None = None
    given_to: UserId | None = None
    for turn in turns:
        if since is not None:
            for agent_id, how in before.items():
                open_parts[agent_id].lasted(how, turn.at - since)
        if isinstance(turn.event, e.CallTransferred):
            given_to = turn.event.to_agent_id
        now = doing(turn.call)
        over += [open_parts.pop(agent_id).closed(turn.at) for agent_id in before if agent_id not in now]
        for agent_id in now:
            if agent_id not in before:
                part = AgentPart(agent_id=agent_id, came=_came(turn, agent_id == given_to), answered_at=turn.at)
                open_parts[agent_id] = _Open(part=part)
        before, since = now, turn.at
    going_on = [one.closed(None) for one in open_parts.values()]
    return sorted([*over, *going_on], key=lambda part: part.answered_at)


def _came(turn: Turn, given: bool) -> str:
    """``given``: the call was passed on to this agent last, who may not have answered then and be asked again later."""
    match turn.event:
        case e.AgentReady():
            return "callback" if turn.call.direction is Direction.CALLBACK else "own_call"
        case e.ConsultAnswered() if turn.call.direction is not Direction.INTERNAL:
            return "consult"
        case e.CallTakenOver():
            return "take_over"
    return "transfer" if given else "offer"


def _with_what_followed(parts: list[AgentPart], entries: Sequence[Entry]) -> tuple[AgentPart, ...]:
    began: dict[UserId, datetime] = {}
    for entry in entries:
        if entry.type not in _AFTERWARDS:
            continue
        event: AgentEvent = event_of(entry, AnyAgentEvent)
        place = _newest(parts, event.agent_id, entry.at)
        if isinstance(event, AgentWrapUpStarted):
            began[event.agent_id] = entry.at
        elif isinstance(event, AgentWrapUpEnded):
            since = began.pop(event.agent_id, None)
            if since is not None and place is not None:
                total = parts[place].wrap_up_s + seconds(entry.at - since)
                parts[place] = msgspec.structs.replace(parts[place], wrap_up_s=round(total, 3))
        elif isinstance(event, AgentDispositionGiven) and place is not None:
            parts[place] = msgspec.structs.replace(parts[place], disposition_id=event.disposition_id)
    return tuple(parts)


def _newest(parts: Sequence[AgentPart], agent_id: UserId, at: datetime) -> int | None:
    """The newest part of this agent that had begun by then."""
    theirs = [n for n, part in enumerate(parts) if part.agent_id == agent_id and part.answered_at <= at]
    return theirs[-1] if theirs else None
