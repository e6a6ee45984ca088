"""The call's state table: ``advance(call, signal, plan) -> Step(call, events, commands)``. Pure: no clock, no I/O.

Two rules. All decisions about a call are made by this table, whose cells are functions of the files beside it
(flow, queueing, queue_announcements, offers, mobile, dialling, conversation, withdrawal, consultation, transfers,
voicemail, monitoring, ending, recovering). The table is total:
every (state, kind) cell is a transition in TABLE or is listed in IGNORED with its reason;
tests/unit/calls/test_machine.py fails on any other.

    NEW -> FLOW -> WAITING <-> OFFERED -> CONNECTED <-> HELD          the customer rings us
                                  |           ^   \\      |
      outbound, callback:         v           |    v     v
                              DIALLING -------+   CONSULTING <-> CONFERENCE       a consult party is asked
      WAITING|OFFERED -> VOICEMAIL, CLOSING       FORWARDING -> FORWARDED         an outside number has the caller
      ENDED from every state, when the customer leaves

A signal's *kind* (classification.py) says whose leg or timer it is about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from call24.calls import commands as c
from call24.calls import (
    consultation,
    conversation,
    dialling,
    ending,
    flow,
    mobile,
    monitoring,
    offers,
    queue_announcements,
    recovering,
    transfers,
    voicemail,
    withdrawal,
)
from call24.calls import events as e
from call24.calls import signals as s
from call24.calls.classification import SignalKind, classify
from call24.calls.configuration import Plan
from call24.calls.model import Call, CallState
from call24.calls.step import MayPromise, StepBuilder, always


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What follows from one signal. Events are to be written down before the commands are done."""

    call: Call
    events: tuple[e.AnyCallEvent, ...] = ()
    commands: tuple[c.AnyCommand, ...] = ()
    ignored: str | None = None


Transition = Callable[[StepBuilder, Any], None]


def advance(call: Call, signal: s.Signal, plan: Plan, may_promise: MayPromise = always) -> Step:
    """Decide what ``signal`` means for ``call``. The step's time is never before the last one's."""
    at = max(signal.at, call.last_at)
    cell = (call.state, classify(call, signal))
    transition = TABLE.get(cell)
    if transition is None:
        return Step(call=call, ignored=IGNORED[cell])
    moves = StepBuilder(call, at, plan, may_promise)
    transition(moves, msgspec.structs.replace(signal, at=at))
    return Step(call=moves.call, events=tuple(moves.events), commands=tuple(moves.commands))


S, K = CallState, SignalKind
Cell = tuple[CallState, SignalKind]

