"""What rooms offer one another and their routes: services, each found by its type. `server/` puts them together."""

from __future__ import annotations

from typing import Any, TypeVar

T = TypeVar("T")


class Provided:
    """The services of one application, each found by the type that routes ask for."""

    def __init__(self) -> None:
        self._by_type: dict[Any, Any] = {}

    def put(self, kind: Any, service: object) -> None:
        """A later one takes the place of an earlier."""
        self._by_type[kind] = service

    def __contains__(self, kind: object) -> bool:
        return kind in self._by_type

    def get(self, kind: type[T]) -> T:
        """Raises: LookupError, when no room provides it."""
        if kind not in self._by_type:
            raise LookupError(f"no room provides {kind.__module__}.{kind.__name__}")
        found: T = self._by_type[kind]
        return found
