"""A personal data breach, what was done about it, and whom it affects. Source: GDPR, articles 33 and 34."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from call24.data_map import (
    ID,
    MEASURE,
    SETTING,
    STATE,
    TENANT,
    TIME,
    Basis,
    Category,
    OnItsDay,
    WithParent,
    document,
    of_caller,
    of_user,
)
from call24.kit.ids import ContactId, IncidentId, IncidentSearchId, TenantId, UserId

BreachKind = Literal["confidentiality", "integrity", "availability"]
Risk = Literal["unknown", "unlikely", "risk", "high"]
"""For the rights and freedoms of persons. unlikely: article 33(1), last half; high: article 34(1)."""
State = Literal["open", "assessed", "notified", "not_notified", "closed"]
"""notified, not_notified: the supervisory authority."""
PeopleState = Literal["undecided", "told", "not_told"]
Reach = Literal["written", "stored"]
"""written: what was written in the span; stored: what had been written before its end, and so lay there in it."""
Step = Literal["assess", "notify_authority", "waive_authority", "tell_people", "waive_people", "note", "close"]
IncidentAct = Literal[
    "assess", "notify_authority", "waive_authority", "tell_people", "waive_people", "note", "close",
    "edit", "search", "draft",
]  # fmt: skip
EntryKind = Literal[
    "opened",
    "assess", "notify_authority", "waive_authority", "tell_people", "waive_people", "note", "close",
    "edit", "search", "draft",
    "found", "warned_24h", "warned_6h", "warned_late",
]  # fmt: skip
Audience = Literal["authority", "people"]
SearchState = Literal["running", "done", "full"]

_KEPT = OnItsDay(period="five years after it was closed, within which the authority may ask for it", by="room")
_OFFICER = of_user(Category.ID, "who handled the incident", basis=Basis.LEGAL_OBLIGATION)
_WORDS = of_caller(
    Category.TEXT, "what happened and what was done, in the officer's words", basis=Basis.LEGAL_OBLIGATION
)
_PERSON = "whom the incident affects"


class Was(msgspec.Struct, frozen=True, kw_only=True):
    """What a field said before it was edited."""

    field: Annotated[str, STATE]
    text: Annotated[str, _WORDS]


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the history. `by` None: Call24 itself. `state`: what the incident was in afterwards."""

    at: Annotated[datetime, TIME]
    by: Annotated[UserId | None, _OFFICER] = None
    kind: Annotated[EntryKind, STATE]
    state: Annotated[State, STATE]
    note: Annotated[str, _WORDS] = ""
    was: Annotated[tuple[Was, ...], STATE] = ()


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """A draft, as it was generated or saved. It names nobody who is affected."""

    audience: Annotated[Audience, STATE]
    at: Annotated[datetime, TIME]
    by: Annotated[UserId | None, _OFFICER] = None
    text: Annotated[str, _WORDS]


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """Where affected people are looked for. `places`: collections and places of the data map, by their names.

    `since`, `until`: the span of the data, both or neither; None: whatever its time. `agents`, `queues`, `numbers`:
    only what has to do with one of them; none: all.
    """

    places: Annotated[tuple[str, ...], SETTING] = ()
    since: Annotated[datetime | None, TIME] = None
    until: Annotated[datetime | None, TIME] = None
    reach: Annotated[Reach, SETTING] = "written"
    agents: Annotated[tuple[str, ...], of_user(Category.ID, "whose work the incident is about")] = ()
    queues: Annotated[tuple[str, ...], SETTING] = ()
    numbers: Annotated[tuple[str, ...], SETTING] = ()


@document("incidents", tenant=True, kept=_KEPT)
class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """`noticed_at`: when the organisation became aware of it; the clock runs from there and is never changed.

    `warned`: how many of the warnings were given; `warn_at`: when the next one is due; None: none is. `history` and
    `notices` only grow. `delete_at` None: it is not closed.
    """

    id: Annotated[IncidentId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    title: Annotated[str, _WORDS]
    what_happened: Annotated[str, _WORDS]
    consequences: Annotated[str, _WORDS] = ""
    measures: Annotated[str, _WORDS] = ""
    kinds: Annotated[tuple[BreachKind, ...], STATE]
    scope: Annotated[Scope, SETTING] = Scope()
    state: Annotated[State, STATE] = "open"
    risk: Annotated[Risk, STATE] = "unknown"
    people: Annotated[PeopleState, STATE] = "undecided"
    noticed_at: Annotated[datetime, TIME]
    due_at: Annotated[datetime, TIME]
    opened_at: Annotated[datetime, TIME]
    notified_at: Annotated[datetime | None, TIME] = None
    told_at: Annotated[datetime | None, TIME] = None
    closed_at: Annotated[datetime | None, TIME] = None
    warned: Annotated[int, STATE] = 0
    warn_at: Annotated[datetime | None, TIME] = None
    version: Annotated[int, STATE] = 1
    history: Annotated[tuple[Entry, ...], STATE] = ()
    notices: Annotated[tuple[Notice, ...], STATE] = ()
    delete_at: Annotated[datetime | None, TIME] = None


class PlaceCount(msgspec.Struct, frozen=True, kw_only=True):
    """`looked_in`: the collections by which people of the place were found; `records`: how many documents counted."""

    place: Annotated[str, STATE]
    looked_in: Annotated[tuple[str, ...], STATE]
    records: Annotated[int, MEASURE] = 0


@document("incident_searches", tenant=True, kept=WithParent("incidents", by="incident_id"))
class IncidentSearch(msgspec.Struct, frozen=True, kw_only=True):
    """A search for affected people: of its incident as it was asked for, step by step (`unit`), each from the document
    `after` on. `state` full: it stopped at the most people that are kept."""

    id: Annotated[IncidentSearchId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    incident_id: Annotated[IncidentId, ID]
    scope: Annotated[Scope, SETTING]
    state: Annotated[SearchState, STATE] = "running"
    started_at: Annotated[datetime, TIME]
    started_by: Annotated[UserId, _OFFICER]
    ended_at: Annotated[datetime | None, TIME] = None
    unit: Annotated[int, STATE] = 0
    units: Annotated[int, STATE]
    after: Annotated[str, STATE] = ""
    batches: Annotated[int, MEASURE] = 0
    counts: Annotated[tuple[PlaceCount, ...], STATE] = ()
    callers: Annotated[int, MEASURE] = 0
    users: Annotated[int, MEASURE] = 0


@document("incident_people", tenant=True, kept=WithParent("incident_searches", by="search_id"))
class AffectedPerson(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody whom a search found, once, and in which places. Either a contact or a user, by id alone."""

    id: Annotated[str, ID]
    tenant_id: Annotated[TenantId, TENANT]
    search_id: Annotated[IncidentSearchId, ID]
    contact_id: Annotated[ContactId | None, of_caller(Category.ID, _PERSON, basis=Basis.LEGAL_OBLIGATION)] = None
    user_id: Annotated[UserId | None, of_user(Category.ID, _PERSON, basis=Basis.LEGAL_OBLIGATION)] = None
    places: Annotated[tuple[str, ...], STATE] = ()
