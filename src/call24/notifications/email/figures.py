"""A report's figures in the words of a language, as the app shows them. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from call24.identity.emails import FigureRow, FigureTable
from call24.notifications.email.design import Cell, Table
from call24.notifications.email.texts.text import FigureTexts

_E164 = re.compile(r"\+[0-9]{1,15}")
Clean = Callable[[str], str]
"""Of a name that somebody chose."""


def shown(table: FigureTable, texts: FigureTexts, clean: Clean) -> Table:
    notes = []
    if table.left_out:
        notes.append(texts.left_out.format(count=table.left_out))
    if table.before is not None:
        notes.append(texts.compared.format(days=span(*table.before)))
    rows = [(_name(table.by, row, texts, clean), _cells(table, row)) for row in table.rows]
    return Table(
        heading=[texts.by[table.by], *(texts.measures[key] for key, _ in table.columns)],
        rows=[*rows, (texts.total, _cells(table, table.total))],
        notes=notes,
    )


def days(table: FigureTable) -> str:
    return span(table.first, table.last)


def span(first: date, last: date) -> str:
    """In figures, which are the same in every language."""
    return first.isoformat() if first == last else f"{first.isoformat()} – {last.isoformat()}"


def _name(by: str, row: FigureRow, texts: FigureTexts, clean: Clean) -> str:
    if row.key == "":
        return texts.without.get(by, "–")
    if by == "direction":
        return texts.directions.get(row.key, row.key)
    if by in ("hour", "day") or _E164.fullmatch(row.name):
        return row.name
    return clean(row.name)


def _cells(table: FigureTable, row: FigureRow) -> list[Cell]:
    before = row.before or (None,) * len(table.columns)
    return [
        Cell(value=value_of(value, unit), by=difference(value, was, unit))
        for (_, unit), value, was in zip(table.columns, row.values, before, strict=True)
    ]


def value_of(value: float | None, unit: str) -> str:
    """1,204 · 3:05 · 92 %; nothing measured is a dash."""
    if value is None:
        return "–"
    if unit == "share":
        return f"{round(value * 100)} %"
    whole = round(value)
    if unit == "count":
        return f"{whole:,}"
    minutes, seconds = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def difference(value: float | None, before: float | None, unit: str) -> str:
    """With its sign, a share in points; empty where one of them is missing."""
    if value is None or before is None:
        return ""
    by = round(value * 100) - round(before * 100) if unit == "share" else round(value) - round(before)
    if by == 0:
        return "±0"
    return f"{'+' if by > 0 else '−'}{value_of(abs(by), 's' if unit == 's' else 'count')}"
