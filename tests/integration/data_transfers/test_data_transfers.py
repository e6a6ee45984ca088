"""The transfer register over HTTP, and each setting that asks it."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.http.api import Api, Organisation

from call24.data_transfers.service import DataTransfers
from call24.kit.endpoints import Endpoint

AT = "/v1/data-transfers"
ENTRY = {
    "kind": "webhook",
    "recipient": "Crmly Inc",
    "country": "US",
    "hosts": ["crmly.example"],
    "safeguard": "standard_clauses",
    "reference": "2021/914, module 2",
    "dated": "2026-01-10",
    "review_by": "2099-01-10",
}
HOOK = {"url": "https://in.crmly.example/call24", "kinds": ["call.ended"]}
TRUNK = {"name": "Carrier", "addresses": ["198.51.100.7"], "host": "198.51.100.7"}
PROVIDER = {
    "short_name": "acme",
    "issuer": "https://login.example",
    "client_id": "call24",
    "client_secret": "s",
}
PROCESSOR = {"name": "Crmly", "url": "https://in.crmly.example/erase", "gets": ["caller"], "data": "numbers"}
SETTINGS = {
    "processor": ("POST", "/v1/processors", PROCESSOR, "in.crmly.example"),
    "webhook": ("POST", "/v1/webhooks", HOOK, "in.crmly.example"),
    "trunk": ("POST", "/v1/trunks", TRUNK, "198.51.100.7"),
    "identity_provider": ("PUT", "/v1/organisation/provider", PROVIDER, "login.example"),
}


async def in_germany(api: Api) -> Organisation:
    acme = await api.organisation()
    await acme.join("privacy_officer")
    answer = await acme.call("owner", "PATCH", "/v1/organisation/policy", json={"data_region": "DE"})
    assert answer.status_code == 200, answer.text
    return acme


async def registered(acme: Organisation, **other: Any) -> dict[str, Any]:
    answer = await acme.call("privacy_officer", "POST", AT, json={**ENTRY, **other})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize("kind", SETTINGS)
async def test_a_setting_in_another_region_is_refused_until_the_register_has_an_entry(api: Api, kind: str) -> None:
    acme = await in_germany(api)
    method, path, body, host = SETTINGS[kind]
    unsaid = await acme.call("owner", method, path, json=body)
    assert (unsaid.status_code, unsaid.json()["errors"][0]["field"]) == (422, "country"), unsaid.text
    refused = await acme.call("owner", method, path, json={**body, "country": "US"})
    assert (refused.status_code, refused.json()["code"]) == (409, "transfer_not_registered")
    assert "DE" in refused.json()["detail"] and "register" in refused.json()["detail"]
    await registered(acme, kind=kind, hosts=["other.example"])
    assert (await acme.call("owner", method, path, json={**body, "country": "US"})).status_code == 409
    await registered(acme, kind=kind, hosts=[host])
    taken = await acme.call("owner", method, path, json={**body, "country": "US"})
    assert taken.status_code in (200, 201), taken.text


@pytest.mark.parametrize("kind", SETTINGS)
async def test_a_setting_in_the_same_region_needs_no_entry(api: Api, kind: str) -> None:
    acme = await in_germany(api)
    method, path, body, _ = SETTINGS[kind]
    assert (await acme.call("owner", method, path, json={**body, "country": "FR"})).status_code in (200, 201)


async def test_without_a_region_nothing_is_refused_and_the_record_of_processing_names_the_gap(api: Api) -> None:
    acme = await api.organisation()
    for method, path, body, _ in SETTINGS.values():
        assert (await acme.call("owner", method, path, json=body)).status_code in (200, 201)
    record = (await acme.call("owner", "GET", "/v1/organisation/processing-record")).json()
    assert "country where the data is kept" in record["missing"]
    assert not any("transfer" in one for one in record["missing"])


async def test_a_change_is_held_to_the_register_too_but_nothing_stops_switching_off(api: Api) -> None:
    acme = await in_germany(api)
    hook = (await acme.call("owner", "POST", "/v1/webhooks", json={**HOOK, "country": "DE"})).json()
    trunk = (await acme.call("owner", "POST", "/v1/trunks", json={**TRUNK, "country": "DE"})).json()
    for path in (f"/v1/webhooks/{hook['id']}", f"/v1/trunks/{trunk['id']}"):
        moved = await acme.call("owner", "PATCH", path, json={"country": "US"})
        assert (moved.status_code, moved.json()["code"]) == (409, "transfer_not_registered")
        assert (await acme.call("owner", "PATCH", path, json={"country": "US", "enabled": False})).status_code == 200
        assert (await acme.call("owner", "PATCH", path, json={"enabled": True})).status_code == 409


async def test_an_entry_that_a_setting_needs_stays_and_one_that_is_past_its_day_counts_no_more(api: Api) -> None:
    acme = await in_germany(api)
    today = api.clock.now().date()
    entry = await registered(acme, dated=today.isoformat(), review_by=today.isoformat())
    assert (await acme.call("owner", "POST", "/v1/webhooks", json={**HOOK, "country": "US"})).status_code == 201
    kept = await acme.call("privacy_officer", "DELETE", f"{AT}/{entry['id']}")
    assert (kept.status_code, kept.json()["code"]) == (409, "transfer_in_use")
    record = (await acme.call("owner", "GET", "/v1/organisation/processing-record")).json()
    assert record["transfers"] == [
        f"Crmly Inc (US): standard contractual clauses, 2021/914, module 2, {today.isoformat()}"
    ]
    api.clock.advance(days=1)
    await acme.join("privacy_officer")  # the sessions of yesterday are over
    await acme.join("owner")
    found = await acme.call("privacy_officer", "GET", f"{AT}/endpoints")
    assert "not_registered" in [one["standing"] for one in found.json()["items"]]
    assert (await acme.call("owner", "POST", "/v1/webhooks", json={**HOOK, "country": "US"})).status_code == 409
    gaps = (await acme.call("owner", "GET", "/v1/organisation/processing-record")).json()["missing"]
    assert any(one.startswith("an entry in the transfer register for the webhook whk_") for one in gaps), gaps
    assert (await acme.call("privacy_officer", "DELETE", f"{AT}/{entry['id']}")).status_code == 204


async def test_a_region_that_the_installation_is_outside_of_is_stated_only_with_an_entry(api: Api) -> None:
    acme = await api.organisation()
    await acme.join("privacy_officer")
    api.services.there.get(DataTransfers)._own = [Endpoint(kind="database", country="US")]
    region = {"data_region": "DE"}
    refused = await acme.call("owner", "PATCH", "/v1/organisation/policy", json=region)
    assert (refused.status_code, refused.json()["code"]) == (409, "transfer_not_registered")
    await registered(acme, kind="database", hosts=[], recipient="The host of the installation")
    assert (await acme.call("owner", "PATCH", "/v1/organisation/policy", json=region)).status_code == 200


async def test_the_register_is_the_privacy_officers_and_the_organisations_own(api: Api) -> None:
    acme, other = await in_germany(api), await api.organisation("Other")
    entry = await registered(acme)
    assert (await acme.call("agent", "GET", AT)).status_code == 403
    assert (await other.call("owner", "GET", f"{AT}/{entry['id']}")).status_code == 404
    assert (await other.call("owner", "GET", AT)).json()["items"] == []
    wrong = {**ENTRY, "recipient": " ", "review_by": "2020-01-01", "hosts": ["not a host"]}
    answer = await acme.call("privacy_officer", "POST", AT, json=wrong)
    assert {one["field"] for one in answer.json()["errors"]} == {"recipient", "review_by", "hosts"}


async def test_the_privacy_policy_names_the_recipients_of_the_register(api: Api) -> None:
    acme = await in_germany(api)
    address = (await acme.call("owner", "GET", "/v1/organisation/policy")).json()["address"]
    assert "none is registered" in (await api.call("GET", address)).text
    await registered(acme)
    assert "Crmly Inc (US): standard contractual clauses" in (await api.call("GET", address)).text
