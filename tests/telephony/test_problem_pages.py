"""The product as it runs serves a page for each problem of the catalogue, over TLS and to anybody."""

from __future__ import annotations

import httpx
from tests.integration.http.test_problem_pages import CODES
from tests.support.product.system import System


async def test_each_problem_leads_to_its_page_on_the_running_server(system: System) -> None:
    async with httpx.AsyncClient(base_url=system.base_url, verify=False) as http:
        refused = await http.get("/v1/me")
        assert refused.json()["type"] == "/problems/unauthenticated"
        assert "Sign in" in (await http.get(refused.url.join(refused.json()["type"]))).text
        found = {code: (await http.get(f"/problems/{code}")).status_code for code in CODES}
    assert len(found) > 120 and set(found.values()) == {200}
