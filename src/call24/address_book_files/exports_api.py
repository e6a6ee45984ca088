"""Exports of people of the address book: asked for, watched, downloaded. Written by a process of its own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import Depends
from fastapi.responses import FileResponse
from pydantic import Field

from call24.address_book_files.answers import PeopleExportAnswer, PeopleExportPage, PeopleFormat
from call24.exports.api import percent_of
from call24.exports.dependencies import ExportsDep
from call24.exports.model import PEOPLE, Export
from call24.http.access import Body, allowed
from call24.http.files import a_file
from call24.http.pagination import AskedDep, ms
from call24.http.router import Router
from call24.identity.model import Principal
from call24.kit.instants import iso
from call24.people.rules import LABEL_MAX

router = Router(prefix="/v1/people-exports", tags=["people"])

Exporter = Annotated[Principal, Depends(allowed("people.export"))]
MEDIA = {"csv": "text/csv; charset=utf-8", "vcf": "text/vcard; charset=utf-8"}
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_VERSIONS = {"csv": "", "vcard3": "3.0", "vcard4": "4.0"}


class NewPeopleExport(Body):
    """Which people, and how. `q`: parts of names, of the company or of a number; `tag`: who has it; both empty: all.
    `pictures`: vCards with the people's pictures; the file is some 30 KB larger for each.
    """

    format: Literal["csv", "vcard3", "vcard4"]
    q: str = Field("", max_length=100)
    tag: str = Field("", max_length=LABEL_MAX)
    pictures: bool = False


@router.post("", status_code=202, operation_id="people_exports_create")
async def begin(body: NewPeopleExport, principal: Exporter, exports: ExportsDep) -> PeopleExportAnswer:
    """Starts an export of the organisation's people to a CSV or vCard file.

    Private entries, and people whose data is restricted, are not in it. An import of the file gives the same people
    again, whose numbers are in E.164. A CSV cell that a spreadsheet could take for a formula has an apostrophe before
    it, which an import takes away. The file is kept for a day, or until a caller is erased.
    """
    wish = Export(
        id="",
        tenant_id=principal.tenant_id,
        asked_by=principal.user_id,
        kind=PEOPLE,
        format="csv" if body.format == "csv" else "vcf",
        by=_VERSIONS[body.format],
        first="",
        last="",
        filters={"pictures": "yes"} if body.pictures and body.format != "csv" else {},
        search=body.q,
        tag=body.tag,
        created_at=_NEVER,
        delete_at=_NEVER,
    )
    return _view(await exports.begin(wish))


@router.get("", operation_id="people_exports_list_exports")
async def list_exports(principal: Exporter, exports: ExportsDep, asked: AskedDep) -> PeopleExportPage:
    """Lists exports of people, newest first."""
    found = await exports.all(principal.tenant_id, own=PEOPLE)
    page = asked.page(found, _view, lambda export: (-ms(export.created_at), export.id))
    return {"items": page["items"], "next": page["next"]}


@router.get("/{export_id}", operation_id="people_exports_read")
async def read(export_id: str, principal: Exporter, exports: ExportsDep) -> PeopleExportAnswer:
    """Returns an export of people and how far it is."""
    return _view(await exports.get(principal.tenant_id, export_id, own=PEOPLE))


@router.get(
    "/{export_id}/file",
    response_class=FileResponse,
    responses=a_file(*MEDIA.values()),
    operation_id="people_exports_download",
)
async def fetch(export_id: str, principal: Exporter, exports: ExportsDep) -> FileResponse:
    """Downloads the file. 409 `export_not_done` while it is being written, or when it failed."""
    export, path = await exports.file(principal.tenant_id, export_id, own=PEOPLE)
    headers = {"Cache-Control": "private, no-store"}
    name = f"call24-people.{export.format}"
    return FileResponse(path, media_type=MEDIA[export.format], filename=name, headers=headers)


@router.delete("/{export_id}", status_code=204, operation_id="people_exports_cancel")
async def cancel(export_id: str, principal: Exporter, exports: ExportsDep) -> None:
    """Cancels an export of people, or deletes a finished one, with its file."""
    await exports.cancel(principal.tenant_id, export_id, own=PEOPLE)


def _format(export: Export) -> PeopleFormat:
    if export.format == "csv":
        return "csv"
    return "vcard3" if export.by == "3.0" else "vcard4"


def _view(export: Export) -> PeopleExportAnswer:
    return {
        "id": export.id,
        "format": _format(export),
        "q": export.search,
        "tag": export.tag,
        "pictures": "pictures" in export.filters,
        "state": export.state,
        "people_done": export.rows_done,
        "people": export.rows_in_all,
        "percent": percent_of(export),
        "trouble": export.trouble or None,
        "created_at": iso(export.created_at),
        "delete_at": iso(export.delete_at),
    }
