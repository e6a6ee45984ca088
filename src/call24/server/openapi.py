"""The OpenAPI document: what FastAPI knows of the routes, and what the layers around them do.

Errors with their codes, who may ask, If-Match and Idempotency-Key, webhooks, and an example for every operation. It is
made once and changes nothing of how requests are answered.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from call24.http import problems
from call24.http.asked import versioned
from call24.http.codes import CODES, TITLES, type_of
from call24.http.codes import example as problem
from call24.http.former_operations import FORMER
from call24.http.problem_responses import done_once, needed, raised, refusals
from call24.http.router import documented
from call24.identity import roles
from call24.identity.api.sanctum import LaravelRoute
from call24.identity.permissions import BUILT_IN, HELP
from call24.reconciliation import api
from call24.recordings import playbacks
from call24.server import openapi_headers, openapi_info, openapi_pusher
from call24.webhooks.events import OF, schema

Json = dict[str, Any]

EXAMPLES = Path(__file__).with_name("examples.json")
"""Operation id -> `request` and `answer`, as they came in tests/authorisation, with ids and secrets made up."""
BOUNDS = {
    "reconciliations_list_reconciliations": api.SHOWN_MAX,
    "recordings_list_playbacks": playbacks.SHOWN,
    "roles_list_permissions": len(HELP),
    "roles_list_roles": len(BUILT_IN) + roles.MOST,
}
"""Operation id -> how many `items` it answers with at most, where that is no page of a longer list."""
_PROBLEM: Json = {
    "type": "object",
    "title": "Problem",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "description": "The page that explains it"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "permission": {
            "type": "string",
            "description": "With 403: the permission that is missing. An administrator can grant it with a role.",
        },
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}
_LARAVEL: Json = {
    "type": "object",
    "title": "LaravelError",
    "required": ["message"],
    "properties": {
        "message": {"type": "string"},
        "errors": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
    },
}
_PARAMETERS: Json = {
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "The same key within a day, by the same user: done once, answered alike",
        "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    },
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "description": "The ETag that was read: 412 where somebody has changed it meanwhile",
        "schema": {"type": "string", "maxLength": 200, "pattern": "^[!-~]+$"},
    },
}
MAPS = frozenset({"skills", "nodes", "parts", "others", "schema", "deleted", "erased", "processors"})
"""Fields whose names are data, not fields of ours."""


def document(app: FastAPI, routes: Iterable[APIRoute]) -> Json:
    """`routes`: those of the document, with what each depends on."""
    listed = list(routes)
    whole = [documented(route) for route in listed]
    found = get_openapi(title="Call24", version=app.version, description=openapi_info.TEXT, routes=whole)
    known = {(method.lower(), route.path_format): route for route in listed for method in route.methods or ()}
    compared, places = versioned(listed), openapi_headers.HeaderPlaces.of(listed)
    examples = json.loads(EXAMPLES.read_text()) if EXAMPLES.exists() else {}
    for path, methods in found["paths"].items():
        for method, operation in methods.items():
            example = examples.get(operation["operationId"], {})
            if (former := FORMER.get(operation["operationId"])) is not None:
                operation["x-former-operation-id"] = former
            has_version = (method.upper(), path) in compared
            route = known[method, path]
            _describe(operation, method, path, route, example, has_version=has_version, places=places)
    found["webhooks"] = {kind: {"post": _webhook(kind)} for kind in OF}
    components = found.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for ours in ("HTTPValidationError", "ValidationError"):
        schemas.pop(ours, None)
    schemas |= {"Problem": _PROBLEM, "LaravelError": _LARAVEL}
    components["parameters"] = dict(_PARAMETERS)
    components["headers"] = openapi_headers.HEADERS
    components["securitySchemes"] = dict(openapi_info.SECURITY)
    openapi_pusher.add_to(found)
    components["examples"] = _shown(found)
    _drop_unused(found, schemas)
    _tell_defaults(schemas)
    found["info"] |= openapi_info.INFO
    found |= {"servers": openapi_info.SERVERS, "tags": openapi_info.tags(found)}
    return found


def _shown(found: Json) -> Json:
    """One problem of each status and code that an operation can answer with."""
    used = set(re.findall(r"#/components/examples/(\w+)", json.dumps(found["paths"])))
    every = {_name(status, code): (status, code) for status, codes in CODES.items() for code in codes}
    return {
        name: {"summary": code, "value": problem(status, code)}
        for name, (status, code) in every.items()
        if name in used
    }


def _drop_unused(found: Json, schemas: Json) -> None:
    """Types that nothing leads to any more, such as one whose only field took another's place."""
    used: set[str] = set()
    left: list[Any] = [found["paths"], found["webhooks"], found["components"]["parameters"]]
    while left:
        names = set(re.findall(r"#/components/schemas/(\w+)", json.dumps(left))) - used
        used |= names
        left = [schemas[name] for name in names if name in schemas]
    for name in schemas.keys() - used:
        del schemas[name]


