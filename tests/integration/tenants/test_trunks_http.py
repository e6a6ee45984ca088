"""Trunks and numbers by the API: what is kept, what is never shown, what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.for_each import for_each
from tests.support.http.api import Api, Organisation

from call24.agents.mobiles import AgentMobiles
from call24.consents.service import Consents
from call24.engine.numbers_under_test import NumberUnderTest
from call24.kit.ids import NumberId, TenantId, TrunkId, new_id
from call24.kit.sip_names import sip_name
from call24.server.call_configuration import KnownDirectory, NoPast
from call24.tenants.model import Number, Trunk
from call24.tenants.rules import TrunkLimits, comes_through, in_order

LOGIN = {"username": "acme-01", "password": 'p4ssw0rd, with "quotes" and ümlaut'}
REGISTERED = {"name": "Registered", "kind": "registration", "host": "sip.carrier.example", **LOGIN}


async def trunk(acme: Organisation, **body: Any) -> dict[str, Any]:
    answer = await acme.call("owner", "POST", "/v1/trunks", json={"name": "T", "addresses": ["192.0.2.1"], **body})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def number(api: Api, acme: Organisation, e164: str = "+442079460123", **body: Any) -> dict[str, Any]:
    queue = await api.services.queues.create(acme.tenant.id, f"Queue of {e164}")
    made = await trunk(acme)
    whole = {"number": e164, "trunk_id": made["id"], "queue_id": queue.id, **body}
    answer = await acme.call("owner", "POST", "/v1/numbers", json=whole)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def stored(api: Api, acme: Organisation, trunk_id: str) -> Trunk:
    return await api.mongo.tenant(acme.tenant.id).collection(Trunk).get(trunk_id)


async def test_a_carriers_password_is_never_shown_and_sealed_where_it_is_kept(api: Api) -> None:
    acme = await api.organisation()
    made = await trunk(acme, **REGISTERED)
    answer = await acme.call("owner", "GET", "/v1/trunks")
    assert "p4ss" not in answer.text and "password" not in answer.text
    assert answer.json()["items"][0]["username"] == LOGIN["username"]
    kept = await stored(api, acme, made["id"])
    assert kept.login is not None and b"p4ss" not in kept.login.password
    assert api.services.tenants.trunk_password(kept) == LOGIN["password"]
    assert "p4ss" not in repr(kept)


async def test_a_sealed_password_cannot_be_moved_to_another_trunk(api: Api) -> None:
    acme = await api.organisation()
    mine = await stored(api, acme, (await trunk(acme, **REGISTERED))["id"])
    other = await stored(api, acme, (await trunk(acme, name="Other"))["id"])
    stolen = Trunk(
        id=other.id, tenant_id=other.tenant_id, name="X", host="evil.example", login=mine.login,
        created_at=other.created_at,
    )  # fmt: skip
    assert api.services.tenants.trunk_password(stolen) == ""


async def test_a_password_does_not_follow_a_trunk_to_another_host_or_account(api: Api) -> None:
    acme = await api.organisation()
    place = f"/v1/trunks/{(await trunk(acme, **REGISTERED))['id']}"
    for change in ({"host": "evil.example"}, {"username": "acme-02"}):
        refused = await acme.call("owner", "PATCH", place, json=change)
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["field"] == "password"
    moved = await acme.call("owner", "PATCH", place, json={"host": "new.example", "password": "other"})
    assert (moved.status_code, moved.json()["host"]) == (200, "new.example")


async def test_what_a_change_does_not_name_stays(api: Api) -> None:
    acme = await api.organisation()
    made = await trunk(acme, **REGISTERED)
    changed = await acme.call("owner", "PATCH", f"/v1/trunks/{made['id']}", json={"order": 7, "enabled": False})
    assert changed.json() == {**made, "order": 7, "enabled": False, "status": "off"}
    kept = await stored(api, acme, made["id"])
    assert api.services.tenants.trunk_password(kept) == LOGIN["password"]


@for_each(
    ("body", "field"),
    [
        ({"kind": "registration"}, "host"),
        ({"kind": "registration", "host": "a.example"}, "username"),
        ({"kind": "registration", "host": "a.example", "username": "x"}, "password"),
        ({"kind": "sip"}, "kind"),
        ({"host": "a.example;transport=tls"}, "host"),
        ({"host": "a.example\nauth=x"}, "host"),
        ({"host": "256.1.1.1"}, "host"),
        ({"host": "::1%;transport=ws>,<sip:thief@192.0.2.9"}, "host"),
        ({"host": "fe80::1%x\r\nauth=y"}, "host"),
        ({"addresses": ["fe80::1%x,192.0.2.9"]}, "addresses"),
        ({"host": ""}, "host"),
        ({"host": "a.example", "port": 0}, "port"),
        ({"host": "a.example", "port": 65536}, "port"),
        ({"username": "a@b", "password": "x"}, "username"),
        ({"username": "a;b", "password": "x"}, "username"),
        ({"username": "ok", "password": "x\ny"}, "password"),
        ({"username": "ok", "password": ""}, "password"),
        ({"send_as_account": True}, "send_as_account"),
        ({"transport": "sctp"}, "transport"),
        ({"srtp": True}, "srtp"),
        ({"srtp": True, "transport": "tcp"}, "srtp"),
        ({"order": 0}, "order"),
        ({"addresses": []}, "addresses"),
        ({"name": ""}, "name"),
        ({"secret": "x"}, "secret"),
    ],
)
async def test_a_trunk_that_breaks_a_rule_is_refused_and_nothing_is_kept(
    api: Api, body: dict[str, Any], field: str
) -> None:
    acme = await api.organisation()
    whole = {"name": "T", "addresses": ["192.0.2.1"], **body}
    answer = await acme.call("owner", "POST", "/v1/trunks", json=whole)
    assert answer.status_code == 422, answer.text
    assert any(field in error["field"] for error in answer.json()["errors"])
    assert (await acme.call("owner", "GET", "/v1/trunks")).json()["items"] == []


async def test_a_trunk_wants_tls_and_encrypted_sound_but_not_at_an_asterisk_that_is_not_ours(api: Api) -> None:
    acme = await api.organisation()
    made = await trunk(acme, transport="tls", srtp=True)
    assert (made["transport"], made["srtp"], made["trouble"]) == ("tls", True, None)
    api.services.tenants._limits = TrunkLimits(tls=False)
    refused = await acme.call(
        "owner", "POST", "/v1/trunks", json={"name": "T", "host": "a.example", "transport": "tls"}
    )
    assert "transport" in {error["field"] for error in refused.json()["errors"]}, refused.text


async def test_trunks_stand_in_the_order_in_which_they_are_tried(api: Api) -> None:
    acme = await api.organisation()
    for name in ("One", "Two", "Three"):
        await trunk(acme, name=name, host="192.0.2.1")
    first = (await acme.call("owner", "GET", "/v1/trunks")).json()["items"]
    assert [row["name"] for row in first] == ["One", "Two", "Three"]
    await acme.call("owner", "PATCH", f"/v1/trunks/{first[0]['id']}", json={"order": 9})
    await acme.call("owner", "PATCH", f"/v1/trunks/{first[1]['id']}", json={"enabled": False})
    assert [row["name"] for row in (await acme.call("owner", "GET", "/v1/trunks")).json()["items"]][-1] == "One"
    assert [way.name for way in api.services.tenants.known_ways_out(acme.tenant.id)] == ["Three", "One"]


async def test_a_trunk_with_numbers_stays_until_they_are_gone(api: Api) -> None:
    acme = await api.organisation()
    made = await number(api, acme)
    place = f"/v1/trunks/{made['trunk_id']}"
    refused = await acme.call("owner", "DELETE", place)
    assert (refused.status_code, refused.json()["code"]) == (409, "trunk_in_use")
    assert (await acme.call("owner", "DELETE", f"/v1/numbers/{made['id']}")).status_code == 204
    assert (await acme.call("owner", "DELETE", place)).status_code == 204
    assert (await acme.call("owner", "DELETE", place)).status_code == 404
    assert api.services.tenants.number_by_e164("+442079460123") is None
    assert api.services.tenants.known_trunk(TrunkId(made["trunk_id"])) is None


async def test_another_organisations_trunk_and_number_do_not_exist(api: Api) -> None:
    acme, other = await api.organisation("Acme"), await api.organisation("Other")
    theirs = await number(api, other)
    for method, path, body in (
        ("PATCH", f"/v1/trunks/{theirs['trunk_id']}", {"name": "Mine"}),
        ("DELETE", f"/v1/trunks/{theirs['trunk_id']}", None),
        ("PATCH", f"/v1/numbers/{theirs['id']}", {"label": "Mine"}),
        ("DELETE", f"/v1/numbers/{theirs['id']}", None),
    ):
        assert (await acme.call("owner", method, path, json=body)).status_code == 404
    mine = await number(api, acme, "+442079460124")
    stolen = {"trunk_id": theirs["trunk_id"]}
    assert (await acme.call("owner", "PATCH", f"/v1/numbers/{mine['id']}", json=stolen)).status_code == 422
    queue = {"queue_id": theirs["queue_id"]}
    assert (await acme.call("owner", "PATCH", f"/v1/numbers/{mine['id']}", json=queue)).status_code == 422


async def test_a_number_leads_to_a_queue_or_to_a_flow_and_never_to_both_or_none(api: Api) -> None:
    acme = await api.organisation()
    made = await number(api, acme, label="Sales")
    assert (made["label"], made["flow_id"]) == ("Sales", None)
    flow = {"number": "+442079460125", "trunk_id": made["trunk_id"], "flow_id": "flw_unknown"}
    assert (await acme.call("owner", "POST", "/v1/numbers", json=flow)).json()["errors"][0]["field"] == "flow_id"
    none = {"number": "+442079460125", "trunk_id": made["trunk_id"]}
    assert (await acme.call("owner", "POST", "/v1/numbers", json=none)).status_code == 422
    neither = await acme.call("owner", "PATCH", f"/v1/numbers/{made['id']}", json={"queue_id": None})
    assert neither.status_code == 422
    changed = await acme.call("owner", "PATCH", f"/v1/numbers/{made['id']}", json={"label": "Help", "greeting": None})
    assert changed.json() == {**made, "label": "Help", "greeting": None}


async def test_only_own_numbers_are_shown_to_whom_is_called_and_the_oldest_without_a_choice(api: Api) -> None:
    acme, other = await api.organisation("Acme"), await api.organisation("Other")
    tenants = api.services.tenants
    assert tenants.shown_number(acme.tenant.id, None) is None
    first = await number(api, acme)
    api.clock.advance(seconds=1)
    second = await number(api, acme, "+442079460124", label="Sales")
    theirs = await number(api, other, "+442079460125")
    assert tenants.shown_number(acme.tenant.id, None) is None, "no call has proved that it is theirs"
    assert (await acme.call("agent", "GET", "/v1/caller-numbers")).json()["items"] == []
    for each in (first, second, theirs):
        tenants.prove(each["id"], api.clock.now())
    assert tenants.shown_number(acme.tenant.id, None) == "+442079460123"
    assert tenants.shown_number(acme.tenant.id, second["id"]) == "+442079460124"
    assert tenants.shown_number(acme.tenant.id, NumberId(theirs["id"])) is None
    listed = (await acme.call("agent", "GET", "/v1/caller-numbers")).json()["items"]
    assert listed == [
        {"id": first["id"], "number": "+442079460123", "label": ""},
        {"id": second["id"], "number": "+442079460124", "label": "Sales"},
    ]


async def test_a_call_reaches_a_number_only_through_its_own_trunk(api: Api) -> None:
    acme = await api.organisation()
    made = await stored(api, acme, (await trunk(acme, addresses=["192.0.2.1", "198.51.100.0/24"]))["id"])
    assert comes_through(made, "192.0.2.1")
    assert comes_through(made, "198.51.100.77")
    assert comes_through(made, "::ffff:192.0.2.1")
    assert comes_through(made, sip_name(made.tenant_id, made.id))
    assert comes_through(made, "203.0.113.1", ("203.0.113.1",))
    another = sip_name(TenantId(new_id("ten")), made.id)
    for way in ("192.0.2.2", "203.0.113.1", "carriers", "trk_other", made.id, another, "", "192.0.2.1:5060"):
        assert not comes_through(made, way)
    off = await api.services.tenants.change_trunk(acme.tenant.id, made.id, enabled=False)
    assert not comes_through(off, "192.0.2.1")
    assert in_order([off]) == []


async def test_the_number_decides_whose_call_it_is_though_two_organisations_share_a_carriers_address(api: Api) -> None:
    acme, other = await api.organisation("Acme"), await api.organisation("Other")
    await number(api, acme)
    await number(api, other, "+442079460124")
    strange = await trunk(other, name="Elsewhere", addresses=["203.0.113.1"])
    routed = directory(api)
    for dialled, whose in (("+442079460123", acme), ("442079460123", acme), ("+442079460124", other)):
        found = routed.route(dialled, "192.0.2.1")
        assert found is not None and found.tenant_id == whose.tenant.id
    assert routed.route("+442079460123", "203.0.113.1") is None
    theirs = sip_name(other.tenant.id, TrunkId(strange["id"]))
    assert routed.route("+442079460123", theirs) is None
    assert routed.route("+442079460123", strange["id"]) is None
    assert routed.route("+442079460125", "192.0.2.1") is None


async def test_a_registered_trunk_with_one_number_needs_no_number_in_the_call(api: Api) -> None:
    acme = await api.organisation()
    made = await number(api, acme)
    name = sip_name(acme.tenant.id, TrunkId(made["trunk_id"]))
    found = directory(api).route("0", name)
    assert found is not None and found.number_id == made["id"]
    assert directory(api).route("0", "192.0.2.1") is None
    second = {"number": "+442079460124", "trunk_id": made["trunk_id"], "queue_id": made["queue_id"]}
    assert (await acme.call("owner", "POST", "/v1/numbers", json=second)).status_code == 201
    assert directory(api).route("0", name) is None


def directory(api: Api) -> KnownDirectory:
    rooms = api.services
    return KnownDirectory(
        tenants=rooms.tenants,
        identity=rooms.identity,
        agents=rooms.agents,
        mobiles=rooms.there.get(AgentMobiles),
        queues=rooms.queues,
        hours=rooms.hours,
        flows=rooms.flows,
        consents=rooms.there.get(Consents),
        past=NoPast(),
    )


async def test_a_number_is_verified_by_a_call_that_comes_in_and_stays_so_until_its_trunk_is_another(api: Api) -> None:
    acme, tenants = await api.organisation("Acme"), api.services.tenants
    made = await number(api, acme)
    assert made["verified_at"] is None
    tenants.prove(made["id"], api.clock.now())
    [listed] = (await acme.call("owner", "GET", "/v1/numbers")).json()["items"]
    assert listed["verified_at"] is not None, "it is shown before it is stored"
    renamed = await acme.call("owner", "PATCH", f"/v1/numbers/{made['id']}", json={"label": "Help"})
    assert renamed.json()["verified_at"] is not None, "a change just after the call must not lose it"
    await tenants.refresh()
    assert tenants.shown_number(acme.tenant.id, made["id"]) == made["number"]
    elsewhere = await acme.call("owner", "POST", "/v1/trunks", json={"name": "Other", "addresses": ["192.0.2.77"]})
    moved = await acme.call("owner", "PATCH", f"/v1/numbers/{made['id']}", json={"trunk_id": elsewhere.json()["id"]})
    assert moved.json()["verified_at"] is None
    assert tenants.shown_number(acme.tenant.id, made["id"]) is None


async def test_what_a_call_proves_while_all_is_read_again_is_not_forgotten(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else no call of the organisation could go out until the next reading."""
    acme, tenants = await api.organisation("Acme"), api.services.tenants
    made = await number(api, acme)
    read = tenants._store.every_number

    async def proven_meanwhile() -> list[Number]:
        numbers = await read()
        tenants.prove(made["id"], api.clock.now())
        return numbers

    monkeypatch.setattr(tenants._store, "every_number", proven_meanwhile)
    await tenants.refresh()
    assert tenants.shown_number(acme.tenant.id, made["id"]) == made["number"]


