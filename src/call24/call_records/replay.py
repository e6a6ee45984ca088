"""A call's journal events as its story: each event with the call before and after it. What is made from it is
elsewhere.

The state of the call comes from calls/evolution.py alone, so that no report knows a call otherwise than its engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from call24.calls import events as e
from call24.calls.evolution import begin, evolve
from call24.calls.model import Call, CallState
from call24.journal.model import Entry, event_of
from call24.kit.ids import UserId

_CALL = "call"
_CALL_EVENTS = frozenset(kind.__name__ for kind in e.CallEvent.__subclasses__())
BEGINNINGS = frozenset(kind.__name__ for kind in (e.CallArrived, e.CallPlaced, e.CallbackPromised))
IN_HAND = frozenset(
    {CallState.DIALLING, CallState.CONNECTED, CallState.HELD, CallState.CONSULTING, CallState.CONFERENCE}
)
"""States in which an agent of ours has the call."""


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """One event; ``before`` is None for the beginning."""

    at: datetime
    event: e.AnyCallEvent
    before: Call | None
    call: Call


def call_event(entry: Entry) -> e.AnyCallEvent | None:
    """The entry's call event, or None where it is another room's."""
    if entry.type not in _CALL_EVENTS:
        return None
    event: e.AnyCallEvent = event_of(entry, e.AnyCallEvent)
    return event


def call_after(before: Call | None, entry: Entry, event: e.AnyCallEvent) -> Call | None:
    """The call after one more line of its, whose event this is; None before its beginning.

    Made once for all who read the same lines from the beginning on: it is kept beside the line, with what was before.
    """
    kept: tuple[Call | None, Call] | None = entry.__dict__.get(_CALL)
    if kept is not None and kept[0] is before:
        return kept[1]
    if isinstance(event, e.CallArrived | e.CallPlaced | e.CallbackPromised):
        before, call = None, begin(entry.tenant_id, event, entry.at)
    elif before is None:
        return None
    else:
        call = evolve(before, event, entry.at)
    entry.__dict__[_CALL] = before, call
    return call


def story(entries: Iterable[Entry]) -> Iterator[Turn]:
    """From the beginning on; lines before it, and other rooms', are left out."""
    call: Call | None = None
    for entry in entries:
        event = call_event(entry)
        if event is None:
            continue
        before, call = call, call_after(call, entry, event)
        if call is not None:
            yield Turn(at=entry.at, event=event, before=before, call=call)


def replay(entries: Iterable[Entry]) -> Call | None:
    """The call after all its lines; None without a beginning."""
    call: Call | None = None
    for turn in story(entries):
        call = turn.call
    return call


def involved(call: Call) -> tuple[UserId, ...]:
    """Everybody of ours who is rung for the call or in it: agent, colleague, who listens; each once, in that order."""
    if call.ended:
        return ()
    people: dict[UserId, None] = {}
    if call.agent_id is not None and call.state in IN_HAND:
        people[call.agent_id] = None
    people |= dict.fromkeys(offer.agent_id for offer in call.offers)
    party = call.consult_party
    if party is not None and party.agent_id is not None and (party.leg is not None or party.offer is not None):
        people[party.agent_id] = None
    people |= dict.fromkeys(monitor.user_id for monitor in call.monitors)
    return tuple(people)
