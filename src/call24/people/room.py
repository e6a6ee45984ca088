"""The address book: people with numbers, as users write them down."""

from __future__ import annotations

from call24.changes.reader import RoomReader
from call24.changes.service import Changes
from call24.contacts.callers import KnownCallers
from call24.contacts.service import ContactService
from call24.kit.clock import Clock
from call24.kit.ids import TenantId
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.room import BackgroundTask, Built, Room
from call24.people import (
    api,
    book_changes,
    duplicates,
    events,
    history,
    history_api,
    personal_data,
    pictures,
    pictures_api,
    store,
)
from call24.people.activity import ACTIVITY, PersonActivity
from call24.people.book_changes import BookChanges
from call24.people.duplicates import Duplicates
from call24.people.history import PersonHistory
from call24.people.matches import Matches
from call24.people.permissions import PERMISSIONS
from call24.people.pictures import PersonPictures
from call24.people.service import People
from call24.people.unsure import UnsureCallers
from call24.restrictions.service import Restrictions
from call24.tenants.service import TenantService


def build(there: Provided) -> Built:
    tenants = there.get(TenantService)

    def region(tenant_id: TenantId) -> str | None:
        tenant = tenants.known(tenant_id)
        return tenant.region if tenant is not None else None

    callers = there.get(KnownCallers)
    matches = Matches(there.get(Mongo), callers)
    callers.noted = matches.calls
    looking = BackgroundTask(name="caller matches", run=matches.run, bound="one number at a time, 500 wait at most")
    contacts = there.get(ContactService)
    people = People(
        there.get(Mongo),
        there.get(Clock),
        there.get(Changes),
        contacts,
        callers,
        region,
        matches,
    )
    people.restricted = matches.restricted = there.get(Restrictions).restricted_person
    unsure = UnsureCallers(there.get(Mongo), there.get(Clock), matches, contacts.id_for)
    unsure.hidden = there.get(Restrictions).restricted
    guessing = BackgroundTask(name="unsure callers", run=unsure.run, bound="one call at a time, 500 wait at most")
    suspects = Duplicates(there.get(Mongo), there.get(Clock), there.get(Changes), people.shown)
    comparing = BackgroundTask(name="duplicates", run=suspects.run, bound="20 people of one organisation at a time")
    past = PersonHistory(there.get(Mongo), there.get(Clock), people)
    books = BookChanges(there.get(Mongo), there.get(Clock), there.get(Changes))
    log = PersonActivity(there.get(Mongo), there.get(Clock), people)
    looks = PersonPictures(there.get(Mongo), there.get(Clock))
    services = (people, matches, unsure, suspects, past, books, log, looks)
    return Built(services=services, tasks=(looking, guessing, comparing))


ROOM = Room(
    name="people",
    provides=(People, Matches, UnsureCallers, Duplicates, PersonHistory, BookChanges, PersonActivity, PersonPictures),
    build=build,
    permissions=PERMISSIONS,
    routers=(history_api.router, api.router, pictures_api.router),  # names of lists go before ids
    indexes=(*store.INDEXES, *history.INDEXES, *duplicates.INDEXES, *book_changes.INDEXES, *pictures.INDEXES),
    events=events.EVENTS,
    readers=(RoomReader(name="people", wants=People.wants, of=People, read=People.read),),
    activity=ACTIVITY,
    holds=personal_data.HOLDS,
)
