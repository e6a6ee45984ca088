"""The form of the server's log: one thing that happened is one line, whatever text is in it.

Nobody outside can begin a line of their own: what cannot be printed is escaped, and each line of a traceback has a bar.
"""

from __future__ import annotations

import json
import logging
import time
from types import TracebackType
from typing import Literal

from call24.kit.log_context import about

LogFormat = Literal["text", "json"]
LOG_FORMATS: tuple[LogFormat, ...] = ("text", "json")
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


class JsonLine(OneLine):
    """An object in each line: `at`, `level`, `logger`, `msg`, the ids of log_context.py that are known, and `error`."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "at": self.formatTime(record),
            "level": record.levelname,
            "logger": record.name,
            "msg": printable(record.getMessage()),
            **about(),
        }
        if record.exc_info:
            told["error"] = self.formatException(record.exc_info)
        return json.dumps(told)  # ASCII alone: no text ends the line


def printable(text: str) -> str:
    """With escapes as Python writes them instead of line ends, controls and marks that turn the order of letters."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


def log_to_stderr(form: str = "text") -> None:
    """For the whole process. The parent keeps what is written there in DATA/log/server.log. `form`: a LogFormat."""
    there = logging.StreamHandler()
    there.setFormatter(JsonLine() if form == "json" else OneLine())
    logging.basicConfig(level=logging.INFO, handlers=[there])
    logging.getLogger("websockets").setLevel(logging.WARNING)  # else a line for each socket
