"""What the app sends of its own failures, once the user has seen it and agreed."""

from __future__ import annotations

from fastapi import Request
from pydantic import Field

from call24.crash_reports.answers import CrashReportTaken
from call24.crash_reports.dependencies import CrashReportsDep
from call24.crash_reports.model import Browser, Frame, Report, Screen
from call24.crash_reports.rules import APP_FILE, FRAMES_MAX, VERSION
from call24.http.access import Body, client_address
from call24.http.router import Router
from call24.identity.api.tokens import InApp

router = Router(prefix="/v1/me/crash-reports", tags=["session"])


class AppFrame(Body):
    """A place in one of the app's own built files."""

    file: str = Field(max_length=60, pattern=APP_FILE)
    line: int = Field(ge=0, le=10_000_000)
    column: int = Field(0, ge=0, le=10_000_000)


class NewCrashReport(Body):
    """A failure of the app. Of `message` only words that browsers' and Call24's own messages have are kept.

    `screen`: how the address of the screen begins, without what follows; `browser_version`: the major version.
    """

    version: str = Field(max_length=14, pattern=VERSION)
    browser: Browser
    browser_version: int = Field(ge=0, le=9999)
    screen: Screen
    type: str = Field(max_length=60)
    message: str = Field(max_length=1000)
    frames: list[AppFrame] = Field([], max_length=FRAMES_MAX)


@router.post("", operation_id="crash_reports_send")
async def send(
    body: NewCrashReport, request: Request, principal: InApp, crash_reports: CrashReportsDep
) -> CrashReportTaken:
    """Sends a report of a failure of the app to whoever runs this installation.

    Refused until the current user agreed to the purpose `telemetry` (409 `telemetry_not_agreed`). It is minimised
    again, and stored for 30 days without the user and the organisation. A user sends 10 an hour at most (429), an
    organisation 60, and 10 new failures a day (409 `too_many`).
    """
    fields = body.model_dump(exclude={"frames"})
    report = Report(**fields, frames=tuple(Frame(**one.model_dump()) for one in body.frames))
    taken = await crash_reports.take(principal.tenant_id, principal.user_id, client_address(request), report)
    return {"fingerprint": taken.id, "message": taken.message}
