"""Trunks under load: thousands of networks, and floods from addresses inside a carrier's range, forged ones too.

Bounded and on loopback: some thousand requests in about half a minute.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
from collections.abc import Iterator

import pytest
from tests.support.product.stack import session_stack
from tests.support.product.system import System, running_system
from tests.support.telephony.network import NUMBER, TENANT, asterisk_network
from tests.support.telephony.sip_edge import SDP, Knocker
from tests.support.wait import wait_until

from call24.asterisk import TrunkLine
from call24.kit.ids import TrunkId, new_id
from call24.testphones.customer import Customer

NETWORKS = 7680
ASKED = 200
BAD_ONES, EACH = 60, 25
RANGE, HONEST, UNSEEN = "127.0.41", "127.0.41.200", "127.0.41.201"


async def test_an_options_takes_no_longer_with_thousands_of_networks() -> None:
    with session_stack() as stack:
        async with (
            asterisk_network(stack) as network,
            Knocker(stack.settings.sip_port, "127.0.0.1") as carrier,
            Knocker(stack.settings.sip_port, "127.0.0.66") as stranger,
        ):
            medians: dict[int, list[float]] = {}
            for count in (1, NETWORKS // 2, NETWORKS):
                many = tuple(f"20.{n >> 8}.{n & 255}.0/24" for n in range(count))
                trunk = TrunkLine(tenant_id=TENANT, trunk_id=TrunkId(new_id("trk")), addresses=many)
                assert await network.endpoints.put_trunk(trunk)
                for knocker in (carrier, stranger):
                    took = [(await knocker.timed("OPTIONS", NUMBER))[1] * 1000 for _ in range(ASKED)]
                    medians.setdefault(count, []).append(statistics.median(took))
                await network.endpoints.remove_trunk(trunk.tenant_id, trunk.trunk_id)
    for count, (known, unknown) in medians.items():
        sys.stdout.write(f"{count} networks: {known:.2f} ms for a carrier, {unknown:.2f} ms for a stranger\n")
    assert max(medians[NETWORKS]) < 2.0, medians
    assert max(medians[NETWORKS]) < 10 * max(medians[1]), medians


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    with running_system() as running:
        yield running


async def test_a_flood_from_a_carriers_range_cuts_off_no_carrier(system: System) -> None:
    """Sixty addresses of the range scan for numbers, the carrier's own among them as if forged."""
    port = system.settings.sip_port
    async with system.organisation("Acme", address=f"{RANGE}.0/24") as acme:
        flow = await acme.flow("bye", {"bye": {"type": "hang_up", "prompt": None}})
        number = (await acme.add_number(flow_id=flow))["number"]

        async def rings(address: str) -> int:
            async with Customer(("127.0.0.1", port), "+447700900123", local_host=address) as customer:
                return int((await (await customer.dial(number)).ended(15)).status)

        assert await rings(HONEST) != 401
        bad = [HONEST, *(f"{RANGE}.{n}" for n in range(1, BAD_ONES))]

        async def scan(address: str) -> None:
            async with Knocker(port, address) as knocker:
                for n in range(EACH):
                    await knocker.answer("INVITE", f"+1202666{n:04d}", body=SDP, wait_s=15)

        await asyncio.gather(*(scan(address) for address in bad))

        async def bans() -> list[dict[str, str]]:
            rows: list[dict[str, str]] = (await acme.http.get("/v1/trunks/bans?limit=500")).json()["items"]
            return rows

        await wait_until(bans, 10)
        out = {row["address"] for row in await bans()}
        sys.stdout.write(f"{len(out)} of {len(bad)} addresses are out of the range\n")
        assert len(out) == 32 and HONEST not in out

        async def is_challenged() -> bool:
            async with Knocker(port, sorted(out)[0]) as knocker:
                return b" 401 " in await knocker.answer("OPTIONS", NUMBER)

        await wait_until(is_challenged, 10)
        assert await rings(HONEST) != 401
        assert await rings(UNSEEN) != 401
        rows = (await acme.http.get("/v1/refused-calls?limit=500")).json()["items"]
        assert len(rows) <= 100 and sum(row["count"] for row in rows) >= 500
        for row in await bans():
            assert (await acme.http.delete(f"/v1/trunks/bans/{row['id']}")).status_code == 204
        assert await bans() == []
