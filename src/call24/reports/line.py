"""The call line: one call as consecutive pieces (wait, ring, talk, hold, voicemail), from the journal alone.

It is the one place where a moment of a call is given its kind; the call record, the live screen and the reports
all read it. The pieces follow each other without gap or overlap from arrival to end.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

import msgspec

from call24.calls import events as e
from call24.journal.model import Entry, event_of


class Piece(StrEnum):
    """``wait``: from arrival to answer, greeting included, except while an agent is rung (``ring``).

    Source: talk, hold and ring as in the Asterisk queue log (CONNECT, COMPLETE*); greeting counts as waiting because
    the caller does.
    """

    WAIT = "wait"
    RING = "ring"
    TALK = "talk"
    HOLD = "hold"
    VOICEMAIL = "voicemail"


class Stretch(msgspec.Struct, frozen=True, kw_only=True):
    """``until`` is None while it goes on."""

    kind: Piece
    since: datetime
    until: datetime | None = None


_BEGINS: dict[str, Piece] = {
    e.CallArrived.__name__: Piece.WAIT,
    e.CallOffered.__name__: Piece.RING,
    e.OfferEnded.__name__: Piece.WAIT,
    e.CallConnected.__name__: Piece.TALK,
    e.CallHeld.__name__: Piece.HOLD,
    e.CallResumed.__name__: Piece.TALK,
    e.SentToVoicemail.__name__: Piece.VOICEMAIL,
}


def extend(line: tuple[Stretch, ...], entry: Entry) -> tuple[Stretch, ...]:
    """The line after one more journal entry of the call."""
    ended = entry.type == e.CallEnded.__name__
    kind = _BEGINS.get(entry.type)
    if kind is None and not ended:
        return line
    if line and line[-1].kind is kind:
        return line
    if line and line[-1].until is None:
        last = line[-1]
        line = line[:-1]
        if entry.at > last.since:
            line = (*line, msgspec.structs.replace(last, until=entry.at))
    if ended or kind is None:
        return line
    if line and line[-1].kind is kind:  # what lay between had no length
        return (*line[:-1], msgspec.structs.replace(line[-1], until=None))
    return (*line, Stretch(kind=kind, since=entry.at))


def line_of(entries: Iterable[Entry]) -> tuple[Stretch, ...]:
    line: tuple[Stretch, ...] = ()
    for entry in entries:
        line = extend(line, entry)
    return line


def call_event(entry: Entry) -> e.AnyCallEvent | None:
    """The entry's call event, or None where it is another room's."""
    if entry.type not in _CALL_EVENTS:
        return None
    event: e.AnyCallEvent = event_of(entry, e.AnyCallEvent)
    return event


_CALL_EVENTS = frozenset(kind.__name__ for kind in e.CallEvent.__subclasses__())
