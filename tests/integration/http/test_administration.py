"""Users, queues, trunks and numbers over HTTP, by role; the doctor's temporary organisation."""

from __future__ import annotations

from typing import Any

import httpx
from tests.support.for_each import for_each
from tests.support.http.api import DOCTOR, PASSWORD, Api, Organisation

from call24.contacts.model import Contact
from call24.data_map import documents
from call24.identity.model import Device, Token, User
from call24.kit.ids import TenantId
from call24.queues.model import Queue
from call24.server.api.doctor import Organisations, TenantErasers
from call24.tenants.model import Tenant

READS = ("/v1/users", "/v1/queues", "/v1/trunks", "/v1/numbers")


def writes(organisation: Organisation, queue: str) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        ("POST", "/v1/users", {"email": "n@example.com", "name": "N", "role": "agent", "password": PASSWORD}),
        ("POST", "/v1/queues", {"name": "New"}),
        ("PATCH", f"/v1/queues/{queue}", {"name": "Renamed"}),
        ("POST", "/v1/trunks", {"name": "T", "addresses": ["192.0.2.1"]}),
        ("POST", "/v1/numbers", {"number": "+442079460123", "trunk_id": "trk_x", "queue_id": queue}),
    ]


async def test_owners_write_supervisors_read_agents_neither_and_nobody_gets_in_without_a_token(api: Api) -> None:
    acme = await api.organisation()
    queue = await api.services.queues.create(acme.tenant.id, "Support")
    for path in READS:
        assert (await acme.call("owner", "GET", path)).status_code == 200
        assert (await acme.call("supervisor", "GET", path)).status_code == 200
        assert (await acme.call("agent", "GET", path)).json()["code"] == "forbidden"
        assert (await api.call("GET", path)).status_code == 401
    for method, path, body in writes(acme, queue.id):
        for role in ("supervisor", "agent"):
            refused = await acme.call(role, method, path, json=body)
            assert refused.status_code == 403 and refused.json()["code"] == "forbidden"
        assert (await api.call(method, path, json=body)).status_code == 401
    assert [one.name for one in await api.services.queues.all(acme.tenant.id)] == ["Support"]
    assert len(await api.services.identity.users(acme.tenant.id)) == 3


async def test_from_nothing_to_a_number_that_leads_to_a_queue(api: Api) -> None:
    acme = await api.organisation()
    new = {"email": "Kim@Example.com", "name": "Kim", "role": "agent", "password": PASSWORD}
    user = await acme.call("owner", "POST", "/v1/users", json=new)
    assert user.status_code == 201 and "password" not in user.text and "argon2" not in user.text
    queue = await acme.call("owner", "POST", "/v1/queues", json={"name": "Support", "members": [user.json()["id"]]})
    assert queue.status_code == 201
    assert {k: queue.json()[k] for k in ("offer_s", "max_wait_s", "wrap_up_s", "record")} == {
        "offer_s": 20,
        "max_wait_s": 600,
        "wrap_up_s": 10,
        "record": "never",
    }
    trunk = await acme.call("owner", "POST", "/v1/trunks", json={"name": "Carrier", "addresses": ["192.0.2.0/24"]})
    body = {"number": "020 7946 0123", "trunk_id": trunk.json()["id"], "queue_id": queue.json()["id"]}
    number = await acme.call("owner", "POST", "/v1/numbers", json=body)
    assert number.status_code == 201 and number.json()["number"] == "+442079460123"
    known = api.services.tenants.number_by_e164("+442079460123")
    assert known is not None and known.queue_id == queue.json()["id"] and known.greeting == "greeting"


async def test_a_queue_changes_only_where_told(api: Api) -> None:
    acme = await api.organisation()
    queue = await api.services.queues.create(acme.tenant.id, "Support", members=[], offer_s=30)
    changed = await acme.call("owner", "PATCH", f"/v1/queues/{queue.id}", json={"wrap_up_s": 0, "record": "on_demand"})
    assert changed.status_code == 200
    assert changed.json() | {"wrap_up_s": 0, "record": "on_demand", "offer_s": 30, "name": "Support"} == changed.json()
    known = api.services.queues.known(queue.id)
    assert known is not None and known.wrap_up_s == 0 and known.record == "on_demand"


