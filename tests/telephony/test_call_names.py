"""What the network calls a caller is that call's: a later call under another name changes no earlier one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.support.product.composed import Composed, composed
from tests.support.product.stack import RunningStack
from tests.support.product.system import Organisation
from tests.support.telephony.missed import rings_and_hangs_up
from tests.support.wait import wait_until

from call24.call_records.rebuild import rebuild
from call24.kit.ids import TenantId

pytestmark = pytest.mark.shares_stack("server")

NUMBER, TRUE, SPOOFED = "+442079468201", "Wireless Caller", "Your Bank Ltd"


@pytest.fixture
async def house(stack: RunningStack, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Composed]:
    monkeypatch.setattr("call24.call_records.outcomes.SHORT_S", 0.0)  # no test waits that long
    async with composed(stack) as house:
        yield house


async def names(acme: Organisation) -> list[str | None]:
    """As the history shows them, the newest first."""
    return [row["name"] for row in (await acme.http.get("/v1/calls")).json()["items"]]


async def named(house: Composed, acme: Organisation, calls: int) -> list[str | None]:
    async def there() -> bool:
        return house.database["call_names"].count_documents({"tenant_id": acme.tenant_id}) == calls

    await wait_until(there, 10)
    return await names(acme)


async def test_a_later_call_under_another_name_renames_no_earlier_call_and_a_rebuild_loses_none(
    house: Composed,
) -> None:
    async with house.organisation("Callers") as acme:
        [anna] = await acme.crew("Anna")
        await anna.be("paused")
        first = (await rings_and_hangs_up(acme, NUMBER, TRUE))["id"]
        assert await named(house, acme, 1) == [TRUE]
        await rings_and_hangs_up(acme, NUMBER, SPOOFED)
        await wait_until(lambda: house.database["contacts"].find_one({"display_name": SPOOFED}), 10)
        await rings_and_hangs_up(acme, NUMBER, "")
        assert await named(house, acme, 3) == [SPOOFED, SPOOFED, TRUE], "one without a name has what was last known"
        assert (await acme.http.get(f"/v1/calls/{first}")).json()["name"] == TRUE

        house.database["call_records"].delete_many({"tenant_id": acme.tenant_id})
        made, _ = await rebuild(house.app.mongo, house.app.journal, TenantId(acme.tenant_id))
        assert (made, await names(acme)) == (3, [SPOOFED, SPOOFED, TRUE])

        body = {"given": "Anna", "numbers": [{"number": NUMBER}]}
        person = await acme.post("/v1/people", body)
        assert await names(acme) == ["Anna"] * 3, "what somebody wrote down counts for every call"
        assert (await acme.http.delete(f"/v1/people/{person['id']}")).status_code == 204
        assert await names(acme) == [SPOOFED, SPOOFED, TRUE]

        contact = person["numbers"][0]["contact_id"]
        erased = await acme.http.post(f"/v1/contacts/{contact}/erase", json={"reason": "asked"})
        assert erased.status_code == 200 and erased.json()["deleted"]["call_names"] == 3, erased.text
        left: list[Any] = list(house.database["call_names"].find({"tenant_id": acme.tenant_id}))
        assert left == []
