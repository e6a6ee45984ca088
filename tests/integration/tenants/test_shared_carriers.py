"""Organisations that have a carrier in common: none gets another's calls, sound or room, and none learns of another."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.integration.tenants.test_foreign_in_memory import directory
from tests.support.http.api import Api, Organisation

from call24.asterisk.trunks import TrunkLine, strict_networks, symmetric_networks
from call24.kit.ids import TenantId, TrunkId
from call24.tenants.rules import TrunkLimits

CARRIER = "203.0.113.7"
NUMBER = "+442079460123"


async def add_trunk(acme: Organisation, *addresses: str, **more: Any) -> httpx.Response:
    wish = {"name": "T", "addresses": list(addresses), **more}
    return await acme.call("owner", "POST", "/v1/trunks", json=wish)


async def with_number(acme: Organisation, number: str, region: str = "GB") -> str:
    """Its number on a trunk at the carrier; whose calls those are."""
    tenants = acme.api.services.tenants
    tenant = await tenants.change(acme.tenant.id, region=region)
    trunk = await tenants.add_trunk(tenant.id, "Carrier", [CARRIER])
    queue = await acme.api.services.queues.create(tenant.id, "Help", members=[])
    await tenants.add_number(tenant, number, trunk.id, queue.id)
    return tenant.id


def taken(api: Api, dialled: str) -> str | None:
    route = directory(api).route(dialled, CARRIER)
    return route.tenant_id if route is not None else None


@pytest.mark.parametrize(
    ("number", "region", "dialled"),
    [
        ("+492079460123", "DE", "02079460123"),  # the same digits at home, in a country that comes first
        ("+492079460123", "DE", "020 7946 0123"),
        ("+12025550123", "US", "0123"),  # the same last digits
        ("+442089460123", "GB", "9460123"),
    ],
)
async def test_on_a_way_in_of_several_organisations_a_number_that_may_be_either_is_nobodys(
    api: Api, number: str, region: str, dialled: str
) -> None:
    ours = await with_number(await api.organisation("Ours"), NUMBER)
    assert taken(api, dialled) == ours
    theirs = await with_number(await api.organisation("Theirs"), number, region)
    assert taken(api, dialled) is None
    for written in (NUMBER, NUMBER.removeprefix("+"), f"00{NUMBER.removeprefix('+')}"):
        assert taken(api, written) == ours
    assert taken(api, number) == theirs


async def test_ten_digits_at_home_are_no_other_organisations_international_number(api: Api) -> None:
    """+20 is Egypt, and 202 is Washington."""
    ours = await with_number(await api.organisation("Ours"), "+12025550123", "US")
    assert taken(api, "2025550123") == ours
    theirs = await with_number(await api.organisation("Theirs"), "+2025550123", "EG")
    assert taken(api, "2025550123") is None
    assert (taken(api, "+12025550123"), taken(api, "+2025550123")) == (ours, theirs)


async def test_a_number_at_home_that_only_one_organisation_can_mean_gets_in_on_a_shared_way(api: Api) -> None:
    ours = await with_number(await api.organisation("Ours"), NUMBER)
    theirs = await with_number(await api.organisation("Theirs"), "+12025550199", "US")
    for dialled in ("020 7946 0123", "02079460123", "0123"):
        assert taken(api, dialled) == ours
    assert taken(api, "2025550199") == theirs


async def test_a_number_is_rung_in_the_national_form_of_its_own_country(api: Api) -> None:
    """It was nobody's where the organisation is elsewhere."""
    ours = await with_number(await api.organisation("Ours"), "+33170189900")
    for dialled in ("0170189900", "01 70 18 99 00", "170189900", "33170189900", "+33170189900"):
        assert taken(api, dialled) == ours, dialled
    assert taken(api, "0170189901") is None
    theirs = await with_number(await api.organisation("Theirs"), "+441170189900")
    assert taken(api, "0170189900") == ours, "in Great Britain it has a digit more"
    assert taken(api, "01170189900") == theirs


def same(*answers: httpx.Response) -> tuple[int, str]:
    said = {(answer.status_code, answer.text) for answer in answers}
    assert len(said) == 1, said
    return answers[0].status_code, answers[0].json()["code"]


async def test_networks_that_were_not_granted_are_refused_alike_whether_somebody_has_them_or_not(api: Api) -> None:
    acme = await api.organisation("Acme")
    assert (await add_trunk(acme, CARRIER)).status_code == 201
    for granted in ((), ("198.51.100.0/24",)):
        other = await api.organisation("Other", networks=granted)
        answers = [await add_trunk(other, one) for one in (CARRIER, "203.0.113.0/24", "192.0.2.1", "2001:db8::1")]
        assert same(*answers) == (403, "network_not_granted")
        assert (await other.call("owner", "GET", "/v1/trunks")).json()["items"] == []


