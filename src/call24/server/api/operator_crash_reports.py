"""For whoever runs this installation: crash reports of the app and of the server, by failure."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from call24.crash_reports.answers import CrashReportAnswer, CrashReportPage, CrashReportsDeleted
from call24.crash_reports.dependencies import CrashReportsDep
from call24.crash_reports.model import CrashReport
from call24.http.router import Router
from call24.kit.ids import CrashReportId
from call24.kit.instants import iso
from call24.kit.paging import CURSOR_MAX
from call24.server.api.operator import OperatorDep

router = Router(prefix="/v1/internal/crash-reports", tags=["internal"], include_in_schema=False)


@router.get("", operation_id="operator_list_crash_reports")
async def listed(
    _: OperatorDep,
    crash_reports: CrashReportsDep,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: Annotated[str | None, Query(max_length=CURSOR_MAX)] = None,
) -> CrashReportPage:
    """Lists failures, the one that was reported last first."""
    found, following = await crash_reports.page(limit=limit, cursor=cursor)
    return {"items": [_view(one) for one in found], "next": following}


@router.delete("", operation_id="operator_delete_crash_reports")
async def delete_all(_: OperatorDep, crash_reports: CrashReportsDep) -> CrashReportsDeleted:
    """Deletes all that were reported until now."""
    return {"deleted": await crash_reports.delete_all()}


@router.get("/{fingerprint}", operation_id="operator_read_crash_report")
async def read(fingerprint: str, _: OperatorDep, crash_reports: CrashReportsDep) -> CrashReportAnswer:
    return _view(await crash_reports.get(CrashReportId(fingerprint)))


@router.delete("/{fingerprint}", status_code=204, operation_id="operator_delete_crash_report")
async def delete(fingerprint: str, _: OperatorDep, crash_reports: CrashReportsDep) -> None:
    await crash_reports.delete(CrashReportId(fingerprint))


def _view(report: CrashReport) -> CrashReportAnswer:
    return {
        "fingerprint": report.id,
        "source": report.source,
        "type": report.type,
        "message": report.message,
        "frames": [{"file": one.file, "line": one.line, "column": one.column} for one in report.frames],
        "versions": list(report.versions),
        "browsers": list(report.browsers),
        "screens": list(report.screens),
        "count": report.count,
        "first_seen_at": iso(report.first_seen_at),
        "last_seen_at": iso(report.last_seen_at),
        "delete_at": iso(report.delete_at),
    }
