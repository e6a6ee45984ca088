"""A crash report: what failed in the app or on the server, with nothing in it of the person it failed for. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from call24.data_map import ID, MEASURE, STATE, TIME, OnItsDay, document
from call24.kit.ids import CrashReportId

Source = Literal["app", "server"]
Browser = Literal["Chrome", "Edge", "Firefox", "Safari", "Opera", "other"]
Screen = Literal[
    "calls", "history", "dial", "work", "live", "start", "trunks", "numbers", "queues", "webhooks", "incidents",
    "disclosures", "reports", "audit", "me", "security", "tokens", "people", "setup", "invitation", "reset", "email",
    "contacts", "lost", "organisation", "provider", "close", "privacy", "privacy-requests", "erase", "legal-holds",
    "restrictions", "data-transfers", "processors", "caller-files", "caller-imports", "retention", "self-audit",
    "policy", "my-data", "crm", "what-if", "unknown",
    "notifications", "address-books", "hours", "prompts", "dispositions", "pause-reasons",
    "calling-limits",
    "task-addresses",
    "administration",
    "roles",
    "applications",
    "flows",
    "branding",
    "installation",
    "staffing",
    "sound",
    "help",
]  # fmt: skip
"""The app's screens, as its addresses begin: never what follows there."""


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """A place in our own program: `assets/index-BQ3fK2xA.js` or `call24/http/app.py`. `column` 0: not known."""

    file: Annotated[str, STATE]
    line: Annotated[int, MEASURE]
    column: Annotated[int, MEASURE] = 0


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """One failure. `browser`, `browser_version` (its major version) and `screen`: of the app alone."""

    version: str
    type: str
    message: str
    frames: tuple[Frame, ...] = ()
    browser: Browser | None = None
    browser_version: int = 0
    screen: Screen | None = None


@document("crash_reports", tenant=False, kept=OnItsDay(period="30 days after the failure was last reported"))
class CrashReport(msgspec.Struct, frozen=True, kw_only=True):
    """All reports of the same failure; `id` is made of its fingerprint. Of no person and no organisation.

    `message`, `frames`: of the newest. `count`: two that come at the same instant may be counted as one.
    """

    id: Annotated[CrashReportId, ID]
    source: Annotated[Source, STATE]
    type: Annotated[str, STATE]
    message: Annotated[str, STATE]
    frames: Annotated[tuple[Frame, ...], STATE]
    versions: Annotated[tuple[str, ...], STATE]
    browsers: Annotated[tuple[str, ...], STATE]
    screens: Annotated[tuple[str, ...], STATE]
    count: Annotated[int, MEASURE]
    first_seen_at: Annotated[datetime, TIME]
    last_seen_at: Annotated[datetime, TIME]
    delete_at: Annotated[datetime, TIME]
