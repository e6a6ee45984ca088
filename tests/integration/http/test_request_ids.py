"""Each request has a name that client, answer and log share."""

from __future__ import annotations

import pytest
from tests.integration.http.test_api_edge import assert_problem
from tests.support.for_each import for_each
from tests.support.http.api import Api

from call24.http.middleware import rate_limits


async def test_a_clients_request_id_comes_back_with_every_kind_of_answer(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme = await api.organisation()
    tag = (await acme.call("owner", "GET", "/v1/me")).headers["ETag"]
    sent = {"X-Request-Id": "trace-17/a:b"}
    known = {**sent, "If-None-Match": tag}
    told = {
        200: await acme.call("owner", "GET", "/v1/me", headers=sent),
        201: await acme.call("owner", "POST", "/v1/queues", json={"name": "Support"}, headers=sent),
        304: await acme.call("owner", "GET", "/v1/me", headers=known),
        401: await api.call("GET", "/v1/me", headers=sent),
        404: await api.call("GET", "/nothing", headers=sent),
        405: await api.call("DELETE", "/v1/me", headers=sent),
        413: await api.call("POST", "/v1/auth/login", content=b"x" * 300_000, headers=sent),
        422: await acme.call("owner", "POST", "/v1/queues", json={}, headers=sent),
    }
    monkeypatch.setattr(rate_limits, "PER_MINUTE", 0)
    told[429] = await acme.call("owner", "GET", "/v1/me", headers=sent)
    assert {status: (one.status_code, one.headers.get_list("X-Request-Id")) for status, one in told.items()} == {
        status: (status, ["trace-17/a:b"]) for status in told
    }


@for_each("sent", [[], [""], ["two words"], ["x" * 201], ["caf\xe9"], ["a", "b"]])
async def test_without_a_usable_request_id_one_is_made(api: Api, sent: list[str]) -> None:
    headers = [(b"X-Request-Id", one.encode("latin-1")) for one in sent]
    made = [(await api.client.get("/health/live", headers=headers)).headers.get_list("X-Request-Id") for _ in "ab"]
    assert [len(one) for one in made] == [1, 1] and made[0] != made[1]
    assert not {*made[0], *made[1]} & set(sent)


async def test_the_trace_of_an_unexpected_failure_names_its_request(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*args: object) -> None:
        raise failure

    failure = RuntimeError("nobody expected this")
    monkeypatch.setattr(api.services.identity, "authenticate", fail)
    answer = await api.call("GET", "/v1/me", "x", headers={"X-Request-Id": "trace-18"})
    assert_problem(answer, 500, "error")
    assert answer.headers["X-Request-Id"] == "trace-18"
    assert failure.__notes__ == ["X-Request-Id: trace-18"]


async def test_the_description_names_it_in_every_answer(api: Api) -> None:
    paths = (await api.call("GET", "/openapi.json")).json()["paths"]
    answers = [one for methods in paths.values() for each in methods.values() for one in each["responses"].values()]
    assert len(answers) > 500 and all("X-Request-Id" in one["headers"] for one in answers)
