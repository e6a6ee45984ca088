"""The matrix itself: for each cell what is promised, or why there is no such cell. Pure data; cells.py runs it."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

from tests.matrix.model import Cell, Entry, Fault, Impossible, Phase, Promise, Victim

V, F, P = Victim, Fault, Phase
LASTS_S, SHORT_S = 5.0, 3.5
"""How long a stop and a cut last; in the part that every run has, less, but longer than it takes to notice a silent
connection."""

NO_DISK = {
    V.BROWSER: "the app keeps nothing of a call on the disk of its device",
    V.TRUNK: "the trunk's disk is the carrier's; nothing of ours is on it",
}
BEFORE_TALK = (P.RINGING, P.QUEUE)

_SERVER = {
    F.KILLED: Promise(
        hears="both parties hear each other, or the music, without a gap",
        call="continues",
        record="as without the fault",
        sound="unbroken",
        back_s=2.0,
    ),
    F.STOPPED: Promise(
        hears="both parties hear each other, or the music, without a gap",
        call="continues",
        record="as without the fault",
        sound="unbroken",
        back_s=2.0,
    ),
    F.CUT: Promise(
        hears="both parties hear each other, or the music, without a gap",
        call="continues",
        record="as without the fault",
        sound="unbroken",
        back_s=4.0,
    ),
    F.FULL: Promise(
        hears="both parties hear each other, or the music, without a gap",
        call="continues",
        record="complete; the recording waits in the spool and is stored once there is space",
        sound="unbroken",
        back_s=2.0,
        during=True,
    ),
}
_ASTERISK = {
    F.KILLED: Promise(
        hears="silence, because the audio goes through Asterisk",
        call="is lost; the next one is served within 5 s",
        record="is ended and marked as found missing; the recorded part plays",
        sound="over",
        ends=True,
        back_s=5.0,
        ended_by=frozenset({"system"}),
        found_missing=True,
        recordings=frozenset({"stored", "short"}),
    ),
    F.STOPPED: Promise(
        hears="silence during the fault, then each other again",
        call="continues",
        record="as without the fault; the recording lacks what nobody heard",
        sound="away",
        back_s=4.0,
        recordings=frozenset({"stored", "short"}),
    ),
    F.CUT: Promise(
        hears="silence while phones and carrier are disconnected, then each other again",
        call="continues",
        record="as without the fault; the recording lacks what nobody heard",
        sound="away",
        back_s=2.0,
        recordings=frozenset({"stored", "short"}),
    ),
    F.FULL: Promise(
        hears="both parties hear each other, or the music, without a gap",
        call="continues",
        record="complete; a recording in progress is kept until the disk is full, and is `short`",
        sound="unbroken",
        back_s=2.0,
        during=True,
        recordings=frozenset({"short"}),
    ),
}
_MONGOD = {
    fault: Promise(
        hears="both parties hear each other, or the music, without a gap",
        call="continues, and requests work meanwhile",
        record="complete, and stored once the database is back",
        sound="unbroken",
        back_s=2.5,
        during=True,
    )
    for fault in F
}
_BROWSER = {
    F.KILLED: Promise(
        hears="the caller hears silence until the agent opens the app again, which rejoins the call",
        call="continues",
        record="one record for the call",
        sound="away",
        back_s=15.0,
    ),
    F.STOPPED: Promise(
        hears="silence during the fault, then each other again",
        call="continues",
        record="as without the fault",
        sound="away",
        back_s=4.0,
    ),
    F.CUT: Promise(
        hears="silence during the fault, then each other again",
        call="continues",
        record="as without the fault",
        sound="away",
        back_s=4.0,
    ),
}
_TRUNK = {
    F.KILLED: Promise(
        hears="the agent hears silence",
        call="ends when the agent hangs up, or within two minutes, when the trunk answers no SIP",
        record="is ended; the recording is complete until the fault",
        sound="over",
        ends=True,
        back_s=2.0,
        ended_by=frozenset({"caller", "agent"}),
        outcomes=frozenset({"answered", "abandoned"}),
        recordings=frozenset({"stored", "short"}),
    ),
    F.STOPPED: Promise(
        hears="silence during the fault, then each other again",
        call="continues",
        record="as without the fault; the recording lacks what the caller did not say",
        sound="away",
        back_s=2.0,
        recordings=frozenset({"stored", "short"}),
    ),
    F.CUT: Promise(
        hears="silence during the fault, then each other again",
        call="continues",
        record="as without the fault; the recording lacks what did not arrive",
        sound="away",
        back_s=2.0,
        recordings=frozenset({"stored", "short"}),
    ),
}
_OF = {V.SERVER: _SERVER, V.ASTERISK: _ASTERISK, V.MONGOD: _MONGOD, V.BROWSER: _BROWSER, V.TRUNK: _TRUNK}


def _entry(cell: Cell) -> Entry:
    if cell.fault is F.FULL and cell.victim in NO_DISK:
        return Impossible(NO_DISK[cell.victim])
    return _in_phase(cell, _OF[cell.victim][cell.fault])


def _in_phase(cell: Cell, promise: Promise) -> Promise:
    """What the moment of the call changes."""
    victim, fault, phase = cell
    if phase is P.HANGING_UP:
        promise = replace(promise, call="ends as the caller requested", ends=True)
        if victim is V.ASTERISK and fault is not F.FULL:
            promise = replace(promise, ended_by=frozenset({"caller", "system"}), found_missing=False)
        if victim is V.ASTERISK and fault is F.FULL:  # what was said may all be on the disk already
            promise = replace(promise, recordings=frozenset({"stored", "short"}))
    if phase in BEFORE_TALK:
        promise = _before_talk(cell, promise)
    if victim is V.BROWSER and fault is F.KILLED and phase is P.RINGING:
        again = "continues: when the offer to the lost app times out, the call is offered again"
        promise = replace(promise, hears="the caller hears the music without a gap", call=again, back_s=30.0)
    if victim is V.BROWSER and phase in BEFORE_TALK:
        promise = replace(promise, sound="unbroken", hears="the caller hears the music without a gap")
    if phase is P.TALKING:  # of a queue that does not record
        promise = replace(promise, recordings=frozenset({None}))
    return promise


def _before_talk(cell: Cell, promise: Promise) -> Promise:
    if cell.fault is F.FULL and cell.victim in (V.SERVER, V.ASTERISK):
        refused = frozenset({"refused"})
        return replace(
            promise, record="complete; nothing is recorded, and the app shows the reason", recordings=refused
        )
    if cell.fault is F.KILLED and cell.victim is V.ASTERISK:
        return replace(promise, outcomes=frozenset({"failed"}), recordings=frozenset({None}))
    if cell.fault is F.KILLED and cell.victim is V.TRUNK:
        return replace(promise, recordings=frozenset({None, "stored", "short", "empty"}))
    goes_on = "rings, or rings again," if cell.phase is P.RINGING else "keeps waiting"
    return replace(promise, call=f"continues: {goes_on} and is answered")


TABLE: dict[Cell, Entry] = {cell: _entry(cell) for cell in (Cell(*words) for words in product(V, F, P))}

ALWAYS: tuple[Cell, ...] = (
    *(Cell(V.SERVER, F.KILLED, phase) for phase in (P.CONFERENCE, P.PAUSED, P.HANGING_UP)),
    Cell(V.ASTERISK, F.KILLED, P.QUEUE),
    Cell(V.ASTERISK, F.STOPPED, P.TALKING),
    Cell(V.MONGOD, F.KILLED, P.TRANSFER),
    Cell(V.MONGOD, F.CUT, P.HOLD),
    Cell(V.BROWSER, F.CUT, P.RINGING),
    Cell(V.TRUNK, F.KILLED, P.RECORDING),
)
"""The part that every run of the tests has; the whole is for `./call24 test --matrix`. A full disk needs a second
system: every run has it in telephony/test_recording_full_disk.py; the cut between server and Asterisk in
telephony/test_pbx_apart.py and test_link_cut.py."""
