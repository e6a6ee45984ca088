"""What of a failure is kept: words that are nobody's, types and places of the program. Fingerprints. Pure."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import PurePath

import msgspec

from call24.crash_reports.model import CrashReport, Frame, Report, Source
from call24.crash_reports.words import WORDS
from call24.kit.ids import CrashReportId, derived_id

KEPT_FOR = timedelta(days=30)
FRAMES_MAX, WORDS_MAX, DIFFERENT_MAX = 20, 40, 10
GONE = "*"
APP_FILE = r"^(assets/[A-Za-z0-9_]{1,40}-[A-Za-z0-9_-]{8}\.js|theme\.js)$"
VERSION = r"^\d{1,4}\.\d{1,4}\.\d{1,4}$"
"""Of a built file and of a release: nothing else fits."""
APP_TYPES = frozenset(
    (
        "Error",
        "EvalError",
        "RangeError",
        "ReferenceError",
        "SyntaxError",
        "TypeError",
        "URIError",
        "AggregateError",
        "AbortError",
        "InvalidStateError",
        "NetworkError",
        "NotAllowedError",
        "NotFoundError",
        "NotReadableError",
        "NotSupportedError",
        "OverconstrainedError",
        "QuotaExceededError",
        "SecurityError",
        "TimeoutError",
        "Problem",
    )
)
_AROUND = ".,:;()[]{}'\"`!?=<>"
_HASH = re.compile(r"-[A-Za-z0-9_-]{8}\.js$")
_FRAMES_ALIKE = 5


def minimised_message(text: str) -> str:
    """Its words that are on the list, and `*` for all else. Of what was minimised already it is the same."""
    kept: list[str] = []
    for token in text[:2000].split():
        word = token.strip(_AROUND)
        if word in WORDS:
            kept.append(word)
        elif word and kept[-1:] != [GONE]:
            kept.append(GONE)
    return " ".join(kept[:WORDS_MAX])


def minimised(report: Report) -> Report:
    """What came from a browser, whatever it says of itself. Its fields have the schema's form already."""
    return msgspec.structs.replace(
        report,
        type=report.type if report.type in APP_TYPES else "Error",
        message=minimised_message(report.message),
        frames=tuple(one for one in report.frames if re.fullmatch(APP_FILE, one.file))[:FRAMES_MAX],
    )


def of_error(error: BaseException, version: str) -> Report:
    """Of an error on the server: its type, and the lines of Call24's own program that it went through."""
    places = traceback.StackSummary.extract(traceback.walk_tb(error.__traceback__), lookup_lines=False)
    return Report(
        version=version,
        type=type(error).__name__[:60],  # the program's, not data
        message=minimised_message(str(error)),
        frames=tuple(_frames(places))[-FRAMES_MAX:],
    )


def id_of(source: Source, report: Report) -> CrashReportId:
    """Of the same failure the same, in each version: lines and hashes of built files do not count."""
    files = [_HASH.sub("", frame.file) for frame in report.frames[:_FRAMES_ALIKE]]
    return CrashReportId(derived_id("crr", source, report.type, report.message, *files))


def added(before: CrashReport | None, source: Source, report: Report, now: datetime) -> CrashReport:
    """`before`: the same failure's, if it was reported already."""
    browser = f"{report.browser} {report.browser_version}" if report.browser is not None else None
    return CrashReport(
        id=id_of(source, report),
        source=source,
        type=report.type,
        message=report.message,
        frames=report.frames,
        versions=_with(before.versions if before else (), report.version),
        browsers=_with(before.browsers if before else (), browser),
        screens=_with(before.screens if before else (), report.screen),
        count=1 if before is None else before.count + 1,
        first_seen_at=now if before is None else before.first_seen_at,
        last_seen_at=now,
        delete_at=now + KEPT_FOR,
    )


def _with(before: tuple[str, ...], one: str | None) -> tuple[str, ...]:
    """The newest last."""
    rest = [each for each in before if each != one]
    return tuple([*rest, *([one] if one else [])][-DIFFERENT_MAX:])


def _frames(places: Iterable[traceback.FrameSummary]) -> Iterable[Frame]:
    for place in places:
        parts = PurePath(place.filename).parts
        if "call24" in parts and "site-packages" not in parts:
            at = len(parts) - 1 - parts[::-1].index("call24")
            yield Frame(file="/".join(parts[at:]), line=place.lineno or 0)
