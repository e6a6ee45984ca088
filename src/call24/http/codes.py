"""The catalogue of problems: every code that an answer may carry, by status, what it means, and an example of each.

Each room declares its own codes (`problem_types.py`); which operation answers which is problem_responses.py's. A test
reads all `raise`s and holds the catalogue to them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from call24.kit.errors import Call24Error
from call24.kit.problem_type import declared

TITLES: Mapping[int, str] = {
    400: "The body is not JSON",
    401: "The token is missing or invalid",
    403: "Not allowed",
    404: "It does not exist, or belongs to another organisation",
    405: "The method is not allowed here",
    408: "The body did not arrive in time",
    409: "The request conflicts with the current state",
    412: "The If-Match condition is not met, or the version is not spoken",
    413: "The body is too large",
    415: "The body has another media type, or a coding",
    422: "The request is invalid",
    429: "Too many requests",
    431: "The headers are too large",
    500: "Something went wrong in the server",
    503: "A required component is not available",
}

_TYPES = {one.code: one for types in declared().values() for one in types}
CODES: Mapping[int, tuple[str, ...]] = {
    status: tuple(sorted(code for code, one in _TYPES.items() if status in one.statuses)) for status in TITLES
}
WORDS: Mapping[str, tuple[str, str]] = {code: (one.means, one.remedy) for code, one in _TYPES.items()}
"""Code -> what it means; what to do about it."""

_OWN_TITLES = {
    "bad_request": "Bad Request",
    "malformed_json": "The body is not JSON",
    "method_not_allowed": "Method Not Allowed",
    "too_slow": "The request took too long",
    "too_large": "The request is too large",
    "unsupported_media_type": "The media type is not supported",
    "changed_meanwhile": "The condition is not met",
    "no_version": "The condition is not met",
    "tus_version": "This server speaks tus 1.0.0",
    "too_many_requests": "Too many requests",
    "headers_too_large": "The headers are too large",
    "error": "Something went wrong",
}
_OF_STATUS = {kind.status: kind.title for kind in Call24Error.__subclasses__()}


_MORE: Mapping[str, Mapping[str, Any]] = {
    "invalid": {"errors": [{"field": "name", "message": "is required"}]},
    "forbidden": {"permission": "users.write"},
}


PLACE = "/problems"
"""Where problem_pages.py serves the pages."""


def type_of(code: str) -> str:
    """The address of the page that explains it, on whichever host answered. Source: RFC 9457, 3.1.1 and 4.2."""
    return f"{PLACE}/{code}"


def example(status: int, code: str) -> dict[str, Any]:
    """The problem as it is returned."""
    told: dict[str, Any] = {
        "type": type_of(code),
        "title": _OWN_TITLES.get(code) or _OF_STATUS[status],
        "status": status,
        "detail": WORDS[code][0],
        "code": code,
    }
    return {**told, **_MORE.get(code, {})}
