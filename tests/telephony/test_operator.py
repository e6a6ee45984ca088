"""`./call24 organisation`: whoever runs the machine makes further organisations; their owners sign in at once."""

from __future__ import annotations

import subprocess
import sys

import httpx
from tests.support.stack import CHECKOUT
from tests.support.system import PASSWORD, System, sign_in

EMAIL = "ola@second.example"


def _command(system: System, email: str, password: str) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "call24.cli", "organisation", "Second", "--name", "Ola Owner", "--email", email]
    words += ["--data", str(system.settings.data)]
    return subprocess.run(words, input=f"{password}\n", capture_output=True, text=True, cwd=CHECKOUT, timeout=60)


async def test_a_further_organisation_and_its_owner_are_made_by_the_operator(system: System) -> None:
    done = _command(system, EMAIL, PASSWORD)
    assert (done.returncode, done.stderr) == (0, "")
    assert EMAIL in done.stdout
    assert PASSWORD not in done.stdout
    async with httpx.AsyncClient(base_url=system.base_url, verify=False) as http:
        http.headers["Authorization"] = f"Bearer {await sign_in(http, EMAIL)}"
        me = (await http.get("/v1/me")).json()
    assert (me["tenant"]["name"], me["user"]["role"]) == ("Second", "owner")


def test_what_cannot_be_made_is_said_in_one_line_and_leaves_nothing(system: System) -> None:
    done = _command(system, "short@second.example", "short")
    assert done.returncode == 1
    assert done.stderr.startswith("call24: ")
    assert len(done.stderr.strip().splitlines()) == 1


def test_without_the_secret_nobody_makes_an_organisation(system: System) -> None:
    wish = {"organisation": "Third", "name": "Thea", "email": "thea@third.example", "password": PASSWORD}
    for headers in ({}, {"X-Call24-Operator": "guess"}):
        answer = httpx.post(
            f"{system.base_url}/v1/internal/organisations", json=wish, headers=headers, verify=False, timeout=10
        )
        assert answer.status_code == 403
