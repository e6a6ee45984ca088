"""Incidents as the API shows them: with names and numbers, which are joined when somebody looks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from call24.call_records.labels import named
from call24.contacts.service import ContactService
from call24.identity.service import IdentityService
from call24.incidents.answers import (
    AffectedPersonAnswer,
    IncidentAnswer,
    IncidentPlace,
    IncidentSearchAnswer,
    IncidentSummary,
)
from call24.incidents.finding import PlaceOfPeople
from call24.incidents.machine import TABLE, UNDECIDED
from call24.incidents.model import AffectedPerson, Incident, IncidentSearch
from call24.incidents.notices import CATEGORIES, blanks
from call24.kit.ids import TenantId, UserId
from call24.kit.instants import iso

CSV_HEAD = ("kind", "id", "name", "number", "email", "places")


def summary(incident: Incident, now: datetime) -> IncidentSummary:
    runs = incident.state in UNDECIDED
    left = int((incident.due_at - now).total_seconds())
    return {
        "id": incident.id,
        "title": incident.title,
        "kinds": list(incident.kinds),
        "state": incident.state,
        "risk": incident.risk,
        "people": incident.people,
        "noticed_at": iso(incident.noticed_at),
        "due_at": iso(incident.due_at),
        "left_s": left if runs else None,
        "overdue": runs and incident.due_at <= now,
        "opened_at": iso(incident.opened_at),
        "notified_at": iso(incident.notified_at),
        "told_at": iso(incident.told_at),
        "closed_at": iso(incident.closed_at),
        "version": incident.version,
    }


def whole(
    incident: Incident, search: IncidentSearch | None, identity: IdentityService, now: datetime
) -> IncidentAnswer:
    name, scope = _names(identity), incident.scope
    return {
        **summary(incident, now),
        "what_happened": incident.what_happened,
        "consequences": incident.consequences,
        "measures": incident.measures,
        "scope": {
            "places": list(scope.places),
            "since": iso(scope.since),
            "until": iso(scope.until),
            "reach": scope.reach,
            "agents": list(scope.agents),
            "queues": list(scope.queues),
            "numbers": list(scope.numbers),
        },
        "search": search_view(search) if search is not None else None,
        "acts": [act for act, leads in TABLE[incident.state].items() if leads is not None],
        "history": [
            {
                "at": iso(line.at),
                "by": named(line.by, name),
                "kind": line.kind,
                "state": line.state,
                "note": line.note,
                "was": [{"field": one.field, "text": one.text} for one in line.was],
            }
            for line in incident.history
        ],
        "notices": [
            {
                "audience": one.audience,
                "at": iso(one.at),
                "by": named(one.by, name),
                "text": one.text,
                "blanks": blanks(one.text),
            }
            for one in incident.notices
        ],
    }


def search_view(search: IncidentSearch) -> IncidentSearchAnswer:
    return {
        "id": search.id,
        "state": search.state,
        "percent": 100 * search.unit // search.units if search.state == "running" else 100,
        "started_at": iso(search.started_at),
        "ended_at": iso(search.ended_at),
        "callers": search.callers,
        "users": search.users,
        "places": [
            {"place": one.place, "looked_in": list(one.looked_in), "records": one.records} for one in search.counts
        ],
    }


def place_view(place: PlaceOfPeople) -> IncidentPlace:
    return {
        "name": place.name,
        "kind": place.kind,  # type: ignore[typeddict-item]
        "room": place.room,
        "callers": [CATEGORIES.get(kind, kind) for kind in place.callers],
        "users": [CATEGORIES.get(kind, kind) for kind in place.users],
        "looked_in": list(dict.fromkeys(unit.look.document.collection for unit in place.units)),
    }


async def people_view(
    tenant_id: TenantId, rows: Sequence[AffectedPerson], contacts: ContactService, identity: IdentityService
) -> list[AffectedPersonAnswer]:
    known = await contacts.stored_some(tenant_id, [row.contact_id for row in rows if row.contact_id is not None])
    return [_person(row, known.get(row.contact_id) if row.contact_id else None, identity) for row in rows]


def _person(row: AffectedPerson, contact: object, identity: IdentityService) -> AffectedPersonAnswer:
    user = identity.known_user(row.user_id) if row.user_id is not None else None
    name = getattr(contact, "shown_name", None) if row.contact_id else (user.name if user is not None else None)
    return {
        "kind": "caller" if row.contact_id is not None else "user",
        "contact_id": row.contact_id,
        "user_id": row.user_id,
        "name": name,
        "number": getattr(contact, "number", None),
        "email": user.email if user is not None else None,
        "places": list(row.places),
    }


def _names(identity: IdentityService) -> Callable[[UserId | None], str]:
    def name(user_id: UserId | None) -> str:
        user = identity.known_user(user_id) if user_id is not None else None
        return user.name if user is not None else "a former colleague"

    return name
