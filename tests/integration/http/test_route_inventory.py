"""Every route there is, found in the application itself: none is open by oversight, none falls over on odd input."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute
from tests.support.http.api import Api, Organisation
from tests.support.http.open_routes import BY_OTHERS, OPEN

from call24.data_map import documents
from call24.http.middleware import known_first
from call24.http.served_routes import ServedRoutes
from call24.kit.ids import new_id
from call24.server.http_app import create_app

LARAVEL = {"/api/user"}
"""What speaks as Laravel does."""


_found: list[tuple[str, str]] = []


def routes(api: Api) -> list[tuple[str, str]]:
    """They are the same in each test: the application is made once for them."""
    if not _found:
        whole = create_app(api.services)
        _found.extend((method, route.path) for route in _flat(whole.routes) for method in sorted(route.methods))
        assert len(_found) > 20, "the inventory did not find the routes"
    return _found


def _flat(found: Any) -> Iterator[APIRoute]:
    for route in found:
        if isinstance(route, APIRoute):
            yield route
        elif isinstance(route, ServedRoutes):
            yield from route.operations


@pytest.fixture
async def whole(api: Api) -> Any:
    """The application with every router, also those that need a running engine."""
    app = create_app(api.services)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=("127.0.0.1", 50000))
    async with httpx.AsyncClient(transport=transport, base_url="https://call24.test:8024") as client:
        yield client


async def test_every_route_asks_who_it_is(api: Api, whole: httpx.AsyncClient) -> None:
    acme = await api.organisation()
    await acme.call("agent", "POST", "/v1/auth/logout")
    for method, path in routes(api):
        if (method, path) in OPEN:
            continue
        place = path.replace("{", "").replace("}", "")
        for bearer in (None, "Bearer nonsense", f"Bearer {acme.bearers['agent']}", "Basic YTpi"):
            headers = {"Authorization": bearer} if bearer else {}
            answer = await whole.request(method, place, json={}, headers=headers)
            assert answer.status_code == 401, (method, path, bearer, answer.text)
            if path in LARAVEL:
                assert answer.json() == {"message": "Unauthenticated."}
            else:
                assert method == "HEAD" or answer.json()["code"] == "unauthenticated"


async def test_none_but_health_metrics_and_the_apps_files_answers_before_the_rooms_have_read_their_memory(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known_first, "WAITING_MAX", 0)
    (api.data / "web").mkdir(exist_ok=True)
    (api.data / "web" / "index.html").write_text("the app")
    starting = create_app(replace(api.services, known=asyncio.Event()))
    transport = httpx.ASGITransport(starting, raise_app_exceptions=False, client=("127.0.0.1", 50000))
    async with httpx.AsyncClient(transport=transport, base_url="https://call24.test:8024") as client:
        early = set()
        for method, path in routes(api):
            answer = await client.request(method, path.replace("{", "").replace("}", ""))
            if answer.status_code != 503 or "Retry-After" not in answer.headers:
                early.add(path)
        assert early == {"/health/live", "/health/ready", "/metrics"}
        assert (await client.get("/")).text == "the app"


async def test_the_list_of_open_routes_names_only_routes_that_are(api: Api) -> None:
    assert set(routes(api)) >= OPEN


POLICY, RIGHTS = "/policy/{public_id}", "/rights/{public_id}"
PAGES = {
    *(
        "/docs",
        "/openapi.json",
        "/problems",
        "/problems/{code}",
        "/changelog",
        "/changelog/{version}",
        "/trust",
        "/trust/call24-ca.crt",
    ),
    *("/.well-known/call24", "/.well-known/assetlinks.json", "/.well-known/apple-app-site-association"),
    *(f"/branding/{{public_id}}/{one}" for one in ("style.css", "logo.webp", "dark-logo.webp")),
    *(POLICY, f"{POLICY}/pdf", *(f"{POLICY}/{{version}}{one}" for one in ("", "/changes", "/pdf"))),
    "/account-deletion",
    "/unsubscribe/{token}",
    "/v1/crm-webhooks/{token}",  # a CRM may add some to the address that it posts to
    "/metrics",  # Prometheus may be set up to send some
    RIGHTS,
    *(f"{RIGHTS}/{one}" for one in ("call", "code", "consent", "file", "request", "leave")),
    *(f"{RIGHTS}/recordings/{{recording_id}}", f"{RIGHTS}/receipts/{{entry_id}}"),
}
"""For people and tools, who come by links of others."""


async def test_no_operation_takes_a_parameter_that_it_does_not_know(api: Api, whole: httpx.AsyncClient) -> None:
    acme = await api.organisation()
    asked = 0
    for method, path in routes(api):
        if path in PAGES or path.startswith("/v1/internal/") or (method, path) in BY_OTHERS or method == "HEAD":
            continue
        place = path.replace("{", "").replace("}", "")
        headers = {} if (method, path) in OPEN else {"Authorization": f"Bearer {acme.bearers['owner']}"}
        body = None if method == "GET" else {}
        answer = await whole.request(method, place, params={"nonsense": "1"}, json=body, headers=headers)
        assert answer.status_code == 422, (method, path, answer.text)
        if path not in {"/sanctum/token", *LARAVEL}:  # there in Laravel's shape
            [error] = answer.json()["errors"]
            assert (answer.json()["code"], error["field"]) == ("invalid", "query.nonsense"), (method, path)
            assert error["message"].startswith("There is no such parameter: it takes "), (method, path)
        asked += 1
    assert asked > 190


async def test_an_unknown_parameter_is_told_with_those_that_are_known_and_nothing_is_listed(
    api: Api, whole: httpx.AsyncClient
) -> None:
    acme = await api.organisation()
    headers = {"Authorization": f"Bearer {acme.bearers['owner']}"}
    answer = await whole.get("/v1/calls?number=%2B12025550100&limit=5", headers=headers)
    assert answer.status_code == 422
    known = (
        "agent_id, cursor, direction, disposition_id, from, limit, max_duration_s, min_duration_s, outcome, "
        "queue_id, recorded, to"
    )
    told = answer.json()["errors"]
    assert told == [{"field": "query.number", "message": f"There is no such parameter: it takes {known}"}], told


async def test_a_parameter_that_is_given_twice_is_refused_and_a_stranger_learns_nothing(
    api: Api, whole: httpx.AsyncClient
) -> None:
    acme = await api.organisation()
    headers = {"Authorization": f"Bearer {acme.bearers['owner']}"}
    twice = await whole.get("/v1/queues?limit=1&limit=2", headers=headers)
    assert (twice.status_code, twice.json()["errors"][0]["field"]) == (422, "query.limit")
    assert (await whole.get("/v1/queues?limit=1&cursor=", headers=headers)).status_code != 500
    assert (await whole.get("/v1/queues?nonsense=1")).json()["code"] == "unauthenticated"


@pytest.mark.parametrize(
    "tries",
    [
        2,
        pytest.param(
            25, marks=pytest.mark.long("test_no_body_whatever_makes_a_route_fall_over_or_reach_another_organisation")
        ),
    ],
)
async def test_no_body_whatever_makes_a_route_fall_over_or_reach_another_organisation(api: Api, tries: int) -> None:
    acme, other = await api.organisation("Acme"), await api.organisation("Other")
    queue = await api.services.queues.create(acme.tenant.id, "Support")
    flow = await api.services.flows.create(acme.tenant.id, "Main")
    trunk = await api.services.tenants.add_trunk(acme.tenant.id, "T", ["192.0.2.1"])
    number = await api.services.tenants.add_number(acme.tenant, "+442079460123", trunk.id, queue.id)
    before = await everything(api, other)
    dice = random.Random(20261124)
    fields = ("name", "email", "password", "role", "members", "addresses", "number", "trunk_id", "queue_id")
    fields += ("limit_s", "order", "active", "skills")
    fields += ("kind", "host", "port", "transport", "username", "send_as_account", "enabled", "label")
    fields += ("srtp", "symmetric_rtp", "trust_identity")
    fields += ("countries", "allowed_prefixes", "user", "organisation", "user_id")
    fields += ("start", "nodes", "revision", "version")
    fields += ("greeting", "record", "music", "offer_s", "socket_id", "channel_name", "device_name", "setup_token")
    for method, path in routes(api):
        if method not in ("POST", "PATCH", "PUT") or path.startswith(("/v1/calls", "/v1/callbacks", "/v1/session")):
            continue
        for _ in range(tries):
            keys = dice.sample(fields, dice.randint(0, 6))
            body = {key: odd(dice, other) for key in keys} if dice.random() < 0.9 else odd(dice, other)
            place = path.replace("{queue_id}", dice.choice([queue.id, new_id("que"), "%00", "a" * 300]))
            place = place.replace("{flow_id}", dice.choice([flow.id, new_id("flw"), "%00", "a" * 300]))
            place = place.replace("{trunk_id}", dice.choice([trunk.id, new_id("trk"), "%00", "a" * 300]))
            place = place.replace("{number_id}", dice.choice([number.id, new_id("num"), "%00", "a" * 300]))
            answer = await acme.call("owner", method, place, content=json.dumps(body), headers=JSON)
            if path == "/v1/auth/logout":
                acme.bearers["owner"] = (await signed_in_again(api, acme)).bearer
            assert answer.status_code < 500, (method, path, body, answer.text)
    assert await everything(api, other) == before


JSON = {"Content-Type": "application/json"}


def odd(dice: random.Random, other: Organisation, depth: int = 0) -> Any:
    """Something that a client should not send, now and then something that it might."""
    plain: list[Any] = [None, True, -1, 0, 1e308, 2**70, "", "x", "x" * 5000, "\x00", "\u202e", "\ud800", "../../etc"]
    plain += ["$where", {"$gt": ""}, other.tenant.id, other.users["agent"], other.emails["owner"], "+442079460001"]
    plain += ["Robert'); DROP", "<script>", "192.0.2.1", "agent", "a@b.c", "1.2", "NaN", [], {}]
    if depth < 3 and dice.random() < 0.25:
        inner = [odd(dice, other, depth + 1) for _ in range(dice.randint(0, 4))]
        return inner if dice.random() < 0.5 else {f"k{n}": value for n, value in enumerate(inner)}
    return dice.choice(plain)


async def signed_in_again(api: Api, organisation: Organisation) -> Any:
    user = await api.services.identity.user(organisation.tenant.id, organisation.users["owner"])  # type: ignore[arg-type]
    return await api.services.identity.open_session(user, "Again")


async def everything(api: Api, organisation: Organisation) -> dict[str, Any]:
    scope = api.mongo.tenant(organisation.tenant.id)
    declared = [document for document in documents() if document.tenant and not document.collection.startswith("test_")]
    return {one.collection: await scope.collection(one.struct).find(sort=[("id", 1)]) for one in declared}
