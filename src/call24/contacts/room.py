"""Contacts: who calls, by number and name."""

from __future__ import annotations

from call24.changes.service import Changes
from call24.contacts import events, personal_data, store
from call24.contacts.callers import KnownCallers
from call24.contacts.service import ContactService
from call24.kit.clock import Clock
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.room import BackgroundTask, Built, Room
from call24.kit.secrets import AppKey


def build(there: Provided) -> Built:
    contacts = ContactService(there.get(Mongo), there.get(Clock), there.get(AppKey), there.get(Changes))
    callers = KnownCallers(contacts)
    behind = BackgroundTask(
        name="callers", run=callers.run, bound="one caller at a time; those seen again, once a second"
    )
    return Built(services=(contacts, callers), tasks=(behind,))


ROOM = Room(
    name="contacts",
    provides=(
        ContactService,
        KnownCallers,
    ),
    build=build,
    indexes=store.INDEXES,
    events=events.EVENTS,
    holds=personal_data.HOLDS,
)
