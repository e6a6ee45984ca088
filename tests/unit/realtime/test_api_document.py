"""What the OpenAPI document says of Pusher's HTTP API is how it answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import jsonschema_rs
import pytest
from tests.support.realtime.hub import Realtime, application, realtime
from tests.support.realtime.pusher_api import PusherApi
from tests.unit.http.test_description import document

from call24.realtime.api import api_app

EVENT = {"name": "news", "channels": ["presence-b"], "data": '{"n":1}', "info": "user_count"}
ONE = {"name": "news", "channel": "presence-b", "data": "1", "info": "user_count"}
REQUESTS: list[tuple[str, str, str, Any, dict[str, str]]] = [
    ("POST", "/events", "/events", EVENT, {}),
    ("POST", "/batch_events", "/batch_events", {"batch": [ONE]}, {}),
    ("GET", "/channels", "/channels", None, {"info": "user_count", "filter_by_prefix": "presence-"}),
    ("GET", "/channels/{channel_name}", "/channels/presence-b", None, {"info": "user_count"}),
    ("GET", "/channels/{channel_name}/users", "/channels/presence-b/users", None, {}),
    ("POST", "/users/{user_id}/terminate_connections", "/users/ann/terminate_connections", {}, {}),
]
"""Method, path in the document, path as it is asked, body, query."""


@pytest.fixture
async def here() -> AsyncIterator[Realtime]:
    async with realtime() as here:
        yield here


def strict(schema: Any) -> Any:
    """With no fields but those that are declared: a new one has to be told of."""
    if isinstance(schema, list):
        return [strict(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: strict(one) for key, one in schema.items()}
    if closed.get("type") == "object" and "properties" in closed:
        closed.setdefault("additionalProperties", False)
    return closed


def faults(value: Any, schema: Any) -> list[str]:
    parts = {name: one for name, one in document()["components"]["schemas"].items() if name.startswith("Pusher")}
    whole = {**schema, "components": {"schemas": strict(parts)}}
    return [str(error.message) for error in jsonschema_rs.Draft202012Validator(whole).iter_errors(value)]


@pytest.mark.parametrize(("method", "told", "path", "body", "query"), REQUESTS, ids=[one[1] for one in REQUESTS])
async def test_each_request_takes_and_answers_what_is_declared(
    here: Realtime, method: str, told: str, path: str, body: Any, query: dict[str, str]
) -> None:
    acme = here.add(application())
    await here.joined(acme, "presence-b", "ann")
    api = PusherApi(api_app(here.hub, {acme.number: acme}.get), here.clock.now().timestamp())
    declared = document()["paths"]["/apps/{app_id}" + told][method.lower()]
    async with api.client:
        answer = await api.ask(acme, method, path, body, **query)
        assert answer.status_code == 200, answer.text
        content = declared["responses"]["200"]["content"][answer.headers["Content-Type"]]
        assert faults(answer.json(), content["schema"]) == []
        assert faults(content["example"], content["schema"]) == []
        if "requestBody" in declared:
            taken = declared["requestBody"]["content"]["application/json"]
            assert faults(body, taken["schema"]) == faults(taken["example"], taken["schema"]) == []
        refused = await api.ask(acme, method, path, body, auth_signature="0" * 64, **query)
        assert refused.headers["Content-Type"].partition(";")[0] in declared["responses"]["401"]["content"]
    sent = {"auth_key", "auth_timestamp", "auth_version", *query}
    parameters = [
        document()["components"]["parameters"].get(one.get("$ref", "").rpartition("/")[2], one)
        for one in declared["parameters"]
    ]
    assert sent <= {one["name"] for one in parameters if one["in"] == "query"}
    assert declared["security"] == [{"pusherSignature": []}]


def test_all_six_requests_are_told_of_and_no_other() -> None:
    paths = {path: methods for path, methods in document()["paths"].items() if path.startswith("/apps/")}
    told = {
        (method.upper(), path.removeprefix("/apps/{app_id}")) for path, methods in paths.items() for method in methods
    }
    assert told == {(method, path) for method, path, *_ in REQUESTS}
