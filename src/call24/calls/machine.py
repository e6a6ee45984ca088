"""The call's state table: ``advance(call, signal, plan) -> Step(call, events, commands)``. Pure: no clock, no I/O.

Two rules. All decisions about a call are made by this table, whose cells are functions of the files beside it
(arriving, closing, telling, ringing, reaching, talking, thirds, monitoring, ending, recovering). The table is total:
every (state, kind) cell is a transition in TABLE or is listed in IGNORED with its reason;
tests/unit/test_call_machine.py fails on any other.

    NEW -> FLOW -> WAITING <-> OFFERED -> CONNECTED <-> HELD          the customer rings us
                                  |           ^   \\      |
      outbound, call-back:        v           |    v     v
                              DIALLING -------+   CONSULTING <-> CONFERENCE       a third is asked
      WAITING|OFFERED -> VOICEMAIL, CLOSING       FORWARDING -> FORWARDED         an outside number has the caller
      ENDED from every state, when the customer leaves

A signal's *kind* (kinds.py) says whose leg or timer it is about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from call24.calls import arriving, closing, ending, monitoring, reaching, recovering, ringing, talking, telling, thirds
from call24.calls import commands as c
from call24.calls import events as e
from call24.calls import signals as s
from call24.calls.kinds import Kind, classify
from call24.calls.model import Call, CallState
from call24.calls.moves import MayPromise, Moves, always
from call24.calls.plan import Plan


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What follows from one signal. Events are to be written down before the commands are done."""

    call: Call
    events: tuple[e.AnyCallEvent, ...] = ()
    commands: tuple[c.AnyCommand, ...] = ()
    ignored: str | None = None


Transition = Callable[[Moves, Any], None]


def advance(call: Call, signal: s.Signal, plan: Plan, may_promise: MayPromise = always) -> Step:
    """Decide what ``signal`` means for ``call``. The step's time is never before the last one's."""
    at = max(signal.at, call.last_at)
    cell = (call.state, classify(call, signal))
    transition = TABLE.get(cell)
    if transition is None:
        return Step(call=call, ignored=IGNORED[cell])
    moves = Moves(call, at, plan, may_promise)
    transition(moves, msgspec.structs.replace(signal, at=at))
    return Step(call=moves.call, events=tuple(moves.events), commands=tuple(moves.commands))


S, K = CallState, Kind
Cell = tuple[CallState, Kind]

