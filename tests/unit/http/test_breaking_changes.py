"""Clients that were made from the released OpenAPI document go on to work: what would break them is found."""

from __future__ import annotations

import json
import os
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from tests.support.http.openapi_changes import breaking, kept
from tests.unit.http.test_description import document

RELEASED = Path(__file__).parents[2] / "pinned" / "openapi.json"
Json = dict[str, Any]


def test_nothing_of_the_released_document_is_broken() -> None:
    if os.environ.get("CALL24_RECORD_OPENAPI"):
        RELEASED.write_text(json.dumps(kept(document()), indent=0, separators=(",", ":"), sort_keys=True) + "\n")
    found = breaking(json.loads(RELEASED.read_text()), kept(document()))
    assert found == [], "it breaks clients. With a release that says so: CALL24_RECORD_OPENAPI=1, and the changelog"


QUEUE: Json = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {
        "id": {"type": "string"},
        "name": {"type": "string"},
        "limit": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
        "state": {"enum": ["open", "closed"]},
        "members": {"type": "array", "items": {"$ref": "#/components/schemas/Member"}},
    },
}
NEW: Json = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "maxLength": 200},
        "limit": {"type": ["integer", "null"]},
        "state": {"enum": ["open", "closed"]},
    },
}


def small() -> Json:
    """A document with one operation, which takes and answers a queue."""
    operation = {
        "operationId": "queues_change",
        "parameters": [{"name": "dry", "in": "query", "schema": {"type": "boolean"}}],
        "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/New"}}}},
        "responses": {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Queue"}}}}},
    }
    member = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}
    schemas = {"New": NEW, "Queue": QUEUE, "Member": member}
    return deepcopy({"paths": {"/queues": {"put": operation}}, "webhooks": {}, "components": {"schemas": schemas}})


def queue(document: Json) -> Json:
    found: Json = document["components"]["schemas"]["Queue"]
    return found


def new(document: Json) -> Json:
    found: Json = document["components"]["schemas"]["New"]
    return found


def operation(document: Json) -> Json:
    found: Json = document["paths"]["/queues"]["put"]
    return found


CHANGES: list[tuple[Any, str]] = [
    (lambda d: d["paths"].clear(), "PUT /queues is gone"),
    (lambda d: operation(d).update(operationId="queues_put"), "PUT /queues: the operation id queues_change is gone"),
    (lambda d: operation(d)["parameters"].clear(), "PUT /queues: the parameter dry is not taken any more"),
    (lambda d: operation(d)["parameters"][0].update(required=True), "PUT /queues: the parameter dry is required now"),
    (lambda d: operation(d)["responses"].clear(), "PUT /queues: 200 is not answered any more"),
    (lambda d: queue(d)["properties"].pop("name"), "PUT /queues answer.name is gone"),
    (lambda d: queue(d)["required"].remove("name"), "PUT /queues answer.name may be missing now"),
    (
        lambda d: queue(d)["properties"].update(name={"type": ["string", "null"]}),
        "PUT /queues answer.name: null may come now",
    ),
    (
        lambda d: queue(d)["properties"].update(limit={"type": "string"}),
        "PUT /queues answer.limit: string may come now",
    ),
    (
        lambda d: queue(d)["properties"].update(state={"type": "string"}),
        "PUT /queues answer.state: other values may come now",
    ),
    (
        lambda d: d["components"]["schemas"]["Member"]["properties"].clear(),
        "PUT /queues answer.members.*.id is gone",
    ),
    (lambda d: new(d)["required"].append("limit"), "PUT /queues body.limit is required now"),
    (lambda d: new(d)["properties"].pop("limit"), "PUT /queues body.limit is not taken any more"),
    (
        lambda d: new(d)["properties"].update(limit={"type": "integer"}),
        "PUT /queues body.limit: null is not taken any more",
    ),
    (lambda d: new(d)["properties"]["name"].update(maxLength=60), "PUT /queues body.name: maxLength is 60 now"),
    (
        lambda d: new(d)["properties"]["state"].update(enum=["open"]),
        "PUT /queues body.state: values are not taken any more",
    ),
]


@pytest.mark.parametrize(("change", "found"), CHANGES, ids=[found for _, found in CHANGES])
def test_a_change_that_breaks_clients_is_found(change: Any, found: str) -> None:
    changed = small()
    change(changed)
    assert breaking(small(), changed) == [found]


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d["paths"]["/queues"].update(get=operation(d)),
        lambda d: queue(d)["properties"].update(colour={"type": "string"}),
        lambda d: queue(d)["required"].append("limit"),
        lambda d: queue(d)["properties"].update(limit={"type": "integer"}),
        lambda d: queue(d)["properties"]["state"]["enum"].append("paused"),
        lambda d: new(d)["required"].clear(),
        lambda d: new(d)["properties"].update(colour={"type": "string"}),
        lambda d: new(d)["properties"]["name"].update(maxLength=300),
        lambda d: new(d)["properties"].update(
            limit={"anyOf": [{"type": "number"}, {"type": "null"}, {"type": "string"}]}
        ),
    ],
)
def test_what_is_added_or_taken_more_freely_breaks_nobody(change: Any) -> None:
    changed = small()
    change(changed)
    assert breaking(small(), changed) == []


def test_what_is_taken_out_of_the_real_document_is_found() -> None:
    before, now = kept(document()), deepcopy(kept(document()))
    del now["paths"]["/v1/queues"]["post"]
    now["paths"]["/v1/auth/login"]["post"]["operationId"] = "auth_sign_in"
    assert breaking(before, now) == [
        "POST /v1/auth/login: the operation id auth_login is gone",
        "POST /v1/queues is gone",
    ]
