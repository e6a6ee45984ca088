"""Users who operate the installation, as the machine's own command names them over HTTP."""

from __future__ import annotations

import httpx
import pyotp
from tests.support.http.api import OPERATOR, PASSWORD, Api, Organisation

OPERATORS = "/v1/internal/operators"
OPERATES = {"X-Call24-Operator": OPERATOR}


async def with_mfa(api: Api, acme: Organisation, role: str) -> pyotp.TOTP:
    begun = await acme.call(role, "POST", "/v1/me/mfa", json={"current_password": PASSWORD})
    otp = pyotp.TOTP(begun.json()["secret"])
    done = await acme.call(role, "POST", "/v1/me/mfa/confirm", json={"code": code(api, otp)})
    assert done.status_code == 200, done.text
    return otp


def code(api: Api, otp: pyotp.TOTP) -> str:
    return otp.at(int(api.clock.now().timestamp()))


async def named(api: Api, email: str) -> httpx.Response:
    return await api.client.post(OPERATORS, json={"email": email}, headers=OPERATES)


async def operating(api: Api, role: str = "agent") -> tuple[Organisation, pyotp.TOTP]:
    """An organisation of which this role operates the installation."""
    acme = await api.organisation()
    otp = await with_mfa(api, acme, role)
    answer = await named(api, acme.emails[role])
    assert answer.status_code == 200, answer.text
    return acme, otp