TABLE: dict[Cell, Transition] = {
    (S.FLOW, K.CALLER_ARRIVED): arriving.arrive,
    (S.FLOW, K.SOUND_ENDED): arriving.said,
    (S.FLOW, K.DIGIT): arriving.digit,
    (S.FLOW, K.MENU_TIMED_OUT): arriving.menu_timed_out,
    (S.FLOW, K.RECOVERED): recovering.in_flow,
    (S.WAITING, K.CALLER_ARRIVED): reaching.callback_opened,
    (S.WAITING, K.AGENT_CHOSEN): ringing.offer_agents,
    (S.WAITING, K.NOBODY_THERE): arriving.nobody_there,
    (S.WAITING, K.QUEUE_FULL): arriving.queue_full,
    (S.WAITING, K.MAX_WAIT_REACHED): arriving.max_wait_reached,
    (S.WAITING, K.CALLBACK_EXPIRED): reaching.callback_expired,
    (S.WAITING, K.PLACE_DUE): telling.place_due,
    (S.WAITING, K.PLACE_TOLD): telling.place_told,
    (S.WAITING, K.PLACE_SAID): telling.place_said,
    (S.WAITING, K.DIGIT): arriving.digit_while_waiting,
    (S.WAITING, K.RECOVERED): recovering.waiting,
    (S.OFFERED, K.AGENT_RINGING): ringing.ringing,
    (S.OFFERED, K.AGENT_ANSWERED): ringing.answered,
    (S.OFFERED, K.AGENT_REFUSED): ringing.agent_refused,
    (S.OFFERED, K.AGENT_LOST): ringing.agent_lost,
    (S.OFFERED, K.DECLINE_REQUESTED): ringing.declined,
    (S.OFFERED, K.OFFER_EXPIRED): ringing.offer_expired,
    (S.OFFERED, K.PLACE_DUE): telling.place_later,
    (S.OFFERED, K.PLACE_SAID): telling.place_said,
    (S.OFFERED, K.RECOVERED): recovering.offered,
    (S.DIALLING, K.DIALLED_RINGING): reaching.ringing,
    (S.DIALLING, K.DIALLED_ANSWERED): ringing.customer_answered,
    (S.DIALLING, K.DIALLED_FAILED): reaching.customer_failed,
    (S.DIALLING, K.DIAL_EXPIRED): reaching.expired,
    (S.DIALLING, K.SOUND_ENDED): ringing.customer_told,
    (S.DIALLING, K.TALKER_LEFT): reaching.agent_left_before,
    (S.DIALLING, K.HANG_UP_REQUESTED): reaching.agent_left_before,
    (S.DIALLING, K.RECOVERED): recovering.dialling,
    (S.CONNECTED, K.HOLD_REQUESTED): talking.hold,
    (S.CONNECTED, K.SWAP_REQUESTED): thirds.swap_to_third,
    (S.CONNECTED, K.RECOVERED): recovering.connected,
    (S.HELD, K.RESUME_REQUESTED): talking.resume,
    (S.HELD, K.SWAP_REQUESTED): thirds.swap_to_third,
    (S.HELD, K.RECOVERED): recovering.held,
    (S.CONSULTING, K.COLLEAGUE_RESERVED): thirds.colleague_reserved,
    (S.CONSULTING, K.COLLEAGUE_BUSY): thirds.colleague_busy,
    (S.CONSULTING, K.THIRD_RINGING): thirds.third_ringing,
    (S.CONSULTING, K.THIRD_ANSWERED): thirds.third_answered,
    (S.CONSULTING, K.THIRD_REFUSED): thirds.third_refused,
    (S.CONSULTING, K.THIRD_LOST): thirds.third_lost,
    (S.CONSULTING, K.THIRD_EXPIRED): thirds.third_expired,
    (S.CONSULTING, K.SWAP_REQUESTED): thirds.swap_to_customer,
    (S.CONSULTING, K.RECOVERED): recovering.consulting,
    (S.CONFERENCE, K.DROP_REQUESTED): thirds.drop,
    (S.CONFERENCE, K.RECOVERED): recovering.conference,
    (S.FORWARDING, K.DIALLED_RINGING): reaching.ringing,
    (S.FORWARDING, K.DIALLED_ANSWERED): arriving.forwarded,
    (S.FORWARDING, K.DIALLED_FAILED): arriving.forward_failed,
    (S.FORWARDING, K.DIAL_EXPIRED): reaching.expired,
    (S.FORWARDING, K.RECOVERED): recovering.forwarding,
    (S.FORWARDED, K.THIRD_LEFT): ending.outside_left,
    (S.FORWARDED, K.RECOVERED): recovering.forwarded,
    (S.CLOSING, K.SOUND_ENDED): closing.closed,
    (S.CLOSING, K.RECOVERED): recovering.closing,
    (S.VOICEMAIL, K.SOUND_ENDED): closing.take_message,
    (S.VOICEMAIL, K.MESSAGE_ENDED): closing.message_done,
    (S.VOICEMAIL, K.MESSAGE_OVERDUE): closing.message_done,
    (S.VOICEMAIL, K.RECOVERED): recovering.in_voicemail,
}

_LIVE = [state for state in S if state not in {S.NEW, S.ENDED}]
_WITH_AGENT = [S.CONNECTED, S.HELD, S.CONSULTING, S.CONFERENCE]
_TALKING = [S.CONNECTED, S.HELD]
_SPOKEN = [S.CONNECTED, S.CONSULTING, S.CONFERENCE]
_RECORDABLE = [S.CONNECTED, S.CONFERENCE]


