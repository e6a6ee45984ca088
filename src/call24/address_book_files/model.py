"""An import of people into the address book: how its file is read, how far it is, and what undoing it takes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from call24.address_book_files.headings import Target
from call24.data_map import (
    ID,
    MEASURE,
    REFERENCE,
    SETTING,
    STATE,
    TENANT,
    TIME,
    Basis,
    Category,
    OnItsDay,
    WithParent,
    document,
    of_user,
)
from call24.kit.ids import AddressBookImportId, HistoryEntryId, PersonId, TenantId, UserId
from call24.people.model import NameOrder

ImportState = Literal["checking", "ready", "running", "done", "stopped", "undoing", "undone", "failed"]
"""`checking`: its file is read, and nothing is stored; `ready`: it waits for whoever starts it."""
ACTIVE: tuple[ImportState, ...] = ("checking", "running", "undoing")
Format = Literal["csv", "vcard"]
Origin = Literal["file", "phone"]
"""`phone`: people whom a user chose in the browser's Contact Picker, sent as vCards."""
Known = Literal["skip", "update", "create"]
"""What is done with a row whose person is in the address book already."""

_WHO = of_user(Category.ID, "showing who imported people", basis=Basis.LEGITIMATE_INTERESTS)


class ImportColumn(msgspec.Struct, frozen=True, kw_only=True):
    """As headings.Column, without the heading: of a file without one it would be somebody's."""

    to: Annotated[Target, STATE]
    label: Annotated[str, SETTING] = ""
    group: Annotated[int, STATE] = 0


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """How the file is read. `encoding`, `delimiter`, `heading`, `columns`: of CSV; empty or None: as it looks.

    `order`: of names that are written in one, and of who has no other. `own`: Call24 wrote the file.
    """

    encoding: Annotated[str, STATE] = ""
    delimiter: Annotated[str, STATE] = ""
    heading: Annotated[bool | None, STATE] = None
    columns: Annotated[tuple[ImportColumn, ...] | None, STATE] = None
    order: Annotated[NameOrder, STATE] = "given_first"
    own: Annotated[bool, STATE] = False


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """Of rows. `checked`: looked at, `refused`: with problems; `pictures`: people who got one. `kept`: what an undoing
    left, since it was changed meanwhile, or may not go."""

    checked: Annotated[int, MEASURE] = 0
    created: Annotated[int, MEASURE] = 0
    updated: Annotated[int, MEASURE] = 0
    skipped: Annotated[int, MEASURE] = 0
    refused: Annotated[int, MEASURE] = 0
    pictures: Annotated[int, MEASURE] = 0
    undone: Annotated[int, MEASURE] = 0
    kept: Annotated[int, MEASURE] = 0


@document(
    "address_book_imports",
    tenant=True,
    kept=OnItsDay(period="30 days after it was started; a day where nobody started it", by="room"),
)
class AddressBookImport(msgspec.Struct, frozen=True, kw_only=True):
    """`rows`: of the file, known once it was checked; `matching`: of them, those whose person is there already.

    `private_to`: whose private entries its people are; None: the organisation's.
    `batches`: how many parts of it are stored, each with all that belongs to it. `problem`: a code, and `trouble` what
    is wrong, in words.
    """

    id: Annotated[AddressBookImportId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    asked_by: Annotated[UserId, _WHO]
    origin: Annotated[Origin, STATE] = "file"
    private_to: Annotated[UserId | None, _WHO] = None
    format: Annotated[Format, STATE]
    reading: Annotated[Reading, STATE] = Reading()
    known: Annotated[Known, STATE] = "skip"
    state: Annotated[ImportState, STATE] = "checking"
    rows: Annotated[int | None, MEASURE] = None
    matching: Annotated[int, MEASURE] = 0
    counts: Annotated[Counts, STATE] = Counts()
    batches: Annotated[int, MEASURE] = 0
    problem: Annotated[str, STATE] = ""
    trouble: Annotated[str, STATE] = ""
    created_at: Annotated[datetime, TIME]
    ended_at: Annotated[datetime | None, TIME] = None
    delete_at: Annotated[datetime, TIME]


class RowProblem(msgspec.Struct, frozen=True, kw_only=True):
    """`row`: as spreadsheets count; of vCards the line where the card begins. `field`: what of it is wrong.

    Nothing of the row itself is in it.
    """

    row: Annotated[int, MEASURE]
    field: Annotated[str, SETTING]
    problem: Annotated[str, STATE]


@document("address_book_import_batches", tenant=True, kept=WithParent("address_book_imports", by="import_id"))
class ImportBatch(msgspec.Struct, frozen=True, kw_only=True):
    """What a part of an import did, stored with it. `created`: people; `changed`: what was noted of those who were
    there (`person_history`). `undone`: this part was taken back.
    """

    id: Annotated[str, ID]
    tenant_id: Annotated[TenantId, TENANT]
    import_id: Annotated[AddressBookImportId, REFERENCE]
    place: Annotated[int, MEASURE]
    created: Annotated[tuple[PersonId, ...], REFERENCE] = ()
    changed: Annotated[tuple[HistoryEntryId, ...], REFERENCE] = ()
    problems: Annotated[tuple[RowProblem, ...], STATE] = ()
    undone: Annotated[bool, STATE] = False
