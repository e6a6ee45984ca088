"""All operations as one route of the application, found by how their paths begin.

FastAPI asks one route after the other whether a path is its own, and makes each of an included router a second time
when it is first asked. With several hundred operations both take longer than most of what is asked for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

_PARTS = 2
"""So many parts of a path tell most operations apart: `/v1/calls`."""


class ServedRoutes(BaseRoute):
    def __init__(self, routes: Iterable[APIRoute]) -> None:
        self.operations = tuple(routes)
        begins = [_begin(route.path_format) for route in self.operations]
        self._anywhere = tuple(r for r, begin in zip(self.operations, begins, strict=True) if begin is None)
        self._found: defaultdict[str, list[APIRoute]] = defaultdict(list)
        for begin in {one for one in begins if one is not None}:
            mine = (r for r, other in zip(self.operations, begins, strict=True) if other in (begin, None))
            self._found[begin] = list(mine)  # in their order: the first that fits answers

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """The operation stands in the scope as `route`, as FastAPI's own routes put themselves there."""
        if scope["type"] != "http":
            return Match.NONE, {}
        partial: tuple[Match, Scope] = (Match.NONE, {})
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        for route in self._found.get(_asked(path), self._anywhere):
            match, child = route.matches(scope)
            if match == Match.FULL:
                return match, child
            if match == Match.PARTIAL and partial[0] == Match.NONE:
                partial = (match, child)
        return partial

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await scope["route"].handle(scope, receive, send)


def _asked(path: str) -> str:
    return "/".join(path.split("/", _PARTS + 1)[: _PARTS + 1])


def _begin(path: str) -> str | None:
    """None where a parameter comes before the parts that are compared."""
    begin = _asked(path)
    return None if "{" in begin else begin
