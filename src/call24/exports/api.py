"""Exports of call records and reports: asked for, watched, fetched. Written by a process of its own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from fastapi import Depends
from fastapi.responses import FileResponse
from pydantic import Field

from call24.exports.answers import ExportAnswer, ExportPage
from call24.exports.dependencies import ExportsDep
from call24.exports.model import Export, State
from call24.http.access import Body, allowed
from call24.http.files import a_file
from call24.http.pagination import AskedDep, ms
from call24.http.provided import ClockDep
from call24.http.router import Router
from call24.identity.dependencies import IdentityDep
from call24.identity.model import Principal
from call24.kit.errors import Invalid
from call24.kit.instants import iso
from call24.queues.dependencies import QueuesDep
from call24.statistics.api import Direction, filters_of, span_of
from call24.tenants.dependencies import TenantsDep

router = Router(prefix="/v1/exports", tags=["reports"])

Reader = Annotated[Principal, Depends(allowed("calls.read_all", "exports.make"))]
MEDIA = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class NewExport(Body):
    """What to export.

    `from` and `to`: YYYY-MM-DD in the organisation's time zone, both included. `by`: for a report, and only for one, as
    in `GET /v1/reports`.
    """

    kind: Literal["calls", "report"]
    format: Literal["csv", "xlsx"]
    first: str = Field(alias="from", max_length=10)
    last: str = Field(alias="to", max_length=10)
    by: Literal["queue", "agent", "hour", "day", "disposition", "direction", "number"] | None = None
    queue_id: str | None = Field(None, max_length=40)
    agent_id: str | None = Field(None, max_length=40)
    direction: Direction | None = None


@router.post("", status_code=202, operation_id="exports_create")
async def begin(
    body: NewExport,
    principal: Reader,
    tenants: TenantsDep,
    export_service: ExportsDep,
    clock: ClockDep,
    queue_service: QueuesDep,
    identity: IdentityDep,
) -> ExportAnswer:
    """Starts an export of call records or of a report to a file.

    At most two exports of an organisation are written at once. The file is kept for a day at most. Columns of calls:
    times as RFC 3339 in UTC and in local time, telephone numbers in E.164, durations in seconds. A cell that a
    spreadsheet could take for a formula gets an apostrophe before it (CSV) or is text (XLSX).
    """
    if (body.kind == "report") != (body.by is not None):
        raise Invalid(errors=[("by", "for a report, and only for one")])
    tenant = await tenants.get(principal.tenant_id)
    first, last = span_of(body.first, body.last, clock.now().astimezone(ZoneInfo(tenant.timezone)).date())
    wish = Export(
        id="",
        tenant_id=principal.tenant_id,
        asked_by=principal.user_id,
        kind=body.kind,
        format=body.format,
        first=first.isoformat(),
        last=last.isoformat(),
        by=body.by or "",
        filters=filters_of(queue_service, identity, principal.tenant_id, body.queue_id, body.agent_id, body.direction),
        created_at=_NEVER,
        delete_at=_NEVER,
    )
    return view(await export_service.begin(wish))


@router.get("", operation_id="exports_list_exports")
async def list_exports(principal: Reader, export_service: ExportsDep, asked: AskedDep) -> ExportPage:
    """Lists exports, newest first."""
    found = await export_service.all(principal.tenant_id)
    return asked.page(found, view, lambda export: (-ms(export.created_at), export.id))


@router.get("/{export_id}", operation_id="exports_read")
async def read(export_id: str, principal: Reader, export_service: ExportsDep) -> ExportAnswer:
    """Returns an export and how far it is. `rows` is null until they are counted."""
    return view(await export_service.get(principal.tenant_id, export_id))


@router.get(
    "/{export_id}/file", response_class=FileResponse, responses=a_file(*MEDIA.values()), operation_id="exports_download"
)
async def fetch(export_id: str, principal: Reader, export_service: ExportsDep) -> FileResponse:
    """Downloads the file of an export. 409 `export_not_done` while it is being written, or when it failed."""
    export, path = await export_service.file(principal.tenant_id, export_id)
    name = f"call24-{export.kind}-{export.first}-{export.last}.{export.format}"
    headers = {"Cache-Control": "private, no-store"}
    return FileResponse(path, media_type=MEDIA[export.format], filename=name, headers=headers)


@router.delete("/{export_id}", status_code=204, operation_id="exports_cancel")
async def cancel(export_id: str, principal: Reader, export_service: ExportsDep) -> None:
    """Cancels an export, or deletes a finished one, with its file."""
    await export_service.cancel(principal.tenant_id, export_id)


def percent_of(export: Export) -> int:
    """How far it is, from 0 to 100."""
    rows = export.rows_in_all
    return 100 if export.state is State.DONE else 100 * export.rows_done // rows if rows else 0


def view(export: Export) -> ExportAnswer:
    return {
        "id": export.id,
        "kind": export.kind,
        "format": export.format,
        "from": export.first,
        "to": export.last,
        "by": export.by or None,
        "filters": export.filters,
        "state": export.state,
        "rows_done": export.rows_done,
        "rows": export.rows_in_all,
        "percent": percent_of(export),
        "trouble": export.trouble or None,
        "created_at": iso(export.created_at),
        "delete_at": iso(export.delete_at),
    }
