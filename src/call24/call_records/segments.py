"""The call timeline: one call as consecutive pieces (menu, wait, ring, talk, hold, outside, voicemail).

It is the one place where a moment of a call is given its kind; the call record, the live screen and the reports
all read it. The kind follows from the call's state, so the pieces follow each other without gap or overlap from the
beginning to the end.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

import msgspec

from call24.call_records.replay import story
from call24.calls.model import Call, CallState, Direction
from call24.journal.model import Entry


class Piece(StrEnum):
    """As the customer lives through it.

    menu: prompts and menus, also the announcement that the call is recorded and the last prompt: the wait, and with it
    the service level, begins when the caller joins the queue.
    wait: nobody is rung; of a callback, without a phone at the ear.
    ring: an agent is rung, or an outside number; of a call that an agent makes, all until the other end answers.
    talk: with an agent, in a conference too; of an internal call, the two agents'.
    hold: put aside with music, also while the agent consults somebody.
    outside: with an outside party and no agent.

    Source: talk, hold and ring as in the Asterisk queue log (CONNECT, COMPLETE*).
    """

    MENU = "menu"
    WAIT = "wait"
    RING = "ring"
    TALK = "talk"
    HOLD = "hold"
    OUTSIDE = "outside"
    VOICEMAIL = "voicemail"


class Stretch(msgspec.Struct, frozen=True, kw_only=True):
    """``until`` is None while it goes on."""

    kind: Piece
    since: datetime
    until: datetime | None = None


_OF_STATE: dict[CallState, Piece | None] = {
    CallState.NEW: Piece.MENU,
    CallState.FLOW: Piece.MENU,
    CallState.CLOSING: Piece.MENU,
    CallState.WAITING: Piece.WAIT,
    CallState.OFFERED: Piece.RING,
    CallState.DIALLING: Piece.RING,
    CallState.FORWARDING: Piece.RING,
    CallState.CONNECTED: Piece.TALK,
    CallState.CONFERENCE: Piece.TALK,
    CallState.HELD: Piece.HOLD,
    CallState.CONSULTING: Piece.HOLD,
    CallState.FORWARDED: Piece.OUTSIDE,
    CallState.VOICEMAIL: Piece.VOICEMAIL,
    CallState.ENDED: None,
}
_WITH_AN_AGENT = frozenset({CallState.CONNECTED, CallState.CONFERENCE, CallState.HELD, CallState.CONSULTING})


def piece_of(call: Call) -> Piece | None:
    """What the customer lives through in this state; None when it is over."""
    if call.ended:
        return None
    if call.direction is Direction.INTERNAL:
        return Piece.TALK if call.consult_party is not None and call.consult_party.leg is not None else Piece.RING
    if call.state is CallState.DIALLING and call.caller_leg is not None:  # answered, and told that it is recorded
        return Piece.MENU
    if call.direction is Direction.OUTBOUND and call.connected_at is None:
        return Piece.RING
    if call.state in _WITH_AN_AGENT and call.agent_id is None:  # passed on, and where to is not written down yet
        return Piece.WAIT
    return _OF_STATE[call.state]


def extend(line: tuple[Stretch, ...], call: Call, at: datetime) -> tuple[Stretch, ...]:
    """The line after one more event at ``at``, which made the call what it is."""
    kind = piece_of(call)
    if line and line[-1].until is None:
        last = line[-1]
        if last.kind is kind:
            return line
        line = line[:-1]
        if at > last.since:
            line = (*line, msgspec.structs.replace(last, until=at))
    if kind is None:
        return line
    if line and line[-1].kind is kind:  # what lay between had no length
        return (*line[:-1], msgspec.structs.replace(line[-1], until=None))
    return (*line, Stretch(kind=kind, since=at))


def line_of(entries: Iterable[Entry]) -> tuple[Stretch, ...]:
    line: tuple[Stretch, ...] = ()
    for turn in story(entries):
        line = extend(line, turn.call, turn.at)
    return line
