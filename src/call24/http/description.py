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

from call24.http import access, problems
from call24.http.access import Allowed
from call24.http.audited import ASKING
from call24.http.codes import CODES, TITLES
from call24.http.sanctum import LaravelRoute
from call24.webhooks.events import OF, schema

Json = dict[str, Any]

EXAMPLES = Path(__file__).with_name("examples.json")
"""Operation id -> `request` and `answer`, as they came in tests/authorisation, with ids and secrets made up."""
_INFO = (
    "Errors are problems (RFC 9457) with a stable `code`. A GET of a resource has an `ETag`; changes take `If-Match`. "
    "POST takes `Idempotency-Key`. Lists have `items` and, where they are long, `next`, the `cursor` of the next page. "
    "Instants are ISO 8601 with an offset, durations `*_s` in seconds. Unknown fields are refused."
)
_PROBLEM: Json = {
    "type": "object",
    "title": "Problem",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
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
_CHANGING = ("put", "patch", "delete")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
MAPS = frozenset({"skills", "nodes", "parts", "others", "schema"})
"""Fields whose names are data, not fields of ours."""


def document(app: FastAPI, routes: Iterable[APIRoute]) -> Json:
    """`routes`: those of the document, with what each depends on."""
    found = get_openapi(title="Call24", version=app.version, description=_INFO, routes=app.routes)
    known = {(method.lower(), route.path_format): route for route in routes for method in route.methods or ()}
    examples = json.loads(EXAMPLES.read_text()) if EXAMPLES.exists() else {}
    for path, methods in found["paths"].items():
        for method, operation in methods.items():
            _describe(operation, method, path, known[method, path], examples.get(operation["operationId"], {}))
    found["webhooks"] = {kind: {"post": _webhook(kind)} for kind in OF}
    components = found.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for ours in ("HTTPValidationError", "ValidationError"):
        schemas.pop(ours, None)
    schemas |= {"Problem": _PROBLEM, "LaravelError": _LARAVEL}
    components["parameters"] = _PARAMETERS
    components["responses"] = {f"Problem{status}": _answer(status) for status in CODES}
    components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
    return found


def errors(route: APIRoute, method: str, path: str) -> list[int]:
    """The statuses of the problems that an operation may answer with."""
    known = needed(route.dependant)[1]
    takes = method in ("post", "put", "patch")
    v1, asks = path.startswith("/v1/"), bool(route.dependant.query_params or route.dependant.header_params)
    wanted = {
        400: takes,
        401: known or path.startswith("/v1/auth"),
        403: known or not v1 or "internal" in path or path == "/v1/setup",
        404: "{" in path or takes or asks or method == "delete",
        408: takes,
        409: method != "get" or path.endswith("/file"),
        412: v1 and method in _CHANGING,
        413: takes,
        422: takes or asks or "{" in path,
        429: v1 or takes,
        503: known or takes,
    }
    return [status for status, may in wanted.items() if may]


def needed(dependant: Any) -> tuple[list[str], bool]:
    """The permissions that a route's dependencies ask for, and whether they ask who it is."""
    found: list[str] = []
    known = False
    for inner in dependant.dependencies:
        if isinstance(inner.call, Allowed):
            found += inner.call.permissions
        deeper, asks = needed(inner)
        found += deeper
        known = known or asks or inner.call is access.known
    return found, known


def _describe(operation: Json, method: str, path: str, route: APIRoute, example: Mapping[str, Any]) -> None:
    permissions, known = needed(route.dependant)
    if known:
        operation["security"] = [{"bearer": []}]
        operation["x-permissions"] = sorted(set(permissions))
    parameters = operation.setdefault("parameters", [])
    if path.startswith("/v1/"):
        if method == "post" and known and f"POST {path}" not in ASKING:
            parameters.append({"$ref": "#/components/parameters/IdempotencyKey"})
        if method in _CHANGING and known:
            parameters.append({"$ref": "#/components/parameters/IfMatch"})
    if not parameters:
        del operation["parameters"]
    answers = operation["responses"]
    answers.pop("4XX", None)
    answers.pop("422", None)
    if method == "get" and path.startswith("/v1/") and "application/json" in answers["200"].get("content", {}):
        answers["304"] = {"description": "It is still what If-None-Match names"}
    laravel = isinstance(route, LaravelRoute)
    for status in errors(route, method, path):
        answers[str(status)] = _laravel(status) if laravel else {"$ref": f"#/components/responses/Problem{status}"}
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
        content["schema"] = shape(example["answer"])


def shape(example: Any, key: str = "") -> Json:
    """What an answer looks like, as far as one shows it: each value may be null, and more fields may come."""
    match example:
        case dict() if key in MAPS or not all(_NAME.fullmatch(name) for name in example):
            values = [shape(value, "entry") for value in example.values()]
            alike = values and all(value == values[0] for value in values)
            return {"type": ["object", "null"], "additionalProperties": values[0] if alike else True}
        case dict():
            properties = {name: shape(value, name) for name, value in example.items()}
            if key:
                return {"type": ["object", "null"], "properties": properties}
            always = sorted(name for name in ("id", "items") if example.get(name) is not None)
            for name in always:
                properties[name] = {**properties[name], "type": properties[name]["type"][0]}
            return {"type": "object", "properties": properties, "required": always}
        case list():
            return {"type": ["array", "null"], "items": shape(example[0], "item") if example else {}}
        case None:
            return {}
        case bool():
            return {"type": ["boolean", "null"]}
        case int() | float():
            return {"type": ["number", "null"]}
        case _:
            return {"type": ["string", "null"]}


def _answer(status: int) -> Json:
    told = {
        "allOf": [{"$ref": "#/components/schemas/Problem"}],
        "properties": {"status": {"const": status}, "code": {"enum": list(CODES[status])}},
    }
    example = {
        "type": f"urn:call24:problem:{CODES[status][0]}",
        "title": TITLES[status],
        "status": status,
        "detail": TITLES[status],
        "code": CODES[status][0],
    }
    return {
        "description": f"{TITLES[status]}: {', '.join(CODES[status])}",
        "content": {problems.MEDIA_TYPE: {"schema": told, "example": example}},
    }


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
        "parameters": signed,
        "requestBody": {"required": True, "content": {"application/json": {"schema": told}}},
        "responses": {"2XX": {"description": "Taken; anything else is tried again"}},
    }
