"""Crash reports. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from call24_client.transport import Request


class CrashReportTaken(TypedDict):
    """What was stored of a crash report."""

    fingerprint: str
    message: str


class AppFrame(TypedDict):
    """A place in one of the app's own built files."""

    file: str
    line: int
    column: NotRequired[int]


class NewCrashReport(TypedDict):
    """A failure of the app. Of `message` only words that browsers' and Call24's own messages have are kept.
    `screen`: how the address of the screen begins, without what follows; `browser_version`: the major version.
    """

    version: str
    browser: Literal["Chrome", "Edge", "Firefox", "Safari", "Opera", "other"]
    browser_version: int
    screen: Literal[
        "calls",
        "history",
        "dial",
        "work",
        "live",
        "start",
        "trunks",
        "numbers",
        "queues",
        "webhooks",
        "incidents",
        "disclosures",
        "reports",
        "audit",
        "me",
        "security",
        "tokens",
        "people",
        "setup",
        "invitation",
        "reset",
        "email",
        "contacts",
        "lost",
        "organisation",
        "provider",
        "close",
        "privacy",
        "privacy-requests",
        "erase",
        "legal-holds",
        "restrictions",
        "data-transfers",
        "processors",
        "caller-files",
        "caller-imports",
        "retention",
        "self-audit",
        "policy",
        "my-data",
        "crm",
        "what-if",
        "unknown",
        "notifications",
        "address-books",
        "hours",
        "prompts",
        "dispositions",
        "pause-reasons",
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
    ]
    type: str
    message: str
    frames: NotRequired[list[AppFrame]]


def send(body: NewCrashReport, *, idempotency_key: str | None = None) -> Request[CrashReportTaken]:
    """Sends a report of a failure of the app to whoever runs this installation. Refused until the current user
    agreed to the purpose `telemetry` (409 `telemetry_not_agreed`). It is minimised again, and stored for 30 days
    without the user and the organisation. A user sends 10 an hour at most (429), an organisation 60, and 10 new
    failures a day (409 `too_many`).
    """
    return Request("POST", "/v1/me/crash-reports", body=body, headers={"Idempotency-Key": idempotency_key})
