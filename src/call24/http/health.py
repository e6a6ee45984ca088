"""Whether Call24 lives, and whether what it needs is there."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Literal

from fastapi import Request
from fastapi.responses import JSONResponse
from pydantic import Field
from typing_extensions import TypedDict

from call24.http.router import Router

Health = Callable[[], Awaitable[bool]]

router = Router(prefix="/health", tags=["health"])

PartState = Literal["ok", "away"]


class Liveness(TypedDict):
    """The process answers."""

    status: Literal["ok"]


class Readiness(TypedDict):
    """Whether what Call24 needs is there."""

    status: Annotated[PartState, Field(description="`away`: at least one part is")]
    parts: dict[str, PartState]


LOOK_S = 1.0
"""For how long a look at the parts is told again."""
_TIMEOUT_S = 1.5


@router.get("/live", operation_id="health_live")
async def live() -> Liveness:
    """Says that the process answers. It looks at nothing else."""
    return {"status": "ok"}


class RecentHealth:
    """Of all parts, a second old at most: a crowd that asks for it asks MongoDB no more often."""

    def __init__(self, parts: Mapping[str, Health]) -> None:
        self._parts = parts
        self._at = -math.inf
        self._looking: asyncio.Future[dict[str, bool]] | None = None

    async def taken(self) -> dict[str, bool]:
        now = asyncio.get_running_loop().time()
        if self._looking is None or (self._looking.done() and now - self._at >= LOOK_S):
            self._at = now
            self._looking = asyncio.ensure_future(self._look())
        return await asyncio.shield(self._looking)

    async def _look(self) -> dict[str, bool]:
        found = await asyncio.gather(*(_there(check) for check in self._parts.values()))
        return dict(zip(self._parts, found, strict=True))


@router.get(
    "/ready",
    operation_id="health_ready",
    response_model=Readiness,
    responses={503: {"model": Readiness, "description": "A part is away"}},
)
async def ready(request: Request) -> JSONResponse:
    """Says whether what Call24 needs is there: each part is `ok` or `away`. 503 where one is away.

    The parts are looked at once a second at most.
    """
    look: RecentHealth = request.app.state.look
    found = await look.taken()
    parts = {name: "ok" if there else "away" for name, there in found.items()}
    good = all(found.values())
    return JSONResponse({"status": "ok" if good else "away", "parts": parts}, 200 if good else 503)


async def _there(check: Health) -> bool:
    try:
        async with asyncio.timeout(_TIMEOUT_S):
            return await check()
    except TimeoutError:
        return False
