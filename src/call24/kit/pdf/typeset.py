"""A paper becomes a PDF: `python -m call24.kit.pdf.typeset` reads it as JSON from standard input and writes the PDF.

It is a program of its own, with little memory and time: typesetting takes the processor, and calls come first. The PDF
is tagged and follows PDF/UA-1 (ISO 14289-1). Its font has Latin, Cyrillic and Greek letters. Where an organisation
states something in others, the PDF cannot claim that: it is tagged all the same, has boxes in their place, and says so.
Fonts are Typst's own, none of the machine, so that the same paper gives the same bytes everywhere.
Source: https://typst.app/docs/reference/pdf/
"""

from __future__ import annotations

import os
import resource
import sys
from datetime import UTC, datetime, time

import msgspec
import typst

from call24.kit.pdf.paper import TEMPLATE, Paper

_MEMORY = 3 << 29
_CPU_S = 20


def typeset(paper: Paper) -> bytes:
    """Blocking. Raises: typst.TypstError."""
    try:
        return _compiled(paper, lacking=False)
    except typst.TypstError as refused:
        if "could not be displayed" not in str(refused):
            raise
        return _compiled(paper, lacking=True)


def _compiled(paper: Paper, *, lacking: bool) -> bytes:
    """`lacking`: the font lacks characters."""
    made: bytes = typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"paper": msgspec.json.encode(paper).decode(), "lacking": "yes" if lacking else "no"},
        pdf_standards=[] if lacking else ["ua-1"],
        timestamp=datetime.combine(paper.dated, time(), UTC),
    )
    return made


def main() -> int:
    os.nice(10)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_S, _CPU_S))
    sys.stdout.buffer.write(typeset(msgspec.json.decode(sys.stdin.buffer.read(), type=Paper)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
