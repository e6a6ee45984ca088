"""What rooms offer one another and their routes: services, each found by its type. `server/` puts them together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


class Provided:
    """The services of one application, each found by the type that routes and rooms ask for."""

    def __init__(self, beside: Provided | None = None) -> None:
        """`beside`: begins with what is there now, and looks there for what is not here."""
        self._by_type: dict[type[Any], Any] = {} if beside is None else dict(beside._by_type)
        self._beside = beside
        self._make: Callable[[type[Any]], None] | None = None

    def put(self, kind: type[T], service: T) -> None:
        """A later one takes the place of an earlier."""
        self._by_type[kind] = service

    def made_by(self, make: Callable[[type[Any]], None]) -> None:
        """`make` is asked for what is not there yet, and puts it here if it can."""
        self._make = make

    def __contains__(self, kind: object) -> bool:
        return kind in self._by_type or (self._beside is not None and kind in self._beside)

    def get(self, kind: type[T]) -> T:
        """Raises: LookupError, when no room provides it."""
        if kind not in self._by_type:
            return self._elsewhere(kind)
        found: T = self._by_type[kind]
        return found

    def _elsewhere(self, kind: type[T]) -> T:
        if self._make is not None:
            self._make(kind)
        if kind in self._by_type:
            found: T = self._by_type[kind]
            return found
        if self._beside is None:
            raise LookupError(f"no room provides {kind.__module__}.{kind.__name__}")
        return self._beside.get(kind)
