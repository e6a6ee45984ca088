"""The call's state table: ``advance(call, signal) -> Step(call, events, commands)``. Pure: no clock, no I/O.

Two rules. All decisions about a call are made by this table, whose cells are the functions of transitions.py. The table
is total: every (state, kind) cell is a transition in TABLE or is listed in IGNORED with its reason;
tests/unit/test_call_machine.py fails on any other.

    NEW -> GREETING -> WAITING <-> OFFERED -> CONNECTED <-> HELD
                          |                       |
                          v                       v
                      VOICEMAIL ------------->  ENDED   (from every state, when the caller leaves)

A signal's *kind* (kinds.py) says whose leg or timer it is about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from call24.calls import commands as c
from call24.calls import events as e
from call24.calls import signals as s
from call24.calls import transitions as t
from call24.calls.kinds import Kind, classify
from call24.calls.model import Call, CallState


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What follows from one signal. Events are to be written down before the commands are done."""

    call: Call
    events: tuple[e.AnyCallEvent, ...] = ()
    commands: tuple[c.AnyCommand, ...] = ()
    ignored: str | None = None


Transition = Callable[[Call, Any], t.Outcome]


def advance(call: Call, signal: s.Signal) -> Step:
    """Decide what ``signal`` means for ``call``. The step's time is never before the last one's."""
    at = max(signal.at, call.last_at)
    cell = (call.state, classify(call, signal))
    transition = TABLE.get(cell)
    if transition is None:
        return Step(call=call, ignored=IGNORED[cell])
    events, commands = transition(call, msgspec.structs.replace(signal, at=at))
    for event in events:
        call = e.evolve(call, event, at)
    return Step(call=call, events=tuple(events), commands=tuple(commands))


S, K = CallState, Kind

TABLE: dict[tuple[CallState, Kind], Transition] = {
    (S.GREETING, K.CALLER_ARRIVED): t.greet,
    (S.GREETING, K.SOUND_ENDED): t.after_greeting,
    (S.GREETING, K.CALLER_LEFT): t.caller_left,
    (S.GREETING, K.RECOVERED): t.recover_greeting,
    (S.WAITING, K.AGENT_CHOSEN): t.offer_agent,
    (S.WAITING, K.NOBODY_THERE): t.to_voicemail,
    (S.WAITING, K.MAX_WAIT_REACHED): t.to_voicemail,
    (S.WAITING, K.CALLER_LEFT): t.caller_left,
    (S.WAITING, K.RECOVERED): t.recover_waiting,
    (S.OFFERED, K.AGENT_RINGING): t.ringing,
    (S.OFFERED, K.AGENT_ANSWERED): t.connect,
    (S.OFFERED, K.AGENT_REFUSED): t.agent_refused,
    (S.OFFERED, K.AGENT_LOST): t.agent_lost,
    (S.OFFERED, K.DECLINE_REQUESTED): t.declined,
    (S.OFFERED, K.OFFER_EXPIRED): t.offer_expired,
    (S.OFFERED, K.CALLER_LEFT): t.caller_left_while_ringing,
    (S.OFFERED, K.RECOVERED): t.recover_offered,
    (S.CONNECTED, K.CALLER_LEFT): t.caller_left,
    (S.CONNECTED, K.TALKER_LEFT): t.agent_left,
    (S.CONNECTED, K.HANG_UP_REQUESTED): t.hang_up_by_agent,
    (S.CONNECTED, K.HOLD_REQUESTED): t.hold,
    (S.CONNECTED, K.REATTACH_REQUESTED): t.reattach,
    (S.CONNECTED, K.REATTACH_ANSWERED): t.reattached,
    (S.CONNECTED, K.REATTACH_FAILED): t.reattach_failed,
    (S.CONNECTED, K.RECOVERED): t.recover_connected,
    (S.HELD, K.CALLER_LEFT): t.caller_left,
    (S.HELD, K.TALKER_LEFT): t.agent_left,
    (S.HELD, K.HANG_UP_REQUESTED): t.hang_up_by_agent,
    (S.HELD, K.RESUME_REQUESTED): t.resume,
    (S.HELD, K.REATTACH_REQUESTED): t.reattach,
    (S.HELD, K.REATTACH_ANSWERED): t.reattached,
    (S.HELD, K.REATTACH_FAILED): t.reattach_failed,
    (S.HELD, K.RECOVERED): t.recover_held,
    (S.VOICEMAIL, K.SOUND_ENDED): t.take_message,
    (S.VOICEMAIL, K.MESSAGE_ENDED): t.message_done,
    (S.VOICEMAIL, K.CALLER_LEFT): t.caller_left,
    (S.VOICEMAIL, K.RECOVERED): t.recover_voicemail,
}
TABLE |= {(state, K.STRAY_ANSWERED): t.hang_up_stray for state in S}
TABLE |= {(state, K.AGENT_CHOSEN): t.not_wanted for state in S if state not in {S.NEW, S.WAITING}}

IGNORED: dict[tuple[CallState, Kind], str] = {}


def _ignore(states: Iterable[CallState], kinds: Iterable[Kind], reason: str) -> None:
    IGNORED.update({(state, kind): reason for state in states for kind in kinds})


_ignore([S.NEW], set(K) - {K.STRAY_ANSWERED}, "no call is ever NEW here: CallArrived opens it in GREETING")
_ignore([S.ENDED], set(K) - {K.STRAY_ANSWERED, K.AGENT_CHOSEN}, "the call is over; what is late changes nothing")
_LIVE = [S.GREETING, S.WAITING, S.OFFERED, S.CONNECTED, S.HELD, S.VOICEMAIL]
_ignore(_LIVE, [K.STRAY_OTHER], "a leg, timer or person that is no part of this call any more")
_ignore(set(_LIVE) - {S.GREETING}, [K.CALLER_ARRIVED], "the caller has been greeted already")
_ignore(set(_LIVE) - {S.GREETING, S.VOICEMAIL}, [K.SOUND_ENDED], "the prompt belonged to an earlier state")
_ignore(set(_LIVE) - {S.VOICEMAIL}, [K.MESSAGE_ENDED], "no message is being taken in this state")
_ignore(set(_LIVE) - {S.WAITING}, [K.NOBODY_THERE], "the call does not wait for an agent now")
_ignore([S.OFFERED], [K.MAX_WAIT_REACHED], "an agent is ringing; the limit is looked at when that ends")
_ignore(set(_LIVE) - {S.WAITING, S.OFFERED}, [K.MAX_WAIT_REACHED], "the call does not wait any more")
_ignore(
    set(_LIVE) - {S.OFFERED},
    [K.AGENT_RINGING, K.AGENT_ANSWERED, K.AGENT_REFUSED, K.AGENT_LOST, K.DECLINE_REQUESTED, K.OFFER_EXPIRED],
    "cannot be: these kinds exist only while an offer runs",
)
_ignore(
    set(_LIVE) - {S.CONNECTED, S.HELD},
    [K.TALKER_LEFT, K.HANG_UP_REQUESTED, K.REATTACH_REQUESTED, K.REATTACH_ANSWERED, K.REATTACH_FAILED],
    "cannot be: these kinds exist only while an agent is on the call",
)
_ignore(set(_LIVE) - {S.CONNECTED}, [K.HOLD_REQUESTED], "there is nobody to put on hold, or it is on hold already")
_ignore(set(_LIVE) - {S.HELD}, [K.RESUME_REQUESTED], "the call is not on hold")