async def test_the_first_organisation_names_what_is_nobody_elses(api: Api) -> None:
    first = await api.organisation("First", networks=None)  # type: ignore[arg-type]
    young = await api.organisation("Young", networks=None)  # type: ignore[arg-type]
    other = await api.organisation("Other", networks=["198.51.100.0/24", CARRIER])
    assert (await add_trunk(first, "192.0.2.1")).status_code == 201
    assert (await add_trunk(young, "192.0.2.99")).json()["code"] == "network_not_granted"
    assert (await add_trunk(other, CARRIER)).status_code == 201
    for one in (CARRIER, "203.0.113.0/24", "198.51.100.9"):
        assert (await add_trunk(first, one)).json()["code"] == "network_not_granted"


async def test_what_a_trunk_names_stays_after_its_grant_is_taken_back(api: Api) -> None:
    acme = await api.organisation("Acme", networks=["203.0.113.0/24"])
    place = f"/v1/trunks/{(await add_trunk(acme, CARRIER)).json()['id']}"
    await api.services.tenants.change(acme.tenant.id, networks=())
    for change in ({"name": "Still ours"}, {"addresses": [CARRIER]}, {"enabled": False}, {"enabled": True}):
        assert (await acme.call("owner", "PATCH", place, json=change)).status_code == 200
    more = await acme.call("owner", "PATCH", place, json={"addresses": [CARRIER, "203.0.113.8"]})
    assert more.json()["code"] == "network_not_granted"


async def test_one_organisation_fills_no_more_than_its_share_of_the_networks(api: Api) -> None:
    acme, other = await api.organisation("Acme"), await api.organisation("Other")
    for block in range(4):
        full = [f"198.51.{100 + block}.{each}" for each in range(64)]
        assert (await add_trunk(acme, *full)).status_code == 201
    refused = await add_trunk(acme, "198.51.104.1")
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_networks")
    assert (await add_trunk(other, "198.51.104.1")).status_code == 201


async def test_the_operator_gives_each_organisation_another_share(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api.services.tenants, "_limits", TrunkLimits(networks_of_one=2))
    acme = await api.organisation("Acme")
    assert (await add_trunk(acme, "198.51.100.1", "198.51.100.2")).status_code == 201
    assert (await add_trunk(acme, "198.51.100.3")).json()["code"] == "too_many_networks"


async def test_no_organisation_switches_off_anothers_symmetric_rtp_at_one_address(api: Api) -> None:
    acme, other = await api.organisation("Acme"), await api.organisation("Other")
    assert (await add_trunk(acme, CARRIER, symmetric_rtp=True)).status_code == 201
    strict = await add_trunk(other, "203.0.113.0/24")
    assert (strict.status_code, strict.json()["code"]) == (409, "symmetric_rtp_differs")
    theirs = (await add_trunk(other, "203.0.113.0/24", symmetric_rtp=True)).json()
    changed = await other.call("owner", "PATCH", f"/v1/trunks/{theirs['id']}", json={"symmetric_rtp": False})
    assert changed.json()["code"] == "symmetric_rtp_differs"
    away = await add_trunk(other, CARRIER, enabled=False)
    back = await other.call("owner", "PATCH", f"/v1/trunks/{away.json()['id']}", json={"enabled": True})
    assert (away.status_code, back.json()["code"]) == (201, "symmetric_rtp_differs")


def line(letter: str, **more: Any) -> TrunkLine:
    return TrunkLine(tenant_id=TenantId(f"ten_{letter * 26}"), trunk_id=TrunkId(f"trk_{letter * 26}"), **more)


def test_a_host_whose_name_leads_to_anothers_carrier_changes_nothing_there() -> None:
    ours = line("a", addresses=("203.0.113.0/24",), symmetric_rtp=True)
    theirs = line("b", resolved=(CARRIER, "192.0.2.1"), registers=True)
    assert symmetric_networks([ours, theirs]) == {"203.0.113.0/24"}
    assert strict_networks([ours, theirs]) == {"192.0.2.1/32"}
    plain, loose = line("a", addresses=(CARRIER,)), line("b", resolved=(CARRIER,), symmetric_rtp=True, registers=True)
    assert symmetric_networks([plain, loose]) == frozenset()
    assert strict_networks([plain, loose]) == {f"{CARRIER}/32"}
