"""What this room's routes answer."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from call24.crash_reports.model import Source
from call24.kit.answers import Instant


class CrashReportTaken(TypedDict):
    """What was stored of a crash report."""

    fingerprint: Annotated[str, Field(description="The same for each report of the same failure")]
    message: Annotated[str, Field(description="As it was stored")]


class FrameAnswer(TypedDict):
    file: str
    line: int
    column: int


class CrashReportAnswer(TypedDict):
    """All reports of one failure."""

    fingerprint: str
    source: Source
    type: str
    message: str
    frames: list[FrameAnswer]
    versions: list[str]
    browsers: list[str]
    screens: list[str]
    count: int
    first_seen_at: Instant
    last_seen_at: Instant
    delete_at: Instant


class CrashReportPage(TypedDict):
    """A page of crash reports, the one that was reported last first."""

    items: list[CrashReportAnswer]
    next: str | None


class CrashReportsDeleted(TypedDict):
    deleted: int