TABLE: dict[Cell, Transition] = {
    (S.FLOW, K.CALLER_ARRIVED): flow.arrive,
    (S.FLOW, K.SOUND_ENDED): flow.said,
    (S.FLOW, K.DIGIT): flow.digit,
    (S.FLOW, K.MENU_TIMED_OUT): flow.menu_timed_out,
    (S.FLOW, K.RECOVERED): recovering.in_flow,
    (S.WAITING, K.CALLER_ARRIVED): dialling.callback_opened,
    (S.WAITING, K.AGENT_CHOSEN): offers.offer_agents,
    (S.WAITING, K.NOBODY_THERE): flow.nobody_there,
    (S.WAITING, K.QUEUE_FULL): flow.queue_full,
    (S.WAITING, K.MAX_WAIT_REACHED): flow.max_wait_reached,
    (S.WAITING, K.CALLBACK_EXPIRED): dialling.callback_expired,
    (S.WAITING, K.PLACE_DUE): queue_announcements.place_due,
    (S.WAITING, K.PLACE_TOLD): queue_announcements.place_told,
    (S.WAITING, K.PLACE_SAID): queue_announcements.place_said,
    (S.WAITING, K.DIGIT): flow.digit_while_waiting,
    (S.WAITING, K.RECOVERED): recovering.waiting,
    (S.OFFERED, K.AGENT_RINGING): offers.ringing,
    (S.OFFERED, K.AGENT_ANSWERED): offers.answered,
    (S.OFFERED, K.AGENT_REFUSED): offers.agent_refused,
    (S.OFFERED, K.AGENT_LOST): offers.agent_lost,
    (S.OFFERED, K.DECLINE_REQUESTED): offers.declined,
    (S.OFFERED, K.OFFER_EXPIRED): offers.offer_expired,
    (S.OFFERED, K.PHONE_BACK): offers.ring_again,
    (S.OFFERED, K.MOBILE_DUE): mobile.due,
    (S.OFFERED, K.MOBILE_RINGING): mobile.rings,
    (S.OFFERED, K.MOBILE_ANSWERED): mobile.answered,
    (S.OFFERED, K.MOBILE_ASKED): mobile.asked,
    (S.OFFERED, K.MOBILE_KEY): mobile.key_pressed,
    (S.OFFERED, K.MOBILE_EXPIRED): mobile.expired,
    (S.OFFERED, K.MOBILE_LOST): mobile.lost,
    (S.OFFERED, K.PLACE_DUE): queue_announcements.place_later,
    (S.OFFERED, K.PLACE_SAID): queue_announcements.place_said,
    (S.OFFERED, K.RECOVERED): recovering.offered,
    (S.DIALLING, K.DIALLED_RINGING): dialling.ringing,
    (S.DIALLING, K.DIALLED_ANSWERED): offers.customer_answered,
    (S.DIALLING, K.DIALLED_FAILED): dialling.customer_failed,
    (S.DIALLING, K.DIAL_EXPIRED): dialling.expired,
    (S.DIALLING, K.SOUND_ENDED): offers.customer_told,
    (S.DIALLING, K.TALKER_LEFT): dialling.agent_left_before,
    (S.DIALLING, K.HANG_UP_REQUESTED): dialling.agent_left_before,
    (S.DIALLING, K.RECOVERED): recovering.dialling,
    (S.CONNECTED, K.HOLD_REQUESTED): conversation.hold,
    (S.CONNECTED, K.SWAP_REQUESTED): consultation.swap_to_consult_party,
    (S.CONNECTED, K.RECOVERED): recovering.connected,
    (S.HELD, K.RESUME_REQUESTED): conversation.resume,
    (S.HELD, K.SWAP_REQUESTED): consultation.swap_to_consult_party,
    (S.HELD, K.RECOVERED): recovering.held,
    (S.CONSULTING, K.COLLEAGUE_RESERVED): consultation.colleague_reserved,
    (S.CONSULTING, K.COLLEAGUE_BUSY): consultation.colleague_busy,
    (S.CONSULTING, K.CONSULT_PARTY_RINGING): consultation.consult_party_ringing,
    (S.CONSULTING, K.CONSULT_PARTY_ANSWERED): consultation.consult_party_answered,
    (S.CONSULTING, K.CONSULT_PARTY_REFUSED): consultation.consult_party_refused,
    (S.CONSULTING, K.CONSULT_PARTY_LOST): consultation.consult_party_lost,
    (S.CONSULTING, K.CONSULT_PARTY_EXPIRED): consultation.consult_party_expired,
    (S.CONSULTING, K.SWAP_REQUESTED): consultation.swap_to_customer,
    (S.CONSULTING, K.RECOVERED): recovering.consulting,
    (S.CONFERENCE, K.DROP_REQUESTED): consultation.drop,
    (S.CONFERENCE, K.RECOVERED): recovering.conference,
    (S.FORWARDING, K.DIALLED_RINGING): dialling.ringing,
    (S.FORWARDING, K.DIALLED_ANSWERED): flow.forwarded,
    (S.FORWARDING, K.DIALLED_FAILED): flow.forward_failed,
    (S.FORWARDING, K.DIAL_EXPIRED): dialling.expired,
    (S.FORWARDING, K.RECOVERED): recovering.forwarding,
    (S.FORWARDED, K.CONSULT_PARTY_LEFT): ending.outside_left,
    (S.FORWARDED, K.RECOVERED): recovering.forwarded,
    (S.CLOSING, K.SOUND_ENDED): voicemail.closed,
    (S.CLOSING, K.RECOVERED): recovering.closing,
    (S.VOICEMAIL, K.SOUND_ENDED): voicemail.take_message,
    (S.VOICEMAIL, K.MESSAGE_ENDED): voicemail.message_done,
    (S.VOICEMAIL, K.MESSAGE_OVERDUE): voicemail.message_done,
    (S.VOICEMAIL, K.RECOVERED): recovering.in_voicemail,
}

