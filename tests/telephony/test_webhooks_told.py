"""The running system tells webhooks of what happens: a real call, its recording, and what it leaves to do."""

from __future__ import annotations

from typing import Any

from tests.support.product.system import System
from tests.support.wait import wait_until

NAT64 = "https://[64:ff9b::7f00:1]/"
"""This machine in another dress: it looks public, and is found out when it is connected to."""
KINDS = ["call.started", "call.answered", "call.ended", "recording.ready", "task.changed"]


async def test_a_call_its_recording_and_a_task_are_told_and_no_private_address_is_connected_to(system: System) -> None:
    async with system.organisation("Acme") as acme:
        made = await acme.http.post("/v1/webhooks", json={"url": NAT64, "kinds": KINDS})
        assert made.status_code == 201, made.text
        anna = await acme.agent("Anna")
        await anna.be("available")
        talk = await acme.talk(anna)
        talk.call.hang_up()
        await acme.ended()
        assert (await acme.http.post("/v1/tasks", json={"title": "Ring Jo"})).status_code == 201

        async def told() -> list[dict[str, Any]] | None:
            answer = await acme.http.get(f"/v1/webhooks/{made.json()['id']}/deliveries")
            found: list[dict[str, Any]] = answer.json()["items"]
            tried = all(one["tries"] for one in found)
            return found if tried and {one["kind"] for one in found} == set(KINDS) else None

        found = await wait_until(told, 15)
        assert {(one["state"], one["trouble"], one["status"]) for one in found or ()} == {
            ("waiting", "not_allowed", None)
        }
        assert len(found or ()) == len(KINDS), "each once"
