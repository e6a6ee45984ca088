"""Which problems an operation can answer with: what its code raises, and what the layers around it say.

What code raises is read from it (docs/build_problems.py) into raised.json; the layers are few, and stand here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from fastapi.routing import APIRoute

from call24.http import access
from call24.http.access import Allowed
from call24.http.codes import CODES
from call24.http.middleware.audit import EXEMPT
from call24.http.middleware.body_limits import PARTS_OF, UPLOADS
from call24.identity.permissions import STEP_UP

RAISED = Path(__file__).with_name("raised.json")
"""Operation id -> `STATUS CODE`, of every error that its code raises."""


@cache
def raised() -> dict[str, list[str]]:
    found: dict[str, list[str]] = json.loads(RAISED.read_text()) if RAISED.exists() else {}
    return found


def refusals(route: APIRoute, own: Iterable[str], *, has_version: bool = False) -> dict[int, list[str]]:
    """Status -> codes, each in the order of codes.py. `own`: what its code raises, as in raised.json; `has_version`:
    whether If-Match is compared (asked.py)."""
    found = {(int(status), code) for status, code in (one.split(" ") for one in own)} | set(_layers(route))
    if has_version:
        found.add((412, "changed_meanwhile"))
    listed = {status: [code for code in codes if (status, code) in found] for status, codes in CODES.items()}
    return {status: codes for status, codes in listed.items() if codes}


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


def for_good(dependant: Any) -> bool:
    """Whether a route takes something for good, and so asks for a recent second factor."""
    return any(
        (isinstance(inner.call, Allowed) and inner.call.for_good) or for_good(inner) for inner in dependant.dependencies
    )


def done_once(method: str, path: str, *, known: bool) -> bool:
    """Whether an operation takes an Idempotency-Key."""
    asked = f"{method.upper()} {path}"
    return method == "post" and known and path.startswith("/v1/") and asked not in EXEMPT


def _layers(route: APIRoute) -> Iterator[tuple[int, str]]:
    method, path = next(iter(route.methods or ())).lower(), route.path_format
    permissions, known = needed(route.dependant)
    yield from _of_who(permissions, known, proof=for_good(route.dependant))
    yield from _of_what(route, method, path)
    yield 431, "headers_too_large"  # server/uvicorn_protocol.py
    if done_once(method, path, known=known) and ("POST", path) not in UPLOADS:
        yield from _of_keys()
    if path.startswith("/v1/"):
        yield 429, "too_many_requests"
    if known or method != "get":
        yield 503, "unavailable"


def _of_who(permissions: list[str], known: bool, *, proof: bool) -> Iterator[tuple[int, str]]:
    """See access.py."""
    if known:
        yield from ((401, "unauthenticated"), (401, "token_expired"))
    if permissions:
        yield 403, "forbidden"
    if proof or STEP_UP.intersection(permissions):
        yield 403, "mfa_due"


def _of_what(route: APIRoute, method: str, path: str) -> Iterator[tuple[int, str]]:
    """Of the address and the body: see problems.py, limits.py."""
    if (
        route.body_field is not None
        or (method.upper(), path) in UPLOADS
        or (method == "patch" and path.startswith(PARTS_OF))
    ):
        yield from ((400, "bad_request"), (400, "malformed_json"))
    if "{" in path:
        yield 404, "not_found"
    if method != "get":
        yield from ((408, "too_slow"), (412, "no_version"), (413, "too_large"), (415, "unsupported_media_type"))
    yield 422, "invalid"  # asked.py


def _of_keys() -> Iterator[tuple[int, str]]:
    """See middleware/idempotency.py."""
    yield from ((409, "idempotency_key_in_use"), (409, "idempotency_outcome_unknown"))
    yield from ((422, "invalid"), (422, "idempotency_key_reused"), (429, "too_many_idempotency_keys"))
