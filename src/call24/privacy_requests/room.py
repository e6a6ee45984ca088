"""Privacy requests: what persons ask under their rights over their data, until it is answered."""

from __future__ import annotations

from call24.changes.service import Changes
from call24.contacts.callers import KnownCallers
from call24.contacts.service import ContactService
from call24.identity.accounts import Accounts
from call24.identity.service import IdentityService
from call24.kit.clock import Clock
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.room import BackgroundTask, Built, Room
from call24.people.service import People
from call24.privacy_requests import events, personal_data, store
from call24.privacy_requests.activity import ACTIVITY, PrivacyRequestActivity
from call24.privacy_requests.api import desk, door
from call24.privacy_requests.correcting import RequestedCorrections
from call24.privacy_requests.door import CallerDoor
from call24.privacy_requests.permissions import PERMISSIONS
from call24.privacy_requests.restricting import RequestedRestrictions
from call24.privacy_requests.service import AT_ONCE, PrivacyRequests
from call24.privacy_requests.warnings import DeadlineEmails
from call24.processors.notices import ErasureNotices
from call24.restrictions.service import Restrictions


def build(there: Provided) -> Built:
    clock, accounts = there.get(Clock), there.get(Accounts)
    letters = DeadlineEmails(clock, there.get(IdentityService), lambda: accounts.news.post)
    requests = PrivacyRequests(there.get(Mongo), clock, there.get(Changes), letters)
    warnings = BackgroundTask(
        name="privacy request warnings", run=requests.run, bound=f"{AT_ONCE} requests at once, every minute"
    )
    caller_door = CallerDoor(clock, there.get(ContactService))
    contacts, people, notices = there.get(ContactService), there.get(People), there.get(ErasureNotices)
    corrections = RequestedCorrections(
        there.get(Mongo),
        requests,
        contacts,
        there.get(KnownCallers),
        people,
        there.get(IdentityService),
        accounts,
        notices,
    )
    restricting = RequestedRestrictions(requests, there.get(Restrictions), people, contacts, notices)
    log = PrivacyRequestActivity(there.get(Mongo))
    return Built(services=(requests, corrections, restricting, caller_door, log), tasks=(warnings,))


ROOM = Room(
    name="privacy_requests",
    provides=(PrivacyRequests, RequestedCorrections, RequestedRestrictions, CallerDoor, PrivacyRequestActivity),
    build=build,
    routers=(desk.router, door.public),
    permissions=PERMISSIONS,
    indexes=store.INDEXES,
    events=events.EVENTS,
    activity=ACTIVITY,
    holds=personal_data.HOLDS,
)
