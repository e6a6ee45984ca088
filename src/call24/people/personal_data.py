"""What this room holds of persons: people outside, by their numbers; of users, private entries and who wrote which."""

from __future__ import annotations

from datetime import datetime

import msgspec

from call24.data_map import (
    CallerTrace,
    Category,
    ChangedByRoom,
    Closing,
    KeptById,
    Memory,
    Place,
    Trace,
    Until,
    of_caller,
    of_user,
)
from call24.kit.holdings import Holdings, Keeper, Stage
from call24.kit.ids import PersonId, PersonPictureId
from call24.people.book_changes import BookChanges
from call24.people.book_model import Book, BookChange
from call24.people.duplicate_model import Duplicate
from call24.people.duplicates import Duplicates
from call24.people.history_model import HistoryEntry
from call24.people.matches import Matches
from call24.people.model import CustomField, NameOrder, Person, PersonAddress, PersonEmail, PersonNumber
from call24.people.picture_model import PersonPicture
from call24.people.rules import of_number
from call24.people.service import People
from call24.people.unsure import UnsureCallers


class PrivateEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What a user wrote down for themselves."""

    id: str
    given: str = ""
    family: str = ""
    patronymic: str = ""
    phonetic: str = ""
    order: NameOrder = "given_first"
    company: str = ""
    numbers: tuple[PersonNumber, ...] = ()
    emails: tuple[PersonEmail, ...] = ()
    addresses: tuple[PersonAddress, ...] = ()
    tags: tuple[str, ...] = ()
    notes: str = ""
    fields: tuple[CustomField, ...] = ()
    picture: PersonPictureId | None = None
    created_at: datetime
    updated_at: datetime


class PrivatePicture(msgspec.Struct, frozen=True, kw_only=True):
    """The picture itself is beside it."""

    id: PersonPictureId
    people: tuple[PersonId, ...] = ()
    made_at: datetime
    delete_at: datetime | None = None


class WroteEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What it says is another's."""

    id: str
    created_at: datetime


HOLDS = Holdings(
    room="people",
    traces=(
        Trace(struct=Person, fields=("private_to",), file="private_people", part=PrivateEntry, order="created_at"),
        Trace(
            struct=Person,
            fields=("created_by",),
            erase=KeptById("the organisation's address book"),
            file="people_written",
            part=WroteEntry,
            order="created_at",
        ),
        Trace(
            struct=PersonPicture,
            fields=("private_to",),
            file="private_people_pictures",
            part=PrivatePicture,
            order="made_at",
        ),
        Trace(struct=HistoryEntry, fields=("private_to",), untold="what `people` said before, for 30 days"),
        Trace(
            struct=HistoryEntry,
            fields=("by", "undone_by"),
            erase=KeptById("who changed the organisation's address book, for 30 days"),
            untold="what it says is another's",
        ),
        Trace(struct=Book, fields=("private_to",), untold="a count of changes of `people`"),
        Trace(struct=BookChange, fields=("private_to",), untold="when `people` was last changed, by id"),
        Trace(struct=Duplicate, fields=("private_to",), untold="a guess about entries that are in the file themselves"),
        Trace(
            struct=Duplicate,
            fields=("dismissed_by",),
            erase=KeptById("who said that two entries are two people"),
            untold="what it says is another's",
        ),
    ),
    callers=(
        CallerTrace(struct=Person, contact="contact_ids", told=of_number),
        CallerTrace(
            struct=PersonPicture,
            contact="contact_ids",
            untold="the picture that `people` names is in `pictures`; earlier ones go within 30 days",
        ),
        CallerTrace(struct=HistoryEntry, contact="contact_ids", untold="what `people` said before, for 30 days"),
    ),
    places=(
        Place(
            where=Memory(Matches),
            what={
                "who of the address book has the newest callers' numbers": of_caller(
                    Category.NAME, "showing who calls while the database is unavailable"
                ),
                "whose private entries they are": of_user(Category.ID, "showing them to that user alone"),
            },
            kept=Until("2,000 others called, or the number is erased", "the server is started again"),
            closing=Closing.ROOM,
            account=ChangedByRoom("forgotten with the account"),
            untold="copies of what `people` has",
        ),
        Place(
            where=Memory(UnsureCallers),
            what={
                "the numbers of the newest callers that came in no international form": of_caller(
                    Category.PHONE, "telling how a number was read, and who perhaps calls"
                ),
                "who of the address book it may be": of_caller(Category.NAME, "showing who perhaps calls"),
                "whose private entries they may be": of_user(Category.ID, "showing them to that user alone"),
            },
            kept=Until("four hours later, or 500 others called so", "the server is started again"),
            closing=Closing.ROOM,
            account=ChangedByRoom("forgotten with the account"),
            untold="whose they are is not known; names are copies of what `people` has",
        ),
    ),
    keepers=(
        Keeper(
            of=Matches,
            forget_person=Matches.forget_person,
            forget_organisation=Matches.close_tenant,
            stage=Stage.WRITERS,
            erase_callers=("matches_in_memory", Matches.erase),
        ),
        Keeper(
            of=UnsureCallers,
            forget_person=UnsureCallers.forget_person,
            forget_organisation=UnsureCallers.close_tenant,
            stage=Stage.WRITERS,
            erase_callers=("unsure_callers_in_memory", UnsureCallers.erase),
            erase_number=("unsure_callers_by_number", UnsureCallers.erase_number),
        ),
        Keeper(of=BookChanges, erase_due=("address_book_changes", BookChanges.erase_due)),
        Keeper(of=Duplicates, forget_organisation=Duplicates.close_tenant, stage=Stage.READERS),
        Keeper(
            of=People,
            forget_person=People.forget_person,
            stage=Stage.WRITERS,
            erase_callers=("people", People.erase_callers),
            erase_due=("people", People.erase_due),
        ),
    ),
)
