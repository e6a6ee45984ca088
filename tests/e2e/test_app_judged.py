"""What Lighthouse finds on the sign-in and on Home. How fast they are, and other screens, is for `bench/run app-speed`:
that needs a quiet machine. How much is loaded first is for tests/telephony/test_app_fetched.py.
"""

from __future__ import annotations

from tests.support.app.lighthouse import ACCESSIBILITY, PRACTICES, Place, judged
from tests.support.app.signed_in import session_of
from tests.support.product.system import System

SHIFT = 0.02
HASTE = {
    "onlyAudits": ["cumulative-layout-shift", "layout-shifts"],
    "networkQuietThresholdMs": 500,
    "cpuQuietThresholdMs": 500,
    "pauseAfterLoadMs": 500,
    "pauseAfterFcpMs": 500,
    "disableFullPageScreenshot": True,
}
"""What is late for these would be late for a person too, but a person is not waited for in each run."""


async def test_lighthouse_finds_nothing_wanting_on_the_sign_in_and_home_and_nothing_moves(system: System) -> None:
    async with system.organisation("Acme") as acme:
        agent = await acme.agent("Anna Agent", phone=False)
        places = [Place("sign-in", system.base_url), Place("Home", system.base_url, await session_of(agent))]
        for seen in await judged(places, categories=(ACCESSIBILITY, PRACTICES), settings=HASTE):
            assert seen.scores == {ACCESSIBILITY: 100, PRACTICES: 100}, (seen.name, seen.short)
            assert seen.cls <= SHIFT, (seen.name, seen.raw["moved"])
