"""The form of the server's log: one thing that happened is one line, whatever text is in it.

Nobody outside can begin a line of their own: what cannot be printed is escaped, and each line of a traceback has a bar.
"""

from __future__ import annotations

import logging
import time
from types import TracebackType

FORM = "%(asctime)s %(levelname)s %(name)s %(message)s"
Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class OneLine(logging.Formatter):
    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def __init__(self) -> None:
        super().__init__(FORM)

    def formatMessage(self, record: logging.LogRecord) -> str:
        return printable(super().formatMessage(record))

    def formatException(self, ei: Raised) -> str:
        return "\n".join(f"| {printable(line)}" for line in super().formatException(ei).splitlines())


def printable(text: str) -> str:
    """With escapes as Python writes them instead of line ends, controls and marks that turn the order of letters."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


def log_to_stderr() -> None:
    """For the whole process. The parent keeps what is written there in DATA/log/server.log."""
    there = logging.StreamHandler()
    there.setFormatter(OneLine())
    logging.basicConfig(level=logging.INFO, handlers=[there])
    logging.getLogger("websockets").setLevel(logging.WARNING)  # else a line for each socket
