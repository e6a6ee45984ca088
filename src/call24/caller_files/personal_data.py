"""What this room holds of persons: imports of callers' files, and who began them. Files that it makes are exports."""

from __future__ import annotations

from datetime import datetime

import msgspec

from call24.caller_files.import_model import CallerImport
from call24.caller_files.imports import CallerImports
from call24.data_map import (
    CallerTrace,
    Category,
    Files,
    KeptById,
    Place,
    Trace,
    Until,
    of_caller,
    of_user,
)
from call24.kit.holdings import Holdings, Keeper, Stage


class ImportOf(msgspec.Struct, frozen=True, kw_only=True):
    """Without the caller whose file it was."""

    id: str
    source: str
    created_at: datetime


HOLDS = Holdings(
    room="caller_files",
    places=(
        Place(
            where=Files("imports/{tenant_id}/*"),
            in_backup=False,
            what={
                "what a caller's file has": of_caller(Category.VOICE, "importing what another Call24 kept of a caller"),
                "what agents said to the caller": of_user(
                    Category.VOICE, "importing what another Call24 kept of a caller"
                ),
            },
            kept=Until("it is imported or refused", "the caller is erased, or the organisation is closed"),
            account=KeptById("of the call: the other party is heard in it too"),
            untold="of another organisation, until it is imported",
        ),
    ),
    traces=(
        Trace(
            struct=CallerImport,
            fields=("asked_by",),
            erase=KeptById("by whom data was brought along, as long as it is kept"),
            file="imports",
            part=ImportOf,
        ),
    ),
    callers=(
        CallerTrace(
            struct=CallerImport,
            contact="contact_id",
            untold="the file's manifest says what was imported, and from where",
        ),
    ),
    keepers=(
        Keeper(
            of=CallerImports,
            forget_organisation=CallerImports.erase_tenant,
            stage=Stage.WRITERS,
            erase_callers=("imported_documents", CallerImports.erase_callers),
            erase_due=("imported_documents", CallerImports.erase_due),
        ),
    ),
)
