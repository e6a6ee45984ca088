"""Idempotency-Key: done once for each organisation, user and operation, answered alike for a day, over a restart."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import httpx
import pytest
from tests.support.http.api import Api, Organisation
from tests.support.privacy.due import delete_due

from call24.idempotency import service as keeping
from call24.idempotency.model import Attempt
from call24.idempotency.service import IdempotencyService
from call24.kit.errors import Conflict
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.secrets import AppKey
from call24.server.http_app import create_app

PATH = "/v1/pause-reasons"


async def make(org: Organisation, name: str, key: str = "k", role: str = "owner", path: str = PATH) -> httpx.Response:
    return await org.call(role, "POST", path, json={"name": name}, headers={"Idempotency-Key": key})


async def names(org: Organisation, path: str = PATH) -> list[str]:
    return [one["name"] for one in (await org.call("owner", "GET", path)).json()["items"]]


async def test_a_repeated_request_is_answered_as_the_first_and_done_once(api: Api) -> None:
    org = await api.organisation()
    first = await make(org, "Errand")
    again = await make(org, "Errand")
    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert first.headers["Content-Type"] == again.headers["Content-Type"]
    assert ("Idempotency-Replayed" in first.headers, again.headers["Idempotency-Replayed"]) == (False, "true")
    assert await names(org) == ["Errand"]


async def test_an_answer_outlives_the_server(api: Api) -> None:
    org = await api.organisation()
    first = await make(org, "Errand")
    restarted = IdempotencyService(api.mongo, api.clock, AppKey.load(api.data))
    there = Provided(api.services.there)
    there.put(IdempotencyService, restarted)
    services = replace(api.services, there=there)
    transport = httpx.ASGITransport(create_app(services), raise_app_exceptions=False, client=("127.0.0.1", 50000))
    async with httpx.AsyncClient(transport=transport, base_url="https://call24.test:8024") as http:
        headers = {"Authorization": f"Bearer {org.bearers['owner']}", "Idempotency-Key": "k"}
        again = await http.post(PATH, json={"name": "Errand"}, headers=headers)
    assert (again.status_code, again.content) == (201, first.content)
    assert await names(org) == ["Errand"]


async def test_a_key_that_was_used_for_another_body_is_refused(api: Api) -> None:
    org = await api.organisation()
    await make(org, "Errand")
    other = await make(org, "Lecture")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert other.headers["Content-Type"] == "application/problem+json"
    assert await names(org) == ["Errand"]


async def test_a_key_is_one_users_one_organisations_and_one_operations(api: Api) -> None:
    org, other = await api.organisation(), await api.organisation("Other")
    await org.join("administrator")
    made = [
        await make(org, "Errand"),
        await make(org, "Study", role="administrator"),
        await make(other, "Errand"),
        await make(org, "Bought", path="/v1/dispositions"),
    ]
    assert [one.status_code for one in made] == [201] * 4
    assert all("Idempotency-Replayed" not in one.headers for one in made)


async def test_while_it_is_worked_on_a_second_is_told_so(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    org = await api.organisation()
    reasons, begun, go = api.services.agents.pause_reasons, asyncio.Event(), asyncio.Event()
    create = reasons.create

    async def slow(*args: Any, **more: Any) -> Any:
        begun.set()
        await go.wait()
        return await create(*args, **more)

    monkeypatch.setattr(reasons, "create", slow)
    first = asyncio.create_task(make(org, "Errand"))
    await begun.wait()
    second = await make(org, "Errand")
    go.set()
    assert (second.status_code, second.json()["code"]) == (409, "idempotency_key_in_use")
    assert (await first).status_code == 201
    assert (await make(org, "Errand")).content == (await first).content


async def test_what_a_killed_server_left_is_not_done_again_unasked(api: Api) -> None:
    org = await api.organisation()
    killed = IdempotencyService(api.mongo, api.clock, AppKey.load(api.data))
    asked: dict[str, Any] = {}
    begin = api.services.once.begin

    async def noted(*args: Any) -> Any:
        asked["as"] = args
        raise Conflict

    api.services.once.begin = noted  # type: ignore[method-assign]
    await make(org, "Errand")
    api.services.once.begin = begin  # type: ignore[method-assign]
    await killed.begin(*asked["as"])
    left = await make(org, "Errand")
    assert (left.status_code, left.json()["code"]) == (409, "idempotency_outcome_unknown")
    assert await names(org) == []


async def test_a_failure_is_not_kept(api: Api) -> None:
    org = await api.organisation()
    assert (await make(org, "")).status_code == 422
    assert (await make(org, "Errand")).status_code == 201


async def test_it_is_kept_for_a_day(api: Api, mongo: Mongo) -> None:
    org = await api.organisation()
    await make(org, "Errand")
    assert (await delete_due(api.mongo, api.clock.now()))["repeatable"] == 0
    api.clock.advance(hours=24)
    [owner] = [await api.services.identity.user(org.tenant.id, org.users["owner"])]  # type: ignore[arg-type]
    org.bearers["owner"] = (await api.services.identity.open_session(owner, "Next day")).bearer
    assert (await make(org, "Lecture")).status_code == 201
    api.clock.advance(hours=24)
    assert (await delete_due(api.mongo, api.clock.now()))["repeatable"] == 1
    assert await mongo.tenant(org.tenant.id).collection(Attempt).count() == 0


async def test_what_is_kept_is_sealed_and_a_secret_is_shown_only_to_who_may(api: Api, mongo: Mongo) -> None:
    org = await api.organisation()
    wish, key = {"name": "Machine", "abilities": ["*"]}, {"Idempotency-Key": "very-personal"}
    first = await org.call("owner", "POST", "/v1/tokens", json=wish, headers=key)
    [kept] = await mongo.tenant(org.tenant.id).collection(Attempt).find()
    assert kept.answer is not None and first.json()["token"].encode() not in kept.answer
    assert "personal" not in repr(kept)
    narrow = await org.call("owner", "POST", "/v1/tokens", json={"name": "N", "abilities": ["queues.read"]})
    answer = await api.call("POST", "/v1/tokens", narrow.json()["token"], json=wish, headers=key)
    assert answer.status_code == 403, answer.text
    assert (await api.call("POST", "/v1/tokens", "nonsense", json=wish, headers=key)).status_code == 401


async def test_an_answer_given_again_leaves_its_line_in_the_audit_log(api: Api) -> None:
    org = await api.organisation()
    for _ in range(2):
        made = await make(org, "Errand")
    lines = (await org.call("owner", "GET", "/v1/audit", params={"action": f"POST {PATH}"})).json()["items"]
    assert [line["status"] for line in lines] == [201, 201]
    assert all(made.json()["id"] in line["objects"] for line in lines)


@pytest.mark.parametrize("key", ["x" * 201, "a b", ""])
async def test_an_odd_key_is_refused(api: Api, key: str) -> None:
    org = await api.organisation()
    assert (await make(org, "Errand", key)).status_code == 422


async def test_there_is_an_end_to_how_many_keys_an_organisation_uses(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "KEYS_MAX", 2)
    org = await api.organisation()
    made = [await make(org, f"Reason {n}", f"k{n}") for n in range(3)]
    assert [one.status_code for one in made] == [201, 201, 429]
    assert made[2].json()["code"] == "too_many_idempotency_keys"


async def test_one_user_does_not_use_up_the_organisations_keys_of_a_day(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "KEYS_OF_USER", 3, raising=False)
    org = await api.organisation()
    await org.join("administrator")
    answers = [await make(org, f"Errand {n}", key=f"k{n}") for n in range(4)]
    assert [one.status_code for one in answers] == [201, 201, 201, 429]
    assert answers[-1].json()["code"] == "too_many_idempotency_keys" and "3 keys" in answers[-1].json()["detail"]
    assert (await make(org, "Errand 0", key="k0")).headers["Idempotency-Replayed"] == "true"
    assert (await make(org, "Study", role="administrator", key="k0")).status_code == 201
