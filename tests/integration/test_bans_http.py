"""Bans over HTTP: whose addresses an organisation sees and lifts, and what the operator sees."""

from __future__ import annotations

import pytest
from tests.support.api import OPERATOR, Api, Organisation

from call24.asterisk.scanners import Ban

OPERATES = {"X-Call24-Operator": OPERATOR}


@pytest.fixture
async def acme(api: Api) -> Organisation:
    made = await api.organisation()
    await made.call("owner", "POST", "/v1/trunks", json={"name": "Ours", "addresses": ["198.51.100.0/24"]})
    assert api.services.bans is not None
    until = int(api.clock.now().timestamp() + 600)
    api.services.bans._until |= dict.fromkeys(("198.51.100.9", "203.0.113.3"), until)
    return made


async def test_an_organisation_sees_and_lifts_bans_in_its_own_trunks_networks_alone(
    api: Api, acme: Organisation
) -> None:
    [row] = (await acme.call("owner", "GET", "/v1/trunks/bans")).json()["items"]
    [trunk] = (await acme.call("owner", "GET", "/v1/trunks")).json()["items"]
    assert (row["address"], row["state"], row["trunk_ids"]) == ("198.51.100.9", "dropped", [trunk["id"]])
    other = await api.organisation("Other")
    assert (await other.call("owner", "GET", "/v1/trunks/bans")).json()["items"] == []
    foreign = Ban(address="203.0.113.3", until=0, state="dropped").id
    for who, ban_id in ((other, row["id"]), (acme, foreign), (acme, "x")):
        assert (await who.call("owner", "DELETE", f"/v1/trunks/bans/{ban_id}")).status_code == 404
    assert (await acme.call("owner", "DELETE", f"/v1/trunks/bans/{row['id']}")).status_code == 204
    assert (await acme.call("owner", "GET", "/v1/trunks/bans")).json()["items"] == []
    assert "198.51.100.9" not in (api.data / "banned").read_text()


async def test_the_operator_sees_and_lifts_all_of_them(api: Api, acme: Organisation) -> None:
    assert (await api.client.get("/v1/internal/sip-bans")).status_code == 403
    rows = (await api.client.get("/v1/internal/sip-bans", headers=OPERATES)).json()["items"]
    assert [(row["address"], len(row["trunk_ids"])) for row in rows] == [("198.51.100.9", 1), ("203.0.113.3", 0)]
    for expected in (204, 404):
        gone = await api.client.delete("/v1/internal/sip-bans/203.0.113.3", headers=OPERATES)
        assert gone.status_code == expected
