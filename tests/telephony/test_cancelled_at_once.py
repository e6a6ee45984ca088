"""Callers who cancel as soon as they hear that their call is tried: each leaves a record."""

from __future__ import annotations

from pathlib import Path

from tests.support.product.system import System
from tests.support.telephony.sipp_cancelling import cancelling

CALLERS = 60


async def test_who_cancels_right_after_100_trying_leaves_a_record(system: System, tmp_path: Path) -> None:
    async with system.organisation("Acme", address="127.0.0.41") as acme:
        port = system.settings.sip_port
        async with cancelling(port, acme.number, "127.0.0.41", tmp_path, count=CALLERS, per_s=60):
            records = await acme.ended(CALLERS, 20)
        assert len({record["number"] for record in records}) == CALLERS
