"""Rows into a file, one after the other, in little memory: CSV, or XLSX (workbook.py).

No cell is taken for a formula. In CSV, text that begins like one gets an apostrophe before it, but a plain telephone
number stays as it is. In XLSX all text is written as text.
Source: OWASP, "CSV Injection"; Microsoft, "Excel specifications and limits" (1,048,576 rows a sheet).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from call24.exports.workbook import Cell, Workbook

MOST_ROWS = 1_048_575
"""Of a sheet, besides its heading."""
_E164 = re.compile(r"^\+[0-9]{1,15}$")
_LIKE_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class Sheet(Protocol):
    def add(self, row: Sequence[Cell]) -> None: ...

    def close(self) -> None: ...


def defused(cell: Cell) -> Cell:
    """Text that no spreadsheet takes for a formula."""
    if isinstance(cell, str) and cell.startswith(_LIKE_A_FORMULA) and not _E164.match(cell):
        return f"'{cell}"
    return cell


class CsvSheet:
    """UTF-8 with the mark by which Excel knows it; lines end as RFC 4180 says."""

    def __init__(self, file: Path, heading: Sequence[str]) -> None:
        self._file = file.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow(heading)

    def add(self, row: Sequence[Cell]) -> None:
        self._writer.writerow([defused(cell) for cell in row])

    def close(self) -> None:
        self._file.close()


class XlsxSheet:
    """``most_rows``: so many on each sheet, then a further one."""

    def __init__(self, file: Path, heading: Sequence[str], most_rows: int = MOST_ROWS) -> None:
        self._book = Workbook(file)
        self._heading = heading
        self._most_rows = most_rows
        self._begin()

    def _begin(self) -> None:
        self._book.begin()
        self._book.add(self._heading)
        self._rows = 0

    def add(self, row: Sequence[Cell]) -> None:
        if self._rows == self._most_rows:
            self._begin()
        self._book.add(row)
        self._rows += 1

    def close(self) -> None:
        self._book.close()


def sheet(format: str, file: Path, heading: Sequence[str]) -> Sheet:
    return CsvSheet(file, heading) if format == "csv" else XlsxSheet(file, heading)