_LIVE = [state for state in S if state not in {S.NEW, S.ENDED}]
_WITH_AGENT = [S.CONNECTED, S.HELD, S.CONSULTING, S.CONFERENCE]
_TALKING = [S.CONNECTED, S.HELD]
_SPOKEN = [S.CONNECTED, S.CONSULTING, S.CONFERENCE]
_RECORDABLE = [S.CONNECTED, S.CONFERENCE]


def _everywhere(states: Iterable[CallState], kind: SignalKind, transition: Transition) -> None:
    chosen = set(states)
    TABLE.update({(state, kind): transition for state in S if state in chosen})


_everywhere(S, K.STRAY_ANSWERED, ending.hang_up_stray)
_everywhere(set(S) - {S.NEW, S.WAITING}, K.AGENT_CHOSEN, offers.not_wanted)
_everywhere(set(S) - {S.NEW}, K.COLLEAGUE_STRAY, offers.colleague_not_wanted)
_everywhere(_LIVE, K.CALLER_LEFT, ending.caller_left)
_everywhere(_LIVE, K.END_REQUESTED, ending.end_requested)
_everywhere(_WITH_AGENT, K.TALKER_LEFT, transfers.agent_gone)
_everywhere(_WITH_AGENT, K.HANG_UP_REQUESTED, transfers.agent_gone)
_everywhere(_TALKING, K.TRANSFER_REQUESTED, transfers.transfer)
_everywhere(_TALKING, K.CONSULT_REQUESTED, consultation.consult)
_everywhere(_WITH_AGENT, K.COMPLETE_REQUESTED, transfers.complete)
_everywhere([S.CONNECTED, S.HELD, S.CONSULTING], K.CANCEL_REQUESTED, consultation.cancel)
_everywhere([S.CONNECTED, S.HELD, S.CONSULTING], K.CONFERENCE_REQUESTED, consultation.conference)
_everywhere(_WITH_AGENT, K.CONSULT_PARTY_LEFT, consultation.consult_party_left)
_everywhere(_WITH_AGENT, K.CONSULT_PARTY_HANGS_UP, consultation.consult_party_hangs_up)
_everywhere(_WITH_AGENT, K.MUTE_REQUESTED, conversation.mute)
_everywhere(_SPOKEN, K.DIGITS_REQUESTED, conversation.send_digits)
_everywhere(_RECORDABLE, K.RECORD_REQUESTED, conversation.record)
_everywhere(_RECORDABLE, K.NOTICE_SAID, conversation.notice_said)
_everywhere(_WITH_AGENT, K.PAUSE_RECORDING_REQUESTED, conversation.pause_recording)
_everywhere(_WITH_AGENT, K.RESUME_RECORDING_REQUESTED, conversation.resume_recording)
_everywhere(_LIVE, K.AUTO_RESUME_DUE, conversation.auto_resume)
_everywhere(_LIVE, K.RECORDER_TROUBLE, conversation.recorder_trouble)
_everywhere(set(_LIVE) - {S.FLOW, S.WAITING}, K.DIGIT, withdrawal.key_pressed)
_everywhere(_LIVE, K.CONSENT_WITHDRAWN, withdrawal.consent_withdrawn)
_everywhere([S.WAITING, S.OFFERED, S.HELD, S.CONSULTING, S.FORWARDING], K.STOP_SAID, withdrawal.stop_said)
_everywhere(_WITH_AGENT, K.REATTACH_REQUESTED, conversation.reattach)
_everywhere(_WITH_AGENT, K.REATTACH_ANSWERED, conversation.reattached)
_everywhere(_WITH_AGENT, K.REATTACH_FAILED, conversation.reattach_failed)
_everywhere(_WITH_AGENT, K.REATTACH_EXPIRED, conversation.reattach_expired)
_everywhere(_WITH_AGENT, K.MONITOR_REQUESTED, monitoring.requested)
_everywhere(_WITH_AGENT, K.MONITOR_ANSWERED, monitoring.answered)
_everywhere(_WITH_AGENT, K.MONITOR_LEFT, monitoring.left)
_everywhere(_WITH_AGENT, K.MONITOR_END_REQUESTED, monitoring.end_requested)
_everywhere([S.CONNECTED, S.HELD, S.CONFERENCE], K.TAKE_OVER_REQUESTED, monitoring.take_over)