def _everywhere(states: Iterable[CallState], kind: Kind, transition: Transition) -> None:
    chosen = set(states)
    TABLE.update({(state, kind): transition for state in S if state in chosen})


_everywhere(S, K.STRAY_ANSWERED, ending.hang_up_stray)
_everywhere(set(S) - {S.NEW, S.WAITING}, K.AGENT_CHOSEN, ringing.not_wanted)
_everywhere(set(S) - {S.NEW}, K.COLLEAGUE_STRAY, ringing.colleague_not_wanted)
_everywhere(_LIVE, K.CALLER_LEFT, ending.caller_left)
_everywhere(_LIVE, K.END_REQUESTED, ending.end_requested)
_everywhere(_WITH_AGENT, K.TALKER_LEFT, thirds.agent_gone)
_everywhere(_WITH_AGENT, K.HANG_UP_REQUESTED, thirds.agent_gone)
_everywhere(_TALKING, K.TRANSFER_REQUESTED, thirds.transfer)
_everywhere(_TALKING, K.CONSULT_REQUESTED, thirds.consult)
_everywhere(_WITH_AGENT, K.COMPLETE_REQUESTED, thirds.complete)
_everywhere([S.CONNECTED, S.HELD, S.CONSULTING], K.CANCEL_REQUESTED, thirds.cancel)
_everywhere([S.CONNECTED, S.HELD, S.CONSULTING], K.CONFERENCE_REQUESTED, thirds.conference)
_everywhere(_WITH_AGENT, K.THIRD_LEFT, thirds.third_left)
_everywhere(_WITH_AGENT, K.THIRD_HANGS_UP, thirds.third_hangs_up)
_everywhere(_WITH_AGENT, K.MUTE_REQUESTED, talking.mute)
_everywhere(_SPOKEN, K.DIGITS_REQUESTED, talking.send_digits)
_everywhere(_RECORDABLE, K.RECORD_REQUESTED, talking.record)
_everywhere(_RECORDABLE, K.NOTICE_SAID, talking.notice_said)
_everywhere(_WITH_AGENT, K.PAUSE_RECORDING_REQUESTED, talking.pause_recording)
_everywhere(_WITH_AGENT, K.RESUME_RECORDING_REQUESTED, talking.resume_recording)
_everywhere(_LIVE, K.AUTO_RESUME_DUE, talking.auto_resume)
_everywhere(_LIVE, K.RECORDER_TROUBLE, talking.recorder_trouble)
_everywhere(_WITH_AGENT, K.REATTACH_REQUESTED, talking.reattach)
_everywhere(_WITH_AGENT, K.REATTACH_ANSWERED, talking.reattached)
_everywhere(_WITH_AGENT, K.REATTACH_FAILED, talking.reattach_failed)
_everywhere(_WITH_AGENT, K.REATTACH_EXPIRED, talking.reattach_expired)
_everywhere(_WITH_AGENT, K.MONITOR_REQUESTED, monitoring.requested)
_everywhere(_WITH_AGENT, K.MONITOR_ANSWERED, monitoring.answered)
_everywhere(_WITH_AGENT, K.MONITOR_LEFT, monitoring.left)
_everywhere(_WITH_AGENT, K.MONITOR_END_REQUESTED, monitoring.end_requested)
_everywhere([S.CONNECTED, S.HELD, S.CONFERENCE], K.TAKE_OVER_REQUESTED, monitoring.take_over)

IGNORED: dict[Cell, str] = {}


def _ignore(states: Iterable[CallState], kinds: Iterable[Kind], reason: str) -> None:
    cells = ((state, kind) for state in states for kind in kinds)
    IGNORED.update({cell: reason for cell in cells if cell not in TABLE})


