"""What this room holds of persons: whom incidents affect, and which officers handled them."""

from __future__ import annotations

from datetime import datetime

import msgspec

from call24.data_map import CallerTrace, KeptById, Trace
from call24.incidents.model import AffectedPerson, Incident, IncidentSearch
from call24.incidents.service import Incidents
from call24.kit.holdings import Holdings, Keeper

_PROOF = KeptById("proof of how the breach was handled; it is deleted five years after the incident is closed")


class IncidentOf(msgspec.Struct, frozen=True, kw_only=True):
    """Its words may be about others."""

    id: str
    state: str
    noticed_at: datetime
    closed_at: datetime | None = None


class SearchOf(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    incident_id: str
    started_at: datetime


class AffectedOf(msgspec.Struct, frozen=True, kw_only=True):
    """In which places something of the person was affected."""

    id: str
    places: tuple[str, ...] = ()


HOLDS = Holdings(
    room="incidents",
    traces=(
        Trace(
            struct=Incident,
            fields=("history.by", "notices.by", "scope.agents"),
            erase=_PROOF,
            file="incidents",
            part=IncidentOf,
        ),
        Trace(
            struct=IncidentSearch,
            fields=("started_by", "scope.agents"),
            erase=_PROOF,
            file="incident_searches",
            part=SearchOf,
        ),
        Trace(struct=AffectedPerson, fields=("user_id",), erase=_PROOF, file="affected_by_incidents", part=AffectedOf),
    ),
    callers=(
        CallerTrace(
            struct=Incident,
            untold="an officer's words about a breach: whom it affects is `incident_people`",
            stays="how a breach was handled, for five years after it is closed",
        ),
        CallerTrace(
            struct=AffectedPerson,
            contact="contact_id",
            stays="proof of whom a breach affected, for five years after it is closed",
        ),
    ),
    keepers=(Keeper(of=Incidents, erase_due=("incidents", Incidents.erase_due)),),
)
