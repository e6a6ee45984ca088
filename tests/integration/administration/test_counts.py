"""Counts of administration over HTTP: what each user sees, how fresh they are, and what they cost."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.support.http.api import Api, Organisation

from call24.administration.counts import REMEMBERED_MAX, Counts
from call24.administration.room import COUNTED
from call24.asterisk.trunk_status import TrunkStatus
from call24.crm.model import CrmConnection
from call24.incidents.model import Incident
from call24.kit.ids import TenantId, WebhookId
from call24.kit.mongo import Index, Mongo, TenantCollection
from call24.privacy_requests.model import PrivacyRequest
from call24.server.rooms import INDEXES
from call24.tenants.api.trunks import TrunkStatuses
from call24.webhooks.service import WebhookService

COUNTS = "/v1/administration/counts"


async def told(acme: Organisation, role: str = "owner", path: str = COUNTS) -> dict[str, Any]:
    answer = await acme.call(role, "GET", path)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def queue(acme: Organisation, name: str) -> str:
    made = await acme.call("owner", "POST", "/v1/queues", json={"name": name})
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def test_everybody_is_told_of_what_they_may_list_and_nothing_else(api: Api) -> None:
    acme, other = await api.organisation(), await api.organisation("Other")
    await queue(other, "Theirs")
    await acme.call("owner", "POST", "/v1/dispositions", json={"name": "Sold"})
    gone = (await acme.call("owner", "POST", "/v1/dispositions", json={"name": "Old"})).json()
    await acme.call("owner", "DELETE", f"/v1/dispositions/{gone['id']}")
    owner = (await told(acme))["counts"]
    assert {name: owner[name] for name in ("users", "roles", "queues", "api_tokens")} == {
        "users": 3,
        "roles": 6,
        "queues": 0,
        "api_tokens": 0,
    }
    shown = (await acme.call("owner", "GET", "/v1/dispositions")).json()["items"]
    assert owner["dispositions"] == sum(one["active"] for one in shown) == len(shown) - 1
    supervisor, agent = await told(acme, "supervisor"), await told(acme, "agent")
    assert {"queues", "flows", "trunks", "api_tokens"} <= supervisor["counts"].keys()
    assert not {"incidents", "legal_holds", "roles", "privacy_requests"} & supervisor["counts"].keys()
    assert set(agent["counts"]) <= {"users", "dispositions", "pause_reasons", "api_tokens"} and agent["attention"] == []
    assert (await api.call("GET", COUNTS)).status_code == 401


async def test_a_machine_is_told_within_its_abilities_and_of_no_tokens(api: Api) -> None:
    acme = await api.organisation()
    wish = {"name": "Machine", "abilities": ["queues.read"]}
    made = await acme.call("owner", "POST", "/v1/tokens", json=wish)
    assert (await told(acme))["counts"]["api_tokens"] == 1
    answer = await api.call("GET", COUNTS, made.json()["token"])
    assert answer.json() == {"counts": {"queues": 0, "opening_hours": 0}, "attention": []}


async def test_what_somebody_adds_or_deletes_is_counted_at_once(api: Api) -> None:
    acme = await api.organisation()
    assert (await told(acme))["counts"]["queues"] == 0
    made = await queue(acme, "Support")
    assert (await told(acme))["counts"]["queues"] == 1
    assert (await told(acme, "supervisor"))["counts"]["queues"] == 1
    assert (await acme.call("owner", "DELETE", f"/v1/queues/{made}")).status_code == 204
    assert (await told(acme))["counts"]["queues"] == 0


async def test_what_work_in_the_background_changes_is_counted_ten_seconds_later(api: Api) -> None:
    acme = await api.organisation()
    assert (await told(acme))["counts"]["queues"] == 0
    await api.services.queues.create(acme.tenant.id, "Support")
    api.clock.advance(seconds=9)
    assert (await told(acme))["counts"]["queues"] == 0, "remembered"
    api.clock.advance(seconds=1)
    assert (await told(acme))["counts"]["queues"] == 1


async def test_many_who_ask_at_once_are_answered_from_one_count(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    acme = await api.organisation()
    counted: list[str] = []
    count = TenantCollection.count

    async def noted(self: TenantCollection[Any], filter: Any = None) -> int:
        counted.append(self._struct.__name__)
        return await count(self, filter)

    monkeypatch.setattr(TenantCollection, "count", noted)
    await asyncio.gather(*(told(acme, role) for role in ("owner", "supervisor", "agent") for _ in range(5)))
    assert sorted(counted) == sorted(one.of.__name__ for one in COUNTED)


async def test_what_needs_somebody_is_named_to_who_may_see_it(api: Api) -> None:
    acme = await api.organisation()
    tenant, services = acme.tenant.id, api.services
    await services.tenants.add_trunk(tenant, "Tenger", ["192.0.2.1"], host="192.0.2.1")
    api.app.state.provided.put(TrunkStatuses, TrunkStatuses(lambda _: TrunkStatus(status="unreachable")))
    hook = {"url": "https://hooks.example/x", "kinds": ["call.ended"]}
    made = (await acme.call("owner", "POST", "/v1/webhooks", json=hook)).json()
    entered = await acme.call("owner", "POST", "/v1/privacy-requests", json={"kind": "access", "source": "letter"})
    assert entered.status_code == 201, entered.text
    assert await told_of(acme) == ["trunks"]
    webhooks = services.there.get(WebhookService)
    await webhooks.record_health(WebhookId(made["id"]), taken=False)
    late = {"due_at": api.clock.now()}
    await api.mongo.tenant(tenant).collection(PrivacyRequest).update_where({"id": entered.json()["id"]}, late)
    api.clock.advance(seconds=10)
    assert await told_of(acme) == ["privacy_requests", "trunks", "webhooks"]
    assert await told_of(acme, "supervisor") == ["trunks", "webhooks"]
    await acme.call("owner", "PATCH", f"/v1/webhooks/{made['id']}", json={"enabled": False})
    assert await told_of(acme) == ["privacy_requests", "trunks"], "who switched it off knows"


async def told_of(acme: Organisation, role: str = "owner") -> list[str]:
    return sorted((await told(acme, role))["attention"])


async def test_a_count_that_failed_is_not_remembered(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    acme = await api.organisation()

    async def fails(self: object, filter: Any = None) -> int:
        raise OSError

    with monkeypatch.context() as patched:
        patched.setattr(TenantCollection, "count", fails)
        assert (await acme.call("owner", "GET", COUNTS)).status_code == 500
    assert (await told(acme))["counts"]["users"] == 3


async def test_so_many_organisations_are_remembered(mongo: Mongo, api: Api) -> None:
    counts = Counts(mongo, api.clock, ())
    for number in range(REMEMBERED_MAX + 5):
        await counts.of(TenantId(f"ten_{number}"))
    assert len(counts._known) == REMEMBERED_MAX


def test_everything_that_is_counted_is_counted_by_an_index_that_begins_with_the_organisation() -> None:
    led = {index.struct for index in INDEXES if not index.across and not index.only and not index.retired}
    assert isinstance(INDEXES[0], Index) and not {one.of for one in COUNTED} - led
    assert {CrmConnection, Incident, PrivacyRequest} < {one.of for one in COUNTED}
