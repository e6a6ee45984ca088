"""A person's file and account deletion; receipts of erasures; the sweeper."""

from __future__ import annotations

from call24.identity.accounts import Accounts
from call24.identity.service import IdentityService
from call24.kit.clock import Clock
from call24.kit.holdings import Held
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.room import Built, Room
from call24.kit.secrets import AppKey
from call24.kit.settings import Settings
from call24.privacy import api, personal_data, store
from call24.privacy.files import KeptFiles
from call24.privacy.persons import Persons
from call24.privacy.receipts import Receipts


def build(there: Provided) -> Built:
    mongo, clock, held = there.get(Mongo), there.get(Clock), there.get(Held)
    receipts = Receipts(mongo, clock, there.get(AppKey))
    persons = Persons(mongo, clock, there.get(IdentityService), there.get(Accounts), held, receipts)
    return Built(services=(persons, receipts, KeptFiles(there.get(Settings).data, held.places)))


ROOM = Room(
    name="privacy",
    provides=(Persons, Receipts, KeptFiles),
    build=build,
    routers=(api.router,),
    indexes=store.INDEXES,
    holds=personal_data.HOLDS,
)
