"""Notes of calls: what agents write of a call, kept as it is typed."""

from __future__ import annotations

from call24.call_notes import api, events, personal_data, service
from call24.call_notes.activity import ACTIVITY, CallNoteActivity
from call24.call_notes.permissions import PERMISSIONS
from call24.call_notes.service import CallNotes
from call24.call_records.activity import CallActivity
from call24.changes.service import Changes
from call24.kit.clock import Clock
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.room import Built, Room


def build(there: Provided) -> Built:
    mongo = there.get(Mongo)
    notes = CallNotes(mongo, there.get(Clock), there.get(Changes))
    return Built(services=(notes, CallNoteActivity(mongo, there.get(CallActivity))))


ROOM = Room(
    name="call_notes",
    provides=(CallNotes, CallNoteActivity),
    build=build,
    routers=(api.router,),
    permissions=PERMISSIONS,
    indexes=service.INDEXES,
    events=events.EVENTS,
    activity=ACTIVITY,
    holds=personal_data.HOLDS,
)
