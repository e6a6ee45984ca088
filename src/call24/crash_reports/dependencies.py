"""What routes ask of this room: `crash_reports: CrashReportsDep`."""

from __future__ import annotations

from typing import Annotated

from call24.crash_reports.service import CrashReports
from call24.http.provided import provided

CrashReportsDep = Annotated[CrashReports, provided(CrashReports)]
