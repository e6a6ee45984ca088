"""What docs/asvs.csv says of answers and of ways around the second proof, where no other test shows it."""

from __future__ import annotations

import pytest
from tests.integration.identity.test_mfa import login, on
from tests.support.for_each import for_each
from tests.support.http.api import Api
from tests.support.wait import wait_until


@for_each("path", ["/", "/v1/me", "/openapi.json", "/v1/nothing"])
async def test_trace_is_not_answered(api: Api, path: str) -> None:
    answer = await api.call("TRACE", path, headers={"X-Echo": "me"})
    assert answer.status_code in (404, 405) and "X-Echo" not in answer.text


async def test_every_answer_says_what_it_is_and_in_which_letters(api: Api) -> None:
    acme = await api.organisation()
    (api.data / "web" / "assets").mkdir(parents=True)
    for name, text in (("index.html", "<!doctype html>"), ("assets/a.js", "1"), ("assets/a.css", "a{}")):
        (api.data / "web" / name).write_text(text)
    kinds = {
        "/": "text/html; charset=utf-8",
        "/assets/a.js": "text/javascript; charset=utf-8",
        "/assets/a.css": "text/css; charset=utf-8",
        "/docs": "text/html; charset=utf-8",
        "/openapi.json": "application/json",
        "/v1/me": "application/json",
        "/v1/nothing": "application/problem+json",
        "/v1/audit/file": "text/csv; charset=utf-8",
    }
    for path, kind in kinds.items():
        answer = await acme.call("owner", "GET", path)
        assert (path, answer.headers["content-type"]) == (path, kind)


async def test_nobody_is_redirected_to_another_host(api: Api) -> None:
    acme = await api.organisation()
    for path in (
        "/v1/queues/",
        "//evil.example/x",
        "/\\evil.example",
        "/v1/me?next=https://evil.example",
        "/https://evil.example",
    ):
        answer = await acme.call("owner", "GET", path, follow_redirects=False)
        where = answer.headers.get("location", "")
        assert not where or where.startswith(("/v1/", "https://call24.test:8024/v1/")), (path, where)


async def test_a_page_of_another_host_is_told_no_origin_that_may_read(api: Api) -> None:
    acme = await api.organisation()
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "DELETE"}
    for method, path in (("GET", "/v1/me"), ("OPTIONS", "/v1/me"), ("POST", "/v1/auth/login")):
        answer = await acme.call("owner", method, path, headers=headers)
        assert not [name for name in answer.headers if name.startswith("access-control-")]


async def test_a_new_password_is_no_way_around_the_second_proof(api: Api) -> None:
    acme = await api.organisation()
    await on(api, acme)
    answer = await acme.call("owner", "POST", f"/v1/users/{acme.users['agent']}/reset")
    assert answer.status_code < 300, answer.text
    token = str(answer.json()["link"]).rsplit("/", 1)[-1].rsplit("=", 1)[-1].rsplit("#", 1)[-1]
    done = await api.call("POST", "/v1/auth/reset/complete", json={"token": token, "password": "another password"})
    assert (done.status_code, done.content) == (204, b"")
    body = {"email": acme.emails["agent"], "password": "another password", "device_name": "x"}
    asked = await api.call("POST", "/v1/auth/login", json=body)
    assert (asked.status_code, asked.json()["code"]) == (401, "mfa_required")
    assert (await login(api, acme)).json()["code"] == "invalid_credentials"


async def test_what_is_refused_to_strangers_is_counted_in_the_log_without_what_they_sent(
    api: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("call24.http.refused_requests.EVERY_S", 0.01)
    caplog.set_level("INFO", "call24.http.refused_requests")
    acme = await api.organisation()
    guess = {"email": "kim@example.com", "password": "not the password", "device_name": "x"}
    for _ in range(2):
        await api.call("POST", "/v1/auth/login", json=guess)
    await api.call("POST", "/v1/auth/login", json={"email": {"$ne": ""}})
    await api.call("GET", "/v1/queues/secret", "17|c24_not_a_token")
    await api.call("GET", "/kim@example.com/.git")
    await acme.call("agent", "POST", "/v1/users", json={})  # somebody known: the audit log's
    wanted = (
        "POST /v1/auth/login 401",
        "POST /v1/auth/login 422",
        "GET /v1/queues/{queue_id} 401",
        "(no operation) 404",
    )
    await wait_until(lambda: all(one in caplog.text for one in wanted))
    assert not any(word in caplog.text for word in ("kim", "secret", "c24_", "192.0.2", "127.0.0.1", "/v1/users"))
