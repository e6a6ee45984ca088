"""What a PDF says, read by pypdf: nothing of what wrote it is asked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from html.parser import HTMLParser
from typing import Any

from pypdf import PdfReader

_WITH_TEXT = {"h1", "h2", "h3", "p", "li", "th", "td"}


class _Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open = False

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag in _WITH_TEXT:
            self._open = True
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in _WITH_TEXT:
            self._open = False

    def handle_data(self, data: str) -> None:
        if self._open:
            self.found[-1] += data


def texts_of(html: str) -> list[str]:
    """Of each heading, paragraph, item and cell."""
    parser = _Texts()
    parser.feed(html)
    return [_tidy(text) for text in parser.found if text.strip()]


def missing_in(pdf: PdfReader, texts: Iterable[str]) -> list[str]:
    """The texts that the PDF does not hold, whole or begun on a page and ended on a later one."""
    pages = [_tidy(page.extract_text()) for page in pdf.pages]
    return [text for text in texts if not _held(_tidy(text), pages)]


def outline(pdf: PdfReader) -> list[str]:
    return [str(one["/Title"]) for one in pdf.outline]  # type: ignore[call-overload]


def structure(pdf: PdfReader) -> Counter[str]:
    """How often each tag is in the structure tree."""
    found: Counter[str] = Counter()
    waiting: list[Any] = [pdf.root_object["/StructTreeRoot"]]
    while waiting:
        one = waiting.pop()
        one = one.get_object() if hasattr(one, "get_object") else one
        if isinstance(one, list):
            waiting += one
        elif isinstance(one, dict):
            if "/S" in one:
                found[str(one["/S"])] += 1
            if "/K" in one:
                waiting.append(one["/K"])
    return found


def _held(text: str, pages: list[str]) -> bool:
    return any(text in page for page in pages) or any(_begun(text, pages[at:]) for at in range(len(pages)))


def _begun(text: str, pages: list[str]) -> bool:
    """Whether it is on these pages, one part on each."""
    if not pages:
        return False
    if text in pages[0]:
        return True
    ends = (at for at in range(len(text), 0, -1) if text[at - 1] in " -" and text[:at].rstrip() in pages[0])
    return any(_begun(text[at:], pages[1:]) for at in ends)


def _tidy(text: str) -> str:
    """A line may end within a path or a word with a hyphen: what follows is not known to have been a space."""
    return re.sub(r"([-/_]) ", r"\1", re.sub(r"\s+", " ", text)).strip()
