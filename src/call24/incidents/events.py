"""What other rooms are told of incidents. By ids and states alone."""

from __future__ import annotations

from typing import Any

import msgspec

from call24.changes.model import EventType
from call24.incidents.model import EntryKind, Incident, State
from call24.kit.ids import IncidentId


class IncidentChanged(msgspec.Struct, frozen=True, kw_only=True):
    """``entry``: what happened last."""

    incident_id: IncidentId
    state: State
    version: int
    entry: EntryKind


INCIDENT_CHANGED = EventType(
    name="incident.changed",
    room="incidents",
    body=IncidentChanged,
    says="A personal data breach was noted, went on, or is near or past the 72 hours within which it is notified.",
)
EVENTS: tuple[EventType[Any], ...] = (INCIDENT_CHANGED,)


def changed(incident: Incident) -> IncidentChanged:
    return IncidentChanged(
        incident_id=incident.id,
        state=incident.state,
        version=incident.version,
        entry=incident.history[-1].kind,
    )