IGNORED: dict[Cell, str] = {}


def _ignore(states: Iterable[CallState], kinds: Iterable[SignalKind], reason: str) -> None:
    cells = ((state, kind) for state in states for kind in kinds)
    IGNORED.update({cell: reason for cell in cells if cell not in TABLE})


def _elsewhere(kinds: Iterable[SignalKind], reason: str) -> None:
    """In all live states that have no transition for it."""
    _ignore(_LIVE, kinds, reason)


_ignore([S.NEW], set(K), "no call is ever NEW here: a beginning opens it in another state")
_ignore([S.ENDED], set(K), "the call is over; what is late changes nothing")
_elsewhere([K.STRAY_OTHER], "a leg, timer or person that is no part of this call any more")
_elsewhere([K.CALLER_ARRIVED], "the call has begun already")
_elsewhere([K.SOUND_ENDED, K.NOTICE_SAID], "the prompt belonged to an earlier state")
_elsewhere([K.STOP_SAID], "the customer hears what is to be heard here anyway")
_elsewhere([K.MESSAGE_ENDED, K.MESSAGE_OVERDUE], "no message is being taken in this state")
_elsewhere([K.MENU_TIMED_OUT], "the menu has been answered")
_elsewhere([K.NOBODY_THERE, K.QUEUE_FULL], "the call does not wait for an agent now")
_elsewhere([K.PLACE_DUE, K.PLACE_TOLD, K.PLACE_SAID], "the caller does not wait for its place any more")
_ignore([S.OFFERED], [K.MAX_WAIT_REACHED, K.CALLBACK_EXPIRED], "agents are rung; looked at when that ends")
_elsewhere([K.MAX_WAIT_REACHED, K.CALLBACK_EXPIRED], "the call does not wait any more")
_elsewhere(
    [
        *(K.AGENT_RINGING, K.AGENT_ANSWERED, K.AGENT_REFUSED, K.AGENT_LOST, K.DECLINE_REQUESTED, K.OFFER_EXPIRED),
        *(K.PHONE_BACK, K.MOBILE_DUE, K.MOBILE_RINGING, K.MOBILE_ANSWERED, K.MOBILE_ASKED, K.MOBILE_KEY),
        *(K.MOBILE_EXPIRED, K.MOBILE_LOST),
    ],
    "cannot be: these kinds exist only while agents are rung",
)
_elsewhere(
    [K.DIALLED_RINGING, K.DIALLED_ANSWERED, K.DIALLED_FAILED, K.DIAL_EXPIRED],
    "cannot be: these kinds exist only while an outside number is rung",
)
_elsewhere(
    [
        *(
            K.COLLEAGUE_RESERVED,
            K.COLLEAGUE_BUSY,
            K.CONSULT_PARTY_RINGING,
            K.CONSULT_PARTY_ANSWERED,
            K.CONSULT_PARTY_REFUSED,
            K.CONSULT_PARTY_LOST,
        ),
        *(K.CONSULT_PARTY_EXPIRED, K.CONSULT_PARTY_LEFT, K.CONSULT_PARTY_HANGS_UP),
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
    "there is no consult party to do this with",
)
_elsewhere(
    [K.RECORD_REQUESTED, K.PAUSE_RECORDING_REQUESTED, K.RESUME_RECORDING_REQUESTED],
    "no conversation that is, or could be, recorded",
)
_elsewhere(
    [K.MONITOR_REQUESTED, K.MONITOR_ANSWERED, K.MONITOR_LEFT, K.MONITOR_END_REQUESTED, K.TAKE_OVER_REQUESTED],
    "there is no conversation to hear, or not one that can be taken over now",
)
