"""Bans over HTTP: whose addresses an organisation sees and lifts, and what the operator sees."""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from tests.support.http.api import Api, Organisation
from tests.support.http.operating import OPERATES, code, operating
from tests.support.telephony.edge_world import edge_world

from call24.asterisk.scanners import Ban
from call24.audit.model import StoredAuditEntry
from call24.kit.instants import iso
from call24.server.http_app import create_app
from call24.sip_edge.__main__ import lift_bans
from call24.sip_edge.gate import Gate
from call24.sip_edge.limits import LIMITS
from call24.sip_edge.state import PhoneBans


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


async def test_an_operator_in_the_app_sees_and_lifts_all_of_them_with_a_second_factor_given_of_late(
    api: Api, acme: Organisation, caplog: pytest.LogCaptureFixture
) -> None:
    ours, otp = await operating(api)
    bans, who = "/v1/installation/bans", ours.users["agent"]
    shown = await ours.call("agent", "GET", bans)
    now = api.clock.now()
    assert [{name: row[name] for name in row if name != "id"} for row in shown.json()["items"]] == [
        {
            "address": address,
            "state": "dropped",
            "since": iso(now + timedelta(seconds=600 - 3600)),
            "until": iso(now + timedelta(seconds=600)),
            "in_trunk": in_trunk,
        }
        for address, in_trunk in (("198.51.100.9", True), ("203.0.113.3", False))
    ]
    [trunk] = (await acme.call("owner", "GET", "/v1/trunks")).json()["items"]
    for name in (acme.tenant.id, acme.tenant.name, trunk["id"]):
        assert name not in shown.text
    place = f"{bans}/{shown.json()['items'][1]['id']}"
    for of, role in ((acme, "owner"), (ours, "owner")):
        for method, path in (("GET", bans), ("DELETE", place)):
            assert (await of.call(role, method, path)).json()["code"] == "operator_only"
    api.clock.advance(minutes=16)  # the page still reads, as long as the session lasts
    assert (await ours.call("agent", "GET", bans)).status_code == 200
    assert (await ours.call("agent", "DELETE", place)).json()["code"] == "mfa_due"
    assert len((await ours.call("agent", "GET", bans)).json()["items"]) == 2
    proof = await ours.call("agent", "POST", "/v1/me/mfa/proof", json={"code": code(api, otp)})
    assert proof.status_code == 204, proof.text
    with caplog.at_level("INFO", logger="call24.sip_edge.api"):
        for expected in (204, 404):  # the second time somebody else was faster
            assert (await ours.call("agent", "DELETE", place)).status_code == expected
    assert [row["address"] for row in (await ours.call("agent", "GET", bans)).json()["items"]] == ["198.51.100.9"]
    assert f"operator {who} of organisation {ours.tenant.id} lifted ban_" in caplog.text
    assert "203.0.113.3" not in caplog.text
    await api.services.audit.settle()
    lines = await api.mongo.tenant(ours.tenant.id).collection(StoredAuditEntry).find(sort=[("seq", 1)])
    lifted = [(one.actor_id, one.status, one.objects) for one in lines if one.action == f"DELETE {bans}/{{ban_id}}"]
    ban_id = place.rpartition("/")[2]
    assert [one for one in lifted if one[1] in (204, 404)] == [(who, 204, (ban_id,)), (who, 404, (ban_id,))]


@contextlib.asynccontextmanager
async def with_phones_port(api: Api, folder: Path) -> AsyncIterator[tuple[Gate, httpx.ASGITransport]]:
    """The API, and a phones' port that refuses two addresses and a /48, by their own socket."""
    async with edge_world(folder, LIMITS) as world:
        place = folder / "bans.sock"
        answering = await lift_bans(place, world.gate)
        assert place.stat().st_mode & 0o777 == 0o600
        now = time.monotonic()
        for who in ("192.0.2.7", "192.0.2.8"):
            for _ in range(100):
                world.gate.admission.strike(who, now)
        for number in range(400):
            world.gate.admission.strike(f"2001:db8:0:{number:x}::/64", now)
        app = create_app(replace(api.services, phone_bans=PhoneBans(place)))
        yield world.gate, httpx.ASGITransport(app, client=("192.0.2.7", 1))
        answering.close()


async def test_an_organisation_sees_and_lifts_what_the_phones_port_refuses_where_its_own_people_are(
    api: Api, tmp_path: Path
) -> None:
    acme, other = await api.organisation(), await api.organisation("Other")
    async with with_phones_port(api, tmp_path) as (gate, transport):
        http = httpx.AsyncClient(transport=transport, base_url="https://call24.test")
        bearer = {"Authorization": f"Bearer {acme.bearers['owner']}"}
        [row] = (await http.get("/v1/trunks/bans", headers=bearer)).json()["items"]
        assert (row["address"], row["state"], row["trunk_ids"]) == ("192.0.2.7", "refused", [])
        assert "192.0.2" not in row["id"]
        strange = httpx.ASGITransport(transport.app, client=("2001:db8:0:5::1", 1))
        async with httpx.AsyncClient(transport=strange, base_url="https://call24.test") as elsewhere:
            theirs = {"Authorization": f"Bearer {other.bearers['owner']}"}
            [wide] = (await elsewhere.get("/v1/trunks/bans", headers=theirs)).json()["items"]
            assert wide["address"] == "2001:db8::/48"
            assert (await elsewhere.delete(f"/v1/trunks/bans/{row['id']}", headers=theirs)).status_code == 404
        agent = {"Authorization": f"Bearer {acme.bearers['agent']}"}
        assert (await http.delete(f"/v1/trunks/bans/{row['id']}", headers=agent)).status_code == 403
        assert gate.admission.banned("192.0.2.7", time.monotonic())
        for expected in (204, 404):
            assert (await http.delete(f"/v1/trunks/bans/{row['id']}", headers=bearer)).status_code == expected
        assert not gate.admission.banned("192.0.2.7", time.monotonic())
        here = httpx.AsyncClient(transport=httpx.ASGITransport(transport.app), base_url="https://call24.test")
        rows = (await here.get("/v1/internal/sip-bans", headers=OPERATES)).json()["items"]
        assert {row["address"] for row in rows} == {"192.0.2.8", "2001:db8::/48"}
        operator, _ = await operating(api)
        agents = {"Authorization": f"Bearer {operator.bearers['agent']}"}
        shown = (await here.get("/v1/installation/bans", headers=agents)).json()["items"]
        assert {(row["address"], row["state"]) for row in shown} == {(row["address"], "refused") for row in rows}
        lasts = {datetime.fromisoformat(row["until"]) - datetime.fromisoformat(row["since"]) for row in shown}
        assert lasts == {timedelta(minutes=10)}
        for address in ("192.0.2.8", "2001:db8:0:77::5"):
            for expected in (204, 404):
                gone = await here.delete(f"/v1/internal/sip-bans/{address}", headers=OPERATES)
                assert gone.status_code == expected
        assert gate.state()["banned"] == 0
        await here.aclose()
        await http.aclose()


async def test_a_phones_port_that_is_away_refuses_nobody(tmp_path: Path) -> None:
    away = PhoneBans(tmp_path / "nobody.sock")
    assert await away.all() == {} and await away.lift("192.0.2.7") is False
