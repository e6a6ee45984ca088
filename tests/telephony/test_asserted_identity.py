"""Who rings, as a carrier asserts it (P-Asserted-Identity, Privacy): it counts only by a trusted trunk."""

from __future__ import annotations

from tests.support.product.system import System

from call24.testphones.customer import Customer

SAID, ASSERTED = "+447700900123", "+447700900456"
CARRIER = "127.0.0.42"


async def test_only_a_trusted_trunk_says_who_rings_and_hides_who_withholds_it(system: System) -> None:
    async with system.organisation("Acme", address=CARRIER) as acme:

        async def rings(*headers: tuple[str, str]) -> str | None:
            """Whose the newest call is, as agents see it."""
            before = len(await acme.records())
            async with Customer(("127.0.0.1", system.settings.sip_port), SAID, "Bat", local_host=CARRIER) as customer:
                customer.headers = headers
                await (await customer.dial(acme.number)).ended(5)
            records = await acme.ended(before + 1)
            number: str | None = records[-1]["number"]
            return number

        flow = await acme.flow("bye", {"bye": {"type": "hang_up", "prompt": None}})
        await acme._route(acme.number_id, flow_id=flow)
        identity = ("P-Asserted-Identity", f'"Eve <sip:+441@x>" <sip:{ASSERTED}@carrier.example;user=phone>')
        assert await rings(identity, ("Privacy", "id")) == SAID
        changed = await acme.http.patch(f"/v1/trunks/{acme.trunk_id}", json={"trust_identity": True})
        assert changed.status_code == 200, changed.text
        assert await rings(identity) == ASSERTED
        assert await rings(("P-Asserted-Identity", f"<tel:{ASSERTED}>")) == ASSERTED
        assert await rings(("P-Asserted-Identity", "<sip:anonymous@anonymous.invalid>")) == SAID
        assert await rings() == SAID
        assert await rings(identity, ("Privacy", "id;critical")) is None
        assert await rings(("Privacy", "none")) == SAID
