"""What rewritten code asks at each guard: whether it stands. One guard at most is removed at a time, and only while a
test is called: what a test stands on (fixtures) is always made with all of them.

Noted is at which guards the test that runs was refused: only there can its end depend on the guard.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from call24.kit.errors import Call24Error

T = TypeVar("T")

trouble = Call24Error
"""What a guard that is a call raises."""
removed: str | None = None
refused: set[str] = set()
owner: Any = None
"""Who a request is taken for where its session check is removed: the last owner who was let in."""


def _stands(guard: str) -> bool:
    refused.add(guard)
    return guard != removed


def holds(guard: str, fault: Any) -> Any:
    """A reason to refuse: true where it applies."""
    return fault if not fault or _stands(guard) else False


def wanted(guard: str, right: Any) -> Any:
    """A condition to let through: false where it refuses."""
    return right if right or _stands(guard) else True


def lets(guard: str) -> bool:
    """Whether what a guard raised is raised."""
    return _stands(guard)


def narrowed(guard: str, filter: dict[str, Any], key: str) -> dict[str, Any]:
    """A filter by whose something is, or without that."""
    return filter if _stands(guard) else {name: value for name, value in filter.items() if name != key}


def claimed(guard: str, rule: dict[str, Any]) -> dict[str, Any]:
    """What a token must say, or nothing of it."""
    return rule if _stands(guard) else {}


def scoped(guard: str, collection: Any, filter: Any) -> Any:
    """The filter of a tenant's collection, or without the tenant."""
    from call24.kit.mongo.codec import plain
    from call24.kit.mongo.collection import TenantCollection

    if not isinstance(collection, TenantCollection) or _stands(guard):
        return collection._scoped(filter)
    return plain(filter)


def session(principal: Callable[..., Any]) -> Callable[..., Any]:
    """Around the check of who asks: without it, whoever asks is an owner."""

    @functools.wraps(principal)
    async def asked(request: Any, services: Any) -> Any:
        global owner
        try:
            found = await principal(request, services)
        except trouble:
            if owner is None or lets(f"session: {action_of(request)}"):
                raise
            return owner
        if found.role == "owner" and removed is None:
            owner = found
        return found

    return asked


def action_of(request: Any) -> str:
    route = request.scope.get("route")
    return f"{request.method} {route.path if route is not None else request.url.path}"


@contextlib.contextmanager
def without(guard: str | None) -> Iterator[None]:
    global removed
    removed = guard
    try:
        yield
    finally:
        removed = None
