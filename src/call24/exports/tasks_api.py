"""Exports of tasks: asked for, watched, downloaded; each user's own. Written by a process of its own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import Depends
from fastapi.responses import FileResponse

from call24.exports.answers import TaskExportAnswer, TaskExportPage
from call24.exports.api import percent_of
from call24.exports.dependencies import ExportsDep
from call24.exports.model import TASKS, Export
from call24.exports.service import Exports
from call24.exports.task_rows import QUEUES, filters_of
from call24.http.access import allowed
from call24.http.files import a_file
from call24.http.pagination import AskedDep, ms
from call24.http.router import Router
from call24.identity.model import Principal
from call24.kit.errors import NotFound
from call24.kit.instants import iso
from call24.tasks.api.checks import ChecksDep
from call24.tasks.api.shown import AnswersDep
from call24.tasks.api.tasks import TaskQuestion, task_filter

router = Router(prefix="/v1/task-exports", tags=["tasks"])

Exporter = Annotated[Principal, Depends(allowed("tasks.read", "tasks.export"))]
MEDIA = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl"}
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class NewTaskExport(TaskQuestion):
    """Which tasks, asked for as in a search, and how. `jsonl`: one JSON object in each line."""

    format: Literal["csv", "jsonl"] = "csv"


@router.post("", status_code=202, operation_id="tasks_begin_export")
async def begin(
    body: NewTaskExport, principal: Exporter, exports: ExportsDep, checks: ChecksDep, answers: AnswersDep
) -> TaskExportAnswer:
    """Starts an export of the tasks that you see to a CSV file or to JSON lines, the newest first.

    Tasks whose caller's data is restricted are not in it; where a caller's data is to be deleted within a day, the task
    is, without the caller. Times are in UTC as RFC 3339. A CSV cell that a spreadsheet could take for a formula has an
    apostrophe before it. One export of a user and four of an organisation are written, or wait for it, at once. The
    file is kept for a day, or until a caller is erased.
    """
    wanted = task_filter(body, checks, answers)
    wish = Export(
        id="",
        tenant_id=principal.tenant_id,
        asked_by=principal.user_id,
        kind=TASKS,
        format=body.format,
        first="",
        last="",
        filters=filters_of(wanted),
        search=wanted.q,
        created_at=_NEVER,
        delete_at=_NEVER,
    )
    return _view(await exports.begin(wish))


@router.get("", operation_id="tasks_list_exports")
async def list_exports(principal: Exporter, exports: ExportsDep, asked: AskedDep) -> TaskExportPage:
    """Lists your exports of tasks, newest first."""
    every = await exports.all(principal.tenant_id, own=TASKS)
    own = [one for one in every if one.asked_by == principal.user_id]
    return asked.page(own, _view, lambda export: (-ms(export.created_at), export.id))


@router.get("/{export_id}", operation_id="tasks_read_export")
async def read(export_id: str, principal: Exporter, exports: ExportsDep) -> TaskExportAnswer:
    """Returns an export of tasks of your own, and how far it is."""
    return _view(await _own(export_id, principal, exports))


@router.get(
    "/{export_id}/file",
    response_class=FileResponse,
    responses=a_file(*MEDIA.values()),
    operation_id="tasks_download_export",
)
async def fetch(export_id: str, principal: Exporter, exports: ExportsDep) -> FileResponse:
    """Downloads the file. 409 `export_not_done` while it is being written, or when it failed."""
    await _own(export_id, principal, exports)
    export, path = await exports.file(principal.tenant_id, export_id, own=TASKS)
    headers = {"Cache-Control": "private, no-store"}
    return FileResponse(
        path, media_type=MEDIA[export.format], filename=f"call24-tasks.{export.format}", headers=headers
    )


@router.delete("/{export_id}", status_code=204, operation_id="tasks_cancel_export")
async def cancel(export_id: str, principal: Exporter, exports: ExportsDep) -> None:
    """Cancels an export of tasks of your own, or deletes a finished one, with its file."""
    await _own(export_id, principal, exports)
    await exports.cancel(principal.tenant_id, export_id, own=TASKS)


async def _own(export_id: str, principal: Principal, exports: Exports) -> Export:
    """Others have other queues. Raises: NotFound, as for one that does not exist."""
    export = await exports.get(principal.tenant_id, export_id, own=TASKS)
    if export.asked_by != principal.user_id:
        raise NotFound
    return export


def _view(export: Export) -> TaskExportAnswer:
    return {
        "id": export.id,
        "format": export.format,
        "filters": {name: value for name, value in export.filters.items() if name != QUEUES},
        "q": export.search,
        "state": export.state,
        "tasks_done": export.rows_done,
        "tasks": export.rows_in_all,
        "percent": percent_of(export),
        "trouble": export.trouble or None,
        "created_at": iso(export.created_at),
        "delete_at": iso(export.delete_at),
    }
