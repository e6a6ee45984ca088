"""Imports into the address book: a file is sent, looked at, started, watched and undone."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import Depends, Query, Request
from fastapi.responses import Response
from pydantic import Field

from call24.address_book_files.answers import (
    AddressBookImportAnswer,
    AddressBookImportPage,
    PreviewAnswer,
    PreviewRowAnswer,
    RowProblemAnswer,
    RowProblemPage,
)
from call24.address_book_files.dependencies import AddressBookImportsDep
from call24.address_book_files.headings import Column, Target
from call24.address_book_files.model import AddressBookImport, Known, Reading, RowProblem
from call24.address_book_files.preview import Preview, PreviewRow
from call24.exports.safe_cells import safe_of
from call24.http.access import Body, allowed
from call24.http.files import a_file
from call24.http.middleware.body_limits import ANY_TYPE
from call24.http.pagination import AskedDep, ms
from call24.http.router import Router
from call24.identity.model import Principal
from call24.kit.errors import NotFound
from call24.kit.ids import TenantId
from call24.kit.instants import iso
from call24.kit.paging import cursor_after, place_after
from call24.people.model import NameOrder
from call24.people.rules import LABEL_MAX
from call24.tenants.dependencies import TenantsDep
from call24.tenants.service import TenantService

router = Router(prefix="/v1/address-book-imports", tags=["people"])

Importer = Annotated[Principal, Depends(allowed("people.import"))]
CSV = "text/csv; charset=utf-8"
_BODY = {
    "requestBody": {
        "required": True,
        "content": {ANY_TYPE: {"schema": {"type": "string", "format": "binary", "description": "At most 100 MB"}}},
    }
}
_PROBLEMS_MAX = 20_000
_COLUMNS_MAX = 300


class ColumnWritten(Body):
    """What a column has."""

    to: Target
    label: str = Field("", max_length=2 * LABEL_MAX)
    group: int = Field(0, ge=0, le=_COLUMNS_MAX)


class FileReading(Body):
    """How to read the file. What is left out is found out again.

    `columns`: for each column of a CSV file, from the first. `heading`: whether the first row names the columns.
    `order`: of names that are written in one, and of people who have no other.
    """

    encoding: Literal["", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1251", "cp1252"] = ""
    delimiter: Literal["", ",", ";", "\t", "|"] = ""
    heading: bool | None = None
    columns: list[ColumnWritten] | None = Field(None, max_length=_COLUMNS_MAX)
    order: NameOrder = "given_first"


class ImportStart(Body):
    """`known`: what to do with rows whose person is there already, by number or e-mail address and name."""

    known: Known


@router.post("", status_code=202, openapi_extra=_BODY, operation_id="address_book_imports_begin")
async def begin(
    request: Request,
    principal: Importer,
    imports: AddressBookImportsDep,
    tenants: TenantsDep,
    order: Annotated[NameOrder | None, Query()] = None,
) -> AddressBookImportAnswer:
    """Takes in a CSV or vCard file (2.1, 3.0, 4.0) of people, and checks it. Nothing is stored of it yet.

    Send the file as the body. When its state is `ready`, its preview shows what it would become; then start it. A file
    that nobody starts goes after a day. `order`: how names stand that are written in one; without it, as is usual in
    the organisation's country. An organisation has one file at work at a time.
    """
    if order is None:
        order = await usual_order(tenants, principal.tenant_id)
    return import_answer(await imports.begin(principal.tenant_id, principal.user_id, order, request.stream()))


@router.get("", operation_id="address_book_imports_list_imports")
async def list_imports(principal: Importer, imports: AddressBookImportsDep, asked: AskedDep) -> AddressBookImportPage:
    """Lists imports into the address book, newest first. One is kept for 30 days after it was started."""
    found = await imports.all(principal.tenant_id)
    page = asked.page(found, import_answer, lambda one: (-ms(one.created_at), one.id))
    return {"items": page["items"], "next": page["next"]}


@router.get("/{import_id}", operation_id="address_book_imports_read")
async def read(import_id: str, principal: Importer, imports: AddressBookImportsDep) -> AddressBookImportAnswer:
    """Returns an import and how far it is."""
    return import_answer(await imports.get(principal.tenant_id, import_id))


@router.get("/{import_id}/preview", operation_id="address_book_imports_preview")
async def preview(import_id: str, principal: Importer, imports: AddressBookImportsDep) -> PreviewAnswer:
    """Returns what the file would become. 404 while it is being checked, and once it was started."""
    wish = await imports.get(principal.tenant_id, import_id)
    found = await imports.preview(wish)
    if found is None:
        raise NotFound
    return preview_answer(wish.reading, found)


@router.post("/{import_id}/reading", status_code=202, operation_id="address_book_imports_read_otherwise")
async def read_otherwise(
    import_id: str, body: FileReading, principal: Importer, imports: AddressBookImportsDep
) -> AddressBookImportAnswer:
    """Checks the file again, read in another way: other columns, another encoding or order of names."""
    columns = (
        None if body.columns is None else [Column(to=one.to, label=one.label, group=one.group) for one in body.columns]
    )
    wish = await imports.get(principal.tenant_id, import_id)
    again = await imports.read_otherwise(
        wish,
        encoding=body.encoding,
        delimiter=body.delimiter,
        heading=body.heading,
        columns=columns,
        order=body.order,
    )
    return import_answer(again)


@router.post("/{import_id}/start", status_code=202, operation_id="address_book_imports_start")
async def start(
    import_id: str, body: ImportStart, principal: Importer, imports: AddressBookImportsDep
) -> AddressBookImportAnswer:
    """Imports the file as its preview shows. It goes on after a restart.

    A row is somebody who is there already where both share a number or an e-mail address and their names do not
    differ. `skip` leaves such a person as they are; `update` takes the row's names and company, and adds its numbers
    and the rest; `create` writes a further person. Rows with problems are left out. It can be undone for 30 days.
    """
    return import_answer(await imports.start(await imports.get(principal.tenant_id, import_id), body.known))


@router.post("/{import_id}/stop", operation_id="address_book_imports_stop")
async def stop(import_id: str, principal: Importer, imports: AddressBookImportsDep) -> AddressBookImportAnswer:
    """Stops an import. What was imported by then stays, and can be undone."""
    return import_answer(await imports.stop(await imports.get(principal.tenant_id, import_id)))


@router.post("/{import_id}/undo", status_code=202, operation_id="address_book_imports_undo")
async def undo(import_id: str, principal: Importer, imports: AddressBookImportsDep) -> AddressBookImportAnswer:
    """Takes an import back: deletes whom it created, and undoes what it changed.

    Whoever was changed since stays, and so does what a legal hold or a restriction keeps: `kept` counts them.
    """
    return import_answer(await imports.undo(await imports.get(principal.tenant_id, import_id)))


@router.delete("/{import_id}", status_code=204, operation_id="address_book_imports_delete")
async def delete(import_id: str, principal: Importer, imports: AddressBookImportsDep) -> None:
    """Deletes the file of an import that was not started, or forgets one that is over: its people stay."""
    await imports.delete(await imports.get(principal.tenant_id, import_id))


@router.get("/{import_id}/problems", operation_id="address_book_imports_list_problems")
async def list_problems(
    import_id: str, principal: Importer, imports: AddressBookImportsDep, asked: AskedDep
) -> RowProblemPage:
    """Lists the rows that were not imported, with what to do. Of an import that has not begun, see its preview."""
    wish = await imports.get(principal.tenant_id, import_id)
    after = int(place_after(asked.cursor, (int,))[0]) if asked.cursor is not None else 0
    found = await imports.problems(wish, after, asked.limit + 1)
    shown = found[: asked.limit]
    following = cursor_after((shown[-1][0],)) if len(found) > asked.limit else None
    return {"items": [_problem(one) for _, one in shown], "next": following}


@router.get(
    "/{import_id}/problems/file",
    response_class=Response,
    responses=a_file(CSV),
    operation_id="address_book_imports_download_problems",
)
async def download_problems(import_id: str, principal: Importer, imports: AddressBookImportsDep) -> Response:
    """Downloads the rows that were not imported, with what to do, as CSV. No cell is taken for a formula."""
    wish = await imports.get(principal.tenant_id, import_id)
    found = await imports.problems(wish, 0, _PROBLEMS_MAX)
    text = await asyncio.to_thread(_problems_file, [one for _, one in found])
    headers = {
        "Content-Disposition": f'attachment; filename="call24-{wish.id}-problems.csv"',
        "Cache-Control": "private, no-store",
    }
    return Response(text.encode("utf-8-sig"), media_type=CSV, headers=headers)


def _problems_file(problems: Sequence[RowProblem]) -> str:
    out = io.StringIO(newline="")
    into = csv.writer(out)
    into.writerow(["row", "field", "problem"])
    into.writerows([one.row, safe_of(one.field), safe_of(one.problem)] for one in problems)
    return out.getvalue()


def _problem(one: RowProblem) -> RowProblemAnswer:
    return {"row": one.row, "field": one.field, "problem": one.problem}


def preview_answer(reading: Reading, found: Preview) -> PreviewAnswer:
    return {
        "reading": {
            "encoding": reading.encoding,
            "delimiter": reading.delimiter,
            "heading": bool(reading.heading),
            "order": reading.order,
        },
        "columns": [
            {"heading": one.heading, "to": one.to, "label": one.label, "group": one.group, "first": list(one.first)}
            for one in found.columns
        ],
        "rows": [_preview_row(one) for one in found.rows],
        "problems": [_problem(one) for one in found.problems],
        "left_out": [{"what": one.what, "rows": one.rows} for one in found.left_out],
    }


def _preview_row(one: PreviewRow) -> PreviewRowAnswer:
    return {
        "row": one.row,
        "name": one.name,
        "company": one.company,
        "numbers": list(one.numbers),
        "emails": list(one.emails),
        "addresses": list(one.addresses),
        "tags": list(one.tags),
        "notes": one.notes,
        "fields": [{"name": name, "value": value} for name, value in one.fields],
        "known": one.known,
        "problems": [_problem(problem) for problem in one.problems],
    }


async def usual_order(tenants: TenantService, tenant_id: TenantId) -> NameOrder:
    """How names stand that are written in one, in the organisation's country."""
    tenant = await tenants.get(tenant_id)
    return "patronymic_first" if tenant.region == "MN" else "given_first"


def _percent(one: AddressBookImport) -> int:
    if one.state in ("done", "undone"):
        return 100
    counts = one.counts
    match one.state:
        case "running" | "stopped":
            so_far, total = counts.checked, one.rows
        case "undoing":
            so_far, total = counts.undone + counts.kept, counts.created + counts.updated
        case _:
            return 0
    return min(100, 100 * so_far // total) if total else 0


def import_answer(one: AddressBookImport) -> AddressBookImportAnswer:
    counts = one.counts
    return {
        "id": one.id,
        "format": one.format,
        "state": one.state,
        "known": one.known,
        "rows": one.rows,
        "matching": one.matching,
        "counts": {
            "checked": counts.checked,
            "created": counts.created,
            "updated": counts.updated,
            "pictures": counts.pictures,
            "skipped": counts.skipped,
            "refused": counts.refused,
            "undone": counts.undone,
            "kept": counts.kept,
        },
        "percent": _percent(one),
        "problem": one.problem,  # type: ignore[typeddict-item]
        "trouble": one.trouble or None,
        "asked_by": one.asked_by,
        "created_at": iso(one.created_at),
        "ended_at": iso(one.ended_at),
        "delete_at": iso(one.delete_at),
    }
