"""An XLSX workbook whose rows go straight into its compressed file: no temporary files, nothing left to do at the end.

Plain sheets with a frozen heading: text, numbers, yes and no. What each part holds is what XlsxWriter writes (a test
holds it to that), without the size of the sheet, which is not known when it begins.
Source: ECMA-376 part 1, 18.3.1 (worksheets), 22.9.2.19 (characters that XML cannot hold); part 2 (packages).
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import IO

Cell = str | int | float | bool | None

MOST_TEXT = 32_767
"""Characters in a cell. Source: Microsoft, "Excel specifications and limits"."""
_CHUNK = 1 << 16
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_STYLES = (
    '<fonts count="1"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts><fills count="2"><fill>'
    '<patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
)
_ESCAPE_LIKE = re.compile("(_x[0-9a-fA-F]{4}_)")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]")
_MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


class Workbook:
    """One sheet after the other: ``begin``, then its rows. ``close`` makes it whole."""

    def __init__(self, file: Path) -> None:
        self._archive = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)
        self._sheets = 0
        self._rows = 0
        self._pending: list[str] = []
        self._size = 0
        self._part: IO[bytes] | None = None

    def begin(self) -> None:
        """A further sheet."""
        self._end()
        self._sheets += 1
        self._rows = 0
        # Its size is not known, so the place for a large one is kept.
        self._part = self._archive.open(f"xl/worksheets/sheet{self._sheets}.xml", "w", force_zip64=True)
        shown = ' tabSelected="1"' if self._sheets == 1 else ""
        self._put(
            f'{_HEAD}<worksheet xmlns="{_MAIN}" xmlns:r="{_LINKS}"><sheetViews><sheetView{shown} workbookViewId="0">'
            '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft"/>'
            '</sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/><sheetData>'
        )

    def add(self, row: Sequence[Cell]) -> None:
        self._rows += 1
        place = str(self._rows)
        cells = [_cell(column_name(number) + place, cell) for number, cell in enumerate(row) if cell is not None]
        self._put(f'<row r="{place}">{"".join(cells)}</row>')

    def close(self) -> None:
        self._end()
        for name, content in self._parts().items():
            self._archive.writestr(name, _HEAD + content)
        self._archive.close()

    def _put(self, text: str) -> None:
        self._pending.append(text)
        self._size += len(text)
        if self._size >= _CHUNK:
            self._flush()

    def _flush(self) -> None:
        if self._part is not None:
            self._part.write("".join(self._pending).encode())
        self._pending, self._size = [], 0

    def _end(self) -> None:
        if self._part is not None:
            self._put(
                '</sheetData><pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/>'
                "</worksheet>"
            )
            self._flush()
            self._part.close()
            self._part = None

    def _parts(self) -> dict[str, str]:
        """All but the sheets, by name."""
        numbers = range(1, self._sheets + 1)
        styles = self._sheets + 1
        kinds = [f'<Override PartName="/xl/{name}.xml" ContentType="{_KIND}.{kind}+xml"/>' for name, kind in (
            ("styles", "styles"), ("workbook", "sheet.main"), *((f"worksheets/sheet{n}", "worksheet") for n in numbers)
        )]  # fmt: skip
        links = [_link(number, "worksheet", f"worksheets/sheet{number}.xml") for number in numbers]
        sheets = [f'<sheet name="Sheet{number}" sheetId="{number}" r:id="rId{number}"/>' for number in numbers]
        return {
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
            f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="application/xml"/>{"".join(kinds)}</Types>',
            "_rels/.rels": _links([_link(1, "officeDocument", "xl/workbook.xml")]),
            "xl/_rels/workbook.xml.rels": _links([*links, _link(styles, "styles", "styles.xml")]),
            "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}"><bookViews><workbookView/></bookViews>'
            f"<sheets>{''.join(sheets)}</sheets></workbook>",
            "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}">{_STYLES}</styleSheet>',
        }


@cache
def column_name(number: int) -> str:
    """0: A, 25: Z, 26: AA."""
    before, last = divmod(number, 26)
    return (column_name(before - 1) if before else "") + chr(ord("A") + last)


def _cell(place: str, cell: str | float | bool) -> str:
    if isinstance(cell, bool):
        return f'<c r="{place}" t="b"><v>{int(cell)}</v></c>'
    if not isinstance(cell, str):
        return f'<c r="{place}"><v>{cell:.16G}</v></c>'
    text = _text(cell[:MOST_TEXT])
    kept = ' xml:space="preserve"' if text[:1].isspace() or text[-1:].isspace() else ""
    return f'<c r="{place}" t="inlineStr"><is><t{kept}>{text}</t></is></c>'


def _text(text: str) -> str:
    """What XML cannot hold is written as ``_x0001_``; what looks like that already, so that it stays what it is."""
    if text.isalnum():
        return text
    if "_x" in text:
        text = _ESCAPE_LIKE.sub(r"_x005F\1", text)
    if not text.isprintable():
        text = _NOT_IN_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    return text.translate(_MARKUP)


def _links(links: Sequence[str]) -> str:
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{"".join(links)}</Relationships>'


def _link(number: int, kind: str, target: str) -> str:
    return f'<Relationship Id="rId{number}" Type="{_LINKS}/{kind}" Target="{target}"/>'
