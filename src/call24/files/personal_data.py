"""What this room holds of persons: files about callers, by whose numbers they are found, and who attached them."""

from __future__ import annotations

from datetime import datetime

import msgspec

from call24.data_map import (
    Browser,
    CallerTrace,
    Category,
    Closing,
    GivenTo,
    KeptById,
    Place,
    Recipient,
    Trace,
    UntilSignOut,
    WithParent,
    of_caller,
    of_user,
)
from call24.data_map import Files as FilesAt
from call24.files.model import StoredFile
from call24.files.service import Files
from call24.kit.holdings import Holdings, Keeper, Stage


class AttachedFile(msgspec.Struct, frozen=True, kw_only=True):
    """Without its name and content: they are another's."""

    id: str
    size: int
    created_at: datetime


HOLDS = Holdings(
    room="files",
    places=(
        Place(
            where=FilesAt("files/{tenant_id}/*"),
            in_backup=True,
            what={"files about callers": of_caller(Category.TEXT, "keeping what belongs to a person, task or call")},
            kept=WithParent("files"),
        ),
        Place(
            where=GivenTo(Recipient.FILE_STORE),
            what={
                "files about callers, encrypted, under random names; no name, no type, no key": of_caller(
                    Category.TEXT, "keeping what belongs to a person, task or call"
                )
            },
            kept=WithParent("files"),
        ),
        Place(
            where=Browser("localStorage", "call24.uploads"),
            what={"ids of uploads that are not finished": of_user(Category.BEHAVIOR, "going on with them")},
            kept=UntilSignOut(),
            closing=Closing.STAYS,
            why="ids alone; the server refuses the session, and the app then forgets all",
            account=KeptById("in the user's own browser, which forgets it when the server refuses its session"),
            untold="it is in the user's own browser",
        ),
    ),
    traces=(
        Trace(
            struct=StoredFile,
            fields=("uploaded_by",),
            erase=KeptById("the organisation's files"),
            file="files_attached",
            part=AttachedFile,
            order="created_at",
        ),
    ),
    callers=(CallerTrace(struct=StoredFile, contact="contact_ids"),),
    keepers=(
        Keeper(
            of=Files,
            forget_organisation=Files.erase_tenant,
            stage=Stage.FILES,
            erase_callers=("files", Files.erase_callers),
            erase_calls=("files_of_calls", Files.erase_calls),
            erase_due=("attached_files", Files.erase_due),
        ),
    ),
)