async def test_what_a_call_proved_is_not_lost_when_it_is_stored_while_the_number_is_changed(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme, tenants = await api.organisation("Acme"), api.services.tenants
    made = await number(api, acme)
    tenants.prove(made["id"], api.clock.now())
    read = tenants._store.number

    async def stored_meanwhile(tenant_id: TenantId, number_id: NumberId) -> Number:
        before = await read(tenant_id, number_id)
        await tenants.refresh()
        return before

    monkeypatch.setattr(tenants._store, "number", stored_meanwhile)
    changed = await tenants.change_number(acme.tenant.id, made["id"], label="Help")
    assert changed.verified_at is not None
    assert tenants.shown_number(acme.tenant.id, made["id"]) == made["number"]


async def test_what_a_call_proved_is_stored_behind(api: Api) -> None:
    acme, tenants = await api.organisation("Acme"), api.services.tenants
    made = await number(api, acme)
    tenants.prove(made["id"], api.clock.now())
    await tenants.refresh()
    [stored] = (await acme.call("owner", "GET", "/v1/numbers")).json()["items"]
    assert stored["verified_at"] is not None


async def test_an_organisation_has_twenty_trunks_at_most(api: Api) -> None:
    acme = await api.organisation()
    for number in range(20):
        await trunk(acme, name=f"T{number}", addresses=["192.0.2.1"])
    refused = await acme.call("owner", "POST", "/v1/trunks", json={"name": "T", "addresses": ["192.0.2.1"]})
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_trunks")
    assert len((await acme.call("owner", "GET", "/v1/trunks?limit=100")).json()["items"]) == 20


async def test_the_networks_of_all_organisations_have_a_bound_and_who_is_at_it_may_still_name_fewer(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api.services.tenants, "_limits", TrunkLimits(networks_of_all=5))
    acme, other = await api.organisation(), await api.organisation("Other")
    first = await trunk(acme, addresses=["192.0.2.1", "192.0.2.2", "192.0.2.3"])
    theirs = await trunk(other, addresses=["192.0.2.4", "192.0.2.0/24"])
    body = {"name": "One more", "addresses": ["192.0.2.5"]}
    for who in (other, acme):
        refused = await who.call("owner", "POST", "/v1/trunks", json=body)
        assert (refused.status_code, refused.json()["code"]) == (409, "too_many_networks")
    wide = {"addresses": ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"]}
    grown = await acme.call("owner", "PATCH", f"/v1/trunks/{first['id']}", json=wide)
    assert grown.json()["code"] == "too_many_networks"
    fewer = await other.call("owner", "PATCH", f"/v1/trunks/{theirs['id']}", json={"addresses": ["192.0.2.4"]})
    assert fewer.status_code == 200, fewer.text
    assert (await acme.call("owner", "PATCH", f"/v1/trunks/{first['id']}", json=wide)).status_code == 200


@pytest.mark.parametrize("wide", ["192.0.2.0/23", "2001:db8::/63"])
async def test_a_range_wider_than_the_operator_allows_is_refused(api: Api, wide: str) -> None:
    acme = await api.organisation()
    refused = await acme.call("owner", "POST", "/v1/trunks", json={"name": "T", "addresses": [wide]})
    assert refused.status_code == 422 and "wider" in refused.json()["errors"][0]["message"], refused.text


async def test_a_code_leads_a_test_call_to_its_number_from_its_place_and_while_it_is_open(api: Api) -> None:
    acme = await api.organisation()
    made = await number(api, acme)
    there = directory(api)
    tested = NumberUnderTest(tenant_id=acme.tenant.id, number_id=NumberId(made["id"]), way="127.0.0.1")
    code = there.test_numbers.open(tested)
    route = there.route(code, "127.0.0.1")
    assert route is not None
    assert (route.tenant_id, route.number, route.flow.flow_id) == (acme.tenant.id, made["number"], made["id"])
    assert (route.rules.test, route.rules.keep_days) == (True, 0)
    assert there.route(code, "192.0.2.1") is None, "its trunk's own address"
    assert there.route(made["number"], "127.0.0.1") is None, "the number itself"
    assert there.test_numbers.open(tested) != code
    there.test_numbers.close(code)
    assert there.route(code, "127.0.0.1") is None
