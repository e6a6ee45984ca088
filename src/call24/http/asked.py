"""Whether what a request carries beside its body fits the operation: query parameters, Content-Type, and If-Match.

A parameter that the operation does not know is refused as an unknown field is: who misspells a filter must not be shown
everything. If-Match is refused where there is no version to compare; RFC 9110, 13.1.1, lets nothing be done that the
condition does not allow.
"""

from __future__ import annotations

import urllib.parse
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from fastapi import Request
from fastapi.routing import APIRoute

from call24.http.media_types import check_media_type, taken
from call24.kit.errors import Call24Error, Invalid

CHANGING = frozenset({"PUT", "PATCH", "DELETE"})
UNREAD = "call24.unread"
"""Of the ASGI scope: the condition of this change could not be looked at, since its sender may not read the thing."""


class NoVersion(Call24Error):
    code, status, title = "no_version", 412, "The condition is not met"


class OperationInputs:
    """What each operation takes, by its method and address. What it does not know (pages for people) takes anything."""

    def __init__(self, routes: Iterable[APIRoute]) -> None:
        found = [route for route in routes if route.include_in_schema]
        self._parameters = {key_of(route): tuple(sorted(set(parameters(route.dependant)))) for route in found}
        self._bodies = {key_of(route): types for route in found if (types := taken(route))}
        self._versioned = versioned(found)

    def check(self, request: Request) -> None:
        """Raises: Invalid, UnsupportedMediaType, NoVersion."""
        operation = (request.method, getattr(request.scope.get("route"), "path_format", ""))
        known = self._parameters.get(operation)
        if known is None:
            return
        if request.scope["query_string"]:
            _check_query(request.scope["query_string"], known)
        if (types := self._bodies.get(operation)) is not None:
            check_media_type(request, types)
        wanted = request.headers.get("if-match", "").strip()
        if operation[0] in (*CHANGING, "POST") and wanted not in ("", "*") and operation not in self._versioned:
            raise NoVersion("This address has no version to compare: ask without If-Match, or with *")


def check_read(request: Request) -> None:
    """For who may change a thing and not read it. Raises: NoVersion."""
    if UNREAD in request.scope:
        raise NoVersion("You may not read this, so its version cannot be compared: ask without If-Match")


def versioned(routes: Iterable[APIRoute]) -> frozenset[tuple[str, str]]:
    """The changes under /v1 at whose address a GET answers with JSON, and so with an ETag."""
    found = list(routes)
    read = {route.path_format for route in found if "GET" in (route.methods or ()) and _is_json(route)}
    changes = (key_of(route) for route in found)
    return frozenset(one for one in changes if one[0] in CHANGING and one[1] in read and one[1].startswith("/v1/"))


def parameters(dependant: Any) -> Iterator[str]:
    """Of the query, also those that are asked for by what a route depends on."""
    yield from (one.alias for one in dependant.query_params)
    for inner in dependant.dependencies:
        yield from parameters(inner)


def _check_query(query: bytes, known: tuple[str, ...]) -> None:
    named = Counter(name for name, _ in urllib.parse.parse_qsl(query.decode("latin-1"), keep_blank_values=True))
    there = f"it takes {', '.join(known)}" if known else "it takes none"
    wrong = [(name, f"There is no such parameter: {there}") for name in named if name not in known]
    wrong += [(name, "Given more than once") for name, count in named.items() if name in known and count > 1]
    if wrong:
        errors = [(f"query.{name[:100]}", message) for name, message in wrong[:20]]
        raise Invalid("Some query parameters are unknown or repeated", errors=errors)


def key_of(route: APIRoute) -> tuple[str, str]:
    return next(iter(route.methods or ("",))), route.path_format


def _is_json(route: APIRoute) -> bool:
    kind = getattr(route.response_class, "value", route.response_class)
    return str(getattr(kind, "media_type", "")) == "application/json"