async def test_queue_names_are_unique_in_an_organisation_whatever_their_case(api: Api) -> None:
    acme = await api.organisation()
    await api.services.queues.create(acme.tenant.id, "Support")
    other = await api.services.queues.create(acme.tenant.id, "Sales")
    again = await acme.call("owner", "POST", "/v1/queues", json={"name": " SUPPORT "})
    assert again.status_code == 409 and again.json()["code"] == "queue_name_taken"
    assert (await acme.call("owner", "PATCH", f"/v1/queues/{other.id}", json={"name": "support"})).status_code == 409


@for_each(
    ("path", "body", "field"),
    [
        ("/v1/queues", {"name": ""}, "name"),
        ("/v1/queues", {"name": "x" * 101}, "name"),
        ("/v1/queues", {"name": "a\x00b"}, "name"),
        ("/v1/queues", {"name": "Q", "offer_s": 4}, "offer_s"),
        ("/v1/queues", {"name": "Q", "offer_s": "20"}, "offer_s"),
        ("/v1/queues", {"name": "Q", "offer_s": 20.5}, "offer_s"),
        ("/v1/queues", {"name": "Q", "max_wait_s": 10**12}, "max_wait_s"),
        ("/v1/queues", {"name": "Q", "record": "sometimes"}, "record"),
        ("/v1/queues", {"name": "Q", "music": "../../etc"}, "music"),
        ("/v1/queues", {"name": "Q", "members": ["usr_unknown"]}, "members"),
        ("/v1/users", {"email": "no", "name": "N", "role": "agent", "password": PASSWORD}, "email"),
        ("/v1/users", {"email": "a@b.c", "name": "N", "role": "admin", "password": PASSWORD}, "role"),
        ("/v1/users", {"email": "a@b.c", "name": "N", "role": "agent", "password": "short"}, "password"),
        ("/v1/users", {"email": "long@example.com", "name": "N", "role": "agent", "password": "long@example.com"}, ""),
        ("/v1/trunks", {"name": "T", "addresses": []}, "addresses"),
        ("/v1/trunks", {"name": "T", "addresses": ["carrier.example"]}, "addresses"),
        ("/v1/trunks", {"name": "T", "addresses": ["0.0.0.0/0"]}, "addresses"),
        ("/v1/trunks", {"name": "T", "addresses": ["192.0.2.1\nmatch=0.0.0.0/0"]}, "addresses"),
        ("/v1/trunks", {"name": "T", "addresses": ["::/0"]}, "addresses"),
    ],
)
async def test_a_setting_that_breaks_a_rule_is_named(api: Api, path: str, body: dict[str, Any], field: str) -> None:
    acme = await api.organisation()
    answer = await acme.call("owner", "POST", path, json=body)
    assert answer.status_code == 422
    assert any(error["field"].startswith(field or "password") for error in answer.json()["errors"])


@for_each("greeting", ["../secret", "a/b", "A", "", "x" * 65, "a&b"])
async def test_a_greeting_is_a_bare_name_and_never_a_path(api: Api, greeting: str) -> None:
    acme = await api.organisation()
    queue = await api.services.queues.create(acme.tenant.id, "Support")
    trunk = await api.services.tenants.add_trunk(acme.tenant.id, "T", ["192.0.2.1"])
    body = {"number": "+442079460123", "trunk_id": trunk.id, "queue_id": queue.id, "greeting": greeting}
    assert (await acme.call("owner", "POST", "/v1/numbers", json=body)).status_code == 422


async def test_what_is_known_in_memory_is_what_is_stored(api: Api) -> None:
    acme = await api.organisation()
    queue = await api.services.queues.create(acme.tenant.id, "Support")
    trunk = await api.services.tenants.add_trunk(acme.tenant.id, "T", ["192.0.2.1"])
    await api.services.tenants.add_number(acme.tenant, "+442079460123", trunk.id, queue.id)
    tenants, queues, identity = api.services.tenants, api.services.queues, api.services.identity
    before = (
        tenants.known(acme.tenant.id),
        tenants.known_trunks(),
        tenants.number_by_e164("+442079460123"),
        queues.known_queues(acme.tenant.id),
        sorted(user.id for user in identity.known_users(acme.tenant.id)),
        sorted(device.id for device in identity.known_devices()),
    )
    for room in (tenants, queues, identity):
        await room.refresh()
    assert before == (
        tenants.known(acme.tenant.id),
        tenants.known_trunks(),
        tenants.number_by_e164("+442079460123"),
        queues.known_queues(acme.tenant.id),
        sorted(user.id for user in identity.known_users(acme.tenant.id)),
        sorted(device.id for device in identity.known_devices()),
    )


