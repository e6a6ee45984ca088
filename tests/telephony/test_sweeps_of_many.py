"""What the sweeper asks every minute does not grow with the number of organisations."""

from __future__ import annotations

import pytest
from tests.support.product.composed import composed
from tests.support.product.stack import RunningStack

pytestmark = pytest.mark.shares_stack("server")

MANY = 40


async def test_a_sweep_asks_once_for_all_organisations(stack: RunningStack) -> None:
    async with composed(stack) as house, house.organisation("First") as acme:
        [anna] = await acme.crew("Anna")
        talk = await acme.talk(anna)
        talk.call.hang_up()
        await acme.ended()
        for name in ("tenants", "contacts"):
            rule = {"_id" if name == "tenants" else "tenant_id": acme.tenant_id}
            one = house.database[name].find_one(rule)
            assert one is not None
            for number in range(MANY):
                tenant_id = f"ten_many{number:022}"
                more = {"_id": tenant_id} if name == "tenants" else {"_id": f"ctc_{number:026}", "tenant_id": tenant_id}
                house.database[name].insert_one({**one, **more})
        try:
            await house.app.rooms.tenants.refresh()
            await house.swept()
            house.database.command("profile", 2)
            await house.app.readers.sweeper.sweep()
            house.database.command("profile", 0)
            asked = list(house.database["system.profile"].find({"ns": {"$regex": r"\.contacts$"}}))
            assert 1 <= len(asked) < MANY / 2, [(one["ns"], one.get("command", {}).keys()) for one in asked]
        finally:
            house.database.command("profile", 0)
            house.database["tenants"].delete_many({"_id": {"$regex": "^ten_many"}})
            house.database["contacts"].delete_many({"tenant_id": {"$regex": "^ten_many"}})
