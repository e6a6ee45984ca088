"""Rows in files: what spreadsheets and programs read of them, and what they must not take for a formula."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path

import pytest

from call24.reports.exports.sheets import CsvSheet, XlsxSheet, defused


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-2", "@SUM(A1)", "\tx", "\r=1", "+44 20", "+1+1"])
def test_text_that_a_spreadsheet_would_compute_gets_an_apostrophe(text: str) -> None:
    assert defused(text) == f"'{text}"


@pytest.mark.parametrize("cell", ["+442079460123", "Jo", "2026-01-01", "", None, 3, 1.5, False, -1])
def test_all_else_is_left_as_it_is(cell: str | None) -> None:
    assert defused(cell) == cell


def test_csv_is_read_again_as_it_was_written(tmp_path: Path) -> None:
    file = tmp_path / "calls.csv"
    into = CsvSheet(file, ["name", "s"])
    into.add(['Zoë, "the" caller\nof old', 1.5])
    into.add(["=HYPERLINK(1)", None])
    into.close()
    assert file.read_bytes().startswith(b"\xef\xbb\xbf"), "by which Excel knows UTF-8"
    rows = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines(keepends=True)))
    assert rows == [["name", "s"], ['Zoë, "the" caller\nof old', "1.5"], ["'=HYPERLINK(1)", ""]]


def test_xlsx_has_text_as_text_and_further_sheets_for_further_rows(tmp_path: Path) -> None:
    file = tmp_path / "calls.xlsx"
    into = XlsxSheet(file, ["number", "s"], most_rows=2)
    for number in range(5):
        into.add([f"=+44{number}", number])
    into.close()
    with zipfile.ZipFile(file) as archive:
        sheets = sorted(name for name in archive.namelist() if name.startswith("xl/worksheets/sheet"))
        read = [archive.read(name).decode() for name in sheets]
    assert [text.count("<row ") for text in read] == [3, 3, 2], "each with its heading"
    assert "<f>" not in "".join(read) and "=+440" in read[0]
