"""The guides to a first call and on to a contact centre, done word for word on a new installation."""

from __future__ import annotations

import json
import re
import subprocess

from tests.support.documents import CHECKOUT, blocks
from tests.support.product.system import System, running_system
from tests.support.wait import wait_until

from call24.testphones.customer import Customer

GUIDE = "docs/guides/first-steps.md"
NEXT_GUIDE = "docs/guides/contact-centre.md"
STARTED_BY_THE_TEST = "./call24 up\n"


def guide_for(system: System) -> str:
    """The guide's commands as one script, for this installation's ports and folder."""
    shown = blocks(GUIDE)
    assert shown[0] == STARTED_BY_THE_TEST
    lines = []
    for line in "".join([*shown[1:], *blocks(NEXT_GUIDE)]).splitlines():
        lines.append(re.sub(r"(\./call24 \w+)", rf"\1 --data {system.settings.data}", line))
    script = "\n".join(lines).replace("./call24 ", f"{CHECKOUT}/call24 ")
    script = script.replace(".call24/", f"{system.settings.data}/")
    return script.replace("https://localhost:8024", f"https://localhost:{system.settings.http_port}")


def run(script: str) -> str:
    words = ["bash", "-eo", "pipefail", "-c", script]
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120)
    assert done.returncode == 0, done.stdout
    return done.stdout


async def test_the_first_steps_lead_to_a_first_call() -> None:
    with running_system(watched=True) as system:
        script = guide_for(system)
        said = run(script)
        assert '"number":"+442079460100"' in said
        assert '"version":1' in said
        assert '"satellite_denied"' in said
        assert "Beta was created" in said
        async with Customer(("127.0.0.1", system.settings.sip_port), "+442079460124") as customer:
            call = await customer.dial("+442079460101")
            answered = await call.answered(10)
            await wait_until(lambda: call.ear.level_dbfs(answered) > -45, 10)
            call.hang_up()
            await call.ended(5)
        # Nobody is there yet: the customer is greeted, and its call is in the list afterwards.
        async with Customer(("127.0.0.1", system.settings.sip_port), "+442079460123") as customer:
            call = await customer.dial("+442079460100")
            await call.answered(10)
            call.hang_up()
            await call.ended(5)
        [functions] = [block for block in blocks(GUIDE) if block.startswith("field()")]
        sign_in = (
            "TOKEN=$(call24 /v1/auth/login --data "
            """'{"email":"olga@example.org","password":"correct horse battery","device_name":"test"}' | field token)"""
        )
        again = "\n".join([functions.split("TOKEN=$(")[0], sign_in, "call24 /v1/calls"])
        again = again.replace(".call24/", f"{system.settings.data}/")
        again = again.replace("https://localhost:8024", f"https://localhost:{system.settings.http_port}")
        calls = await wait_until(lambda: _both(json.loads(run(again))["items"]), 10)
        assert [call["number"] for call in calls] == ["+442079460123", "+442079460124"]


def _both(calls: list[dict[str, str]]) -> list[dict[str, str]]:
    """The record of a call is written a moment after its end."""
    return calls if len(calls) == 2 else []
