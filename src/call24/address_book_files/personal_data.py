"""What this room holds of persons: files with people until they are imported, and who imported them."""

from __future__ import annotations

from datetime import datetime

import msgspec

from call24.address_book_files.model import AddressBookImport
from call24.address_book_files.service import AddressBookImports
from call24.data_map import (
    Category,
    ChangedByRoom,
    Files,
    KeptById,
    Place,
    Trace,
    Until,
    of_caller,
)
from call24.kit.holdings import Holdings, Keeper, Stage


class ImportedByUser(msgspec.Struct, frozen=True, kw_only=True):
    """Without the people of the file."""

    id: str
    format: str
    state: str
    created_at: datetime


HOLDS = Holdings(
    room="address_book_files",
    places=(
        Place(
            where=Files("address-book/{tenant_id}/*"),
            in_backup=False,
            what={
                "names in a file of people": of_caller(Category.NAME, "writing people into the address book"),
                "numbers in a file of people": of_caller(Category.PHONE, "writing people into the address book"),
                "what else a file says of people": of_caller(Category.TEXT, "writing people into the address book"),
            },
            kept=Until("it is imported or deleted", "a day after it was sent, or when a caller is erased"),
            account=ChangedByRoom("files that the user sent and nobody started are deleted"),
        ),
    ),
    traces=(
        Trace(
            struct=AddressBookImport,
            fields=("asked_by", "private_to"),
            erase=KeptById("who imported people, for 30 days"),
            file="address_book_imports",
            part=ImportedByUser,
            order="created_at",
        ),
    ),
    keepers=(
        Keeper(
            of=AddressBookImports,
            forget_person=AddressBookImports.forget_user,
            forget_organisation=AddressBookImports.erase_tenant,
            stage=Stage.WRITERS,
            erase_callers=("address_book_files", AddressBookImports.erase_callers),
            erase_due=("address_book_imports", AddressBookImports.erase_due),
        ),
    ),
)
