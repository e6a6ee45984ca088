"""What this room holds of persons: who saved a report, whom it is sent to, and whose work it is on."""

from __future__ import annotations

from datetime import datetime

import msgspec

from call24.data_map import ChangedByRoom, Trace
from call24.kit.holdings import Holdings, Keeper
from call24.saved_reports.model import Asked, SavedReport, Schedule
from call24.saved_reports.service import SavedReports


class ReportOf(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    asked: Asked
    shared: bool
    schedule: Schedule | None = None
    created_at: datetime


class ReportNamed(msgspec.Struct, frozen=True, kw_only=True):
    """A colleague saved it."""

    id: str
    created_at: datetime


HOLDS = Holdings(
    room="saved_reports",
    traces=(
        Trace(
            struct=SavedReport,
            fields=("made_by",),
            erase=ChangedByRoom("what was shared stays, without its maker, and is sent no more; the rest is deleted"),
            file="saved_reports",
            part=ReportOf,
            order="created_at",
        ),
        Trace(
            struct=SavedReport,
            fields=("recipients",),
            erase=ChangedByRoom("without the recipient"),
            file="reports_sent",
            part=ReportNamed,
            order="created_at",
        ),
        Trace(
            struct=SavedReport,
            fields=("asked.agent_id",),
            erase=ChangedByRoom("a report on this agent's work alone is deleted"),
            file="reports_on_you",
            part=ReportNamed,
            order="created_at",
        ),
    ),
    keepers=(Keeper(of=SavedReports, forget_person=SavedReports.forget_user),),
)
