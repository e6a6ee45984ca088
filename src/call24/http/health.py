"""Whether Call24 lives, and whether what it needs is there."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from call24.http.access import ServicesDep
from call24.http.services import Health

router = APIRouter(prefix="/health", tags=["health"])

_TIMEOUT_S = 1.5


@router.get("/live")
async def live() -> dict[str, str]:
    return {"status": "ok"}


@router.get("/ready")
async def ready(services: ServicesDep) -> JSONResponse:
    found = await asyncio.gather(*(_there(check) for check in services.health.values()))
    parts = {name: "ok" if there else "away" for name, there in zip(services.health, found, strict=True)}
    good = all(found)
    return JSONResponse({"status": "ok" if good else "away", "parts": parts}, 200 if good else 503)


async def _there(check: Health) -> bool:
    try:
        async with asyncio.timeout(_TIMEOUT_S):
            return await check()
    except TimeoutError:
        return False
