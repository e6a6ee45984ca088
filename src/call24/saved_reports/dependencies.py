"""What routes ask of this room: `service: SavedReportsDep`."""

from __future__ import annotations

from typing import Annotated

from call24.http.provided import provided
from call24.saved_reports.schedules import ReportSchedules
from call24.saved_reports.service import SavedReports

SavedReportsDep = Annotated[SavedReports, provided(SavedReports)]
ReportSchedulesDep = Annotated[ReportSchedules, provided(ReportSchedules)]