async def admit(api: Api) -> dict[str, str]:
    answer = await api.call("POST", "/v1/internal/doctor", headers={"X-Call24-Doctor": DOCTOR})
    assert answer.status_code == 201
    made: dict[str, str] = answer.json()
    return made


async def test_the_doctor_gets_a_complete_organisation_and_leaves_nothing(api: Api) -> None:
    bystander = await api.organisation("Bystander")
    made = await admit(api)
    assert made["number"].startswith("+999")
    known = api.services.tenants.number_by_e164(made["number"])
    assert known is not None and known.queue_id == made["queue_id"]
    body = {"email": made["email"], "password": made["password"], "device_name": "doctor"}
    session = (await api.call("POST", "/v1/auth/login", json=body)).json()
    tenant_id = TenantId(made["tenant_id"])
    await api.services.contacts.remember(tenant_id, "+999123456789", "Doctor's customer")

    gone = await api.call("DELETE", f"/v1/internal/doctor/{tenant_id}", headers={"X-Call24-Doctor": DOCTOR})
    assert gone.status_code == 204
    assert (await api.call("GET", "/v1/me", session["token"])).status_code == 401
    assert session["device"]["id"] in [device.id for device in api.signed_out]
    assert api.erased == [tenant_id]
    assert api.services.tenants.number_by_e164(made["number"]) is None
    assert api.services.queues.known_queues(tenant_id) == []
    for declared in documents():
        if declared.tenant:
            assert await api.mongo.tenant(tenant_id).collection(declared.struct).count() == 0, declared.collection
    assert [tenant.id for tenant in await api.services.tenants.all()] == [bystander.tenant.id]
    for struct in (User, Token, Device):
        assert await api.mongo.tenant(bystander.tenant.id).collection(struct).count() == 3


async def test_the_doctor_cannot_remove_a_real_organisation(api: Api) -> None:
    acme = await api.organisation()
    real = await api.call("DELETE", f"/v1/internal/doctor/{acme.tenant.id}", headers={"X-Call24-Doctor": DOCTOR})
    unknown = await api.call("DELETE", "/v1/internal/doctor/ten_x", headers={"X-Call24-Doctor": DOCTOR})
    assert real.status_code == unknown.status_code == 404 and real.json() == unknown.json()
    assert await api.mongo.tenant(acme.tenant.id).collection(User).count() == 3


async def test_only_this_machine_with_the_secret_is_the_doctor(api: Api) -> None:
    acme = await api.organisation()
    for headers in ({}, {"X-Call24-Doctor": ""}, {"X-Call24-Doctor": "wrong"}, {"X-Call24-Doctor": "ü".encode()}):
        assert (await acme.call("owner", "POST", "/v1/internal/doctor", headers=headers)).status_code == 403
    far = httpx.ASGITransport(api.app, client=("192.0.2.7", 50000))
    async with httpx.AsyncClient(transport=far, base_url="https://call24.test") as client:
        answer = await client.post("/v1/internal/doctor", headers={"X-Call24-Doctor": DOCTOR})
    assert answer.status_code == 403
    assert [tenant.temporary for tenant in await api.services.tenants.all()] == [False]


async def test_this_machine_is_this_machine_by_its_public_address_too(api: Api) -> None:
    """An installation that others reach is asked by its public address, also by its own tools."""
    own = httpx.ASGITransport(api.app, client=("192.0.2.7", 50000))
    async with httpx.AsyncClient(transport=own, base_url="https://192.0.2.7:8024") as client:
        answer = await client.post("/v1/internal/doctor", headers={"X-Call24-Doctor": DOCTOR})
    assert answer.status_code == 201


async def test_what_a_killed_doctor_left_is_removed_at_the_next_start(api: Api) -> None:
    acme = await api.organisation()
    await admit(api)
    of, erasers = api.services, TenantErasers(api.services.erase_tenant)
    there = Organisations(erasers, of.identity, of.queues, of.tenants)
    assert await there.wipe_leftovers() == 1
    left = await api.mongo.platform(Tenant, why="organisations are the platform's own list").find()
    assert [tenant.id for tenant in left] == [acme.tenant.id]
    assert await api.mongo.platform(Queue, why="calls are routed from a copy in memory").count() == 0
    assert await api.mongo.tenant(acme.tenant.id).collection(Contact).count() == 0
