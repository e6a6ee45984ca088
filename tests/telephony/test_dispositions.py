"""What an agent says its call came to, over the whole way: a real call, its wrap-up, its record."""

from __future__ import annotations

from tests.support.product.system import System
from tests.support.wait import wait_until


async def test_after_a_real_call_the_agent_is_free_only_with_its_disposition_which_is_in_the_record(
    system: System,
) -> None:
    async with system.organisation("Dispositions", disposition="required", wrap_up_s=1) as org:
        ann = await org.agent("Ann")
        sold = (await org.post("/v1/dispositions", {"name": "Sold"}))["id"]
        await ann.be("available")
        talk = await org.talk(ann)
        talk.call.hang_up()
        await ann.becomes("wrap_up")
        refused = await ann.http.put("/v1/session", json={"state": "offline"})
        assert (refused.status_code, refused.json()["code"]) == (409, "disposition_required")

        async def overdue() -> bool:
            return bool((await ann.live())["session"]["overdue"])

        await wait_until(overdue, 5)
        assert await ann.state() == "wrap_up"
        path = f"/v1/calls/{talk.call_id}/disposition"
        wrong = await ann.http.post(path, json={"disposition_id": "dsp_unknown"})
        assert wrong.status_code == 422
        given = await ann.http.post(path, json={"disposition_id": sold})
        assert given.status_code == 200 and given.json()["state"] == "available", given.text

        async def in_the_record() -> bool:
            detail = await org.detail(talk.call_id)
            return [part["disposition_id"] for part in detail["agents"]] == [sold]

        await wait_until(in_the_record, 5)
        day = (await ann.http.get("/v1/session/timeline")).json()
        [said] = [row for row in day["items"] if row["disposition"] is not None]
        assert (said["call_id"], said["disposition"]["name"]) == (talk.call_id, "Sold")
