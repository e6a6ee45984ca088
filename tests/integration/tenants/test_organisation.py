"""An organisation's own settings over HTTP: who may change them, what they may be, and that they are kept."""

from __future__ import annotations

from tests.support.for_each import for_each
from tests.support.http.api import Api

from call24.kit.secrets import AppKey
from call24.tenants.service import TenantService


async def test_an_owner_changes_what_is_named_and_the_rest_stays(api: Api) -> None:
    acme = await api.organisation("Acme")
    before = (await acme.call("owner", "GET", "/v1/organisation")).json()
    wanted = {"name": "Acme Ltd", "recording": "on_demand", "monitoring_visible": False, "record_days": 90}
    after = (await acme.call("owner", "PATCH", "/v1/organisation", json=wanted)).json()
    assert after == {**before, **wanted}
    assert (await acme.call("supervisor", "GET", "/v1/organisation")).json() == after
    again = TenantService(api.mongo, api.clock, AppKey.load(api.data))
    await again.refresh()
    known = again.known(acme.tenant.id)
    assert known is not None
    assert (known.recording, known.monitoring_visible, known.record_days) == ("on_demand", False, 90)
    refused = await acme.call("owner", "PATCH", "/v1/organisation", json={"record_days": 30, "name": "Other"})
    assert (refused.status_code, refused.json()["code"]) == (409, "retention_separate"), "PUT .../retention does"
    assert (await acme.call("owner", "GET", "/v1/organisation")).json() == after


@for_each(
    "wrong", [{"recording": "sometimes"}, {"record_days": 0}, {"timezone": "Mars/Olympus"}, {"name": " "}, {"id": "x"}]
)
async def test_what_cannot_be_is_refused_and_nothing_is_changed(api: Api, wrong: dict[str, object]) -> None:
    acme = await api.organisation("Acme")
    before = (await acme.call("owner", "GET", "/v1/organisation")).json()
    refused = await acme.call("owner", "PATCH", "/v1/organisation", json={**wrong, "monitoring_visible": False})
    assert refused.status_code == 422
    assert (await acme.call("owner", "GET", "/v1/organisation")).json() == before


async def test_nobody_but_an_owner_changes_them_and_never_those_of_another(api: Api) -> None:
    acme, other = await api.organisation("Acme"), await api.organisation("Beta")
    for role in ("supervisor", "agent"):
        refused = await acme.call(role, "PATCH", "/v1/organisation", json={"recording": "never"})
        assert refused.status_code == 403
    assert (await acme.call("owner", "PATCH", "/v1/organisation", json={"recording": "never"})).status_code == 200
    assert (await other.call("owner", "GET", "/v1/organisation")).json()["recording"] == "always"
