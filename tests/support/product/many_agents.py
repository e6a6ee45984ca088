"""Many agents at once, over the public API; their phones are somebody else's."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
from tests.support.product.organisation import Organisation
from tests.support.product.people import PASSWORD, sign_in

AT_ONCE = 8


async def hired(org: Organisation, email: str, name: str) -> tuple[str, httpx.AsyncClient, dict[str, Any]]:
    """Its id, a client that is signed in, and what its phone registers with."""
    user = await org.post("/v1/users", {"email": email, "name": name, "role": "agent", "password": PASSWORD})
    http = httpx.AsyncClient(base_url=org.system.base_url, verify=False, timeout=60)
    http.headers["Authorization"] = f"Bearer {await sign_in(http, email)}"
    return user["id"], http, (await http.get("/v1/phone")).json()


async def available(http: httpx.AsyncClient) -> None:
    answer = await http.put("/v1/session", json={"state": "available"})
    assert answer.status_code == 200, answer.text


async def all_of(work: list[Any]) -> list[Any]:
    """A few at a time."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(each: Any) -> Any:
        async with gate:
            return await each

    return await asyncio.gather(*(one(each) for each in work))
