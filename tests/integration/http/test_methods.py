"""Every address answers HEAD and OPTIONS, and says which methods it knows."""

from __future__ import annotations

from tests.integration.http.test_api_edge import assert_problem
from tests.support.http.api import Api

VARIES = {"date", "x-request-id", "ratelimit"}


async def test_head_answers_as_get_without_a_body(api: Api) -> None:
    acme = await api.organisation()
    tag = (await acme.call("owner", "GET", "/v1/me")).headers["ETag"]
    for path, headers, status in (
        ("/v1/me", {}, 200),
        ("/v1/me", {"If-None-Match": tag}, 304),
        ("/v1/queues?limit=1", {}, 200),
        ("/v1/queues?nonsense=1", {}, 422),
        ("/v1/queues/que_x", {}, 404),
        ("/v1/audit/file", {}, 200),
        ("/openapi.json", {}, 200),
        ("/health/live", {}, 200),
        ("/nothing", {}, 404),
    ):
        get, head = [await acme.call("owner", method, path, headers=headers) for method in ("GET", "HEAD")]
        kept = [{k: v for k, v in one.headers.items() if k not in VARIES} for one in (get, head)]
        assert (get.status_code, head.status_code, head.content) == (status, status, b""), path
        assert kept[1] == kept[0], path
    assert (await api.call("HEAD", "/v1/me")).status_code == 401


async def test_a_405_names_every_method_of_the_address(api: Api) -> None:
    acme = await api.organisation()
    for method, path, allowed in (
        ("POST", "/v1/queues/que_x", "DELETE, GET, HEAD, OPTIONS, PATCH, PUT"),
        ("DELETE", "/v1/queues", "GET, HEAD, OPTIONS, POST"),
        ("PUT", "/v1/audit/file", "GET, HEAD, OPTIONS"),
        ("HEAD", "/v1/auth/login", "OPTIONS, POST"),
    ):
        answer = await acme.call("owner", method, path)
        assert (answer.status_code, answer.headers.get_list("Allow")) == (405, [allowed]), (method, path)
        if method != "HEAD":
            assert_problem(answer, 405, "method_not_allowed")


async def test_options_says_what_an_address_takes_and_does_nothing(api: Api) -> None:
    answer = await api.call("OPTIONS", "/v1/queues")
    assert (answer.status_code, answer.headers["Allow"], answer.content) == (204, "GET, HEAD, OPTIONS, POST", b"")
    assert_problem(await api.call("OPTIONS", "/v1/nothing"), 404, "not_found")
