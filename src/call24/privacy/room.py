"""A person's file and account deletion; receipts of erasures; the record of processing; whether what is due is deleted,
and by which time."""

from __future__ import annotations

from call24.identity.accounts import Accounts
from call24.identity.service import IdentityService
from call24.kit.clock import Clock
from call24.kit.holdings import Held
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.room import BackgroundTask, Built, Room
from call24.kit.secrets import AppKey
from call24.kit.settings import Settings
from call24.privacy import api, personal_data, store
from call24.privacy.agreed_time import AgreedTime
from call24.privacy.files import KeptFiles
from call24.privacy.permissions import PERMISSIONS
from call24.privacy.persons import Persons
from call24.privacy.receipts import Receipts
from call24.privacy.retention_watch import RetentionWatch


def build(there: Provided) -> Built:
    mongo, clock, held = there.get(Mongo), there.get(Clock), there.get(Held)
    receipts = Receipts(mongo, clock, there.get(AppKey))
    persons = Persons(mongo, clock, there.get(IdentityService), there.get(Accounts), held, receipts)
    time = AgreedTime(mongo, clock)
    watch = RetentionWatch(mongo, clock, time)
    return Built(
        services=(persons, receipts, time, watch, KeptFiles(there.get(Settings).data, held.places)),
        tasks=(
            BackgroundTask(name="retention watch", run=watch.run, bound="counts what is overdue every ten minutes"),
        ),
    )


ROOM = Room(
    name="privacy",
    provides=(Persons, Receipts, AgreedTime, RetentionWatch, KeptFiles),
    build=build,
    routers=(api.router, api.operators),
    permissions=PERMISSIONS,
    indexes=store.INDEXES,
    holds=personal_data.HOLDS,
)
