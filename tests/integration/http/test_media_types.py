"""A body of another type than the operation takes is not guessed at: 415 says what is taken."""

from __future__ import annotations

import gzip
import json
import re
from typing import Any

import httpx
import pytest
from tests.integration.http.test_api_edge import LOGIN, assert_problem
from tests.support.for_each import for_each
from tests.support.http.api import Api

from call24.kit.ids import new_id

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


def bodied(described: dict[str, Any]) -> list[tuple[str, str, list[str]]]:
    return [
        (method.upper(), path, list(operation["requestBody"]["content"]))
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
        if "requestBody" in operation and not path.startswith("/apps/")
    ]


async def test_every_operation_with_a_body_refuses_another_type_and_says_what_it_takes(api: Api) -> None:
    acme = await api.organisation()
    described = (await api.call("GET", "/openapi.json")).json()
    operations = bodied(described)
    assert len(operations) > 60
    for method, path, taken in operations:
        place = re.sub(r"\{[a-z_]+\}", new_id("que"), path)
        sent = {"Content-Type": "text/plain", "Accept": JSON}
        answer = await acme.call("owner", method, place, content=b'{"name": "x"}', headers=sent)
        assert answer.status_code == 415, (method, path, answer.text)
        assert answer.headers["Accept"].split(", ") == taken, (method, path)
        assert answer.headers.get("Accept-Patch") == (", ".join(taken) if method == "PATCH" else None), path
        if path == "/sanctum/token":
            assert answer.json()["message"].startswith("Send the body with Content-Type: ")
        else:
            assert_problem(answer, 415, "unsupported_media_type")
            assert all(one in answer.json()["detail"] for one in taken)
        told = described["paths"][path][method.lower()]["responses"]["415"]
        assert {"Accept", "Accept-Encoding", "X-Request-Id"} <= told["headers"].keys(), path
        assert ("Accept-Patch" in told["headers"]) == (method == "PATCH"), path
    assert await api.services.queues.all(acme.tenant.id) == []


@for_each(
    "kind",
    [
        "text/plain",
        FORM,
        "multipart/form-data; boundary=x",
        "application/merge-patch+json",
        "application/jsonx",
        "json",
        None,
    ],
)
async def test_json_that_is_called_something_else_changes_nothing(api: Api, kind: str | None) -> None:
    acme = await api.organisation()
    queue = await api.services.queues.create(acme.tenant.id, "Support")
    headers = {} if kind is None else {"Content-Type": kind}
    answer = await acme.call("owner", "PATCH", f"/v1/queues/{queue.id}", content=b'{"name": "Sales"}', headers=headers)
    assert_problem(answer, 415, "unsupported_media_type")
    assert answer.json()["detail"] == "Send the body with Content-Type: application/json"
    assert [one.name for one in await api.services.queues.all(acme.tenant.id)] == ["Support"]


@pytest.mark.parametrize("kind", [JSON, "application/json; charset=utf-8", "Application/JSON;charset=UTF-8"])
async def test_json_is_taken_however_it_is_written(api: Api, kind: str) -> None:
    acme = await api.organisation()
    body = json.dumps({"name": "Büro"}, ensure_ascii=False).encode()
    made = await acme.call("owner", "POST", "/v1/queues", content=body, headers={"Content-Type": kind})
    assert (made.status_code, made.json()["name"]) == (201, "Büro")


async def test_who_is_a_stranger_is_told_only_that(api: Api) -> None:
    answer = await api.call("POST", "/v1/queues", content=b"name=x", headers={"Content-Type": FORM})
    assert_problem(answer, 401, "unauthenticated")
    answer = await api.call("POST", "/v1/auth/login", content=json.dumps(LOGIN), headers={"Content-Type": FORM})
    assert_problem(answer, 415, "unsupported_media_type")


async def test_without_a_body_its_type_does_not_matter(api: Api) -> None:
    acme = await api.organisation()
    queue = await api.services.queues.create(acme.tenant.id, "Support")
    for kind in ({}, {"Content-Type": "text/plain"}, {"Content-Type": FORM}):
        assert_problem(await acme.call("owner", "POST", "/v1/queues", headers=kind), 422, "invalid")
        assert (await acme.call("owner", "GET", f"/v1/queues/{queue.id}", headers=kind)).status_code == 200
    ignored = await acme.call("agent", "POST", "/v1/auth/logout", content=b"x", headers={"Content-Type": "text/plain"})
    assert ignored.status_code == 204


async def test_pushers_and_laravels_clients_send_forms_as_they_do(api: Api) -> None:
    acme = await api.organisation()
    asked = {"socket_id": "1.2", "channel_name": f"private-tenant.{acme.tenant.id}"}
    form = str(httpx.QueryParams(asked)).encode()
    for body, kind in (
        (form, f"{FORM}; charset=UTF-8"),  # axios, below Laravel Echo
        (form, FORM),  # pusher-js
        (form, None),
        (json.dumps(asked).encode(), JSON),
    ):
        headers = {} if kind is None else {"Content-Type": kind}
        answer = await acme.call("agent", "POST", "/broadcasting/auth", content=body, headers=headers)
        assert answer.status_code == 200, (kind, answer.text)
    wrong = await acme.call("agent", "POST", "/broadcasting/auth", content=form, headers={"Content-Type": "text/plain"})
    assert wrong.headers["Accept"] == f"{FORM}, {JSON}"


async def test_a_compressed_body_is_refused_before_it_is_read(api: Api) -> None:
    acme = await api.organisation()
    sent = {"Content-Type": JSON, "Content-Encoding": "gzip"}
    body = gzip.compress(b'{"name": "Sales"}')
    answer = await acme.call("owner", "POST", "/v1/queues", content=body, headers=sent)
    assert_problem(answer, 415, "unsupported_media_type")
    assert (answer.headers["Accept-Encoding"], answer.headers["Connection"]) == ("identity", "close")
    plain = {**sent, "Content-Encoding": "identity"}
    assert (await acme.call("owner", "POST", "/v1/queues", json={"name": "Sales"}, headers=plain)).status_code == 201
