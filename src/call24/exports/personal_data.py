"""What this room holds of persons: what they took away; and of organisations: the files."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from call24.data_map import (
    AsAgreed,
    ByAge,
    CallerTrace,
    Category,
    ChangedByRoom,
    Closing,
    Files,
    GivenTo,
    KeptById,
    Place,
    Recipient,
    Trace,
    WithParent,
    of_caller,
    of_user,
)
from call24.exports.model import Export
from call24.exports.service import Exports
from call24.kit.holdings import Holdings, Keeper, Stage

_ROWS = {
    "callers of calls": of_caller(Category.PHONE, "working with call records in other programs"),
    "names of callers": of_caller(Category.NAME, "working with call records in other programs"),
    "names of agents": of_user(Category.NAME, "working with call records in other programs"),
}
_FILES = {
    **_ROWS,
    "what a caller's file has": of_caller(Category.VOICE, "giving a caller a copy of their data"),
    "what agents said to the caller": of_user(Category.VOICE, "giving a caller a copy of their data"),
    "people of the address book": of_caller(Category.NAME, "working with the address book in other programs"),
    "tasks": of_caller(Category.TEXT, "working with tasks in other programs"),
}


class ExportOf(msgspec.Struct, frozen=True, kw_only=True):
    """Without the caller whose file it was."""

    id: str
    kind: str
    format: str
    first: str
    last: str
    filters: dict[str, str]
    state: str
    created_at: datetime
    ended_at: datetime | None = None


HOLDS = Holdings(
    room="exports",
    places=(
        Place(
            where=Files("exports/{tenant_id}/**"),
            in_backup=False,
            what=_FILES,
            kept=WithParent("exports"),
            account=ChangedByRoom("exports that the user asked for, or that are of the user's work alone, are deleted"),
            untold="copies, for a day, of what other parts have",
        ),
        Place(
            where=Files("run/export-*/*"),
            in_backup=False,
            what=_ROWS,
            kept=ByAge(timedelta(hours=1)),
            closing=Closing.ALL,
            account=KeptById("an export on the command line that was killed, for an hour"),
            untold="copies, for an hour, of what other parts have",
        ),
        Place(
            where=GivenTo(Recipient.DOWNLOAD),
            what=_FILES,
            kept=AsAgreed("the organisation's own rules for its people"),
        ),
    ),
    traces=(Trace(struct=Export, fields=("asked_by",), file="exports", part=ExportOf),),
    callers=(CallerTrace(struct=Export, contact="contact_id"),),
    keepers=(
        Keeper(
            of=Exports,
            forget_person=Exports.forget_user,
            forget_organisation=Exports.erase_tenant,
            stage=Stage.FILES,
            erase_callers=("exports", Exports.erase_callers),
            erase_due=("exports", Exports.erase_due),
        ),
    ),
)
