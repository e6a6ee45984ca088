"""A call that nobody takes."""

from __future__ import annotations

from typing import Any

from tests.support.product.system import Organisation
from tests.support.wait import wait_until

from call24.testphones.rtp import Tone


async def rings_and_hangs_up(acme: Organisation, number: str, name: str) -> dict[str, Any]:
    """While somebody is here who could take it; its record."""
    before = {record["id"] for record in await acme.records()}
    call = await acme.customer(number, name).dial(acme.number, Tone(1000))
    await wait_until(acme.waiting, 15)
    call.hang_up()

    async def recorded() -> dict[str, Any] | None:
        fresh = [record for record in await acme.records() if record["id"] not in before]
        return dict(fresh[0]) if fresh else None

    return dict(await wait_until(recorded, 10) or {})