def _elsewhere(kinds: Iterable[Kind], reason: str) -> None:
    """In all live states that have no transition for it."""
    _ignore(_LIVE, kinds, reason)


_ignore([S.NEW], set(K), "no call is ever NEW here: a beginning opens it in another state")
_ignore([S.ENDED], set(K), "the call is over; what is late changes nothing")
_elsewhere([K.STRAY_OTHER], "a leg, timer or person that is no part of this call any more")
_elsewhere([K.CALLER_ARRIVED], "the call has begun already")
_elsewhere([K.SOUND_ENDED, K.NOTICE_SAID], "the prompt belonged to an earlier state")
_elsewhere([K.MESSAGE_ENDED, K.MESSAGE_OVERDUE], "no message is being taken in this state")
_elsewhere([K.DIGIT], "nothing is asked for here; keys pressed in a conversation are heard by the other side")
_elsewhere([K.MENU_TIMED_OUT], "the menu has been answered")
_elsewhere([K.NOBODY_THERE, K.QUEUE_FULL], "the call does not wait for an agent now")
_elsewhere([K.PLACE_DUE, K.PLACE_TOLD, K.PLACE_SAID], "the caller does not wait for its place any more")
_ignore([S.OFFERED], [K.MAX_WAIT_REACHED, K.CALLBACK_EXPIRED], "agents are rung; looked at when that ends")
_elsewhere([K.MAX_WAIT_REACHED, K.CALLBACK_EXPIRED], "the call does not wait any more")
_elsewhere(
    [K.AGENT_RINGING, K.AGENT_ANSWERED, K.AGENT_REFUSED, K.AGENT_LOST, K.DECLINE_REQUESTED, K.OFFER_EXPIRED],
    "cannot be: these kinds exist only while agents are rung",
)
_elsewhere(
    [K.DIALLED_RINGING, K.DIALLED_ANSWERED, K.DIALLED_FAILED, K.DIAL_EXPIRED],
    "cannot be: these kinds exist only while an outside number is rung",
)
_elsewhere(
    [
        *(K.COLLEAGUE_RESERVED, K.COLLEAGUE_BUSY, K.THIRD_RINGING, K.THIRD_ANSWERED, K.THIRD_REFUSED, K.THIRD_LOST),
        *(K.THIRD_EXPIRED, K.THIRD_LEFT, K.THIRD_HANGS_UP),
    ],
    "cannot be: these kinds exist only while somebody is consulted",
)
_elsewhere(
    [
        *(K.TALKER_LEFT, K.HANG_UP_REQUESTED),
        *(K.REATTACH_REQUESTED, K.REATTACH_ANSWERED, K.REATTACH_FAILED, K.REATTACH_EXPIRED),
    ],
    "the agent is not in a conversation that this could concern",
)
_elsewhere([K.HOLD_REQUESTED], "there is nobody to put on hold, or it is on hold already")
_elsewhere([K.RESUME_REQUESTED], "the call is not on hold")
_elsewhere(
    [K.MUTE_REQUESTED, K.DIGITS_REQUESTED, K.TRANSFER_REQUESTED, K.CONSULT_REQUESTED],
    "the agent does not talk to the customer now",
)
_elsewhere(
    [K.SWAP_REQUESTED, K.COMPLETE_REQUESTED, K.CANCEL_REQUESTED, K.CONFERENCE_REQUESTED, K.DROP_REQUESTED],
    "no third is there that this could be done with",
)
_elsewhere(
    [K.RECORD_REQUESTED, K.PAUSE_RECORDING_REQUESTED, K.RESUME_RECORDING_REQUESTED],
    "no conversation that is, or could be, recorded",
)
_elsewhere(
    [K.MONITOR_REQUESTED, K.MONITOR_ANSWERED, K.MONITOR_LEFT, K.MONITOR_END_REQUESTED, K.TAKE_OVER_REQUESTED],
    "there is no conversation to hear, or not one that can be taken over now",
)
