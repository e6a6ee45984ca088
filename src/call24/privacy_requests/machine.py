"""What may happen to a privacy request, and what follows. Pure: it asks neither clock nor database.

    received -> identity -> working <-> waiting -> done | refused
                                              -> restricted -> lifting -> done

The table is total: each state says of each step where it leads, or that it is not possible there.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import get_args

import msgspec

from call24.kit.errors import Conflict, Invalid
from call24.kit.ids import ContactId, CorrectionId, UserId
from call24.privacy_requests.model import Entry, EntryKind, Identity, Kind, PrivacyRequest, State, Step

WARNED_BEFORE = timedelta(days=7)
KEPT_AFTER = timedelta(days=3 * 365 + 1)
NOTE_MAX = 2000
HISTORY_MAX = 200

SETTLED: tuple[State, ...] = ("restricted", "lifting", "done", "refused")
"""Answered. One whose data is restricted has steps left."""
OPEN: tuple[State, ...] = ("received", "identity", "working", "waiting")
PROVEN: tuple[Kind, ...] = ("access", "correction", "deletion", "portability", "restriction")
"""What is done only for whom it is known to be: done for another it would harm the person."""
REASONED: tuple[Step, ...] = ("restrict", "tell_lifting", "lift", "refuse", "extend", "note")
"""Steps that say something to the person, or to who reads the history: never without words."""

_Row = Mapping[Step, State | None]
_STAYS: tuple[Step, ...] = ("extend", "note", "name_subject")


def _row(state: State, **leads: State) -> _Row:
    stays: dict[Step, State | None] = dict.fromkeys(_STAYS, state)
    return {**stays, **{step: leads.get(step) for step in get_args(Step) if step not in _STAYS}}


def _over(state: State, **leads: State) -> _Row:
    return {**_row(state, **leads), "extend": None, "name_subject": None}


TABLE: Mapping[State, _Row] = {
    "received": _row(
        "received",
        ask_identity="identity",
        confirm_identity="working",
        start="working",
        wait="waiting",
        correct="done",
        restrict="restricted",
        refuse="refused",
    ),
    "identity": _row("identity", confirm_identity="working", refuse="refused"),
    "working": _row(
        "working",
        ask_identity="identity",
        confirm_identity="working",
        wait="waiting",
        finish="done",
        correct="done",
        restrict="restricted",
        refuse="refused",
    ),
    "waiting": _row(
        "waiting",
        ask_identity="identity",
        confirm_identity="waiting",
        start="working",
        finish="done",
        correct="done",
        restrict="restricted",
        refuse="refused",
    ),
    "restricted": _over("restricted", tell_lifting="lifting"),
    "lifting": _over("lifting", tell_lifting="lifting", lift="done"),
    "done": _over("done"),
    "refused": _over("refused"),
}


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """A step as somebody wants to take it. `by` None: Call24 does. `identity`: how it was checked, of
    `confirm_identity`; `contact_id`, `user_id`: who it is, of `name_subject`; `extension`: how much later;
    `correction_id`: what is changed, of `correct`."""

    step: Step
    at: datetime
    by: UserId | None
    note: str = ""
    identity: Identity = "none"
    contact_id: ContactId | None = None
    user_id: UserId | None = None
    extension: timedelta = timedelta()
    correction_id: CorrectionId | None = None


def checked_note(note: str, field: str = "note") -> str:
    """Raises: Invalid."""
    text = note.strip()
    if len(text) > NOTE_MAX or not all(sign.isprintable() or sign in "\n\t" for sign in text):
        raise Invalid(errors=[(field, f"at most {NOTE_MAX} printable characters")])
    return text


def received(request: PrivacyRequest, note: str, by: UserId | None) -> PrivacyRequest:
    """With the first line of its history and its first warning. Raises: Invalid."""
    first = Entry(at=request.received_at, by=by, kind="received", state=request.state, note=checked_note(note))
    return msgspec.structs.replace(request, history=(first,), warn_at=max(request.received_at, _soon(request.due_at)))


def advanced(request: PrivacyRequest, taken: Taken) -> PrivacyRequest:
    """The request after the step. Raises: Invalid, Conflict (request_state, identity_unproven, request_extended,
    request_history_full)."""
    state = TABLE[request.state][taken.step] if taken.step in possible(request) else None
    if state is None:
        raise Conflict(f"A request that is {request.state} cannot {taken.step}", code="request_state")
    note = checked_note(taken.note)
    if taken.step in REASONED and not note:
        raise Invalid(errors=[("note", "the reason, or what is to be remembered")])
    after = _noted(
        msgspec.structs.replace(request, state=state),
        taken.step,
        taken.at,
        taken.by,
        note,
        correction_id=taken.correction_id,
    )
    match taken.step:
        case "confirm_identity":
            return _identified(after, taken)
        case "name_subject":
            return _named(after, taken)
        case "extend":
            return _extended(after, taken, note)
        case "finish" | "correct" | "restrict" if request.kind in PROVEN and request.identity == "none":
            raise Conflict("Check first that the request is the person's own", code="identity_unproven")
        case "restrict":
            return msgspec.structs.replace(after, settled_at=taken.at, warn_at=None)
        case "lift":
            return msgspec.structs.replace(after, delete_at=taken.at + KEPT_AFTER)
        case "finish" | "correct" | "refuse":
            return msgspec.structs.replace(after, settled_at=taken.at, warn_at=None, delete_at=taken.at + KEPT_AFTER)
        case _:
            return after


def possible(request: PrivacyRequest) -> list[Step]:
    """The steps that can be taken now. Data is corrected and restricted for who asks for that, and is found."""
    leads = [step for step, state in TABLE[request.state].items() if state is not None]
    corrects = request.kind == "correction" and request.subject != "unknown"
    restricts = request.kind == "restriction" and request.subject == "contact"
    never = [*(() if corrects else ("correct",)), "finish" if restricts else "restrict"]
    return [step for step in leads if step not in never]


def warned(request: PrivacyRequest, now: datetime) -> PrivacyRequest | None:
    """With the warning that is due, and when the next one is; None: none is due."""
    if request.warn_at is None or request.warn_at > now or request.state in SETTLED:
        return None
    is_late = request.due_at <= now
    after = _noted(request, "warned_late" if is_late else "warned_soon", now, None, "", always=True)
    return msgspec.structs.replace(after, warn_at=None if is_late else request.due_at)


def _identified(request: PrivacyRequest, taken: Taken) -> PrivacyRequest:
    if taken.identity == "none":
        raise Invalid(errors=[("identity", "how the person was recognised: account, code or document")])
    return msgspec.structs.replace(request, identity=taken.identity, identity_by=taken.by)


def _named(request: PrivacyRequest, taken: Taken) -> PrivacyRequest:
    if (taken.contact_id is None) == (taken.user_id is None):
        raise Invalid(errors=[("contact_id", "either a contact or a user")])
    return msgspec.structs.replace(
        request, contact_id=taken.contact_id, user_id=taken.user_id, identity="none", identity_by=None
    )


def _extended(request: PrivacyRequest, taken: Taken, reason: str) -> PrivacyRequest:
    if request.extended_at is not None:
        raise Conflict("The deadline was extended before: once is all", code="request_extended")
    due_at = request.due_at + taken.extension
    return msgspec.structs.replace(
        request, due_at=due_at, extended_at=taken.at, extension=reason, warn_at=max(taken.at, _soon(due_at))
    )


def _noted(
    request: PrivacyRequest,
    kind: EntryKind,
    at: datetime,
    by: UserId | None,
    note: str,
    *,
    always: bool = False,
    correction_id: CorrectionId | None = None,
) -> PrivacyRequest:
    if not always and len(request.history) >= HISTORY_MAX and kind == "note":
        raise Conflict(f"A request keeps {HISTORY_MAX} lines: finish it", code="request_history_full")
    line = Entry(at=at, by=by, kind=kind, state=request.state, note=note, correction_id=correction_id)
    return msgspec.structs.replace(request, history=(*request.history, line), version=request.version + 1)


def _soon(due_at: datetime) -> datetime:
    return due_at - WARNED_BEFORE
