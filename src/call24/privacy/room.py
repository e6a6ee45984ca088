"""A person's file and account deletion; receipts of erasures; the record of processing; whether what is due is deleted,
and by which time."""

from __future__ import annotations

from call24.call_notes.service import CallNotes
from call24.changes.service import Changes
from call24.contacts.erasure_register import ErasureRegister
from call24.contacts.service import ContactService
from call24.files.service import Files
from call24.identity.accounts import Accounts
from call24.identity.service import IdentityService
from call24.identity.setup import Setup
from call24.journal.journal import Journal
from call24.kit.clock import Clock
from call24.kit.holdings import Held
from call24.kit.ids import TenantId
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.room import BackgroundTask, Built, Room
from call24.kit.sealed_field import SealedField
from call24.kit.secrets import AppKey
from call24.kit.settings import Settings
from call24.people.service import People
from call24.privacy import (
    api,
    callers_api,
    closing_api,
    deletion_api,
    hold_register,
    holds_api,
    people_api,
    personal_data,
    retention_api,
    retention_changes,
    store,
)
from call24.privacy.agreed_time import AgreedTime
from call24.privacy.caller_erasure import CallerErasures
from call24.privacy.closing_notices import ClosingNotices
from call24.privacy.closing_store import ClosingStore
from call24.privacy.closings import Closings
from call24.privacy.deletion_notices import DeletionNotices
from call24.privacy.deletion_register import DeletionRegister
from call24.privacy.files import KeptFiles
from call24.privacy.hold_register import HoldRegister
from call24.privacy.holds import LegalHolds
from call24.privacy.model import Closing
from call24.privacy.permissions import PERMISSIONS
from call24.privacy.person_erasure import PersonErasures
from call24.privacy.persons import Persons
from call24.privacy.receipts import Receipts
from call24.privacy.register_copies import RegisterCopies
from call24.privacy.retention_changes import RetentionChanges
from call24.privacy.retention_watch import RetentionWatch
from call24.processors.notices import ErasureNotices
from call24.recordings.retention import RecordingDays
from call24.recordings.service import Recordings
from call24.statistics.service import Reports
from call24.tasks.service import TaskService
from call24.tenants.refused_calls import RefusedCalls
from call24.tenants.service import TenantService


def build(there: Provided) -> Built:
    mongo, clock, held = there.get(Mongo), there.get(Clock), there.get(Held)
    receipts, notices = Receipts(mongo, clock, there.get(AppKey)), there.get(ErasureNotices)
    deleted = DeletionRegister(there.get(Settings).deletion_register)
    persons = Persons(mongo, clock, there.get(IdentityService), there.get(Accounts), held, receipts, notices, deleted)
    callers = CallerErasures(
        mongo,
        clock,
        there.get(ContactService),
        there.get(ErasureRegister),
        there.get(RefusedCalls),
        there.get(Changes),
        held,
        receipts,
        notices,
        there.get(Journal).before_deletion,
    )
    time = AgreedTime(mongo, clock)
    watch = RetentionWatch(mongo, clock, time, there.get(Journal).before_deletion)
    files = KeptFiles(there.get(Settings).data, held.places)
    closings = Closings(
        clock,
        time,
        ClosingStore(mongo, files),
        ClosingNotices(there.get(AppKey), there.get(IdentityService), there.get(Accounts)),
        receipts,
        identity=there.get(IdentityService),
        tenants=there.get(TenantService),
        setup=there.get(Setup),
        forget=held.forget_organisation,
        deleted=deleted,
        days=there.get(Settings).closing_days,
    )
    register = HoldRegister(mongo)
    _keep_what_is_held(there, register, callers, closings)
    people = PersonErasures(mongo, clock, there.get(People), callers, receipts, notices, deleted)
    return Built(
        services=(
            persons,
            people,
            deleted,
            callers,
            receipts,
            time,
            watch,
            files,
            closings,
            register,
            LegalHolds(mongo, clock),
            _retention_changes(there, register),
            _deletion_notices(there, register),
        ),
        start=(callers.after_restore,),
        tasks=(
            BackgroundTask(name="retention watch", run=watch.run, bound="counts what is overdue every ten minutes"),
            *_register_copies(there),
        ),
    )


def _register_copies(there: Provided) -> tuple[BackgroundTask, ...]:
    """None where the operator has named no folder for a copy of the register of erasures."""
    settings = there.get(Settings)
    if not settings.register_copy:
        return ()
    copies = RegisterCopies(there.get(Clock), settings.deletion_register.parent, settings.register_copy)
    return (BackgroundTask(name="register copy", run=copies.run, bound="looks every two seconds"),)


def _keep_what_is_held(there: Provided, register: HoldRegister, callers: CallerErasures, closings: Closings) -> None:
    callers.holds = register.kept
    closings.on_hold = register.anything
    there.get(Recordings).but_held = register.but
    there.get(TaskService).but_held = register.but
    there.get(Files).but_held = register.but
    there.get(CallNotes).but_held = register.but
    there.get(People).holds = register.kept


def _retention_changes(there: Provided, register: HoldRegister) -> RetentionChanges:
    recordings = there.get(Recordings).retention
    changes = RetentionChanges(
        there.get(Mongo),
        there.get(Clock),
        there.get(TenantService),
        there.get(RefusedCalls),
        register,
        there.get(AppKey).derive("retention plan"),
        recount=there.get(Reports).forget,
    )
    if recordings is not None:
        changes.redate = recordings.redate
    return changes


def _as_their_record(tenant_id: TenantId) -> RecordingDays:
    return RecordingDays()


def _deletion_notices(there: Provided, register: HoldRegister) -> DeletionNotices:
    recordings, accounts = there.get(Recordings).retention, there.get(Accounts)
    return DeletionNotices(
        there.get(Mongo),
        there.get(Clock),
        there.get(TenantService),
        there.get(IdentityService),
        register,
        _as_their_record if recordings is None else recordings.days,
        lambda: accounts.news.post,
    )


ROOM = Room(
    name="privacy",
    provides=(
        Persons,
        PersonErasures,
        DeletionRegister,
        CallerErasures,
        Receipts,
        AgreedTime,
        RetentionWatch,
        KeptFiles,
        Closings,
        HoldRegister,
        LegalHolds,
        RetentionChanges,
        DeletionNotices,
    ),
    build=build,
    routers=(
        api.router,
        callers_api.router,
        people_api.router,
        api.operators,
        closing_api.router,
        holds_api.router,
        deletion_api.public,
        retention_api.router,
    ),
    permissions=PERMISSIONS,
    indexes=(*store.INDEXES, *hold_register.INDEXES, *retention_changes.INDEXES),
    sealed=(SealedField(kind=Closing, field="to", purpose="closings"),),
    holds=personal_data.HOLDS,
)
