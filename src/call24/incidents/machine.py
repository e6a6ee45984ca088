"""What may happen to an incident, and what follows. Pure: it asks neither clock nor database.

    open -> assessed -> notified | not_notified -> closed

The table is total: each state says of each act where it leads, or that it is not possible there. Whether the affected
people are told is decided beside it (`people`). Nothing moves `noticed_at` or `due_at`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from call24.incidents.model import Entry, EntryKind, Incident, IncidentAct, Notice, Risk, Scope, State, Was
from call24.kit.errors import Conflict, Invalid
from call24.kit.ids import UserId
from call24.kit.instants import iso

CLOCK = timedelta(hours=72)
"""GDPR, article 33(1)."""
WARNED: Sequence[tuple[timedelta, EntryKind]] = (
    (timedelta(hours=24), "warned_24h"),
    (timedelta(hours=6), "warned_6h"),
    (timedelta(), "warned_late"),
)
"""So long before `due_at`."""
KEPT_AFTER = timedelta(days=5 * 365 + 2)
TEXT_MAX, TITLE_MAX, NOTICE_MAX = 5_000, 200, 30_000
HISTORY_MAX, NOTICES_MAX = 300, 20

UNDECIDED: tuple[State, ...] = ("open", "assessed")
"""Whether the authority is notified: as long, warnings are given."""
REASONED: tuple[IncidentAct, ...] = ("assess", "waive_authority", "waive_people", "note")
_ROOMY: tuple[EntryKind, ...] = ("note", "edit", "search", "draft")
"""Lines that a long history has no room for; steps always have."""

_Row = Mapping[IncidentAct, State | None]
_STAYS: tuple[IncidentAct, ...] = ("tell_people", "waive_people", "note", "edit", "search", "draft")


def _row(state: State, **leads: State) -> _Row:
    stays: dict[IncidentAct, State | None] = dict.fromkeys(_STAYS, state)
    moves: tuple[IncidentAct, ...] = ("assess", "notify_authority", "waive_authority", "close")
    return {**stays, **{act: leads.get(act) for act in moves}}


TABLE: Mapping[State, _Row] = {
    "open": _row("open", assess="assessed", notify_authority="notified"),
    "assessed": _row("assessed", assess="assessed", notify_authority="notified", waive_authority="not_notified"),
    "notified": _row("notified", assess="notified", notify_authority="notified", close="closed"),
    "not_notified": _row("not_notified", assess="assessed", notify_authority="notified", close="closed"),
    "closed": {**dict.fromkeys(_row("closed")), "note": "closed"},
}


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """A step as somebody takes it. `risk`: of `assess`; `done_at`: when it was notified, or people were told."""

    act: IncidentAct
    at: datetime
    by: UserId | None
    note: str = ""
    risk: Risk = "unknown"
    done_at: datetime | None = None


class Edit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """New words and scope; what is None stays."""

    title: str | None = None
    what_happened: str | None = None
    consequences: str | None = None
    measures: str | None = None
    kinds: tuple[str, ...] | None = None
    scope: Scope | None = None


def checked_text(text: str, field: str, most: int = TEXT_MAX, least: int = 0) -> str:
    """Raises: Invalid."""
    text = text.replace("\r\n", "\n").strip()
    if not least <= len(text) <= most or not all(sign.isprintable() or sign in "\n\t" for sign in text):
        raise Invalid(errors=[(field, f"{least} to {most} printable characters")])
    return text


def opened(incident: Incident, by: UserId) -> Incident:
    """With its clock, its first line and its first warning. Raises: Invalid."""
    if incident.noticed_at > incident.opened_at:
        raise Invalid(errors=[("noticed_at", "a time that is past: when your organisation became aware of it")])
    incident = _checked(incident)
    first = Entry(at=incident.opened_at, by=by, kind="opened", state=incident.state)
    due_at = incident.noticed_at + CLOCK
    return _clocked(msgspec.structs.replace(incident, due_at=due_at, history=(first,)))


def advanced(incident: Incident, taken: Taken) -> Incident:
    """The incident after the step. Raises: Invalid, Conflict (incident_state, incident_risk, incident_undecided,
    incident_history_full)."""
    note = checked_text(taken.note, "note")
    if taken.act in REASONED and not note:
        raise Invalid(errors=[("note", "the reason, or what is to be remembered")])
    before, after = incident, _noted(incident, taken.act, taken.at, taken.by, note)
    match taken.act:
        case "assess":
            if taken.risk == "unknown":
                raise Invalid(errors=[("risk", "unlikely, risk or high")])
            after = msgspec.structs.replace(after, risk=taken.risk)
        case "notify_authority":
            after = _notified(after, _done(before, taken), note)
        case "waive_authority" if before.risk != "unlikely":
            raise Conflict("Only a breach that is unlikely to be a risk need not be notified", code="incident_risk")
        case "tell_people":
            after = msgspec.structs.replace(after, people="told", told_at=before.told_at or _done(before, taken))
        case "waive_people":
            after = msgspec.structs.replace(after, people="not_told")
        case "close":
            after = _closed(after, taken.at)
        case _:
            pass
    return _clocked(after)


def edited(incident: Incident, edit: Edit, at: datetime, by: UserId) -> Incident:
    """What the changed fields said before stays in the history. Raises: Invalid, Conflict (as `advanced`)."""
    given = {name: value for name in edit.__struct_fields__ if (value := getattr(edit, name)) is not None}
    after = _checked(msgspec.structs.replace(incident, **given))
    was = tuple(
        Was(field=name, text=_said(getattr(incident, name)))
        for name in given
        if getattr(incident, name) != getattr(after, name)
    )
    return _noted(after, "edit", at, by, was=was) if was else incident


def drafted(incident: Incident, notice: Notice) -> Incident:
    """Raises: Invalid, Conflict (as `advanced`)."""
    if len(incident.notices) >= NOTICES_MAX:
        raise Conflict(f"An incident keeps {NOTICES_MAX} drafts", code="incident_history_full")
    notice = msgspec.structs.replace(notice, text=checked_text(notice.text, "text", NOTICE_MAX, 1))
    after = _noted(incident, "draft", notice.at, notice.by, notice.audience)
    return msgspec.structs.replace(after, notices=(*incident.notices, notice))


def searched(incident: Incident, at: datetime, by: UserId) -> Incident:
    """A search for affected people begins. Raises: Conflict (as `advanced`)."""
    return _noted(incident, "search", at, by)


def found(incident: Incident, at: datetime, note: str) -> Incident:
    """A search has ended, in whatever state the incident is by now."""
    return _line(incident, "found", at, None, note)


def warned(incident: Incident, now: datetime) -> Incident | None:
    """With the warning that is due, and when the next one is; None: none is due. Of several that are due at once, as
    where an incident was noticed long before it was opened, only the last is given."""
    if incident.warn_at is None or incident.warn_at > now or incident.state not in UNDECIDED:
        return None
    due = [stage for stage, (before, _) in enumerate(WARNED, 1) if incident.due_at - before <= now]
    after = _line(incident, WARNED[due[-1] - 1][1], now, None)
    return _clocked(msgspec.structs.replace(after, warned=due[-1]))


def _clocked(incident: Incident) -> Incident:
    """With the time of its next warning."""
    runs = incident.state in UNDECIDED and incident.warned < len(WARNED)
    warn_at = incident.due_at - WARNED[incident.warned][0] if runs else None
    return msgspec.structs.replace(incident, warn_at=warn_at)


def _done(incident: Incident, taken: Taken) -> datetime:
    at = taken.done_at or taken.at
    if not incident.noticed_at <= at <= taken.at:
        raise Invalid(errors=[("done_at", "a time after the incident was noticed that is past")])
    return at


def _notified(incident: Incident, at: datetime, note: str) -> Incident:
    """Article 33(1): a late notification says why it is late."""
    if incident.notified_at is not None:
        return incident
    if at > incident.due_at and not note:
        raise Invalid(errors=[("note", "why it was notified later than 72 hours after it was noticed")])
    return msgspec.structs.replace(incident, notified_at=at)


def _closed(incident: Incident, at: datetime) -> Incident:
    if incident.risk == "unknown":
        raise Conflict("Assess the risk first", code="incident_undecided")
    if incident.people == "undecided":
        raise Conflict("Decide first whether the affected people are told", code="incident_undecided")
    return msgspec.structs.replace(incident, closed_at=at, delete_at=at + KEPT_AFTER)


def _checked(incident: Incident) -> Incident:
    scope = incident.scope
    if (scope.since is None) != (scope.until is None) or (scope.since and scope.until and scope.since >= scope.until):
        raise Invalid(errors=[("scope.until", "after `since`; both or neither")])
    if not incident.kinds:
        raise Invalid(errors=[("kinds", "at least one of confidentiality, integrity, availability")])
    return msgspec.structs.replace(
        incident,
        title=checked_text(incident.title, "title", TITLE_MAX, 1),
        what_happened=checked_text(incident.what_happened, "what_happened", least=1),
        consequences=checked_text(incident.consequences, "consequences"),
        measures=checked_text(incident.measures, "measures"),
        kinds=tuple(dict.fromkeys(incident.kinds)),
    )


def _said(value: object) -> str:
    if isinstance(value, Scope):
        span = f"{iso(value.since)} to {iso(value.until)}" if value.since and value.until else "any time"
        named = "; ".join(", ".join(ids) for ids in (value.agents, value.queues, value.numbers) if ids)
        return f"{', '.join(value.places) or 'no place'}; {value.reach}; {span}" + (f"; {named}" if named else "")
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _noted(
    incident: Incident, act: IncidentAct, at: datetime, by: UserId | None, note: str = "", was: tuple[Was, ...] = ()
) -> Incident:
    state = TABLE[incident.state][act]
    if state is None:
        raise Conflict(f"An incident that is {incident.state.replace('_', ' ')} cannot {act}", code="incident_state")
    if act in _ROOMY and len(incident.history) >= HISTORY_MAX:
        raise Conflict(f"An incident keeps {HISTORY_MAX} lines: close it", code="incident_history_full")
    return _line(msgspec.structs.replace(incident, state=state), act, at, by, note, was)


def _line(
    incident: Incident,
    kind: EntryKind,
    at: datetime,
    by: UserId | None,
    note: str = "",
    was: tuple[Was, ...] = (),
) -> Incident:
    line = Entry(at=at, by=by, kind=kind, state=incident.state, note=note, was=was)
    return msgspec.structs.replace(incident, history=(*incident.history, line), version=incident.version + 1)
