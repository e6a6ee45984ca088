"""Cells of a CSV file that no spreadsheet takes for a formula, and back. Pure.

An apostrophe stands before what would begin one: at the beginning of a cell, and after each character in it at which a
spreadsheet of another locale may divide the line. `plain_of` takes exactly these away, so a file that is read again
has what was written. A plain number in E.164 stays as it is.
Source: OWASP, "CSV Injection".
"""

from __future__ import annotations

import re

_E164 = re.compile(r"\+[0-9]{1,15}")
_BEGINS = "=+\\-@\uff1d\uff0b\uff0d\uff20\u2212"
"""What begins a formula, in full width too, as some keyboards write it."""
_LEADS = re.compile(rf"(^|[;,|\t\r\n])([ \"'\u00a0\u3000]*)(?=[{_BEGINS}])")
_LED = re.compile(rf"(^|[;,|\t\r\n])'(?=[ \"'\u00a0\u3000]*[{_BEGINS}])")
_CONTROL = re.compile(r"'*[\t\r\n]")


def safe_of(text: str) -> str:
    """The cell that is written."""
    if _E164.fullmatch(text):
        return text
    return _LEADS.sub(r"\1'\2", f"'{text}" if _CONTROL.match(text) else text)


def plain_of(cell: str) -> str:
    """What was written, of a cell."""
    text = _LED.sub(r"\1", cell)
    return text[1:] if text.startswith("'") and _CONTROL.match(text) else text
