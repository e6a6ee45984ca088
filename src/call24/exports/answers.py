"""What the API answers about exports."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from call24.exports.model import State
from call24.kit.answers import Date, Instant, one_of
from call24.statistics.answers import ReportBy

ExportKind = Annotated[str, one_of("calls", "report")]
ExportFormat = Annotated[str, one_of("csv", "xlsx")]
TaskExportFormat = Annotated[str, one_of("csv", "jsonl")]
ExportState = Annotated[State, one_of(*State)]

_Days = TypedDict(
    "_Days",
    {
        "from": Annotated[Date, Field(description="The first day, in the organisation's time zone")],
        "to": Annotated[Date, Field(description="The last day")],
    },
)


class ExportAnswer(_Days):
    """An export of call records or of a report to a file."""

    id: str
    kind: ExportKind
    format: ExportFormat
    by: Annotated[ReportBy | None, Field(description="Of a report: what it is by")]
    filters: Annotated[dict[str, str], Field(description="`queue`, `agent`, `direction`: the one that counts")]
    state: ExportState
    rows_done: int
    rows: Annotated[int | None, Field(description="Null until they are counted")]
    percent: Annotated[int, Field(description="From 0 to 100")]
    trouble: Annotated[str | None, Field(description="Why it failed, in words")]
    created_at: Instant
    delete_at: Annotated[Instant, Field(description="When the file is deleted")]


class ExportPage(TypedDict):
    """One page of exports, newest first."""

    items: list[ExportAnswer]
    next: Annotated[str | None, Field(description="The `cursor` of the next page. Null on the last page")]


class TaskExportAnswer(TypedDict):
    """An export of tasks to a file."""

    id: str
    format: TaskExportFormat
    filters: Annotated[
        dict[str, str],
        Field(description="What was asked, by its name in a search; `yes` or `no` where it is true or false"),
    ]
    q: str
    state: ExportState
    tasks_done: int
    tasks: Annotated[int | None, Field(description="Null until they are counted")]
    percent: Annotated[int, Field(description="From 0 to 100")]
    trouble: Annotated[str | None, Field(description="Why it failed, in words")]
    created_at: Instant
    delete_at: Annotated[Instant, Field(description="When the file is deleted")]


class TaskExportPage(TypedDict):
    """One page of your exports of tasks, newest first."""

    items: list[TaskExportAnswer]
    next: Annotated[str | None, Field(description="The `cursor` of the next page. Null on the last page")]
