"""A report as an e-mail has it: its main figures as a table, and all of them as CSV. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence

from call24.exports.safe_cells import safe_of
from call24.identity.emails import FigureRow, FigureTable
from call24.statistics.measures import Measure, Value
from call24.statistics.service import Former, Report

COLUMNS_MAX = 6
ROWS_MAX = 60
CSV_ROWS_MAX = 2_000
MAIN = (
    "offered",
    "answered",
    "abandoned",
    "service_level",
    "average_speed_of_answer_s",
    "handled",
    "handle_time_s",
    "occupancy",
)
"""The figures of an e-mail where none are chosen, as far as the report has them."""

NameOf = Callable[[str], str]
"""Of a row's key."""


def table_of(report: Report, before: Former | None, chosen: Sequence[str], name_of: NameOf) -> FigureTable:
    """`chosen`: keys of figures; empty: the main ones."""
    measures = {measure.key: measure for measure in report.question.measures}
    keys = [key for key in chosen or MAIN if key in measures][:COLUMNS_MAX]
    shown = _sorted(report, name_of)
    rows = [
        FigureRow(
            key=key,
            name=name_of(key),
            values=_some(report.rows[key], keys),
            before=None if before is None else _some(before.of(key), keys),
        )
        for key in shown[:ROWS_MAX]
    ]
    return FigureTable(
        by=report.question.by,
        first=report.question.first,
        last=report.question.last,
        before=None if before is None else (before.question.first, before.question.last),
        columns=tuple((key, measures[key].unit) for key in keys),
        rows=tuple(rows),
        total=FigureRow(
            key="total",
            name="",
            values=_some(report.total, keys),
            before=None if before is None else _some(before.total, keys),
        ),
        left_out=max(0, len(shown) - ROWS_MAX),
    )


def csv_of(report: Report, before: Former | None, chosen: Sequence[str], name_of: NameOf) -> str:
    """As an export of the report; where it is compared, each figure has the one before beside it."""
    into = io.StringIO(newline="")
    writer = csv.writer(into)
    measures = [measure for measure in report.question.measures if not chosen or measure.key in chosen]
    writer.writerow([report.question.by, *_heading(measures, before is not None)])
    for key in _sorted(report, name_of)[:CSV_ROWS_MAX]:
        was = None if before is None else before.of(key) or {}
        writer.writerow([safe_of(name_of(key)), *_cells(measures, report.rows[key], was)])
    writer.writerow(["total", *_cells(measures, report.total, None if before is None else before.total)])
    return into.getvalue()


def _heading(measures: Sequence[Measure], compared: bool) -> list[str]:
    return [name for one in measures for name in ((one.key, f"{one.key}_before") if compared else (one.key,))]


def _cells(measures: Sequence[Measure], values: Mapping[str, Value], was: Mapping[str, Value] | None) -> list[Value]:
    if was is None:
        return [values[one.key] for one in measures]
    return [value for one in measures for value in (values[one.key], was.get(one.key))]


def _sorted(report: Report, name_of: NameOf) -> list[str]:
    """Hours and days as they come, the rest by name, as the app shows them."""
    if report.question.by in ("hour", "day"):
        return list(report.rows)
    return sorted(report.rows, key=lambda key: (key == "", name_of(key).casefold()))


def _some(values: Mapping[str, Value] | None, keys: Sequence[str]) -> tuple[Value, ...]:
    return tuple(None if values is None else values.get(key) for key in keys)
