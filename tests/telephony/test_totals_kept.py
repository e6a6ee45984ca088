"""Totals outlive their calls on the server as it is composed: no sweep deletes a call whose day was not counted."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from tests.support.product.composed import composed
from tests.support.product.stack import RunningStack

pytestmark = pytest.mark.shares_stack("server")

DAYS = 30
CALLERS = 12


async def test_a_days_totals_are_written_before_its_calls_go_and_are_all_that_is_left_of_them(
    stack: RunningStack,
) -> None:
    async with composed(stack) as house, house.organisation("Totalled") as acme:
        house.database["tenants"].update_one({"_id": acme.tenant_id}, {"$set": {"record_days": DAYS}})
        await house.app.rooms.tenants.refresh()
        [anna] = await acme.crew("Anna")
        (await acme.talk(anna)).call.hang_up()
        [call] = await acme.ended()
        mine = {"tenant_id": acme.tenant_id}
        record = house.database["call_records"].find_one(mine)
        assert record is not None
        for n in range(1, CALLERS):
            copied = {"_id": f"{record['_id'][:-2]}{n:02}", "contact_id": f"{record['contact_id'][:-2]}{n:02}"}
            house.database["call_records"].insert_one({**record, **copied})
        arrived = datetime.fromisoformat(call["at"])
        day = arrived.date().isoformat()
        asked = {"from": day, "to": day}

        house.clock.go_to(arrived + timedelta(days=DAYS, minutes=-1))
        await house.swept()
        await house.sign_in_again(acme)
        assert house.documents(acme.tenant_id)["call_records"] == CALLERS
        assert (await acme.http.get("/v1/reports/totals", params=asked)).json()["rows"] == []

        house.clock.go_to(arrived + timedelta(days=DAYS, hours=1))
        await house.swept()
        await house.sign_in_again(acme)
        left = house.documents(acme.tenant_id)
        assert "call_records" not in left and left["totals"] == 2, left
        report = (await acme.http.get("/v1/reports", params={"by": "day", **asked})).json()
        assert report["total"]["calls"] == 0
        for of in ({}, {"queue_id": acme.queue_id}):
            totals = (await acme.http.get("/v1/reports/totals", params={**asked, **of})).json()
            [row] = totals["rows"]
            assert (row["period"], row["from"], row["to"]) == ("day", day, day)
            assert (row["values"]["offered"], row["values"]["answered"]) == (CALLERS, CALLERS), row
            assert "longest_wait_s" not in row["values"] and totals["fewest_callers"] == 10
        kept = str([*house.database["totals"].find(mine), *house.database["totalled"].find(mine)])
        assert not any(word in kept for word in ("ctc_", "usr_", "call_", *(one.number for one in acme.customers)))
        for _ in range(2):
            await house.swept()
        assert house.documents(acme.tenant_id)["totals"] == 2