def _tell_defaults(schema: Any) -> None:
    """Says in words what an object is when it is not given: generators take defaults of plain values only."""
    if isinstance(schema, list):
        for one in schema:
            _tell_defaults(one)
    if not isinstance(schema, dict):
        return
    if isinstance(schema.get("default"), dict) and schema["default"]:
        told = f"If it is not given: `{json.dumps(schema.pop('default'))}`"
        schema["description"] = f"{schema['description']} {told}" if "description" in schema else told
    for one in schema.values():
        _tell_defaults(one)


def _describe(
    operation: Json,
    method: str,
    path: str,
    route: APIRoute,
    example: Mapping[str, Any],
    *,
    has_version: bool,
    places: openapi_headers.HeaderPlaces,
) -> None:
    permissions, known = needed(route.dependant)
    operation["security"] = [{"bearer": []}] if known else []
    if known:
        operation["x-permissions"] = sorted(set(permissions))
    parameters = operation.setdefault("parameters", [])
    if path.startswith("/v1/"):
        if done_once(method, path, known=known):
            parameters.append({"$ref": "#/components/parameters/IdempotencyKey"})
        if has_version:
            parameters.append({"$ref": "#/components/parameters/IfMatch"})
    if not parameters:
        del operation["parameters"]
    answers = operation["responses"]
    answers.pop("4XX", None)
    answers.pop("422", None)
    if method == "get" and path.startswith("/v1/") and "application/json" in answers["200"].get("content", {}):
        answers["304"] = {"description": "It is still what If-None-Match names"}
    laravel = isinstance(route, LaravelRoute)
    own = raised().get(operation["operationId"], ())
    for status, codes in refusals(route, own, has_version=has_version).items():
        answers[str(status)] = _laravel(status) if laravel else _refused(status, codes)
    openapi_headers.put(operation, method, path, places)
    _show(operation, answers, example)


def _show(operation: Json, answers: Json, example: Mapping[str, Any]) -> None:
    """Puts the example where tools look for it."""
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if body is not None and "request" in example:
        body["example"] = example["request"]
    good: Json = next((one for status, one in answers.items() if status.startswith("2")), {})
    content = good.get("content", {}).get("application/json")
    if content is not None and "answer" in example:
        content["example"] = example["answer"]
        if operation["operationId"] in BOUNDS:
            _bound(content, BOUNDS[operation["operationId"]])


def _bound(content: Json, most: int) -> None:
    """A list that is answered whole says how long it gets."""
    if "$ref" in content["schema"]:
        content["schema"] = {"allOf": [content["schema"]], "properties": {"items": {"maxItems": most}}}
    else:
        content["schema"]["properties"]["items"]["maxItems"] = most


def _refused(status: int, codes: list[str]) -> Json:
    """Problems of one status: their types, and one of each."""
    told = {
        "allOf": [{"$ref": "#/components/schemas/Problem"}],
        "properties": {
            "type": {"enum": [type_of(code) for code in codes]},
            "status": {"const": status},
            "code": {"enum": codes},
        },
    }
    shown = {code: {"$ref": f"#/components/examples/{_name(status, code)}"} for code in codes}
    return {
        "description": f"{TITLES[status]}: {', '.join(codes)}",
        "content": {problems.MEDIA_TYPE: {"schema": told, "examples": shown}},
    }


def _name(status: int, code: str) -> str:
    return f"Problem{status}_{code}"


def _laravel(status: int) -> Json:
    schema = {"$ref": "#/components/schemas/LaravelError"}
    return {"description": TITLES[status], "content": {"application/json": {"schema": schema}}}


def _webhook(kind: str) -> Json:
    told = schema(kind)
    signed = [
        {"name": name, "in": "header", "required": True, "schema": {"type": "string"}}
        for name in ("webhook-id", "webhook-timestamp", "webhook-signature")
    ]
    return {
        "operationId": f"webhook_{kind.replace('.', '_')}",
        "summary": told["description"],
        "description": "Sent to each address that asked for it, signed as Standard Webhooks says.",
        "security": [],
        "parameters": signed,
        "requestBody": {"required": True, "content": {"application/json": {"schema": told}}},
        "responses": {"2XX": {"description": "Taken; anything else is tried again"}},
    }
