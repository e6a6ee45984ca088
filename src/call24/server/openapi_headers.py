"""The headers of answers in the OpenAPI document: which there are, and which answer has which."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from fastapi.routing import APIRoute

from call24.http.middleware.locations import collections_of
from call24.http.middleware.new_versions import resources_of

Json = dict[str, Any]

HEADERS: Json = {
    "Location": {
        "description": "The address of what was made",
        "schema": {"type": "string", "format": "uri-reference", "maxLength": 200},
    },
    "ETag": {
        "description": "The version of the resource, for If-Match and If-None-Match",
        "schema": {"type": "string", "maxLength": 200},
    },
    "ContentLocation": {
        "description": "The address of the resource that the answer holds as it is now",
        "schema": {"type": "string", "format": "uri-reference", "maxLength": 200},
    },
    "Accept": {
        "description": "The media types that the operation takes",
        "schema": {"type": "string", "maxLength": 200},
    },
    "AcceptPatch": {
        "description": "The media types that a PATCH takes",
        "schema": {"type": "string", "maxLength": 200},
    },
    "AcceptEncoding": {
        "description": "The content codings that are taken, where the body had one: `identity`, none",
        "schema": {"type": "string", "maxLength": 200},
    },
    "XRequestId": {
        "description": "The request's own X-Request-Id, or one that was made: name it when you report a problem",
        "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    },
}
"""Of answers; which one has which is said by `put`."""


@dataclass(frozen=True)
class HeaderPlaces:
    """`collections`: where what is made gets an address; `answered`: the changes that answer with the resource."""

    collections: frozenset[str]
    answered: Mapping[tuple[str, str], str]

    @classmethod
    def of(cls, routes: Iterable[APIRoute]) -> Self:
        listed = list(routes)
        return cls(collections_of(listed), resources_of(listed))


def put(operation: Json, method: str, path: str, places: HeaderPlaces) -> None:
    """Says which headers each answer of an operation has."""
    for status, answer in operation["responses"].items():
        names = ["X-Request-Id", *_names(operation, method, path, status, places)]
        refs = {name: {"$ref": f"#/components/headers/{name.replace('-', '')}"} for name in names}
        answer.setdefault("headers", {}).update(refs)


def _names(operation: Json, method: str, path: str, status: str, places: HeaderPlaces) -> Iterator[str]:
    match status:
        case "200" | "304" if method == "get" and "304" in operation["responses"]:
            yield "ETag"
        case "201" if method == "post" and path in places.collections:
            yield "Location"
        case "412" if any(one.get("$ref", "").endswith("/IfMatch") for one in operation.get("parameters", ())):
            yield "ETag"
        case "415":
            yield from ("Accept-Encoding", *(["Accept"] if "requestBody" in operation else []))
            yield from ["Accept-Patch"] if method == "patch" else []
    if status in ("200", "201") and (method.upper(), path) in places.answered:
        yield from ("ETag", "Content-Location")
