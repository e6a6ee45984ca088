"""The neutral age screen: a date of birth before an account, and a cookie that stops a second try in that browser.

Nothing is kept of the date, nor that anybody was refused: not in MongoDB, not in a log. The cookie ends with the
browser's session, is the same for everybody, and holds no date.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from http.cookies import SimpleCookie
from typing import Annotated

from fastapi import Request
from pydantic import Field

from call24.http.access import Body
from call24.http.provided import ClockDep, provided
from call24.http.router import Router
from call24.identity.age_rules import old_enough
from call24.kit.errors import Refused
from call24.kit.settings import Settings

router = Router(prefix="/v1/age-screen", tags=["session"])

NAME = "__Host-call24-screen"
_SEEN = "1"
BirthDate = Annotated[str, Field(max_length=40, description="Date of birth, `YYYY-MM-DD`. It is not stored.")]
SettingsDep = Annotated[Settings, provided(Settings)]


class ShutOut(Refused):
    """Its words are the same whatever the reason; with the cookie, which the HTTP edge sets."""

    def __init__(self, why: Refused) -> None:
        super().__init__(why.detail, code=why.code)

    @property
    def headers(self) -> Mapping[str, str]:
        cookie = SimpleCookie({NAME: _SEEN})
        cookie[NAME].update({"path": "/", "secure": "yes", "httponly": "yes", "samesite": "strict"})
        return {"Set-Cookie": cookie[NAME].OutputString()}


class AgeScreen(Body):
    """The date of birth of whoever is about to create an account."""

    birth_date: BirthDate


@router.post("", status_code=204, operation_id="auth_pass_age_screen")
async def screen(body: AgeScreen, request: Request, clock: ClockDep, settings: SettingsDep) -> None:
    """Checks whether somebody may create an account, before anything else is asked. Nothing is stored.

    403 not_eligible: they may not; this browser is refused until its session ends. Creating the account asks for the
    date again, so passing this screen alone lets nobody in.
    """
    check(request, body.birth_date, settings.minimum_age, clock.now())


def check(request: Request, birth_date: str, at_least: int, now: datetime) -> None:
    """Raises: Invalid, Refused (code not_eligible)."""
    if NAME in request.cookies or not old_enough(birth_date, at_least, now):
        raise ShutOut(Refused("You cannot create an account", code="not_eligible"))
