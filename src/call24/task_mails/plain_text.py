"""Text of e-mails: of HTML what a person reads, and of an answer what is new in it. Pure.

HTML is never shown: only its text is taken, so that nothing in it runs, loads or leads anywhere.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

_UNSEEN = {"script", "style", "head", "title", "template", "noscript"}
_BLOCKS = {"p", "div", "br", "tr", "li", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "hr"}
SEPARATOR_MAX = 200
_BLANK = re.compile(r"\n{3,}")


def plain(text: str) -> str:
    """Lines of printable characters."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join("".join(char if char.isprintable() or char == "\t" else " " for char in one) for one in lines)


def of_html(page: str) -> str:
    """Its text; what it quotes has `> ` before each line, as in plain text."""
    reader = _Text()
    reader.feed(page)
    reader.close()
    return _BLANK.sub("\n\n", plain(reader.text())).strip()


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = [""]
        self._unseen = 0
        self._quoted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "blockquote":
            self._quoted += 1
            self._line()
        elif tag in _BLOCKS:
            self._line()

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag == "blockquote":
            self._quoted = max(0, self._quoted - 1)
            self._line()
        elif tag in _BLOCKS:
            self._line()

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._lines[-1] += re.sub(r"\s+", " ", data)

    def _line(self) -> None:
        self._lines.append("> " if self._quoted else "")

    def text(self) -> str:
        return "\n".join(line.strip(" ") if not line.startswith("> ") else line.rstrip() for line in self._lines)


def without_signature(text: str) -> str:
    """Source: RFC 3676, 4.3: a line of two dashes and a space."""
    lines = text.split("\n")
    cut = next((number for number, line in enumerate(lines) if line == "-- "), len(lines))
    return "\n".join(lines[:cut]).strip() or text.strip()


def _separates(line: str) -> bool:
    """`-----Original Message-----` in whatever language, and Outlook's line above a quoted header. Not a line of dashes
    alone, as below a heading."""
    line = line.strip()
    if not line.strip("_"):
        return len(line) >= 10
    return line.startswith("--") and line.endswith("--") and len(line.strip("-").strip()) > 1


def without_history(text: str) -> str:
    """Of an answer: without the quoted message below it and the line that names its writer.

    What is written between quoted lines stays, with them: it makes no sense alone.
    """
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if len(line) <= SEPARATOR_MAX and _separates(line):
            lines = lines[:number]
            break
    quoted = False
    while lines and (not lines[-1].strip() or lines[-1].startswith(">")):
        quoted |= lines.pop().startswith(">")
    if quoted and lines and lines[-1].rstrip().endswith(":"):
        lines.pop()  # "On Monday Jo wrote:", whose second line it may be
        if lines and ("@" in lines[-1] or re.match(r"^(On|Am|Le|El|Il|Op|Den)\b.*\d", lines[-1])):
            lines.pop()
    return "\n".join(lines).strip() or text.strip()
