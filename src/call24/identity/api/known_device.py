"""The cookie by which a browser is known to have signed in to an account before.

It signs nobody in and does not say whose it is: it is random. A browser that sends it can still sign in while others
guess the account's password. It outlives signing out, since it is of use only then.
"""

from __future__ import annotations

import contextlib
import re
import secrets
from typing import Any

from fastapi import Request, Response

from call24.identity.accounts import Accounts
from call24.identity.model import User
from call24.kit.errors import Unavailable

NAME = "__Host-call24-device"
LASTS_S = 180 * 86_400
DEVICE_COOKIE: dict[str, Any] = {
    "headers": {
        "Set-Cookie": {
            "description": f"`{NAME}`, by which this browser is known when it signs in again. It signs nobody in",
            "schema": {"type": "string"},
        }
    }
}
"""Of an answer, for the OpenAPI document."""
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")


def device_secret(request: Request) -> str:
    """What the browser shows, or nothing."""
    shown = request.cookies.get(NAME, "")
    return shown if _SECRET.fullmatch(shown) else ""


async def know_again(request: Request, response: Response, accounts: Accounts, user: User) -> None:
    """This browser has signed in to this account. Nobody is kept from it because that cannot be stored."""
    secret = device_secret(request) or secrets.token_urlsafe(32)
    with contextlib.suppress(Unavailable):
        await accounts.devices.know(user, secret)
        response.set_cookie(NAME, secret, max_age=LASTS_S, path="/", secure=True, httponly=True, samesite="strict")
