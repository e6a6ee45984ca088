"""An outcome says by a flag, in any language, that the customer is to be called again."""

from __future__ import annotations

from typing import Any

from tests.support.http.api import Api, Organisation

from call24.agents.settings import Disposition
from call24.kit.ids import DispositionId, new_id

PATH = "/v1/dispositions"


async def listed(acme: Organisation) -> dict[str, Any]:
    items = (await acme.call("owner", "GET", PATH)).json()["items"]
    return {one["name"]: one["call_back"] for one in items}


async def test_a_new_outcome_calls_back_when_it_says_so_whatever_its_name(api: Api) -> None:
    acme = await api.organisation()
    for body in ({"name": "Später anrufen", "call_back": True}, {"name": "Call back later"}):
        assert (await acme.call("owner", "POST", PATH, json=body)).status_code == 201
    assert await listed(acme) == {"Später anrufen": True, "Call back later": False}
    [later] = [one for one in (await acme.call("owner", "GET", PATH)).json()["items"] if not one["call_back"]]
    answer = await acme.call("owner", "PATCH", f"{PATH}/{later['id']}", json={"call_back": True})
    assert answer.json()["call_back"] is True


async def test_an_outcome_of_before_goes_on_as_its_name_said_also_under_a_new_name(api: Api) -> None:
    acme = await api.organisation()
    for name in ("Call again", "Solved"):
        old = Disposition(
            id=DispositionId(new_id("dsp")), tenant_id=acme.tenant.id, name=name, name_key=name.casefold()
        )
        await api.mongo.tenant(acme.tenant.id).collection(Disposition).insert(old)
    assert await listed(acme) == {"Call again": True, "Solved": False}
    for one in (await acme.call("owner", "GET", PATH)).json()["items"]:
        new = {"Call again": "Nochmals", "Solved": "To be called back"}[one["name"]]
        assert (await acme.call("owner", "PATCH", f"{PATH}/{one['id']}", json={"name": new})).status_code == 200
    assert await listed(acme) == {"Nochmals": True, "To be called back": False}
