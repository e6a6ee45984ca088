"""Contacts: who calls, by number and name."""

from __future__ import annotations

from call24.changes.service import Changes
from call24.contacts import call_names, events, personal_data, store
from call24.contacts.call_names import CallNames
from call24.contacts.callers import KnownCallers
from call24.contacts.erasure_register import ErasureRegister
from call24.contacts.service import ContactService, id_key
from call24.kit.clock import Clock
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.room import BackgroundTask, Built, Room
from call24.kit.secrets import AppKey
from call24.kit.settings import Settings
from call24.restrictions.service import Restrictions


def build(there: Provided) -> Built:
    mongo, key = there.get(Mongo), there.get(AppKey)
    register = ErasureRegister(mongo, there.get(Clock), there.get(Settings).erasure_register, id_key(key))
    contacts = ContactService(mongo, there.get(Clock), key, there.get(Changes), register)
    contacts.restricted = there.get(Restrictions).restricted
    callers = KnownCallers(contacts)
    behind = BackgroundTask(
        name="callers", run=callers.run, bound="one caller at a time; those seen again, once a second"
    )
    names = CallNames(mongo)
    naming = BackgroundTask(name="call names", run=names.run, bound="500 calls at once; 20,000 wait at most")
    return Built(services=(contacts, callers, register, names), tasks=(behind, naming), refresh=(register.refresh,))


ROOM = Room(
    name="contacts",
    provides=(
        ContactService,
        KnownCallers,
        ErasureRegister,
        CallNames,
    ),
    build=build,
    indexes=(*store.INDEXES, *call_names.INDEXES),
    events=events.EVENTS,
    holds=personal_data.HOLDS,
)
