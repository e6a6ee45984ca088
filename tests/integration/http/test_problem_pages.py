"""The `type` of a problem is the address of a page that explains it, for anybody who has the problem."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

import httpx
from tests.support.for_each import for_each
from tests.support.http.api import Api

from call24.server.http_app import create_node_app

PINNED = Path(__file__).parents[2] / "pinned" / "problems.txt"
CODES = {line.partition(" ")[2]: line.partition(" ")[0] for line in PINNED.read_text().splitlines()}


async def test_every_code_has_a_page_with_its_status_what_to_do_and_an_example(api: Api) -> None:
    assert len(CODES) > 120
    index = (await api.call("GET", "/problems")).text
    for code, status in CODES.items():
        page = await api.call("GET", f"/problems/{code}")
        assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8"), code
        assert page.headers["Cache-Control"] == "public, max-age=3600"
        assert all(one in page.text for one in (f"<h1>{code}</h1>", "<h2>What to do</h2>", "<h2>Example</h2>")), code
        assert f"<p>Status {status}</p>" in page.text, code
        assert f"&quot;type&quot;: &quot;/problems/{code}&quot;" in page.text
        assert not re.search(r"<script|\son\w+=|https?://", page.text) and "`" not in page.text.partition("<pre>")[0], (
            code
        )
        assert f'href="/problems/{code}"' in index, code


async def test_the_type_of_every_answer_that_refuses_leads_to_its_page(api: Api) -> None:
    async def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("nobody expected this")

    acme = await api.organisation()
    refused = [
        await api.call("GET", "/v1/me"),
        await api.call("GET", "/v1/nothing"),
        await api.call("PUT", "/v1/auth/login"),
        await acme.call("agent", "POST", "/v1/queues", json={}),
        await acme.call("owner", "POST", "/v1/queues", json={}),
        await acme.call("owner", "POST", "/v1/queues", content=b"{", headers={"Content-Type": "application/json"}),
        await acme.call("owner", "POST", "/v1/queues", content=b"x", headers={"Content-Type": "text/plain"}),
        await api.call("POST", "/v1/auth/login", content=b"x" * 300_000),
        await acme.call("owner", "PUT", "/v1/me/password", json={}, headers={"If-Match": '"older"'}),
    ]
    api.services.identity.authenticate = fail  # type: ignore[method-assign,assignment]
    refused.append(await acme.call("owner", "GET", "/v1/me"))
    assert [one.status_code for one in refused] == [401, 404, 405, 403, 422, 400, 415, 413, 412, 500]
    for one in refused:
        told = one.json()
        assert told["type"] == f"/problems/{told['code']}", told
        page = await api.client.get(httpx.URL(str(one.url)).join(told["type"]))
        assert page.status_code == 200 and f"<h1>{told['code']}</h1>" in page.text, told


@for_each("code", ["nothing", "forbidden/", "Forbidden", "<script>", "%2e%2e", "x" * 5000])
async def test_what_is_no_code_has_no_page_and_is_not_repeated(api: Api, code: str) -> None:
    answer = await api.call("GET", f"/problems/{quote(code, safe='/')}")
    assert answer.status_code in (404, 307), code
    assert "script" not in answer.text and "xxxx" not in answer.text


async def test_a_realtime_node_has_the_pages_of_its_own_problems(api: Api) -> None:
    transport = httpx.ASGITransport(create_node_app(api.services))
    async with httpx.AsyncClient(transport=transport, base_url="https://node.test") as http:
        refused = await http.post("/broadcasting/auth")
        assert refused.json()["type"] == "/problems/unauthenticated"
        assert (await http.get(refused.url.join(refused.json()["type"]))).status_code == 200
