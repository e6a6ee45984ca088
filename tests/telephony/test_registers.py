"""The registers of incidents and disclosures on the running server, about a call that was made."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.support.product.composed import Composed, composed
from tests.support.product.stack import RunningStack
from tests.support.product.system import Organisation
from tests.support.wait import wait_until

from call24.testphones.rtp import Tone

pytestmark = pytest.mark.shares_stack("server")

NUMBER, NAME = "+442079468183", "Marlowe"
LOST = {"title": "A laptop is lost", "what_happened": "It had today's calls.", "kinds": ["confidentiality"]}


async def was_called(house: Composed, acme: Organisation) -> dict[str, Any]:
    """The record of a call that ended."""
    call = await acme.customer(NUMBER, NAME).dial(acme.number, Tone(1000))
    await wait_until(lambda: house.database["contacts"].find_one({"number": NUMBER}), 15)
    call.hang_up()
    [record] = await acme.ended()
    return dict(record)


async def is_at(acme: Organisation, path: str, field: str, state: str) -> dict[str, Any]:
    async def there() -> dict[str, Any] | None:
        found = (await acme.http.get(path)).json()
        looked = found[field] if field == "search" else found
        return looked if looked is not None and looked["state"] == state else None

    found: dict[str, Any] = await wait_until(there, 20)
    return found


async def test_who_called_is_found_for_an_incident_and_an_authority_was_given_their_export(stack: RunningStack) -> None:
    async with composed(stack) as house, house.organisation("Registers") as acme:
        record = await was_called(house, acme)
        lost = await acme.http.post("/v1/incidents", json={**LOST, "scope": {"places": ["call_records"]}})
        incident = f"/v1/incidents/{lost.json()['id']}"
        assert (await acme.http.post(f"{incident}/search")).status_code == 202
        await is_at(acme, incident, "search", "done")
        people = (await acme.http.get(f"{incident}/people")).json()["items"]
        assert [one["contact_id"] for one in people if one["kind"] == "caller"] == [record["contact_id"]]

        today = house.clock.now().date().isoformat()
        wish = {"kind": "calls", "format": "csv", "from": today, "to": today}
        export = (await acme.http.post("/v1/exports", json=wish)).json()
        await is_at(acme, f"/v1/exports/{export['id']}", "state", "done")
        body = {
            "authority": "District Court",
            "legal_basis": "Code of Criminal Procedure, section 100g",
            "reference": "4 AR 12",
            "requested_at": (house.clock.now() - timedelta(minutes=5)).isoformat(),
            "outcome": "given",
            "given": [{"kind": "export", "id": export["id"]}, {"kind": "call", "id": record["id"]}],
            "secret": False,
        }
        made = await acme.http.post("/v1/disclosures", json=body)
        assert made.status_code == 201, made.text
        assert made.json()["given"][0]["name"] == f"calls of {today}, csv"
        assert made.json()["contact_ids"] == [record["contact_id"]]
        [listed] = (await acme.http.get("/v1/disclosures")).json()["items"]
        assert listed == made.json()
