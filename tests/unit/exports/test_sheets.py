"""Rows in files: what spreadsheets and programs read of them, and what they must not take for a formula."""

from __future__ import annotations

import csv
import re
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from call24.exports.sheets import CsvSheet, XlsxSheet, defused
from call24.exports.workbook import MOST_TEXT, Cell, column_name


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


ODD_ROWS: list[list[Cell]] = [
    ["name", "s"],
    [" a<&>\"' b ", "\x01 _x0041_ _x41_", "line\nand\ttab", "Zo\xeb \u260e", "x\ufffe", "", None, True, False],
    [1.5, -0.1, 1e-7, 123456789.123456, 10**15, 0, *[None] * 24, 3, "=1+1", "a" * (MOST_TEXT + 1)],
]


def test_an_xlsx_sheet_is_to_the_byte_what_xlsxwriter_makes_of_the_same_rows(tmp_path: Path) -> None:
    peer = xlsxwriter.Workbook(str(tmp_path / "peer.xlsx"), {"constant_memory": True})
    page = peer.add_worksheet()
    page.freeze_panes(1, 0)
    for number, row in enumerate(ODD_ROWS):
        for column, cell in enumerate(row):
            if isinstance(cell, bool):
                page.write_boolean(number, column, cell)
            elif isinstance(cell, str):
                page.write_string(number, column, cell[:MOST_TEXT])
            elif cell is not None:
                page.write_number(number, column, cell)
    peer.close()
    into = XlsxSheet(tmp_path / "ours.xlsx", [str(cell) for cell in ODD_ROWS[0]])
    for row in ODD_ROWS[1:]:
        into.add(row)
    into.close()
    theirs, ours = (parts(tmp_path / name) for name in ("peer.xlsx", "ours.xlsx"))
    name = "xl/worksheets/sheet1.xml"
    assert ours[name] == re.sub("<dimension [^>]*>", "", theirs[name])
    assert set(ours) == set(theirs) - {"docProps/app.xml", "docProps/core.xml", "xl/theme/theme1.xml"}


def parts(file: Path) -> dict[str, str]:
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_a_surrogate_that_no_xml_can_hold_does_not_end_the_export(tmp_path: Path) -> None:
    into = XlsxSheet(tmp_path / "calls.xlsx", ["name"])
    into.add(["\ud800"])
    into.close()
    assert "_xD800_" in parts(tmp_path / "calls.xlsx")["xl/worksheets/sheet1.xml"]


def test_rows_are_in_the_file_before_it_is_closed(tmp_path: Path) -> None:
    """So there is nothing left to do at the end, when nobody hears of progress."""
    file = tmp_path / "calls.xlsx"
    into = XlsxSheet(file, ["name", "number"])
    for number in range(20_000):
        into.add([f"{number * 7919 % 104729:x}", number])
    before = file.stat().st_size
    into.close()
    assert before > 0.8 * file.stat().st_size


@pytest.mark.parametrize(("number", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_have_their_names(number: int, name: str) -> None:
    assert column_name(number) == name
